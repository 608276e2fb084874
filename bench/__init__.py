"""This worker and upstream F5-TTS in turn, on the same weights and job. Ratios count, seconds depend on the machine."""

import os

os.environ.setdefault("GOMP_SPINCOUNT", "1000")  # as the worker sets it, for both sides, before torch is imported
