"""The one way in which a reader gives a file up. The reason is shown to people as it stands."""


class UnreadableError(Exception):
    """A file that cannot be read as what its name says it is.

    Args:
        reason: what is wrong, one line, with the 1-based line of the file where that is known.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
