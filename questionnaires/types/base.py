"""What every question type can do: ask an item on a form, and measure an answer."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence, Set
from math import nan
from typing import Any, ClassVar

from wtforms import Field, RadioField
from wtforms.fields import SelectChoice
from wtforms.validators import Optional

from questionnaires.model import OFFERED, Item, Level, Nonanswer
from questionnaires.text import Text

#: A locality that a wave offers: its code and its name in the reader's language.
Locality = tuple[str, str]
Places = Sequence[Locality]

#: The checked table of an item, as it stands in the file or as it was expanded.
Row = dict[str, Any]

#: The nonanswers that have words, because a page offers them or the review shows them.
_SAID = frozenset({*OFFERED, Nonanswer.SKIPPED, Nonanswer.NOT_APPLICABLE})

#: The code of a problem, and how to mend it.
Flaw = tuple[str, str]


class ItemType(ABC):
    """One way of asking.

    Attributes
    ----------
    name : str
        As instruments write it.
    level : Level
        What its answers allow.
    has_choices : bool
        Whether the instrument lists what can be chosen.
    is_coded : bool
        Whether an answer is one of the codes of the item, and nothing else.
    is_written, is_asked : bool
        Whether instruments may name it; whether a page asks it. What is kept beside the answers,
        as the arm of an experiment, is neither.
    fixed : tuple of str
        The codes that every item of the type has, when the instrument lists none.
    statements : tuple of str
        The parts of its question that need words under ``[row.<item>]``.
    options : set of str
        The keys of `Options`, and of the schema, that it reads.
    refusal : str
        The words for an answer that `agrees` refuses.
    messages : tuple of str
        The words of ``[answer]`` that it needs in every language.
    """

    name: ClassVar[str]
    level: ClassVar[Level]
    has_choices: ClassVar[bool] = True
    is_coded: ClassVar[bool] = False
    is_written: ClassVar[bool] = True
    is_asked: ClassVar[bool] = True
    fixed: ClassVar[tuple[str, ...]] = ()
    statements: ClassVar[tuple[str, ...]] = ()
    options: ClassVar[frozenset[str]] = frozenset()
    refusal: ClassVar[str] = "answer.unknown"
    messages: ClassVar[tuple[str, ...]] = ()

    def expand(self, row: Row) -> Iterable[Row]:
        """Yield the rows of the items that one written row stands for: itself, or its parts."""
        yield row

    def flaws(self, item: Item) -> Iterable[Flaw]:
        """Yield what is wrong with an item beyond what its tables show: a code, and a remedy."""
        return ()

    def words(self, item: Item) -> Iterable[str]:
        """Yield the keys of the words that `item` needs in every language."""
        yield f"item.{item.words}"
        if not item.scale:
            yield from (f"choice.{item.words}.{code}" for code in item.codes)
        yield from (f"row.{item.words}.{part}" for part in self.statements)
        if item.na:
            yield "answer.na"

    def question(self, item: Item, text: Text) -> str:
        """Return the words that ask `item`; a row of a grid has words of its own."""
        row = text.get(f"row.{item.words}.{item.row}") if item.row else ""
        return row or text[f"item.{item.words}"]

    def names(self, item: Item) -> tuple[str, ...]:
        """Return the names of the form fields that `item` is asked in."""
        return (item.name,)

    def is_repeated(self, item: Item, fields: Mapping[str, Sequence[str]]) -> bool:
        """Tell whether `fields` hold more values than a page sends for `item`."""
        return len(fields.get(item.name, ())) > 1

    def agrees(self, item: Item, answer: str, answers: Mapping[str, str]) -> bool:
        """Tell whether `answer`, which `item` takes, can stand beside the other `answers`."""
        return True

    @abstractmethod
    def field(self, item: Item, text: Text, places: Places = ()) -> Field:
        """Return the form field that asks `item` in the language of `text`."""

    def answer(self, item: Item, given: object) -> str:
        """Return the answer to store for the valid content `given` of the field."""
        return str(given) if given else Nonanswer.SKIPPED

    def given(self, answer: str) -> object:
        """Return the field content that shows a stored `answer` again."""
        return None if answer == Nonanswer.SKIPPED else answer

    def codes(self, answer: str) -> list[str]:
        """Return the codes that a stored `answer` holds."""
        return [answer]

    def takes(self, item: Item, answer: str, codes: Set[str]) -> bool:
        """Tell whether a form that offers `codes` could have given `answer`."""
        return self.answer(item, self.given(answer)) == answer and codes >= {*self.codes(answer)}

    def holds(self, item: Item, answer: str) -> bool:
        """Tell whether `answer`, which comes from elsewhere than a page, is one to `item`."""
        return self.takes(item, answer, {*item.codes, *Nonanswer})

    def kept(self, item: Item, answer: str) -> str:
        """Return how `answer`, which comes from elsewhere than a page, is kept."""
        return answer

    def label(self, item: Item, answer: str, text: Text, places: Places = ()) -> str:
        """Return the words for a stored `answer`."""
        return choice_label(item, answer, text)

    def measure(self, item: Item, answer: str) -> float:
        """Return the numeric value of `answer`; NaN when it has none."""
        return nan


def choice_label(item: Item, code: str, text: Text) -> str:
    """Return the words for `code`: the item's own, its scale's, or a nonanswer's."""
    if code in _SAID:
        return text.get(f"choice.{item.words}.{code}") or text[f"answer.{code}"]
    if item.scale:
        return text[f"scale.{item.scale}.{code}"]
    return text[f"choice.{item.words}.{code}"]


def ways_out(item: Item, text: Text) -> list[SelectChoice]:
    """Return the honest ways out: "does not apply" where it may be, "I don't know", and silence."""
    return [SelectChoice(str(code), choice_label(item, code, text)) for code in item.ways_out]


def offered(item: Item, text: Text) -> list[SelectChoice]:
    """Return the choices of `item`, then the honest ways out."""
    choices = [SelectChoice(code, choice_label(item, code, text)) for code in item.codes]
    return [*choices, *ways_out(item, text)]


class ButtonsField(RadioField):  # type: ignore[misc]  # WTForms has no types
    """Radio buttons, under the statements that they are about where there are some."""

    def __init__(self, label: str, statements: Sequence[str] = (), **others: object) -> None:
        super().__init__(label, **others)
        self.statements = statements


def radio_buttons(
    label: str, lines: list[SelectChoice], text: Text, statements: Sequence[str] = ()
) -> Field:
    """Return a field that offers `lines`, of which none need be chosen."""
    return ButtonsField(
        label,
        statements=statements,
        choices=lines,
        validators=[Optional(strip_whitespace=False)],
        invalid_choice_message=text["answer.unknown"],
    )
