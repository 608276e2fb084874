"""Everything that must be right before the first request."""
