"""This worker and upstream F5-TTS in turn, on the same weights and job. Ratios count, seconds depend on the machine."""
