"""What we ask: instruments, their items and words, and the forms that ask them."""

from questionnaires.arrange import arranged, orders
from questionnaires.errors import AnswerError, InstrumentError, Problem, QuestionnaireError
from questionnaires.forms import (
    bind_form,
    build_form,
    check_answers,
    field_names,
    fill_form,
    offers,
    plain_answers,
    read_answers,
)
from questionnaires.model import (
    Choice,
    Dimension,
    Instrument,
    Item,
    Level,
    Nonanswer,
    Role,
    Rule,
    Scale,
    Section,
)
from questionnaires.read import library_names, read_instrument, thaw_instrument
from questionnaires.screens import screens
from questionnaires.text import Text, Words, read_words
from questionnaires.types import item_type
from questionnaires.variants import worded

__all__ = [
    "AnswerError",
    "Choice",
    "Dimension",
    "Instrument",
    "InstrumentError",
    "Item",
    "Level",
    "Nonanswer",
    "Problem",
    "QuestionnaireError",
    "Role",
    "Rule",
    "Scale",
    "Section",
    "Text",
    "Words",
    "arranged",
    "bind_form",
    "build_form",
    "check_answers",
    "field_names",
    "fill_form",
    "item_type",
    "library_names",
    "offers",
    "orders",
    "plain_answers",
    "read_answers",
    "read_instrument",
    "read_words",
    "screens",
    "thaw_instrument",
    "worded",
]
