"""What a test decides, which tests stand above a call, and whether errors are caught."""

from __future__ import annotations

import pytest

from mlops_agent.lifecycle.facts import Call, Comparison, MainGuard
from mlops_agent.lifecycle.readers.python import read


def comparisons(text: str) -> list[Comparison]:
    return [fact for fact in read("gate.py", text) if isinstance(fact, Comparison)]


def call(text: str, name: str = "promote") -> Call:
    [found] = [f for f in read("gate.py", text) if isinstance(f, Call) and f.name == name]
    return found


DEFINED = "def promote(): ...\n"


def test_an_if_controls_its_body_and_else_runs_otherwise() -> None:
    [found] = comparisons("if m['f1'] >= T:\n    a()\n    b()\nelse:\n    c()\nd()")
    assert (found.left, found.operator, found.right) == ("m['f1']", ">=", "T")
    assert (found.decides, found.controls, found.otherwise) == ("if", (2, 3), (5, 5))
    assert set(found.names) == {"m", "f1", "T"}


@pytest.mark.parametrize(
    "leaving",
    ["raise ValueError('low')", "sys.exit(1)", "print('low')\n        exit(1)", "ctx.fail('x')"],
)
def test_a_body_that_raises_guards_the_rest_of_the_function(leaving: str) -> None:
    text = f"def f():\n    with x:\n      if a < b:\n        {leaving}\n      c()\n    promote()\n"
    [found] = comparisons(text)
    last = len(text.splitlines())
    assert found.decides == "raise"
    assert found.otherwise == (last - 1, last)


def test_a_body_that_returns_guards_the_rest_but_is_an_if() -> None:
    [found] = comparisons("def f():\n    if a < b:\n        return\n    promote()\nother()")
    assert (found.decides, found.controls, found.otherwise) == ("if", (3, 3), (4, 4))


def test_leaving_a_nested_block_guards_only_that_block() -> None:
    text = "def f():\n    if x:\n        if a < b:\n            return\n        c()\n    promote()"
    inner = comparisons(text)[1]
    assert inner.otherwise == (5, 5)


def test_continue_guards_the_rest_of_the_loop_body() -> None:
    [found] = comparisons("for m in ms:\n    if m < t:\n        continue\n    promote()\nc()")
    assert found.otherwise == (4, 4)


def test_a_raise_inside_try_guards_only_the_try_body() -> None:
    text = "try:\n    if a < b:\n        raise E\n    c()\nexcept E:\n    pass\npromote()"
    [found] = comparisons(text)
    assert found.otherwise == (4, 4)


def test_not_turns_the_branches() -> None:
    [found] = comparisons("def f():\n    if not a > b:\n        return\n    promote()")
    assert (found.operator, found.controls, found.otherwise) == (">", (4, 4), (3, 3))


def test_or_leaves_no_side_in_control_and_and_no_side_excluded() -> None:
    both = comparisons("if a > b and c > d:\n    x()\nelse:\n    y()")
    assert [(f.controls, f.otherwise) for f in both] == [((2, 2), None)] * 2
    either = comparisons("if a > b or force:\n    x()\nelse:\n    y()")
    assert [(f.controls, f.otherwise) for f in either] == [(None, (4, 4))] * 2


def test_a_bare_test_is_a_comparison_of_its_own() -> None:
    one, two = comparisons("if res.success:\n    a()\nif not res.success:\n    raise E\nb()")
    assert (one.left, one.operator, one.right, one.controls) == (
        "res.success",
        "truthy",
        "",
        (2, 2),
    )
    assert (two.operator, two.decides) == ("not", "raise")
    assert (two.controls, two.otherwise) == ((4, 4), (5, 5))


def test_assert_while_return_and_assigned_comparisons() -> None:
    text = (
        "def f():\n    assert a > b\n    c()\n    while x < 3:\n        d()\n"
        "    ok = m > t\n    return m > t"
    )
    found = comparisons(text)
    assert [f.decides for f in found] == ["assert", "while", "assign", "return"]
    assert found[0].controls == (3, 7)
    assert found[1].controls == (5, 5)


def test_a_chain_gives_a_comparison_a_pair() -> None:
    found = comparisons("if 0 < m < 1:\n    a()")
    assert [(f.left, f.operator, f.right) for f in found] == [("0", "<", "m"), ("m", "<", "1")]


def test_guards_name_the_tests_above_innermost_last() -> None:
    text = (
        DEFINED
        + "if a:\n    while b > 1:\n        pass\n    if c:\n        x()\n"
        + "    else:\n        promote()"
    )
    assert call(text).guards == ("a", "not (c)")


def test_guards_of_a_conditional_expression() -> None:
    assert call(DEFINED + "x = promote() if a > b else None").guards == ("a > b",)


@pytest.mark.parametrize(
    ("handler", "caught"),
    [
        ("pass", True),
        ("print(e)", True),
        ("return None", True),
        ("raise", False),
        ("print(e)\n        raise X from e", False),
        ("sys.exit(1)", False),
    ],
)
def test_a_handler_that_lets_the_flow_go_on_is_told(handler: str, caught: bool) -> None:
    tried = "def f():\n    try:\n        promote()\n    except Exception as e:\n"
    text = f"{DEFINED}{tried}        {handler}"
    assert call(text).handler is caught


def test_a_finally_alone_catches_nothing() -> None:
    assert call(DEFINED + "try:\n    promote()\nfinally:\n    pass").handler is False


def test_calls_in_the_handler_are_not_under_it() -> None:
    text = DEFINED + "try:\n    a()\nexcept E:\n    promote()"
    assert call(text).handler is False


def test_raised_calls_are_kept() -> None:
    assert call("raise ValueError('x')", "ValueError").args[0].value == "x"


def test_the_main_guard_is_no_comparison() -> None:
    text = DEFINED + "if __name__ == '__main__':\n    promote()"
    found = read("gate.py", text)
    assert [(f.line, f.end_line) for f in found if isinstance(f, MainGuard)] == [(2, 3)]
    assert not [f for f in found if isinstance(f, Comparison)]
    assert call(text).guards == ()
