"""One part of a record as a form: bound, checked and completed as a participant's page is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from wtforms import Form

from questionnaires import (
    Instrument,
    Item,
    Nonanswer,
    Text,
    bind_form,
    build_form,
    field_names,
    fill_form,
    item_type,
    read_answers,
)
from questionnaires.logic import broken_constraints, complete_answers
from questionnaires.types.base import Locality
from survey.operations.records.import_files import turns_of

#: So many empty turns of a group stand open after the last that is filled in.
_SPARE = 2


@dataclass(frozen=True)
class Typed:
    """What was typed into a part: its form, the answers of the part, what is wrong by item."""

    form: Form
    answers: Mapping[str, str]
    errors: Mapping[str, str]


class Part:
    """A section of a staff instrument.

    No answer is required here, so that a record can be put aside half written; what is missing is
    said beside it.
    """

    def __init__(
        self, instrument: Instrument, section: str, text: Text, places: Sequence[Locality]
    ) -> None:
        self.name, self.text = section, text
        self._instrument, self._asked = instrument, instrument.forms[0]
        self.items = [
            replace(item, required=False)
            for item in instrument.asked(self._asked)
            if item.section == section and item_type(item.type).is_asked and item.type != "another"
        ]
        self._kind = build_form(self.items, text, places)
        self._places = places

    def filled(self, answers: Mapping[str, str]) -> Form:
        """Return the form with what is stored."""
        given = {name: each for name, each in answers.items() if each != Nonanswer.NOT_SHOWN}
        return fill_form(self._kind, self.items, given)

    def read(self, fields: Mapping[str, Sequence[str]], others: Mapping[str, str]) -> Typed:
        """Return what was sent; `others` are the answers of the other parts."""
        form = bind_form(self._kind, self.items, self.text, fields, others)
        given = read_answers(self.items, form)
        given |= turns_of(self._instrument, given)
        whole = complete_answers(self._instrument, self._asked, {**others, **given})
        asked = {name for name in given if whole.get(name) not in {None, Nonanswer.NOT_SHOWN}}
        unread = [item for item in self.items if form[item.name].errors]
        errors = {item.name: form[item.name].errors[0] for item in unread}
        for name in broken_constraints(self._instrument, self._asked, {**others, **given}):
            item = next((each for each in self.items if each.name == name), None)
            if item is not None and name not in errors:
                errors[name] = self.text[f"constraint.{item.words}"]
                form[name].errors = [errors[name]]
        ours = {item.name for item in self._instrument.items if item.section == self.name}
        return Typed(form, {name: given[name] for name in given if name in asked & ours}, errors)

    def turns(self, form: Form) -> list[tuple[str, int, list[Item], bool]]:
        """Return the items in the order of the page: single ones, and turns of a group.

        Each entry has the group (empty for none), the turn, its items, and whether it stands open.
        """
        entries: list[tuple[str, int, list[Item]]] = []
        for item in self.items:
            if entries and entries[-1][:2] == (item.group, item.instance):
                entries[-1][2].append(item)
            else:
                entries.append((item.group, item.instance, [item]))
        last = {
            group: turn
            for group, turn, items in entries
            if any(_holds(form, item) for item in items)
        }
        return [
            (group, turn, items, not group or turn <= last.get(group, 0) + _SPARE)
            for group, turn, items in entries
        ]

    def differences(
        self, theirs: Mapping[str, str], mine: Mapping[str, str]
    ) -> list[tuple[Item, str, str]]:
        """Return each question that two people answered in two ways, with the words of both."""
        return [
            (item, self._said(item, theirs), self._said(item, mine))
            for item in self.items
            if theirs.get(item.name) != mine.get(item.name)
        ]

    def question(self, item: Item) -> str:
        """Return the words of a question."""
        return item_type(item.type).question(item, self.text)

    def _said(self, item: Item, answers: Mapping[str, str]) -> str:
        answer = answers.get(item.name, Nonanswer.NOT_SHOWN)
        if answer == Nonanswer.NOT_SHOWN:
            return ""
        return item_type(item.type).label(item, answer, self.text, self._places)


def box_of(item: Item) -> str:
    """Return the id of the first box of a question."""
    return f"{field_names(item)[0]}-0"


def _holds(form: Form, item: Item) -> bool:
    return bool(form[item.name].data) or bool(form[item.name].errors)
