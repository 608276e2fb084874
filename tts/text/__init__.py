"""What to say: cleaned text, chunks that fit the model, its tokens, and how long each takes."""
