"""The command ``alvh``."""

import sys

from alvh import _alvh


def main() -> int:
    """Runs the command with the arguments of the process and returns its exit code."""
    return _alvh.main(["alvh", *sys.argv[1:]])


if __name__ == "__main__":
    sys.exit(main())
