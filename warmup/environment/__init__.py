"""What the variables amount to, before anything that reads them is imported."""
