"""What a job may ask for at most, where several rooms say the same."""

TEXT_LIMIT = 20_000  # characters of a text
RECORDING_BYTES = 64 * 2**20  # of a recording, as it comes
VOICE_PATTERN = "[a-z0-9][a-z0-9_-]{0,63}"  # a stored voice's name: nothing that means anything to a file system
STYLE_PATTERN = "[a-z0-9][a-z0-9_-]{0,31}"
DEFAULT_STYLE = "default"  # of the recording that is used unless a style is asked for
