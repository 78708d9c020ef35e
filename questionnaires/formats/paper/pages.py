"""What a paper form says: its opening, its sections, and their questions with their numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from questionnaires.arrange import arranged
from questionnaires.formats.errors import FormatError
from questionnaires.formats.paper.answers import Piece, answer_pieces, column_pieces
from questionnaires.formats.paper.conditions import Speaker, common, conjuncts
from questionnaires.formats.paper.facts import Facts
from questionnaires.formats.paper.wording import form_words
from questionnaires.forms import build_form
from questionnaires.logic import Expression, read_logic
from questionnaires.model import Audience, Instrument, Item
from questionnaires.screens import screens
from questionnaires.text import Text, Words
from questionnaires.types import item_type

#: The types that the rows of a grid have.
_ROWS = frozenset({"likert", "single"})


def paper_form(
    instrument: Instrument, language: str | None, form: str | None, facts: Facts
) -> dict[str, Any]:
    """Return everything that the form prints, as plain values.

    Raises
    ------
    FormatError
        If the instrument has no such language or form.
    """
    language = _chosen("language", language, instrument.languages, instrument)
    form = _chosen("form", form, instrument.forms, instrument)
    text, words = instrument.texts[language], form_words(language)
    page = words.gettext("Page %(page)s of %(pages)s", page="{page}", pages="{pages}")
    return {
        "language": language,
        "direction": text.direction,
        "title": text["title"],
        "mark": f"{instrument.name} {instrument.version} · {form} · {language}",
        "digest": instrument.sha256[:8],
        "arm": "B" if facts.arm == "treatment" else "",
        "page": page,
        "only_if": words.gettext("Only if"),
        "opening": _opening(instrument, form, text, words, facts),
        "sections": list(_Paper(instrument, form, text, words, facts).sections()),
        "end": _end(words) if instrument.audience is Audience.PARTICIPANTS else "",
    }


def question_numbers(instrument: Instrument, form: str) -> dict[str, str]:
    """Return the number that is printed before each question of `form`, in their order."""
    items = [item for screen in screens(instrument, form) for item in screen]
    return dict(_numbers(list(_numbered(items))))


def _chosen(kind: str, wanted: str | None, known: Sequence[str], instrument: Instrument) -> str:
    """Return what was asked for, or the first there is."""
    if wanted is not None and wanted not in known:
        listed = ", ".join(known)
        raise FormatError(f"{instrument.name} has no {kind} '{wanted}'; choose from: {listed}")
    return wanted or known[0]


def _opening(
    instrument: Instrument, form: str, text: Text, words: Words, facts: Facts
) -> dict[str, Any]:
    """Return what people are told before they take part, or staff before they write."""
    filling = [
        words.gettext(
            "Put a cross in the box beside your answer. To take an answer back, fill its box "
            "and mark another."
        ),
        words.gettext("Do not write your name, an address or a telephone number on this form."),
    ]
    opening = {
        "filling": {"title": words.gettext("How to fill in this form"), "points": filling},
        "link": facts.link,
        "link_label": words.gettext("Answer on a phone or computer instead"),
        "points": [],
        "facts": [],
        "help": {"title": "", "lines": []},
        "agree": {},
    }
    if instrument.audience is Audience.STAFF:
        lead = [text["record.about"], text["record.care"]]
        return opening | {"title": text["record.title"], "lead": lead}
    lead = [f"{text['consent.about']} {text[f'consent.minutes.{form}']}"]
    final = words.gettext(
        "Because we do not know who you are, we cannot find your form or take it out after you "
        "hand it in. Until then you can keep it or tear it up."
    )
    points = [text[f"consent.{part}"] for part in ("voluntary", "anonymous", "use")]
    return opening | {
        "title": text["consent.title"],
        "lead": lead,
        "points": [*points, final, text["consent.care"]],
        "facts": _facts(words, facts),
        "help": {"title": words.gettext("Help and support"), "lines": [*facts.help]},
        "agree": {
            "words": text["consent.agree"],
            "marks": [{"code": "", "label": text[f"consent.{each}"]} for each in ("yes", "no")],
        },
    }


def _end(words: Words) -> str:
    return words.gettext("Thank you. Please fold the form and hand it in as you were told.")


def _facts(words: Words, facts: Facts) -> list[dict[str, str]]:
    """Return what the round says of itself; an empty value becomes a line to write on."""
    day = ""
    if facts.keep_until:
        day = words.day(facts.keep_until)
    said = {
        "Who is asking": facts.organisation,
        "Forms and answers are destroyed after": day,
        "Questions or complaints": facts.contact,
    }
    return [{"label": words.gettext(label), "value": value} for label, value in said.items()]


@dataclass(frozen=True)
class _Block:
    """A question that stands for itself, or all rows of a grid."""

    number: str
    items: tuple[Item, ...]

    @property
    def is_grid(self) -> bool:
        """Whether its items are rows under one lead-in."""
        return bool(self.items[0].row) and self.items[0].type in _ROWS


class _Paper:
    """The sections of one form in one language."""

    def __init__(
        self, instrument: Instrument, form: str, text: Text, words: Words, facts: Facts
    ) -> None:
        self._instrument, self._text, self._words, self._facts = instrument, text, words, facts
        items = [item for screen in screens(instrument, form) for item in screen]
        self._blocks = list(_numbered(items))
        logic = read_logic(instrument)
        self._conditions = {
            item.name: [
                each for tree in logic.conditions.get(item.name, ()) for each in conjuncts(tree)
            ]
            for item in items
        }
        numbers = dict(_numbers(self._blocks))
        self._speaker = Speaker(instrument, text, words, numbers, logic.calculations)
        self._form = build_form(self._arranged(items), text, facts.places)()

    def sections(self) -> Iterator[Piece]:
        """Yield the sections in order; what each says is said once, as high up as it holds."""
        for name, found in groupby(self._blocks, key=lambda block: block.items[0].section):
            blocks = list(found)
            shared = self._common(blocks, [])
            yield {
                "title": self._text[f"section.{name}.title"],
                "intro": self._text.get(f"section.{name}.intro"),
                "condition": self._speaker.say(shared),
                "stretches": list(self._stretches(blocks, shared)),
            }

    def _stretches(self, blocks: Sequence[_Block], said: list[Expression]) -> Iterator[Piece]:
        """Yield the turns of groups, and what stands between them."""

        def turn(block: _Block) -> tuple[str, int]:
            return block.items[0].group, block.items[0].instance

        for (group, instance), found in groupby(blocks, key=turn):
            members = list(found)
            shared = self._common(members, said) if group else []
            yield {
                "title": self._text[f"group.{group}.title"] if group else "",
                "turn": str(instance) if group else "",
                "condition": self._speaker.say(shared),
                "questions": [self._question(block, [*said, *shared]) for block in members],
            }

    def _question(self, block: _Block, said: list[Expression]) -> Piece:
        """Return a question, or a grid with its rows."""
        first = block.items[0]
        shared = self._common([block], said)
        piece = {
            "number": block.number,
            "condition": self._speaker.say(shared),
            "words": self._text[f"item.{first.words}"] if block.is_grid else self._asked(first),
            "hint": self._text.get(f"hint.{first.words}"),
            "help": [*self._facts.help] if any(item.help for item in block.items) else [],
        }
        if block.is_grid:
            return piece | self._grid(block, [*said, *shared])
        return piece | answer_pieces(first, self._form[first.name], self._text, self._words)

    def _grid(self, block: _Block, said: list[Expression]) -> Piece:
        first = block.items[0]
        rows = [
            {
                "number": self._speaker.numbers[item.name],
                "words": self._asked(item),
                "condition": self._speaker.say(self._left(item, said)),
            }
            for item in block.items
        ]
        piece = answer_pieces(first, self._form[first.name], self._text, self._words)
        columns = column_pieces(self._form[first.name], first, self._text)
        return piece | {"marks": [], "outs": [], "columns": columns, "rows": rows}

    def _asked(self, item: Item) -> str:
        """Return the question; the box that asks for another turn is its own question."""
        return "" if item.type == "another" else item_type(item.type).question(item, self._text)

    def _common(self, blocks: Sequence[_Block], said: list[Expression]) -> list[Expression]:
        """Return the conditions of all items of `blocks` that nobody has said yet."""
        return common([self._left(item, said) for block in blocks for item in block.items])

    def _left(self, item: Item, said: list[Expression]) -> list[Expression]:
        return [each for each in self._conditions[item.name] if each not in said]

    def _arranged(self, items: Iterable[Item]) -> list[Item]:
        """Return the items with the statements of the printed arm."""
        return [arranged(item, {f"{item.name}_arm": self._facts.arm}) for item in items]


def _numbered(items: Sequence[Item]) -> Iterator[_Block]:
    """Yield the blocks; rows of one grid, and sets of one best-worst question, share a number."""

    def source(item: Item) -> tuple[str, int]:
        return (item.words if item.row else item.name), item.instance

    for number, (_, found) in enumerate(groupby(items, key=source), start=1):
        members = tuple(found)
        if members[0].row and members[0].type in _ROWS:
            yield _Block(str(number), members)
        elif members[0].row:
            yield from (
                _Block(f"{number}.{place}", (each,)) for place, each in enumerate(members, 1)
            )
        else:
            yield _Block(str(number), members)


def _numbers(blocks: Iterable[_Block]) -> Iterator[tuple[str, str]]:
    """Yield the printed number of each item."""
    for block in blocks:
        for place, item in enumerate(block.items, start=1):
            yield item.name, f"{block.number}.{place}" if block.is_grid else block.number
