"""The command line: composes the warm-up and the synthesizer, as handler.py does."""
