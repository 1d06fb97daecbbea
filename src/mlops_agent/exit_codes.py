"""The exit codes of the command line, in one table.

They are part of the program's outside: scripts and CI jobs depend on them, so a code never
changes its meaning. `docs/exit-codes.md` is rendered from here and a test holds the two together.
"""

from enum import IntEnum


class ExitCode(IntEnum):
    """What a command's end means to the program that called it."""

    DONE = 0
    FINDINGS = 1
    BAD_INPUT = 2
    HANDED_OFF = 3
    QUESTIONS = 4
    UNVERIFIED = 5
    LIMIT = 6
    NO_SANDBOX = 7
    NO_CHANGE = 8
    ENDPOINT = 9
    BUG = 70
    BUSY = 75
    INTERRUPTED = 130


MEANING: dict[ExitCode, str] = {
    ExitCode.DONE: "done and verified",
    ExitCode.FINDINGS: "findings at or above the threshold",
    ExitCode.BAD_INPUT: "bad usage or bad input",
    ExitCode.HANDED_OFF: "handed off to another owner",
    ExitCode.QUESTIONS: "questions to answer",
    ExitCode.UNVERIFIED: "done, but something is unverified or a rehearsal failed",
    ExitCode.LIMIT: "a limit was reached; the partial report is kept",
    ExitCode.NO_SANDBOX: "the sandbox is unavailable",
    ExitCode.NO_CHANGE: "declined, or nothing that can be changed safely",
    ExitCode.ENDPOINT: "the model's endpoint failed",
    ExitCode.BUG: "a bug in mlops-agent",
    ExitCode.BUSY: "another run holds the repository",
    ExitCode.INTERRUPTED: "interrupted",
}
