"""Learn what single words lean to from the labelled requests: `fit.py [--folds N [--asks]]`.

Writes src/mlops_agent/boundary/learned.json: in how many texts of which owner a stem stood, or two
next to each other. The
texts are the territories' phrases, the roster's examples and near misses, the single asks of
asks.jsonl, and the requests of fit.jsonl that have one owner, are nobody's, or are vague. The same
inputs give the same file.
With `--folds` nothing is written: each fold is routed by what the others taught; with `--asks`
each fold of the single asks, as a request of its own.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import harm_fit
import neighbours
from labelled import Judged, Labelled, judge, load
from score_routing import figures

from mlops_agent.boundary import harming, leaning
from mlops_agent.boundary.leaning import HARMFUL
from mlops_agent.boundary.owning import NOBODY, VAGUE
from mlops_agent.boundary.refusing import states_harm
from mlops_agent.boundary.routing import route_text
from mlops_agent.boundary.stemming import stems
from mlops_agent.contracts.handoff import OURS
from mlops_agent.vocabulary.siblings import ours, siblings
from mlops_agent.vocabulary.territories import Level, territories

FIT = Path(__file__).with_name("fit.jsonl")
ASKS = Path(__file__).with_name("asks.jsonl")
"""Single asks and whose they are, written apart from the requests and for no other use."""
OF_LEVEL: dict[Level, float] = {"always": 1.0, "overrides": 1.0, "decides": 0.7, "speaks": 0.3}
"""What a phrase of a level counts beside a request, which counts 1."""
DIGITS = 2
UNCLEAR = "unclear"
"""The owner of asks that are vague."""

Counts = dict[str, dict[str, float]]
Text = tuple[str, str, float]
Asked = tuple[str, str]
"""A single ask and whose it is."""


def main(arguments: Sequence[str]) -> int:
    """Write the file, or say what folds give."""
    parser = argparse.ArgumentParser(description="Learn what single words lean to.")
    parser.add_argument("--folds", type=int, default=0)
    parser.add_argument(
        "--asks", action="store_true", help="folds of the asks, not of the requests"
    )
    given = parser.parse_args(arguments)
    rows = load(FIT)
    if given.folds:
        folded = _folded_asks if given.asks else _folded
        for name, one in figures(list(folded(rows, given.folds))).items():
            print(f"{name:<44} {one}")
        return 0
    leaning.FILE.write_text(as_text(counted(rows)), encoding="utf-8")
    learned = harm_fit.learned_harms(_harms(rows))
    harming.FILE.write_text(harm_fit.as_text(learned), encoding="utf-8")
    return 0


def _harms(rows: Iterable[Labelled]) -> list[harm_fit.Text]:
    """All texts, and whether they are harmful; declined ones that no rule knows teach neither."""
    asked = [(text, owner == HARMFUL) for text, owner in _asks()]
    told = [
        (row.text, row.decision == "decline")
        for row in rows
        if row.decision != "decline" or states_harm(row.text)
    ]
    return [*asked, *told, *harm_fit.further()]


def _is_harmful(row: Labelled) -> bool:
    return row.decision == "decline" and states_harm(row.text)


def counted(rows: Iterable[Labelled], asks: Sequence[Asked] | None = None) -> Counts:
    """In how many texts of which owner each stem stood, and each pair that tells something.

    Of the asks, all where None are given.
    """
    counts: Counts = defaultdict(lambda: defaultdict(float))
    paired: Counts = defaultdict(lambda: defaultdict(float))
    texts: Counter[str] = Counter()
    for text, owner, weight in (
        *_known(),
        *_taught(_asks() if asks is None else asks),
        *_requests(rows),
    ):
        words = stems(text)
        for word in set(words):
            counts[word][owner] += weight
        for pair in set(leaning.pairs(words)):
            paired[pair][owner] += weight
            texts[pair] += 1
    kept = neighbours.telling(texts, paired, leaning.sums(counts))
    return _rounded(counts | {pair: paired[pair] for pair in kept})


def _rounded(counts: Counts) -> Counts:
    return {
        word: {owner: _short(one) for owner, one in sorted(owners.items())}
        for word, owners in sorted(counts.items())
    }


def _short(count: float) -> float:
    return int(count) if count == int(count) else round(count, DIGITS)


def as_text(counts: Counts) -> str:
    """The counts as they are shipped, a stem a line."""
    lines = (
        f"{json.dumps(word)}: {json.dumps(owners, separators=(',', ':'))}"
        for word, owners in counts.items()
    )
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _known() -> Iterator[Text]:
    for territory in territories():
        for level, weight in OF_LEVEL.items():
            for phrase in territory.phrases[level]:
                yield phrase, territory.name, weight
    for sibling in (ours(), *siblings()):
        yield sibling.territory, sibling.name, 1.0
        for example in sibling.examples:
            yield example, sibling.name, 1.0
        for near in sibling.near_misses:
            yield near.text, near.owner or NOBODY, 1.0


def _asks() -> list[Asked]:
    rows = [json.loads(line) for line in ASKS.read_text(encoding="utf-8").splitlines()]
    return [(row["text"], row["owner"]) for row in rows]


def _taught(asks: Iterable[Asked]) -> Iterator[Text]:
    for text, owner in asks:
        yield text, VAGUE if owner == UNCLEAR else owner, 1.0


def _requests(rows: Iterable[Labelled]) -> Iterator[Text]:
    for row in rows:
        if row.decision == "clarify":
            yield row.text, VAGUE, 1.0
        elif row.decision == "decline":
            yield row.text, HARMFUL if _is_harmful(row) else NOBODY, 1.0
        elif len(row.targets) == 1:
            yield row.text, row.targets[0], 1.0


def _folded(rows: Sequence[Labelled], folds: int) -> Iterator[Judged]:
    for fold in range(folds):
        others = [row for at, row in enumerate(rows) if at % folds != fold]
        known = leaning.learned_of(counted(others))
        mine = [row for at, row in enumerate(rows) if at % folds == fold]
        yield from judge(mine, lambda text, roster, known=known: route_text(text, roster, known))


def _folded_asks(rows: Sequence[Labelled], folds: int) -> Iterator[Judged]:
    asks = _asks()
    for fold in range(folds):
        others = [ask for at, ask in enumerate(asks) if at % folds != fold]
        known = leaning.learned_of(counted(rows, others))
        mine = [_as_request(ask) for at, ask in enumerate(asks) if at % folds == fold]
        yield from judge(mine, lambda text, roster, known=known: route_text(text, roster, known))


def _as_request(ask: Asked) -> Labelled:
    text, owner = ask
    optional = tuple(one.name for one in siblings() if one.optional)
    decision, targets = "handoff", (owner,)
    if owner in (NOBODY, HARMFUL, UNCLEAR):
        decision, targets = ("clarify" if owner == UNCLEAR else "decline"), ()
    elif owner == OURS:
        decision = "accept"
    return Labelled("", text, decision, targets, roster_add=optional)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
