"""Logic: when an item is asked, what its answer must obey, and what is computed from answers.

One tree for every use (docs/logic.md): `parse` reads it, `find_mistakes` holds it against the
instrument, `evaluate` runs it here and `javascript` in a browser, `render` writes it again.
"""

from questionnaires.logic.errors import LogicError
from questionnaires.logic.evaluate import evaluate, is_true
from questionnaires.logic.javascript import RUNTIME, javascript
from questionnaires.logic.kinds import find_mistakes
from questionnaires.logic.meanings import Kind, Meaning, item_meaning
from questionnaires.logic.parse import parse
from questionnaires.logic.reading import read_logic, waits_for
from questionnaires.logic.relevance import (
    broken_constraints,
    check_relevance,
    complete_answers,
    shown,
    still_asked,
)
from questionnaires.logic.render import render
from questionnaires.logic.tree import Expression, depends_on, spread

__all__ = [
    "RUNTIME",
    "Expression",
    "Kind",
    "LogicError",
    "Meaning",
    "broken_constraints",
    "check_relevance",
    "complete_answers",
    "depends_on",
    "evaluate",
    "find_mistakes",
    "is_true",
    "item_meaning",
    "javascript",
    "parse",
    "read_logic",
    "render",
    "shown",
    "spread",
    "still_asked",
    "waits_for",
]
