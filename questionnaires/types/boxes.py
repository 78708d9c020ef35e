"""What the types have in common whose answer is written or put together from several boxes.

The boxes of item X are called ``X_<part>``, a box of its own name is X itself. Ways out ("I don't
know") are ticked under X as well, so any client can send ``X=dk``.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import ClassVar, Protocol, cast

from wtforms import Field, Form, ValidationError
from wtforms.fields import SelectChoice

from questionnaires.model import Item, Nonanswer
from questionnaires.text import Text
from questionnaires.types.base import ItemType, Places, choice_label, ways_out

#: The box that has the name of the item itself.
WHOLE = ""

_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "0123456789" * 2)


@dataclass(frozen=True)
class Box:
    """One input of a field.

    Attributes
    ----------
    part : str
        What its name ends in.
    label : str
        What stands before it; empty when the question says it all.
    choices : tuple of SelectChoice
        What can be chosen; empty for a box to write in.
    lines : int
        Height of a box to write in.
    digits : int
        Width of a box for a number; 0 for words.
    limit : int
        The most characters of words.
    """

    part: str
    label: str
    choices: tuple[SelectChoice, ...] = ()
    lines: int = 1
    digits: int = 0
    limit: int = 500


class Sent(Protocol):
    """The fields that were sent."""

    def getlist(self, name: str) -> list[str]:
        """Return every value of one field."""


class BoxesField(Field):  # type: ignore[misc]  # WTForms has no types
    """The boxes of one item and the ways out of it; its data are what they hold, by part."""

    def __init__(self, label: str, kind: Boxed, item: Item, text: Text, **others: object) -> None:
        super().__init__(label, **others)
        self.boxes = kind.boxes(item, text)
        self.note = kind.note(item, text)
        self.ways_out = ways_out(item, text)
        self._refusal = ""
        self._kind, self._item, self._text = kind, item, text

    def process(
        self, formdata: Sent | None, data: object = None, extra_filters: object = None
    ) -> None:
        """Take what was stored, or what was sent."""
        self.process_errors: list[str] = []
        self.data: dict[str, str] = dict(data) if isinstance(data, Mapping) else {}
        if formdata is None:
            return
        parts = [box.part for box in self.boxes]
        sent = {
            part: list(filter(str.strip, formdata.getlist(field_name(self._item, part))))
            for part in (WHOLE, *parts)
        }
        self.data = {part: values[0] for part, values in sent.items() if values}
        has_several = any(len(values) > 1 for values in sent.values())
        if has_several or (self.way_out and len(self.data) > 1):
            self._refusal = "answer.exclusive"
        elif WHOLE in self.data and WHOLE not in parts and not self.way_out:
            self._refusal = "answer.unknown"

    def box_name(self, box: Box) -> str:
        """Return the name of a box."""
        return field_name(self._item, box.part)

    @property
    def way_out(self) -> str:
        """The way out that is ticked; empty for none."""
        whole = self.data.get(WHOLE, "")
        return whole if whole in self._item.ways_out else ""

    def pre_validate(self, form: Form) -> None:
        """Refuse what no stored answer stands for."""
        if self._refusal:
            # A round that was frozen before these words were asked for may not have them.
            words = self._text.get(self._refusal) or self._text["answer.unknown"]
            raise ValidationError(words)
        if not self.way_out and self._kind.join(self._item, self.data) is None:
            raise ValidationError(self._text[self._kind.refusal])


class Boxed(ItemType):
    """A type that is asked in boxes; `refusal` is also for what they cannot hold."""

    has_choices = False
    messages: ClassVar[tuple[str, ...]] = ("answer.exclusive",)

    @abstractmethod
    def boxes(self, item: Item, text: Text) -> list[Box]:
        """Return the boxes of `item`, in order."""

    @abstractmethod
    def join(self, item: Item, parts: Mapping[str, str]) -> str | None:
        """Return the answer that `parts` hold: empty for none, None when it cannot be stored."""

    @abstractmethod
    def split(self, answer: str) -> dict[str, str]:
        """Return the parts of a stored answer."""

    def note(self, item: Item, text: Text) -> str:
        """Return what must be read before the boxes; empty for nothing."""
        return ""

    def field(self, item: Item, text: Text, places: Places = ()) -> Field:
        """Show the boxes, then the ways out."""
        return BoxesField(self.question(item, text), kind=self, item=item, text=text)

    def names(self, item: Item) -> tuple[str, ...]:
        """Return the name of every box, and that of the ways out."""
        parts = dict.fromkeys((WHOLE, *self.parts(item)))
        return tuple(field_name(item, part) for part in parts)

    @abstractmethod
    def parts(self, item: Item) -> Iterable[str]:
        """Yield the parts of the answer to `item`."""

    def is_repeated(self, item: Item, fields: Mapping[str, Sequence[str]]) -> bool:
        """Tell whether a box was sent twice; several ways out are refused by the field."""
        parts = [name for name in self.names(item) if name != item.name]
        return any(len(fields.get(name, ())) > 1 for name in parts)

    def answer(self, item: Item, given: object) -> str:
        """Return the way out that was taken, or what the boxes hold."""
        parts = cast("Mapping[str, str]", given or {})
        whole = parts.get(WHOLE, "")
        if whole in item.ways_out:
            return whole
        return self.join(item, parts) or Nonanswer.SKIPPED

    def given(self, answer: str) -> object:
        """Return what to write into the boxes."""
        if answer in set(Nonanswer):
            return {WHOLE: answer} if answer != Nonanswer.SKIPPED else {}
        return self.split(answer)

    def codes(self, answer: str) -> list[str]:
        """Return the nonanswer, if it is one; the boxes know all else."""
        return [answer] if answer in set(Nonanswer) else []

    def takes(self, item: Item, answer: str, codes: Set[str]) -> bool:
        """Tell whether a page could have given `answer`."""
        if answer in set(Nonanswer):
            return answer in codes
        return bool(answer) and self.join(item, self.split(answer)) == answer

    def label(self, item: Item, answer: str, text: Text, places: Places = ()) -> str:
        """Return the words for a stored `answer`: a nonanswer's, or what was written."""
        is_said = answer in set(Nonanswer)
        return choice_label(item, answer, text) if is_said else self.shown(item, answer, text)

    def shown(self, item: Item, answer: str, text: Text) -> str:
        """Return how an answer that is not a nonanswer reads."""
        return answer


def field_name(item: Item, part: str) -> str:
    """Return the name of the box for a part of `item`."""
    return f"{item.name}_{part}" if part else item.name


def choices(item: Item, text: Text) -> tuple[SelectChoice, ...]:
    """Return an empty line and the choices of `item`, for a list."""
    lines = [SelectChoice(code, choice_label(item, code, text)) for code in item.codes]
    return (SelectChoice("", text["answer.choose"]), *lines)


def whole_number(written: str, longest: int = 9) -> int | None:
    """Return the whole number that is written in Latin, Arabic or Persian digits, else None."""
    digits = written.strip().translate(_DIGITS)
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= longest else None
