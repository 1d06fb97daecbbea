"""The redactor of a run: text in, the same text out with a mark for each secret.

Linear in the text, line by line the same count of lines, and idempotent: what it gives back holds
nothing that it would blank. Ask it before a text is cut, since half a secret fits no format.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from mlops_agent.sandbox.secrets.blocks import find_keys
from mlops_agent.sandbox.secrets.encodings import forms_of
from mlops_agent.sandbox.secrets.known import (
    environment_values,
    environment_words,
    file_values,
    hard_coded_values,
)
from mlops_agent.sandbox.secrets.marks import ENVIRONMENT
from mlops_agent.sandbox.secrets.patterns import find_formats, find_passwords
from mlops_agent.sandbox.secrets.spans import Found, beneath, blanked, stretches

FROM_FILES = "secret-file"
REPEATED = "repeated"
LEAST_REPEATED = 8
"""Characters of a value from which it is blanked wherever else it stands."""
PIECE = 64 * 1024
"""Bytes that are looked at together, up to the end of their last line."""
_ENCODED = "surrogatepass"
_ESCAPED = "surrogateescape"
_RANKS = {FROM_FILES: 1000, ENVIRONMENT: 1001, REPEATED: 1002}
"""Formats come first: another machine knows them too."""


@dataclass(frozen=True, slots=True)
class Redactor:
    """Blanks what fits a known format, and values that are known, in all their forms.

    `forms` are the forms of known values with the kind of each, the longest first. `words` are the
    operator's passwords that are words: blanked only where they stand as passwords.
    """

    forms: tuple[tuple[bytes, str], ...] = ()
    words: tuple[bytes, ...] = ()

    def knowing(self, values: Iterable[str], kind: str) -> Redactor:
        """A redactor that knows these values too."""
        more = {form: kind for value in values for form in forms_of(value)}
        return self._with({**more, **dict(self.forms)})

    def _with(self, forms: Mapping[bytes, str]) -> Redactor:
        ordered = sorted(forms.items(), key=lambda one: (-len(one[0]), one))
        return replace(self, forms=tuple(ordered))

    def of_environment(self, environment: Mapping[str, str]) -> Redactor:
        """A redactor that knows the secrets of the operator's environment too."""
        words = {one.encode("utf-8", errors=_ESCAPED) for one in environment_words(environment)}
        knowing = self.knowing(environment_values(environment), ENVIRONMENT)
        return replace(knowing, words=tuple(sorted({*self.words, *words})))

    def of_files(self, files: Iterable[bytes]) -> Redactor:
        """A redactor that knows the values in these files of the repository too."""
        return self.knowing(file_values(files), FROM_FILES)

    def of_code(self, files: Iterable[bytes]) -> Redactor:
        """A redactor that knows the secrets in these ordinary files too, plain and not encoded."""
        plain = {
            one.encode("utf-8", errors=_ESCAPED): FROM_FILES for one in hard_coded_values(files)
        }
        return self._with({**plain, **dict(self.forms)})

    def of_text(self, text: str) -> Redactor:
        """A redactor that knows what it blanks in a text, and so blanks that wherever it stands."""
        data = text.encode("utf-8", errors=_ENCODED)
        found = {data[one.start : one.end] for one in self.stretches(data)}
        values = (one.decode("utf-8", errors=_ESCAPED) for one in found if b"\n" not in one)
        return self.knowing((one for one in values if len(one) >= LEAST_REPEATED), REPEATED)

    def text(self, text: str) -> str:
        """The text with marks for its secrets; the very same where it holds none."""
        data = text.encode("utf-8", errors=_ENCODED)
        redacted = self.data(data)
        return text if redacted is data else redacted.decode("utf-8", errors=_ENCODED)

    def data(self, data: bytes) -> bytes:
        """As `text`, for bytes of any encoding that agrees with ASCII."""
        return blanked(data, self.stretches(data))

    def stretches(self, data: bytes) -> list[Found]:
        """What `data` blanks of a text, in order, apart."""
        keys = stretches(data, find_keys(data))
        found: list[Found] = []
        at = 0
        for piece in _pieces(blanked(data, keys)):
            found += [
                replace(one, start=one.start + at, end=one.end + at) for one in self._settled(piece)
            ]
            at += len(piece)
        return beneath(found, keys)

    def holds_none(self, text: str) -> bool:
        """Whether a text holds nothing that would be blanked."""
        data = text.encode("utf-8", errors=_ENCODED)
        return self.data(data) is data

    def _settled(self, piece: bytes) -> list[Found]:
        settled: list[Found] = []
        told = piece
        # A mark can uncover what stood too close to a secret to be seen for one.
        while more := stretches(told, self._found(told)):
            told = blanked(told, more)
            settled = beneath(more, settled)
        return settled

    def _found(self, piece: bytes) -> Iterator[Found]:
        yield from find_formats(piece)
        for form, kind in self.forms:
            at = piece.find(form)
            while at >= 0:
                yield Found(at, at + len(form), _RANKS[kind], kind)
                at = piece.find(form, at + len(form))
        for start, end in find_passwords(piece, self.words):
            yield Found(start, end, _RANKS[ENVIRONMENT], ENVIRONMENT)


def _pieces(data: bytes) -> Iterator[bytes]:
    if len(data) <= PIECE:
        yield data
        return
    at = 0
    while at < len(data):
        feed = data.find(b"\n", at + PIECE)
        end = len(data) if feed < 0 else feed + 1
        yield data[at:end]
        at = end
