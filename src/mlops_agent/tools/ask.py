"""The tool Ask: questions that only the caller can answer."""

from __future__ import annotations

import json

from pydantic import Field

from mlops_agent.contracts.base import Record
from mlops_agent.contracts.journal import ToolResult
from mlops_agent.contracts.request import Question
from mlops_agent.tools.base import text_result
from mlops_agent.tools.context import ToolContext
from mlops_agent.tools.desk import Desk, Ending
from mlops_agent.tools.repeating import check_words


class AskInput(Record):
    """The questions, each with an id of its own and, where it can be, the possible answers.

    `found` are fingerprints of findings that the caller should see beside them.
    """

    questions: list[Question] = Field(min_length=1)
    found: list[str] = []


class Ask:
    """Ask the caller what only the caller can answer. Ends the run unless the answers are there.

    Answers in JSON: question id to answer. Ask only what changes what you would do.
    """

    name = "Ask"
    Input = AskInput
    parallel = False

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def run(self, call: str, values: AskInput, context: ToolContext) -> ToolResult:
        """Return the caller's answers, or end the run with the questions."""
        check_words(values, self._desk.survey.scan)
        answers = self._desk.answers
        unanswered = [one for one in values.questions if not _answered(one, answers)]
        if unanswered:
            why = _why(unanswered[0], answers)
            self._desk.ending = Ending(
                "questions", why, questions=tuple(unanswered), found=tuple(values.found)
            )
            return text_result(call, self.name, "the caller has not answered yet")
        given = {one.id: answers[one.id] for one in values.questions}
        return text_result(call, self.name, json.dumps(given, ensure_ascii=False))


def _answered(question: Question, answers: dict[str, str]) -> bool:
    answer = answers.get(question.id, "")
    return bool(answer) and (not question.options or answer in question.options)


def _why(question: Question, answers: dict[str, str]) -> str:
    answer = answers.get(question.id)
    if not answer:
        return question.why
    return f"the answer {answer!r} to {question.id} is none of its options"
