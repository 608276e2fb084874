"""The F5-TTS network, inference only: configuration, DiT, mel front end, Vocos, checkpoints."""
