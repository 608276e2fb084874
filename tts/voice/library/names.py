"""What stored voices and their styles may be called: nothing that means anything to a file system."""

VOICE_PATTERN = "[a-z0-9][a-z0-9_-]{0,63}"
STYLE_PATTERN = "[a-z0-9][a-z0-9_-]{0,31}"
DEFAULT_STYLE = "default"  # of the recording that is used unless a style is asked for
