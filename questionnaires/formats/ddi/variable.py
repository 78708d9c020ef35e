"""One variable: its label, its question, who was asked, and what its codes mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from xml.etree.ElementTree import Element

from questionnaires.formats.ddi.described import Described
from questionnaires.formats.ddi.element import add, add_in_each, add_words
from questionnaires.formats.paper.conditions import Speaker, conjuncts
from questionnaires.formats.paper.wording import form_words
from questionnaires.logic import read_logic, render
from questionnaires.model import Instrument, Item, Level, Nonanswer
from questionnaires.text import Text
from questionnaires.types import item_type
from questionnaires.types.base import choice_label

#: What the standard calls a level; it knows no other.
_NATURE = {
    Level.NOMINAL: "nominal",
    Level.ORDINAL: "ordinal",
    Level.INTERVAL: "interval",
}

#: How an answer is given and how it is stored, where its type says more than its level.
_RESPONSE = {"date": "datetime", "votes": "distribution"}
_STORED = {"date": "datetime", "place": "code"}

_BY_LEVEL = {
    Level.NOMINAL: "category",
    Level.ORDINAL: "category",
    Level.INTERVAL: "numeric",
    Level.MULTIPLE: "multiple",
    Level.RANKING: "ranking",
    Level.TEXT: "text",
}

#: Ways of answering that the standard has no word for: they are other, and which is said apart.
_OTHER = frozenset({"distribution", "ranking"})

#: How answers of several parts are written in one column.
_WRITTEN = {
    "multiple": "Codes with a space between them.",
    "ranking": "Codes with a space between them, the first rank first.",
    "order": "Codes with a space between them, as they were shown.",
    "best_worst": "The code of the best, a space, the code of the worst.",
    "votes": "code:count with a space between them; what got none is left out.",
    "date": "Year, month and day with hyphens, as far as it was asked.",
}

#: Nonanswers that no page offers, so that no language words them.
_UNSAID = {
    Nonanswer.NOT_SHOWN: "Not asked of this respondent",
    Nonanswer.INVALID: "Answer that could not be read",
}


def variable_id(name: str) -> str:
    """Return the identifier of the variable called `name`."""
    return f"V_{name}"


class Variables:
    """Describes the variables of an instrument, and of a file of answers to it."""

    def __init__(
        self,
        instrument: Instrument,
        texts: Sequence[Text],
        answers: Described | None,
        file: str,
    ) -> None:
        self._instrument, self._texts, self._file = instrument, texts, file
        self._answers = answers
        self._items = {item.name: item for item in instrument.items}
        self._logic = read_logic(instrument)
        names = {name: name for name in self._items}
        self._speakers = {
            text.language: Speaker(
                instrument,
                text,
                form_words(text.language),
                names,
                self._logic.calculations,
            )
            for text in texts
        }

    def add_to(self, parent: Element, name: str, item: str) -> None:
        """Add the variable called `name`: it holds an item, or is another column of the file."""
        if item in self._items:
            self._add_item(parent, self._items[item], name)
            return
        variable = add(parent, "var", ID=variable_id(name), name=name, files=self._file)
        label = self._answers.labels.get(name, "") if self._answers else ""
        if label:
            add(variable, "labl", label)

    def _add_item(self, parent: Element, item: Item, name: str) -> None:
        kind = item_type(item.type)
        variable = add(
            parent,
            "var",
            ID=variable_id(name),
            name=name,
            files=self._file,
            nature=_NATURE.get(kind.level, ""),
            geog="Y" if item.type == "place" else "",
            representationType=_representation(item),
        )
        add_in_each(variable, "labl", self._texts, lambda text: self._label(item, text))
        if kind.is_asked:
            self._add_question(variable, item)
        self._add_range(variable, item)
        if self._logic.conditions.get(item.name):
            add_in_each(variable, "universe", self._texts, lambda text: self._asked_of(item, text))
        self._add_codes(variable, item)
        if item.type in _WRITTEN:
            add(variable, "codInstr", _WRITTEN[item.type])
        if item.dimension:
            add_words(variable, "concept", self._texts, f"dimension.{item.dimension}.name")
        self._add_notes(variable, item)

    def _label(self, item: Item, text: Text) -> str:
        """Return the short name of an item where it has one, else its question."""
        kind = item_type(item.type)
        if not kind.is_asked:
            return item.name
        short = text.get(f"domain.{item.name}")
        if not short and not item.row:
            short = text.get(f"domain.{item.words}")
        turn = f" ({item.instance})" if item.instance else ""
        return f"{short or kind.question(item, text)}{turn}"

    def _add_question(self, variable: Element, item: Item) -> None:
        kind = item_type(item.type)
        response = _RESPONSE.get(item.type, _BY_LEVEL[kind.level])
        other = response if response in _OTHER else ""
        question = add(
            variable,
            "qstn",
            responseDomainType="other" if other else response,
            otherResponseDomainType=other,
        )
        if item.row:
            add_words(question, "preQTxt", self._texts, f"item.{item.words}")
        add_in_each(question, "qstnLit", self._texts, lambda text: kind.question(item, text))
        for key in _statements(item):
            add_words(question, "postQTxt", self._texts, key)
        add_words(question, "ivuInstr", self._texts, f"hint.{item.words}")

    def _add_range(self, variable: Element, item: Item) -> None:
        if item_type(item.type).level is not Level.INTERVAL:
            return
        ends = {"min": item.options.minimum or 0, "max": item.options.maximum}
        if item.choices:  # a list of statements, of which the answer says how many apply
            ends["max"] = len(item.choices)
        known = {key: str(end) for key, end in ends.items() if end is not None}
        add(add(variable, "valrng"), "range", UNITS="INT", **known)

    def _asked_of(self, item: Item, text: Text) -> str:
        speaker = self._speakers[text.language]
        trees = [each for tree in self._logic.conditions[item.name] for each in conjuncts(tree)]
        return f"{speaker.words.gettext('Only if')} {speaker.say(trees)}"

    def _add_codes(self, variable: Element, item: Item) -> None:
        counts: Mapping[str, int] = {}
        if self._answers:
            counts = self._answers.counts.get(item.name, {})
        for code in _codes(item):
            self._add_code(variable, item, code, counts)
        for nonanswer in _nonanswers(item):
            category = self._add_code(variable, item, nonanswer, counts)
            category.set("missing", "Y")
            category.set("missType", str(nonanswer))

    def _add_code(
        self, variable: Element, item: Item, code: str, counts: Mapping[str, int]
    ) -> Element:
        category = add(variable, "catgry")
        add(category, "catValu", str(code))
        if code in _UNSAID:
            add(category, "labl", _UNSAID[Nonanswer(code)])
        elif item_type(item.type).is_asked or item.type == "order":
            add_in_each(category, "labl", self._texts, lambda text: _choice_words(item, code, text))
        if code in counts:
            add(category, "catStat", str(counts[code]), type="freq")
        return category

    def _add_notes(self, variable: Element, item: Item) -> None:
        """Add what programs may want to the letter: the conditions, and the forms that ask it."""
        for tree in self._logic.conditions.get(item.name, ()):
            add(variable, "notes", render(tree), subject="ask_if")
        if {*item.forms} != {*self._instrument.forms}:
            add(variable, "notes", " ".join(item.forms), subject="forms")


def _choice_words(item: Item, code: str, text: Text) -> str:
    """Return the words for `code`, which may be a nonanswer."""
    if code in item_type(item.type).fixed:
        return item_type(item.type).label(item, code, text)
    return choice_label(item, code, text)


def _codes(item: Item) -> tuple[str, ...]:
    """Return the codes that answers to `item` are made of."""
    kind = item_type(item.type)
    return () if kind.level is Level.INTERVAL else item.codes or kind.fixed


def _representation(item: Item) -> str:
    """Return how the standard calls what is stored."""
    if item_type(item.type).level is Level.INTERVAL:
        return "numeric"
    return _STORED.get(item.type, "code" if _codes(item) else "text")


def _statements(item: Item) -> list[str]:
    """Return the keys of the statements that stand under a question."""
    if item.type == "list_experiment":
        return [f"choice.{item.words}.{code}" for code in item.codes]
    return [f"row.{item.words}.{part}" for part in item_type(item.type).statements]


def _nonanswers(item: Item) -> tuple[Nonanswer, ...]:
    """Return the nonanswers that can be stored for `item`."""
    if not item_type(item.type).is_asked:
        return (Nonanswer.NOT_SHOWN,)
    ways_out = () if item.required else (*item.ways_out, Nonanswer.SKIPPED)
    return (*ways_out, Nonanswer.NOT_SHOWN, Nonanswer.INVALID)
