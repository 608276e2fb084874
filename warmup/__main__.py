"""The doctor: `python -m warmup [--json]`."""

import sys

from cli.doctor import main

if __name__ == "__main__":
    sys.exit(main())
