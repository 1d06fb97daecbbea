"""Lies that an author can put into a true report: one small change of the record each.

Each says what the checker has to answer, so that a lie that is caught by accident does not count.
The liar has the whole folder to himself: the report is sealed again after each change.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from report_staging import WORKFLOW
from report_truths import SEARCH, TESTS

from mlops_agent.contracts.report import Claim, LineSays, RunResult, Untouched

Change = Callable[[RunResult], RunResult]
BASE_LINE = f"line:{WORKFLOW}:9"


@dataclass(frozen=True)
class Lie:
    """A change of a report, and a pattern that one of the checker's complaints has to match."""

    name: str
    change: Change
    says: str


def put(**fields: Any) -> Change:  # noqa: ANN401
    """Change fields of the report itself."""
    return lambda result: result.model_copy(update=fields)


def part(name: str, **fields: Any) -> Change:  # noqa: ANN401
    """Change fields of a record in the report."""
    return lambda r: r.model_copy(update={name: getattr(r, name).model_copy(update=fields)})


def item(name: str, index: int, **fields: Any) -> Change:  # noqa: ANN401
    """Change fields of one record in a list of the report."""

    def change(result: RunResult) -> RunResult:
        items = list(getattr(result, name))
        items[index] = items[index].model_copy(update=fields)
        return result.model_copy(update={name: items})

    return change


def text(kind: str, old: str, new: str, index: int = 0) -> Change:
    """Change the sentence of the nth claim that asserts a kind of thing, and nothing else."""

    def change(claim: Claim) -> Claim:
        assert old in claim.text, (old, claim.text)
        return claim.model_copy(update={"text": claim.text.replace(old, new)})

    return _on(kind, change, index)


def asserted(kind: str, evidence: list[str] | None = None, index: int = 0, **fields: Any) -> Change:  # noqa: ANN401
    """Change what the nth claim of a kind asserts, and its pointers with it."""

    def change(claim: Claim) -> Claim:
        new = claim.asserts[0].model_copy(update=fields)
        pointers = claim.evidence if evidence is None else evidence
        return claim.model_copy(update={"asserts": [new], "evidence": pointers})

    return _on(kind, change, index)


def both(*changes: Change) -> Change:
    """Make several changes one after the other."""

    def change(result: RunResult) -> RunResult:
        for one in changes:
            result = one(result)
        return result

    return change


def claims(kind: str, index: int = 0, **fields: Any) -> Change:  # noqa: ANN401
    """Change fields of the nth claim of a kind."""
    return _on(kind, lambda claim: claim.model_copy(update=fields), index)


def added(claim: Claim) -> Change:
    """Add a claim."""
    return lambda result: result.model_copy(update={"claims": [*result.claims, claim]})


def without(kind: str) -> Change:
    """Leave out the claims of a kind."""
    return lambda r: r.model_copy(
        update={
            "claims": [one for one in r.claims if not (one.asserts and one.asserts[0].kind == kind)]
        }
    )


def _on(kind: str, change: Callable[[Claim], Claim], index: int) -> Change:
    def apply(result: RunResult) -> RunResult:
        places = [n for n, one in enumerate(result.claims) if one.asserts[0].kind == kind]
        all_claims = list(result.claims)
        all_claims[places[index]] = change(all_claims[places[index]])
        return result.model_copy(update={"claims": all_claims})

    return apply


def swapped(result: RunResult) -> RunResult:
    """Give the probe's two runs in the wrong order."""
    (claim,) = [one for one in result.claims if one.asserts[0].kind == "probe"]
    old = claim.asserts[0]
    assert old.kind == "probe"
    return asserted("probe", base_run=old.proposed_run, proposed_run=old.base_run)(result)


def never_red(result: RunResult) -> RunResult:
    """Give the green run as the red one too."""
    (claim,) = [one for one in result.claims if one.asserts[0].kind == "probe"]
    old = claim.asserts[0]
    assert old.kind == "probe"
    return asserted("probe", [f"probe:{old.proposed_run}"], base_run=old.proposed_run)(result)


def of_itself(result: RunResult) -> RunResult:
    """Let a list name its own claim."""
    (claim,) = [one for one in result.claims if one.asserts[0].kind == "list"]
    return asserted("list", items=[claim.text])(result)


SENTENCE_OF_ONE_LINE = Claim(
    text=f"Every step of {WORKFLOW} stops on a failure.",
    evidence=[BASE_LINE],
    asserts=[LineSays(path=WORKFLOW, line=9, text="|| true")],
)
OTHERS_OF_ONE = Claim(
    text="No other file is changed, promote.py among them.",
    evidence=["diff"],
    asserts=[Untouched(paths=["promote.py"])],
)


def covered_by_another(result: RunResult) -> RunResult:
    """Tell the early run as a late one, by naming a file that it has nothing to do with."""
    covers = asserted("command", covers=["README.md"], index=0)
    return text("command", "Before the change `", "`")(covers(result))


def counting_another_thing(result: RunResult) -> RunResult:
    """Let a list of commands stand on the diff."""
    (diff,) = [one.text for one in result.claims if one.asserts[0].kind == "diff"]
    return asserted("list", items=[diff, result.claims[0].text])(result)


def counting_a_failure(result: RunResult) -> RunResult:
    """Let a list of passing commands stand on one that failed."""
    return asserted("list", items=[result.claims[0].text, f"`{SEARCH}` exits with 1."])(result)


def of_two(result: RunResult) -> RunResult:
    """Let one claim assert two things, so that its sentence may mix them."""
    first, second = result.claims[:2]
    joined = first.model_copy(
        update={
            "asserts": [*first.asserts, *second.asserts],
            "evidence": [*first.evidence, *second.evidence],
        }
    )
    return result.model_copy(update={"claims": [joined, *result.claims[1:]]})


LIES: tuple[Lie, ...] = (
    Lie("early run under another file", covered_by_another, "say so where it ran before"),
    Lie(
        "covers that are no files",
        asserted("command", covers=["the rollback was drilled"], index=1),
        "there is no the rollback was drilled",
    ),
    Lie("list about another thing", counting_another_thing, "is about no command"),
    Lie("list over a failure", counting_a_failure, "says 'passes'"),
    Lie("two things in one claim", of_two, "asserts several things"),
    Lie("droppable hunks invented", part("change", droppable_hunks=3), "without 0 hunks, not 3"),
    Lie("deed in the summary", part("change", summary="It was tested."), "summary: 'was tested'"),
    Lie("deed in the trade-off", part("change", trade_off="The tests pass."), "trade-off: 'tests"),
    Lie("deed as a live check", put(live_checks=["Rollback was drilled."]), "live check: 'was"),
    Lie("deed as a reason", part("primary_risk", why="The drill worked."), "risk: 'drill worked'"),
    Lie("deed as what remains", item("residual_risks", 0, risk="All is tested.", evidence=[]),
        "residual risk 1: 'is tested'"),
    Lie("deed beside a validation", item("validations", 1, why="it was drilled"), "'was drilled"),
    Lie("rollback by the tests", item("validations", 1, path="rollback"), "shows no rollback"),
    Lie("finding told as gone", text("finding", "The audit finds", "Gone is"), "'gone' says more"),
    Lie("line denied", text("line", "ends in", "does not end in"), "'does' says more"),
    Lie("file told as left alone", text("diff", "touches", "leaves"), "'leaves' says more"),
    Lie(
        "a deed besides",
        text("probe", "proposal.", "proposal, and the rollback was drilled."),
        "'rollback' says more",
    ),
    Lie("wrong exit code", asserted("command", exit_code=1, index=1), "ended with exit code 0"),
    Lie("invented command", asserted("command", command="make test", index=1), "not `make test`"),
    Lie("invented call", asserted("command", ["call:c99"], 1, call="c99"), "call:c99 does not"),
    Lie("call of another tool", asserted("command", ["call:c1"], 1, call="c1"), "ran no command"),
    Lie("quoted output not there", asserted("command", quotes=["Ran 9 tests"], index=1), "Ran 9"),
    Lie("blank quote", asserted("command", quotes=[" "], index=1), "an empty quote"),
    Lie(
        "covers a file edited later",
        asserted("command", covers=[WORKFLOW], index=0),
        "was edited after call c2",
    ),
    Lie(
        "moved line",
        both(
            asserted("line", [f"line:{WORKFLOW}:10"], line=10),
            text("line", ":9", ":10"),
        ),
        "reads '- name: Promote'",
    ),
    Lie("line text that is not there", asserted("line", text="|| false"), "reads 'run: python"),
    Lie("line past the end", asserted("line", [BASE_LINE], line=99), "there is no line"),
    Lie(
        "line of the other tree",
        asserted("line", [BASE_LINE + "@proposed"], tree="proposed"),
        "of the proposed tree reads",
    ),
    Lie("blank line text", asserted("line", text=" "), "a blank text says nothing"),
    Lie("file left out of the diff", asserted("diff", files=["README.md"]), "touches .*train.yml"),
    Lie(
        "file put into the diff",
        asserted("diff", files=[WORKFLOW, "README.md"]),
        "does not touch README.md",
    ),
    Lie("wrong count in the claim", asserted("diff", lines_added=3), "git counts 1 lines added"),
    Lie("wrong count in the change", part("change", lines_removed=9), r"git counts \+1 -1"),
    Lie("wrong files in the change", part("change", files=["promote.py"]), "git says"),
    Lie("second boundary", part("change", boundaries=["pipeline", "registry"]), "one boundary"),
    Lie("another boundary", put(boundary="monitor"), "not the declared pipeline"),
    Lie("probe never red", never_red, "was on the proposed tree"),
    Lie("probe runs swapped", swapped, "was on the proposed tree, not on the base"),
    Lie("probe of another name", asserted("probe", probe="smoke"), "of the probe gate, not smoke"),
    Lie("no probe at all", without("probe"), "no verified claim shows the change's probe"),
    Lie(
        "untouched that was touched",
        asserted("untouched", paths=[WORKFLOW, "promote.py"]),
        "train.yml was changed",
    ),
    Lie(
        "untouched folder that was touched",
        asserted("untouched", paths=[".github"]),
        "train.yml was changed",
    ),
    Lie("untouched that is not there", asserted("untouched", paths=["src"]), "there is no src"),
    Lie("absent that is present", asserted("absent", text="accuracy"), "holds 'accuracy'"),
    Lie("absent in no folder", asserted("absent", paths=["src"]), "no src in the base tree"),
    Lie("finding invented", asserted("finding", fingerprint="f" * 64), "has no finding"),
    Lie("finding at another line", asserted("finding", line=11), "is at .*train.yml:9"),
    Lie("finding of another rule", asserted("finding", rule="REG004"), "is of rule PIP001"),
    Lie("universal over one line", added(SENTENCE_OF_ONE_LINE), "'Every' speaks of a whole"),
    Lie("no other over one file", added(OTHERS_OF_ONE), "'No other' speaks of a whole"),
    Lie(
        "nowhere over one folder",
        asserted("absent", paths=[".github"]),
        "'nowhere' speaks of a whole",
    ),
    Lie("list item without claim", asserted("list", items=["It works.", "So."]), "no other claim"),
    Lie("list of itself", of_itself, "no other claim of the report"),
    Lie(
        "list over a false claim",
        asserted("command", exit_code=4, index=1),
        "the list's item .* is not verified",
    ),
    Lie("number of a list changed", text("list", "two", "five"), "number 5 is nowhere"),
    Lie("exit code changed in the text", text("command", "code 0", "code 2", 1), "not the exit"),
    Lie("output changed in the text", text("command", "Ran 2", "Ran 7", 1), "the quoted 'Ran 7"),
    Lie("count changed in the text", text("diff", "1 lines", "4 lines"), "number of lines"),
    Lie("files changed in the text", text("diff", "1 files", "3 files"), "number of files"),
    Lie("line changed in the text", text("line", ":9", ":8"), "not among the places"),
    Lie("file name changed in the text", text("line", "train.yml:9", "serve.yml:9"), "serve.yml"),
    Lie("file named besides", text("untouched", " and ", ", model.py and "), "model.py is not"),
    Lie("quoted code changed", text("line", "|| true", "|| :"), "the quoted '|| :'"),
    Lie("command changed in the text", text("command", TESTS, "make", 1), "names nothing"),
    Lie("rule changed in the text", text("finding", "PIP001", "REG004"), "REG004 is not among"),
    Lie("success turned into failure", text("command", "passes", "fails", 1), "says 'fails'"),
    Lie("failure turned into success", text("command", "exits with 1", "passes", 2), "'passes'"),
    Lie(
        "early run told as a late one",
        text("command", "Before the change `", "`"),
        "say so where it ran before the change",
    ),
    Lie(
        "colours swapped in the text",
        text("probe", "red on the base and green on the proposal", "green on the base"),
        "was not green on the tree",
    ),
    Lie("both, of one", text("finding", "The audit", "For both stages the audit"), "'both' needs"),
    Lie("no-sentence over a line", text("line", "ends in", "has no gate but"), "'no gate' speaks"),
    Lie("works", text("probe", "The probe", "Rollback works: the probe"), "'works' says more"),
    Lie("ensures", text("line", "runs", "now ensures", 1), "'ensures' says more"),
    Lie("exit code in words", text("command", "exits with 1", "returns zero", 2), "0 is not the"),
    Lie(
        "line of another file",
        text("line", "Line 9", "Line 8", 1),
        "Line 8 of .* is not among the places",
    ),
    Lie(
        "search of the other tree",
        text("absent", "nowhere", "nowhere in the proposed tree"),
        "'proposed' says more",
    ),
    Lie(
        "line told of the other tree",
        text("line", "Line 9", "Before the change line 9", 1),
        "what it asserts is of the proposal",
    ),
    Lie("hidden character", text("line", "ends", "e\u200bvery step ends"), r"U\+200B"),
    Lie("summary of more", part("change", summary="Pin each image."), "summary: the word 'each'"),
    Lie("summary of another file", part("change", summary="Mend serve.py."), "summary: serve.py"),
    Lie("another reason", put(driver_why="the operator said so"), "reason for the driver"),
    Lie("sentence about something else", claims("diff", text="Rollback works."), "names nothing"),
    Lie("nothing asserted", claims("line", asserts=[]), "asserts nothing"),
    Lie("pointers dropped", claims("command", 1, evidence=[]), "does not name call:c5"),
    Lie("pointer to nothing", claims("line", evidence=["line:nowhere.py:1"]), "does not exist"),
    Lie("validation of a failure", item("validations", 1, command=SEARCH, evidence=["call:c7"]),
        "call c7 ended with exit code 1"),
    Lie("validation of another command", item("validations", 1, command="make"), "not `make`"),
    Lie("validation without a run", item("validations", 2, outcome="passed"), "cites no run"),
    Lie("validation by a line", item("validations", 1, evidence=[BASE_LINE]), "is not a run"),
    Lie("validation on the base alone", item("validations", 0, evidence=["probe:p-c3"]),
        "was on the base tree"),
    Lie("validation not run, no reason", item("validations", 2, why=""), "does not say why"),
    Lie("risk of another rule", part("primary_risk", rule="REG001"), "no finding of REG001"),
    Lie("risk at another place", part("primary_risk", statement="promote.py:2 fails"), "not among"),
    Lie("risk without evidence", part("primary_risk", evidence=[]), "cites no evidence"),
    Lie("residual risk at no place", item("residual_risks", 0, evidence=["line:a.py:1"]), "a.py:1"),
    Lie("residual risk left there", item("residual_risks", 0, follow_up=" "), "no follow-up"),
    Lie("declaration rewritten", put(declarations=[]), "declarations are not those"),
    Lie("request rewritten", part("request", text="tidy up"), "the request is not the journal's"),
    Lie("another base commit", part("base", commit="0" * 40), "the base is not the journal's"),
    Lie("another run's id", put(run="20200101-000000-0000"), "the run id is not the journal's"),
    Lie("confinement invented", part("isolation", kind="external"), "the isolation is not"),
    Lie("reason of the outcome rewritten", put(why="the owner agreed"), "reason for the outcome"),
    Lie("outcome changed", put(outcome="no-change"), "the outcome is not the journal's"),
)  # fmt: skip


def told_as_verified(result: RunResult) -> RunResult:
    """What a liar does last: mark it all as verified."""
    marked = [one.model_copy(update={"verified": True, "problem": ""}) for one in result.claims]
    return result.model_copy(update={"claims": marked, "verified": True, "problems": []})


def complaints(result: RunResult) -> list[str]:
    """All that a checked report is blamed for."""
    return [*(one.problem for one in result.claims if one.problem), *result.problems]
