"""`python -m tts "Some text" --voice me.wav --out hello.wav`; `--help` tells the rest."""

import sys

from cli.say import main

if __name__ == "__main__":
    sys.exit(main())
