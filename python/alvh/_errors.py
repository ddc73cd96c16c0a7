"""Errors of the package. Each has the exit code with which the command ``alvh`` ends for the same reason."""


class Error(Exception):
    """Something came to no result; the message is the command's, with file, key and what is allowed."""

    #: Exit code of the command for the same reason.
    exit_code = 1


class InternalError(Error):
    """A bug of ours (exit code 1)."""


class ConfigError(Error):
    """A configuration, a setting or an argument is wrong (exit code 2)."""

    exit_code = 2


class DataError(Error):
    """The data are wrong or missing (exit code 3)."""

    exit_code = 3


class DifferenceError(Error):
    """A run, done again, gave other bytes (exit code 4)."""

    exit_code = 4


def of(exit_code: int, message: str) -> Error:
    """The error for an exit code of the command."""
    kinds = {2: ConfigError, 3: DataError, 4: DifferenceError}
    return kinds.get(exit_code, InternalError)(message)
