"""What is raised for a file of the vocabulary that is not sound."""

from __future__ import annotations


class VocabularyError(Exception):
    """A vocabulary file that does not follow the format; the message names file and entry."""
