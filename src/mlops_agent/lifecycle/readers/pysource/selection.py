"""Which calls are worth a fact: those of the vocabulary, of the repository, and of a few others.

A fact for every call would cost more memory than the source. Left out: packages with many calls
and little meaning for a lifecycle (plots, arrays), unless the vocabulary lists the call.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from functools import cache

from mlops_agent.vocabulary.loader import frameworks
from mlops_agent.vocabulary.lookup import Vocabulary, vocabulary

_QUIET = """
matplotlib seaborn plotly bokeh altair numpy pandas polars scipy torch tensorflow keras jax
torchvision torchaudio rich tqdm typing_extensions pytest unittest streamlit dash gradio cv2 PIL
skimage sympy networkx nltk spacy pydantic attr sqlalchemy click typer django
"""
_STANDARD_CALLS = """
json.load json.loads json.dump json.dumps sys.exit os._exit os.abort os.getenv os.environ.get
os.rename os.replace os.symlink os.system os.popen random.seed uuid.uuid4 uuid.uuid1 time.time
hashlib.sha256 importlib.import_module runpy.run_path runpy.run_module csv.writer csv.reader
csv.DictWriter pathlib.Path.write_text pathlib.Path.read_text pathlib.Path.open
pathlib.Path.write_bytes pathlib.Path.read_bytes pathlib.Path.rename pathlib.Path.replace
pathlib.Path.unlink pathlib.Path.symlink_to pathlib.Path.exists os.path.exists math.isnan
math.isfinite datetime.datetime.now datetime.datetime.utcnow datetime.date.today
"""

QUIET_PACKAGES = frozenset(_QUIET.split())
"""Packages of which only listed calls are kept."""

_STANDARD = frozenset(sys.stdlib_module_names)
_KEPT_BUILTINS = frozenset(("print", "open", "exit", "quit", "exec", "eval", "max", "sorted"))
_KEPT_STANDARD = frozenset(_STANDARD_CALLS.split())
_KEPT_MODULES = frozenset({"subprocess", "pickle", "shutil", "sqlite3", "urllib"})


@dataclass(frozen=True, slots=True)
class Selection:
    """Answers whether a resolved name is kept.

    `methods` are known on an unknown receiver ("fit", "read.csv"), `same_as` maps other names of a
    thing to its usual one.
    """

    words: Vocabulary
    methods: frozenset[str]
    same_as: dict[str, str]
    _known: dict[str, bool] = field(default_factory=dict[str, bool])

    def keeps(self, name: str) -> bool:
        """Tell whether a call of this resolved dotted name becomes a fact."""
        known = self._known.get(name)
        if known is None:
            known = self._known[name] = self._decide(name)
        return known

    def _decide(self, name: str) -> bool:
        if name.startswith("."):
            return name[1:] in self.methods
        package, _, rest = name.partition(".")
        if not rest and hasattr(_BUILTINS, package):
            return package in _KEPT_BUILTINS
        if package in QUIET_PACKAGES:
            return self.words.call(name) is not None
        if package in _STANDARD:
            known = name in _KEPT_STANDARD or package in _KEPT_MODULES
            return known or self.words.call(name) is not None
        return True


_BUILTINS = sys.modules["builtins"]


@cache
def selection() -> Selection:
    """Return the selection that today's vocabulary gives; made once a process."""
    words = vocabulary()
    tails = {
        word.name[2:]
        for found in words.patterns.values()
        for word in found
        if word.name.startswith("*.") and "*" not in word.name[2:]
    }
    methods = {name.rpartition(".")[2] for name in words.exact if name.count(".") > 1}
    same = {other: usual for f in frameworks() for other, usual in f.same_as.items()}
    return Selection(words, frozenset(methods | tails), same)
