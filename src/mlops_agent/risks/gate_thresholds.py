"""Gates that compare the wrong way round, with a threshold of nothing, or with NaN.

Only what is certain in the code is yielded: the model's release hangs on the comparison itself.
"""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from mlops_agent.lifecycle.facts import Call, Comparison
from mlops_agent.risks.acts import does
from mlops_agent.risks.gate_defaults import GREATER, LESS, Side, accepts, side_of
from mlops_agent.risks.gate_forms import Hole
from mlops_agent.risks.metric_names import direction, is_baseline
from mlops_agent.risks.syntax import expression

if TYPE_CHECKING:
    from mlops_agent.lifecycle.reading import Lifecycle

ENVIRONMENT = re.compile(r"\b(?:getenv|environ\.get)\(\s*[\"'](\w+)[\"']\s*,")
SETTERS = (".py", ".ipynb", ".sh", ".yaml", ".yml", ".toml", ".cfg", ".env", "Dockerfile")
RELEASING = ("registers", "promotes")
_PLAIN = ast.Name | ast.Attribute | ast.Subscript


def misjudged(lifecycle: Lifecycle, path: str) -> Iterator[Hole]:
    """The comparisons of a file that let through what they should refuse."""
    for fact in lifecycle.facts.of(Comparison, path):
        accepting = accepts(lifecycle, fact)
        if accepting is None or fact.operator not in (*GREATER, *LESS):
            continue
        left, right = side_of(lifecycle, fact, fact.left), side_of(lifecycle, fact, fact.right)
        greater = (fact.operator in GREATER) is accepting
        big, small = (left, right) if greater else (right, left)
        test = f"{fact.left} {fact.operator} {fact.right}"
        sides = (fact.left, fact.right) if greater else (fact.right, fact.left)
        if accepting and _inverted(lifecycle, fact, *sides):
            yield Hole("inverted", path, fact.line, fact.scope, test, fact.line, "", fact.line)
        for side in (left, right):
            # Every comparison with NaN is false, so a test that refuses when it holds never does.
            if not accepting and side.default is not None and math.isnan(side.default):
                yield Hole("nan", path, side.line, fact.scope, side.key, side.line, test, fact.line)
        name = _threshold_of_nothing(lifecycle, fact, big, small)
        if name:
            yield Hole("threshold", path, small.line, fact.scope, name, small.line, test, fact.line)


def _inverted(lifecycle: Lifecycle, fact: Comparison, big: str, small: str) -> bool:
    """Whether the worse of a candidate and what it is measured against is released."""
    if not all(isinstance(expression(text), _PLAIN) for text in (big, small)):
        return False
    ways = {direction(big), direction(small)}
    worse, better = (small, big) if ways == {1} else (big, small)
    return (
        ways in ({1}, {-1})
        and not is_baseline(worse)
        and is_baseline(better)
        and _releases_itself(lifecycle, fact)
    )


def _releases_itself(lifecycle: Lifecycle, fact: Comparison) -> bool:
    # A worse score may well start a training that registers its model; that is no gate.
    if fact.decides != "if" or fact.controls is None:
        return False
    first, last = fact.controls
    inside = [
        does(call)
        for call in lifecycle.facts.of(Call, fact.path)
        if call.scope == fact.scope and first <= call.line <= last
    ]
    return any(word in RELEASING for word in inside) and "trains" not in inside


def _threshold_of_nothing(
    lifecycle: Lifecycle, fact: Comparison, candidate: Side, threshold: Side
) -> str:
    """The variable that holds the threshold, where that is 0 or less and nothing sets it, or ""."""
    least = threshold.value if threshold.default is None else threshold.default
    read = ENVIRONMENT.search(lifecycle.facts.line(fact.path, threshold.line))
    if read is None or least is None or least > 0 or direction(candidate.text) != 1:
        return ""
    if is_baseline(candidate.text):
        return ""
    name = re.compile(rf"\b{re.escape(read[1])}\b")
    texts = (lifecycle.facts.text(one) for one in lifecycle.tracked if one.endswith(SETTERS))
    return read[1] if sum(len(name.findall(text)) for text in texts) == 1 else ""
