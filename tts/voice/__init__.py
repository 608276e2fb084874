"""Whose voice: a reference recording and its transcript, checked and made ready."""
