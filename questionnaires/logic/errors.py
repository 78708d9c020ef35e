"""What can be wrong with an expression, whatever instrument it belongs to."""

from __future__ import annotations

from questionnaires.errors import QuestionnaireError


class LogicError(QuestionnaireError):
    """An expression cannot be used.

    Attributes
    ----------
    code : str
        A short stable name of the kind of problem, as ``bad-expression``.
    remedy : str
        What is wrong and how to mend it, in one sentence.
    """

    def __init__(self, code: str, remedy: str) -> None:
        self.code = code
        self.remedy = remedy
        super().__init__(remedy)
