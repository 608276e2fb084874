"""Where the model's files are, whole or not, and their half-precision copies."""
