"""Sound as files hold it: decoding, encoding, joining."""
