"""Numbers, dates, units, abbreviations and addresses as they are read aloud."""
