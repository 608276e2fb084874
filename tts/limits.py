"""What a job may ask for at most, where the settings and the contract say the same."""

TEXT_LIMIT = 20_000  # characters of a text
