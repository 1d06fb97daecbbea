"""One simple command on its way through the judgement, and what the judges of programs return."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from mlops_agent.contracts.policy import Effect
from mlops_agent.sandbox.policy.verdicts import graver


@dataclass(frozen=True, slots=True)
class Finding:
    """An effect and its reason."""

    effect: Effect
    reason: str

    def at_least(self, effect: Effect, reason: str) -> Finding:
        """This finding, or one with this effect and reason where that is graver."""
        if effect == self.effect and not self.reason:
            return Finding(effect, reason)
        return self if graver(self.effect, effect) == self.effect else Finding(effect, reason)

    def or_graver(self, other: Finding) -> Finding:
        """The graver of two findings; this one where they are alike."""
        return self.at_least(other.effect, other.reason)


@dataclass(frozen=True, slots=True)
class Around:
    """What else bears on a command of a line.

    `own_loopback` says that the machine's own addresses reach only what runs in the same sandbox,
    `background` that the line starts something that goes on beside it; `variables` are what the
    line puts into the command's environment.
    """

    own_loopback: bool = False
    background: bool = False
    variables: Mapping[str, str] = field(default_factory=dict[str, str])


NOTHING_AROUND = Around()


@dataclass(frozen=True, slots=True)
class Call:
    """A simple command: its words, where its input comes from, and how to judge others in it.

    `stdin` is a text that is known, or None; `listed` says that it is names from the worktree.
    `nested` judges a text for a shell, `argv` another simple command that this one runs, `trial`
    one that it may run.
    """

    words: Sequence[str]
    stdin: str | None
    listed: bool
    nested: Callable[[str], Finding]
    argv: Callable[[Sequence[str]], Finding]
    trial: Callable[[Sequence[str]], Finding]
    around: Around = NOTHING_AROUND

    @property
    def name(self) -> str:
        """The program's name without its folder."""
        return self.words[0].rpartition("/")[2]
