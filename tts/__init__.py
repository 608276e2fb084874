"""Text and a voice in, sound out. Knows nothing of RunPod."""
