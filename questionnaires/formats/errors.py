"""What can be wrong with a file of another program."""

from __future__ import annotations

from collections.abc import Sequence

from questionnaires.errors import InstrumentError, Problem, QuestionnaireError


class FormatError(QuestionnaireError):
    """A file cannot be read or written as a whole; the message says why, and what to do."""


class SheetError(InstrumentError):
    """A form cannot be used; `problems` says everything that is wrong, in the order of its rows."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__([*problems])
        self.problems = tuple(dict.fromkeys(problems))
        self.args = ("\n".join(map(str, self.problems)),)
