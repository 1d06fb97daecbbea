"""A request before its gates: whose work it is, and what of the gates is known already.

Owns the way from a text (and a repository) to what is asked about it. It asks nobody.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_agent.boundary.accepting import checked_text
from mlops_agent.boundary.routing import route_text
from mlops_agent.contracts.finding import Finding
from mlops_agent.contracts.gates import Answered, Clarification, Evidence, GateQuestion, Mode
from mlops_agent.contracts.handoff import OURS
from mlops_agent.contracts.request import Question, Request
from mlops_agent.contracts.routing import Ask, Decision, Routing
from mlops_agent.handoffs.answers import route_answered
from mlops_agent.handoffs.roster import roster_of
from mlops_agent.vocabulary.siblings import Sibling, standard_roster
from mlops_agent.workflow.answering import settle
from mlops_agent.workflow.asking import clarified
from mlops_agent.workflow.figures import compare_figures
from mlops_agent.workflow.knowing import passages_of, said, what_is_known

if TYPE_CHECKING:
    from mlops_agent.lifecycle.reading import Lifecycle


_CLEARLY_OURS = 2
"""So many needs of our gates told leave no doubt that the request is about a model's lifecycle."""


@dataclass(frozen=True)
class Opened:
    """A request with its routing and, where a repository was given, what that shows.

    `asked` are the ids of questions that the routing had; answers to them are no gate's. `widened`
    says that more was read than the folder that was given, "" where not.
    """

    text: str
    routing: Routing
    lifecycle: Lifecycle | None = None
    findings: tuple[Finding, ...] = ()
    asked: frozenset[str] = frozenset()
    widened: str = ""

    @cached_property
    def known(self) -> list[Answered]:
        """What request and repository answer; read once, since a talk asks for it at each turn."""
        return what_is_known(self.text, self.lifecycle, self.findings)

    @cached_property
    def decision(self) -> Decision:
        """Whose work it is, after what the request tells of our own gates.

        A bound that it names ("p95 under 100 ms") is no ask for another owner, and a text that
        answers some gate is clear enough to ask about.
        """
        told = [one.evidence for one in said(self.text, passages_of(self.text), strictly=True)]
        decision = self.routing.decision
        if decision == "clarify" and told:
            return "accept"
        if decision in ("handoff", "split") and len(told) >= _CLEARLY_OURS:
            others = [ask for ask in self.routing.asks if ask.decision == "handoff"]
            if all(any(_overlap(ask, one) for one in told) for ask in others):
                return "accept"
        nothing_ours = decision == "split" and OURS not in self.routing.targets
        return "handoff" if nothing_ours else decision

    def clarified(self, mode: Mode, answers: Mapping[str, str] | None = None) -> Clarification:
        """The gates' questions; the routing's own where nobody can tell what it is about.

        Raises BadInputError for answers that don't fit.
        """
        told = {key: text for key, text in (answers or {}).items() if key not in self.asked}
        if self.decision == "clarify":
            settle([], [], told)
            return _empty(mode, [_asked(one) for one in self.routing.questions], [])
        if self.decision in ("handoff", "decline"):
            return _empty(mode, [], _notes(self.routing))
        made = clarified(self.known, mode, told)
        beside = [self.widened] if self.widened else []
        compare_figures(self.text, told)
        others = _notes(self.routing) if self.decision == "split" else []
        return made.model_copy(update={"notes": [*others, *beside, *made.notes]})


def open_request(
    text: str, repo: Path | None = None, answers: Mapping[str, str] | None = None
) -> Opened:
    """Route a request, and read and audit the repository if one is given and the work is ours.

    `answers` to what the routing asks count as the caller's words.
    Raises BadInputError for a text or settings that can't be used, NotARepositoryError.
    """
    checked = checked_text(text, source="the request")
    if repo is None:
        return _routed(checked, standard_roster(), answers or {})
    from mlops_agent.lifecycle.git import open_root
    from mlops_agent.risks.auditing import audit_repository
    from mlops_agent.settings.loading import load_settings

    root = open_root(repo)
    settings = load_settings(root)
    opened = _routed(checked, roster_of(settings), answers or {})
    if opened.routing.decision in ("handoff", "decline"):
        return opened
    lifecycle, audit = audit_repository(root, settings)
    findings = tuple(audit.findings)
    return replace(opened, lifecycle=lifecycle, findings=findings, widened=widened(repo, root))


def _routed(text: str, roster: Sequence[Sibling], answers: Mapping[str, str]) -> Opened:
    routing = route_text(text, roster)
    asked = frozenset(one.id for one in routing.questions)
    if asked & set(answers):
        routing = route_answered(Request(text=text, answers=dict(answers)), roster)
    return Opened(text, routing, asked=asked)


def widened(repo: Path, root: Path) -> str:
    """What has to be said where a folder within a repository was given, and all of it was read."""
    folder = repo.resolve()
    if folder == root.resolve():
        return ""
    return (
        f"The folder {folder.name} lies in the repository {root.name}, which was read as a whole: "
        "what is cited from outside the folder may belong to something else."
    )


def _overlap(ask: Ask, evidence: Evidence) -> bool:
    start, end = evidence.start, evidence.end
    return start is not None and end is not None and ask.start < end and start < ask.end


def _empty(mode: Mode, questions: list[GateQuestion], notes: list[str]) -> Clarification:
    return Clarification(mode=mode, answered=[], questions=questions, assumptions=[], notes=notes)


def _asked(one: Question) -> GateQuestion:
    """A question of the routing as one of the first gate: what is it all about?"""
    return GateQuestion(
        id=one.id,
        gate="objective",
        slots=[],
        question=one.question,
        why=one.why,
        default=one.default,
        options=one.options,
    )


def _notes(routing: Routing) -> list[str]:
    """Whose work it is instead, or what is refused, one line each."""
    others = [name for name in routing.targets if name != OURS]
    share = "a part of this" if OURS in routing.targets else "this"
    told = [f"{name} owns {share}: `mlops-agent route` writes the packet" for name in others]
    return [*told, *(f"{one.what}: {one.why}" for one in routing.refused)]
