"""Before torch is imported: its threads that wait for each other on busy cores would spin, and cost half the time."""

import os

os.environ.setdefault("GOMP_SPINCOUNT", "100")
