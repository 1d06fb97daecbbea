"""Learn what shows a second owner: `fit_seconds.py [--folds N]`.

Writes src/mlops_agent/boundary/seconds.json: what each sign of a piece of a request counts for its
being asked of somebody beside the main owner. It learns from requests with two owners, and from
such as only look so: near.jsonl, fit.jsonl, single asks of asks.jsonl alone and joined, and those
asks with what tails.jsonl tells or asks beside them. Owners in what fit.jsonl and asks.jsonl gave
are found by what the other half of each taught. The same inputs give the same file.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from fit import ASKS, FIT, HARMFUL, NOBODY, UNCLEAR, Asked, counted
from labelled import Labelled, load

from mlops_agent.boundary.cutting import read_request
from mlops_agent.boundary.deciding import DEVOPS, INSTEAD
from mlops_agent.boundary.leaning import Learned, learned, learned_of
from mlops_agent.boundary.rostering import owned_by
from mlops_agent.boundary.seconds import FILE, asked_of, by_size, chance_of, shown_in, signs_in
from mlops_agent.boundary.seconds import counted as come_to
from mlops_agent.boundary.words import words
from mlops_agent.vocabulary.siblings import siblings, standard_roster

HERE = Path(__file__).parent
NEAR, TAILS = HERE / "near.jsonl", HERE / "tails.jsonl"
SEED = 5
PAIRS = SINGLES = 250
"""Of each half of the asks."""
TIMES = 4
"""So many asks each tail stands beside."""
BESIDE = 0.5
"""What a made request counts beside one that somebody wrote."""
LEAST = 3
"""A sign of fewer pieces is not learned."""
DECAY = 1 / 0.3
"""What the square of a weight costs."""
EPOCHS, RATE = 24, 0.3
FOLDS = 4
DIGITS = 3
JOINED = (
    "{a}\n\n{b}", "{a} Also {b}", "{a} Separately: {b}", "{a} And {b}", "{a}; {b}", "{a}\nPS {b}",
    "- {a}\n- {b}", "1) {a}\n2) {b}", "{a} and {b}", "{a}, and also {b}", "{a} ({b})",
    "{a} + {b}", "{a} One more thing: {b}", "{a} Unrelated, {b}", "{a} On top of that {b}",
    "{a} Then {b}", "{a} While you're at it, {b}", "{a} {b}", "Two things. {a} {b}",
    "{a}, plus {b}",
)  # fmt: skip
"""How two asks are put into one request."""


class Given(NamedTuple):
    """A request to learn from, what it counts, and what single words lean to for it."""

    label: Labelled
    weight: float
    known: Learned


class Seen(NamedTuple):
    """A piece of a request: its owner, its size, its signs, and whether he has a part."""

    owner: str
    size: int
    signs: tuple[tuple[str, float], ...]
    asked: bool


class Request(NamedTuple):
    """The pieces of a request that speak for somebody beside its main owner."""

    weight: float
    pieces: list[Seen]


Signs = dict[str, float]
Sample = tuple[tuple[tuple[str, float], ...], bool, float]


def main(arguments: Sequence[str]) -> int:
    """Write the file, or say what folds over near.jsonl give."""
    parser = argparse.ArgumentParser(description="Learn what shows a second owner.")
    parser.add_argument("--folds", type=int, default=0)
    given = parser.parse_args(arguments)
    vocabulary = known_words()
    near = [Given(row, 1.0, learned()) for row in load(NEAR)]
    others = requests([*of_halves()], vocabulary)
    mine = requests(near, vocabulary)
    if given.folds:
        print(folded(mine, others, given.folds))
        return 0
    signs, sizes = learn([*mine, *others])
    raw = {
        "words": " ".join(sorted(vocabulary)),
        "sizes": [round(one, DIGITS) for one in sizes],
        "signs": {name: round(one, DIGITS) for name, one in sorted(signs.items())},
    }
    FILE.write_text(json.dumps(raw, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
    return 0


def known_words() -> frozenset[str]:
    """The words that can be signs: those that requests are cut by, and of what is settled."""
    listed = words()
    names = (
        "verbs verbish nounish pronouns determiners subjects auxiliaries finite subordinators"
        " coordinators leads polite preposition stops wh inverted greetings trouble needs"
        " takes_need purpose_subjects sequence helpers adverbs fine people numbers relative denied"
        " denying loose"
    )
    found = {word for name in names.split() for word in getattr(listed, name)}
    more = (HERE / "sign_words.txt").read_text(encoding="utf-8").split()
    return frozenset(word for word in {*found, *more} if " " not in word)


def of_halves() -> Iterator[Given]:
    """Requests made of the asks of one half, and of fit.jsonl, known by what the other taught."""
    chance = random.Random(SEED)
    rows = load(FIT)
    asks = [
        (row["text"], row["owner"])
        for row in map(json.loads, ASKS.read_text(encoding="utf-8").splitlines())
    ]
    chance.shuffle(asks)
    tails = [json.loads(line) for line in TAILS.read_text(encoding="utf-8").splitlines()]
    half = len(asks) // 2
    for number, (own, other) in enumerate(((asks[:half], asks[half:]), (asks[half:], asks[:half]))):
        taught = [row for at, row in enumerate(rows) if at % 2 != number]
        known = learned_of(counted(taught, other))
        for row in rows[number::2]:
            yield Given(row, BESIDE, known)
        asked = [
            one
            for one in own
            if one[1] not in (NOBODY, HARMFUL, UNCLEAR, DEVOPS) and one[0].isascii()
        ]
        for label in (*made(asked, chance), *beside(asked, tails[number::2], chance)):
            yield Given(label, BESIDE, known)


def made(asks: Sequence[Asked], chance: random.Random) -> Iterator[Labelled]:
    """Single asks, and pairs of two owners joined in many ways."""
    for text, owner in chance.sample(asks, SINGLES):
        yield Labelled("", text, "handoff", (owner,))
    for _ in range(PAIRS):
        (first, one), (second, other) = chance.sample(asks, 2)
        while other == one:
            second, other = chance.choice(asks)
        frame = chance.choice(JOINED)
        within = frame[3:4] not in (" ", "\n", "") or frame[4:7] in ("and", "+ {")
        text = frame.format(
            a=first.rstrip(".") if within else first,
            b=second[:1].lower() + second[1:] if within and second[1:2].islower() else second,
        )
        yield Labelled("", text, "split", (one, other))


def beside(
    asks: Sequence[Asked], tails: Sequence[dict[str, str]], chance: random.Random
) -> Iterator[Labelled]:
    """Asks with something told, or asked, beside them that is somebody else's."""
    for tail in tails:
        for _ in range(TIMES):
            text, owner = chance.choice(asks)
            while owner == tail["owner"]:
                text, owner = chance.choice(asks)
            said = _with_tail(text, tail["text"], bool(tail["asked"]), chance)
            said = said.lower() if chance.random() < 0.2 else said
            owners = (owner, tail["owner"]) if tail["asked"] else (owner,)
            yield Labelled("", said, "split" if tail["asked"] else "handoff", owners)


def _with_tail(ask: str, tail: str, asked: bool, chance: random.Random) -> str:
    first = tail.split(maxsplit=1)[0]
    linked = first in ("which", "because", "since", "as", "when", "after", "so")
    sentence = tail[:1].upper() + tail[1:] + ("" if tail[-1] in ".?!" else ".")
    if tail.startswith("("):
        return f"{ask.rstrip('.')} {tail}."
    if first == "which":
        return f"{ask.rstrip('.')}, {tail}."
    if not asked and chance.random() < 0.5:
        if linked:
            return f"{sentence.rstrip('.')}, {ask[:1].lower()}{ask[1:]}"
        return f"{sentence} {ask}"
    if tail[0].isupper() or chance.random() < 0.45:
        stop = "" if ask[-1] in ".?!" else "."
        return f"{ask}{stop}{chance.choice((' ', ' ', chr(10) * 2))}{sentence}"
    return ask.rstrip(".?") + chance.choice((", ", ", ", "; ", " - ", ". ", " ")) + tail


def requests(given: Sequence[Given], vocabulary: frozenset[str]) -> list[Request]:
    """The requests with their pieces; such as have no owner teach nothing."""
    return [
        Request(one.weight, pieces_of(one.label, one.known, vocabulary))
        for one in given
        if one.label.targets
    ]


def pieces_of(label: Labelled, known: Learned, vocabulary: frozenset[str]) -> list[Seen]:
    """The pieces of a request that speak for somebody beside the main owner."""
    roster = [
        *standard_roster(),
        *(one for one in siblings() if one.optional and one.name in label.roster_add),
    ]
    instead = {} if DEVOPS in label.roster_add else {DEVOPS: INSTEAD}
    reading = read_request(label.text)
    owned, _ = owned_by(reading, roster, known)
    asked = asked_of(reading, owned, instead)
    if not asked.main:
        return []
    return [
        Seen(
            one.owner,
            one.piece.size,
            tuple(signs_in(label.text, one, asked, vocabulary)),
            one.owner in label.targets,
        )
        for one in shown_in(reading, asked, instead, known)
    ]


def learn(given: Sequence[Request]) -> tuple[Signs, list[float]]:
    """What each sign counts, and what an owner's best pieces of each size count together."""
    samples: list[Sample] = []
    for fold in range(FOLDS):
        signs = of_signs([one for at, one in enumerate(given) if at % FOLDS != fold])
        for request in given[fold::FOLDS]:
            for counts, asked in together(request, signs):
                named = tuple((str(at), one) for at, one in enumerate(by_size(counts)))
                samples.append((named, asked, request.weight))
    sizes = fitted(samples, 1.0)
    return of_signs(given), [sizes[str(at)] for at in range(len(sizes))]


def together(request: Request, signs: Signs) -> Iterator[tuple[list[tuple[int, float]], bool]]:
    """What the pieces of each owner come to, and whether he has a part."""
    for owner in sorted({one.owner for one in request.pieces}):
        pieces = [one for one in request.pieces if one.owner == owner]
        yield [(one.size, come_to(one.signs, signs)) for one in pieces], pieces[0].asked


def of_signs(given: Sequence[Request]) -> Signs:
    """What each sign counts; an owner's pieces count less the more there are."""
    samples: list[Sample] = []
    for request in given:
        number = Counter(one.owner for one in request.pieces)
        samples += [
            ((*one.signs, ("", 1.0)), one.asked, request.weight / math.sqrt(number[one.owner]))
            for one in request.pieces
        ]
    seen = Counter(name for signs, _, _ in samples for name, _ in signs)
    kept = [
        (tuple(sign for sign in signs if seen[sign[0]] >= LEAST), asked, weight)
        for signs, asked, weight in samples
    ]
    return fitted(kept, DECAY)


def fitted(samples: Sequence[Sample], decay: float) -> Signs:
    """The weights of a logistic regression, each sign by steps of its own."""
    stood = Counter(name for signs, _, _ in samples for name, _ in signs)
    weights, squares, sums = dict.fromkeys(stood, 0.0), dict.fromkeys(stood, 1.0), Counter[str]()
    chance = random.Random(SEED)
    order = list(range(len(samples)))
    for epoch in range(EPOCHS):
        chance.shuffle(order)
        for at in order:
            signs, asked, weight = samples[at]
            count = sum(weights[name] * one for name, one in signs)
            error = weight * (1 / (1 + math.exp(-max(-30.0, min(30.0, count)))) - asked)
            for name, one in signs:
                slope = error * one + decay * weights[name] / stood[name]
                squares[name] += slope * slope
                weights[name] -= RATE * slope / math.sqrt(squares[name])
        if epoch >= EPOCHS // 2:
            sums.update(weights)
    return {name: one / (EPOCHS - EPOCHS // 2) for name, one in sums.items()}


def folded(mine: Sequence[Request], others: Sequence[Request], folds: int) -> str:
    """Who was added by what the other folds taught, rightly and not, from three chances on."""
    found: list[tuple[float, bool]] = []
    for fold in range(folds):
        taught = [one for at, one in enumerate(mine) if at % folds != fold]
        signs, sizes = learn([*taught, *others])
        for request in mine[fold::folds]:
            left = [one for one in request.pieces if ("has an ask", 1.0) not in one.signs]
            found += [
                (chance_of(counts, sizes), asked)
                for counts, asked in together(Request(1.0, left), signs)
            ]
    whole = sum(asked for _, asked in found)
    return "\n".join(
        f"from {least}: {sum(a for c, a in found if c >= least)} of {whole} rightly,"
        f" {sum(not a for c, a in found if c >= least)} not"
        for least in (0.4, 0.5, 0.6, 0.7)
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
