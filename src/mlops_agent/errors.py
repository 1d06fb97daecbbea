"""The one family of errors that callers see.

Each carries the exit code of the command line and, where there is one, what the person can do
about it. The message is one line; nothing here formats tracebacks.
"""

from mlops_agent.exit_codes import ExitCode


class MlopsAgentError(Exception):
    """Base of every error that the program raises on purpose.

    Args:
        message: what happened, one line.
        hint: what to do about it, one line, or empty.
    """

    exit_code: ExitCode = ExitCode.BUG

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class BadInputError(MlopsAgentError):
    """The caller gave something that cannot be used: a path, a file, a flag, a request."""

    exit_code = ExitCode.BAD_INPUT


class NotARepositoryError(BadInputError):
    """The given folder is not a git repository that can be worked on."""


class SandboxUnavailableError(MlopsAgentError):
    """Commands cannot be confined on this machine; the message names the cause."""

    exit_code = ExitCode.NO_SANDBOX


class RepositoryBusyError(MlopsAgentError):
    """Another run holds the lock of the repository."""

    exit_code = ExitCode.BUSY


class LimitReachedError(MlopsAgentError):
    """A budget (turns, minutes, dollars, tool seconds) was used up."""

    exit_code = ExitCode.LIMIT


class DeclinedError(MlopsAgentError):
    """The driver will not do what is asked; the run ends with what there is."""

    exit_code = ExitCode.NO_CHANGE


class NotOursError(MlopsAgentError):
    """The work is another owner's, nobody's, or unclear; `route` says which."""

    exit_code = ExitCode.HANDED_OFF
