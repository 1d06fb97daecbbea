"""Reads Jenkinsfiles: stages, `sh` steps, manual `input` steps, triggers, agents."""

from __future__ import annotations

from dataclasses import dataclass, field

from mlops_agent.lifecycle.facts import Fact, ImageRef, Job, Step, Workflow
from mlops_agent.lifecycle.readers.groovy_words import Token, tokens_of
from mlops_agent.lifecycle.readers.scripts import Script, command_facts
from mlops_agent.lifecycle.readers.source import Source, joined_path

_TRIGGERS = {
    "cron": "schedule",
    "pollSCM": "push",
    "githubPush": "push",
    "upstream": "workflow_run",
}
_NEAREST = 100
"""Blocks around a word that are looked at, from the inside out; hand-written files have ten."""
_TOLERANT = frozenset({"catchError", "warnError"})


@dataclass(slots=True)
class _Open:
    """A block that stands open: the word before its brace, the string of its argument, and the
    stage that it is, if it is one."""

    word: str
    argument: str
    line: int
    stage: _Stage | None


@dataclass(slots=True)
class _Stage:
    name: str
    line: int
    end_line: int
    condition: str = ""
    image: str = ""
    timeout: bool = False
    steps: int = 0


@dataclass(slots=True)
class _Reading:
    """What the pass over the tokens has found."""

    stages: list[_Stage] = field(default_factory=list[_Stage])
    triggers: list[str] = field(default_factory=list[str])
    schedules: list[str] = field(default_factory=list[str])
    upstream: list[str] = field(default_factory=list[str])
    concurrency: bool = False
    facts: list[Fact] = field(default_factory=list[Fact])


def read(path: str, text: str) -> list[Fact]:
    """A Workflow (system "jenkins"), a Job a stage, a Step and Commands a `sh` step.

    `input` steps are Steps with `uses` "input" and the message as key; `build job:` steps have
    `uses` "build:NAME".

    Args:
        path: relative to the root, POSIX.
        text: the file's text.
    """
    source = Source(path, tuple(text.split("\n")))
    return _Reader(source, tokens_of(text)).facts()


class _Reader:
    """One pass over the tokens with a stack of open blocks."""

    def __init__(self, source: Source, tokens: list[Token]) -> None:
        self.source = source
        self.tokens = tokens
        self.open: list[_Open] = []
        self.state = _Reading()
        self.head = 0

    def facts(self) -> list[Fact]:
        for place, token in enumerate(self.tokens):
            if token.kind == "sign":
                self._sign(place, token)
            elif token.kind == "word":
                self._word(place, token)
        state = self.state
        workflow = Workflow(
            path=self.source.path,
            line=1,
            end_line=len(self.source.lines),
            system="jenkins",
            name=self.source.path,
            triggers=tuple(dict.fromkeys(state.triggers)),
            schedules=tuple(state.schedules),
            upstream=tuple(state.upstream),
            concurrency=state.concurrency,
        )
        names = ["", *(stage.name for stage in state.stages)]
        jobs = [
            self._job(stage, before) for stage, before in zip(state.stages, names, strict=False)
        ]
        return [workflow, *jobs, *state.facts]

    def _sign(self, place: int, token: Token) -> None:
        if token.text == "{":
            head = self.tokens[self.head : place]
            word = next((t.text for t in head if t.kind == "word"), "")
            argument = next((t.text for t in head if t.kind == "string"), "")
            stage = None
            if word == "stage":
                line = next((t.line for t in head if t.kind == "word"), token.line)
                stage = _Stage(argument, line, token.line)
                self.state.stages.append(stage)
            self.open.append(_Open(word, argument, token.line, stage))
        elif token.text == "}" and self.open:
            closed = self.open.pop()
            if closed.stage:
                closed.stage.end_line = token.line
        if token.text in "{};\n":
            self.head = place + 1

    def _word(self, place: int, token: Token) -> None:
        inside = [block.word for block in self.open[-_NEAREST:]]
        if token.text in ("sh", "bat", "powershell"):
            self._shell(place, token)
        elif token.text == "input":
            self._plain_step(token, "input", self._argument(place, "message"))
        elif token.text == "build" and self._argument(place, "job"):
            self._plain_step(token, f"build:{self._argument(place, 'job')}", "build")
        elif token.text == "disableConcurrentBuilds":
            self.state.concurrency = True
        elif token.text in _TRIGGERS and "triggers" in inside:
            self.state.triggers.append(_TRIGGERS[token.text])
            values = {"cron": self.state.schedules, "upstream": self.state.upstream}
            if token.text in values:
                values[token.text].append(self._argument(place, "upstreamProjects"))
        elif token.text == "timeout" and self.state.stages and "stage" in inside:
            self.state.stages[-1].timeout = True
        elif token.text in ("image", "docker.image") and {"agent", "docker"} & set(inside):
            self._image(place, token)
        elif inside and inside[-1] == "when" and self.state.stages:
            stage = self.state.stages[-1]
            stage.condition = stage.condition or self._rest_of_line(token)

    def _argument(self, place: int, name: str) -> str:
        """The string after `name:` in the call that starts at `place`, else its first string."""
        call = self._call(place)
        for at, token in enumerate(call):
            after = call[at + 1 : at + 3]
            named = token.kind == "word" and token.text == name and len(after) == 2
            if named and after[0].text == ":" and after[1].kind == "string":
                return after[1].text
        return next((t.text for t in call if t.kind == "string"), "")

    def _call(self, place: int) -> list[Token]:
        """The tokens of a call's arguments: to its closing parenthesis, or to the line's end."""
        found: list[Token] = []
        depth = 0
        for token in self.tokens[place + 1 : place + 60]:
            if token.kind == "sign":
                depth += (token.text in "([") - (token.text in ")]")
                if depth < 0 or token.text in "{}" or (token.text == "\n" and depth == 0):
                    break
            found.append(token)
        return found

    def _shell(self, place: int, token: Token) -> None:
        call = self._call(place)
        named = [b for a, b in zip(call, call[2:], strict=False) if a.text == "script"]
        strings = [t for t in named or call if t.kind == "string"]
        if not strings:
            return
        text = strings[0]
        job = self._job_name()
        number = self._number()
        status = next((t for t in call if t.text in ("returnStatus",)), None)
        catching = next((b for b in reversed(self.open) if b.word in _TOLERANT), None)
        tolerated = status.line if status else catching.line if catching else 0
        key = f"#{number}"
        folder = "/".join(b.argument for b in self.open if b.word == "dir" and b.argument)
        self.state.facts.append(
            self._step(token, text, key=key, tolerated_line=tolerated, folder=folder)
        )
        if token.text == "sh":
            self.state.facts += command_facts(
                Script(text.text, text.line),
                self.source,
                origin="jenkins",
                owner=f"{job}/{key}",
                working_directory=joined_path("", folder),
            )

    def _plain_step(self, token: Token, uses: str, key: str) -> None:
        self._number()
        self.state.facts.append(self._step(token, None, key=key or uses, uses=uses))

    def _step(
        self,
        token: Token,
        script: Token | None,
        *,
        key: str,
        uses: str = "",
        tolerated_line: int = 0,
        folder: str = "",
    ) -> Step:
        """A Step at a word of the pipeline; `script` is the string that it runs."""
        return Step(
            path=self.source.path,
            line=token.line,
            end_line=script.end_line if script else token.line,
            system="jenkins",
            workflow=self.source.path,
            job=self._job_name(),
            key=key,
            run=script.text if script else "",
            run_line=script.line if script else 0,
            shell=token.text if script else "",
            uses=uses,
            condition="",
            working_directory=folder,
            tolerated=tolerated_line > 0,
            tolerated_line=tolerated_line,
            env=(),
        )

    def _number(self) -> int:
        """The place of the next step in its stage."""
        if not self.state.stages:
            return 0
        stage = self.state.stages[-1]
        stage.steps += 1
        return stage.steps - 1

    def _job_name(self) -> str:
        return next((b.argument for b in reversed(self.open) if b.word == "stage"), "")

    def _image(self, place: int, token: Token) -> None:
        image = self._argument(place, "image")
        if not image:
            return
        if self._job_name() and self.state.stages:
            self.state.stages[-1].image = image
        self.state.facts.append(
            ImageRef(
                path=self.source.path,
                line=token.line,
                end_line=token.line,
                image=image,
                role="run",
                owner=self._job_name(),
            )
        )

    def _rest_of_line(self, token: Token) -> str:
        return self.source.lines[self.source.clamp(token.line) - 1].strip()

    def _job(self, stage: _Stage, before: str) -> Job:
        return Job(
            path=self.source.path,
            line=stage.line,
            end_line=max(stage.line, stage.end_line),
            system="jenkins",
            workflow=self.source.path,
            name=stage.name,
            needs=(before,) if before else (),
            condition=stage.condition,
            environment="",
            uses="",
            image=stage.image,
            timeout=stage.timeout,
        )
