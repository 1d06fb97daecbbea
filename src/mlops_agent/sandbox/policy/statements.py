"""SQL as far as the policy reads it: what changes data, what only asks, what leads elsewhere.

A statement is scanned, not parsed: comments and quoted texts are put out of the way first.
"""

from __future__ import annotations

import re

_COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)
_TEXT = re.compile(r"'(?:''|[^'])*'")
_CHANGES = re.compile(
    r"\b(insert|update|delete|drop|alter|create|truncate|grant|revoke|merge|replace|call|copy|vacuum"
    r"|refresh|set|attach|export|load|optimize|restore|undrop)\b",
    re.IGNORECASE,
)
_ALTERS = re.compile(
    r"\b(insert\s+into|update\s+\S+\s+set|delete\s+from|drop|alter|create|truncate|grant|revoke"
    r"|merge\s+into|merge|export\s+data|delete|insert)\b(?!\s*\()",
    re.IGNORECASE,
)
_TO_STORAGE = re.compile(r"\bto\s+'(?:s3a?|gs|gcs|abfss?|azure|az|r2|hf|https?)://", re.IGNORECASE)


def bare(text: str) -> str:
    """A statement without its comments and without what stands in quotes."""
    return _TEXT.sub("''", _COMMENT.sub(" ", text))


def changes(text: str) -> bool:
    """Whether any word of a bare statement can change something."""
    return _CHANGES.search(text) is not None


def alters(text: str) -> bool:
    """Whether a statement of a warehouse changes its data or its tables."""
    return _ALTERS.search(bare(text)) is not None


def to_storage(text: str) -> bool:
    """Whether a statement (`COPY ... TO 's3://...'`) writes to a remote store."""
    return _TO_STORAGE.search(_COMMENT.sub(" ", text)) is not None
