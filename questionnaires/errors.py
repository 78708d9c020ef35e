"""What can be wrong with an instrument, and with an answer.

QuestionnaireError
├── InstrumentError   every problem of an instrument, raised once
└── AnswerError       one answer that its item does not offer
"""

from __future__ import annotations

from dataclasses import dataclass


class QuestionnaireError(Exception):
    """Base of all errors of this room."""


@dataclass(frozen=True, order=True)
class Problem:
    """One thing to mend in an instrument.

    Attributes
    ----------
    file : str
        The file of the instrument's folder in which it stands.
    item : str
        The item, section, scale or word concerned; empty for the whole file.
    code : str
        A short stable name of the kind of problem, as ``unknown-scale``.
    remedy : str
        What is wrong and how to mend it, in one sentence.
    """

    file: str
    item: str
    code: str
    remedy: str

    def __str__(self) -> str:
        """Return ``file:item: code: how to fix``."""
        return f"{self.file}:{self.item}: {self.code}: {self.remedy}"


class InstrumentError(QuestionnaireError):
    """An instrument cannot be used; `problems` says everything that is wrong with it."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(map(str, self.problems)))


class AnswerError(QuestionnaireError):
    """An answer that its item does not offer. The message never repeats the answer."""

    def __init__(self, item: str) -> None:
        self.item = item
        super().__init__(f"item {item} does not offer the answer it was given")
