"""Chunks to mel frames to sound: schedules, attention over packed sequences, sampling, the device's thread."""
