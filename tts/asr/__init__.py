"""What a recording says: heard by Whisper where nobody has written it, with the times of its words."""
