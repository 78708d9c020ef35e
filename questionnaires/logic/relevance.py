"""Which items are asked, given the answers so far; and what becomes of the others' answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from functools import lru_cache

from questionnaires.errors import AnswerError
from questionnaires.logic.evaluate import evaluate, is_true
from questionnaires.logic.reading import Logic, Same, reached, read_logic
from questionnaires.logic.tree import depends_on
from questionnaires.logic.values import to_text
from questionnaires.model import Instrument, Item, Nonanswer
from questionnaires.types import item_type

_NONANSWERS = frozenset(Nonanswer)


def shown(instrument: Instrument, form: str, answers: Mapping[str, str]) -> frozenset[str]:
    """Return the names of the items that `form` asks of somebody with these `answers`.

    Items are gone through in the order of the pages. The answer to an item that is not asked
    counts as none, whatever `answers` hold.
    """
    logic = read_logic(instrument)
    if not logic.conditions:
        return frozenset(item.name for item in instrument.asked(form))
    course = _course(instrument, form, answers, logic)
    return frozenset(name for name, is_asked in course.asked.items() if is_asked)


def still_asked(instrument: Instrument, form: str, answers: Mapping[str, str]) -> dict[str, str]:
    """Return `answers` without those to items that are no longer asked.

    An answer stays while an item that decides about it waits for its own answer: it was given on
    a page that was changed on its way, and comes into question again when its turn comes.
    """
    logic = read_logic(instrument)
    if not logic.conditions:
        return dict(answers)
    kept = dict(answers)
    decided: set[str] = set()
    for item, is_asked in _course(instrument, form, answers, logic).asked.items():
        names = {name for tree in logic.conditions.get(item, ()) for name in depends_on(tree)}
        is_certain = reached(names, logic.calculations) <= decided
        if is_certain and (not is_asked or item in answers):
            decided.add(item)
        if is_certain and not is_asked:
            kept.pop(item, None)
    return kept


def complete_answers(
    instrument: Instrument, form: str, answers: Mapping[str, str]
) -> dict[str, str]:
    """Return the answers to store.

    An item that is not asked gets ``not_shown``, whatever it had. A calculation that is kept gets
    its value, or ``skip`` when it has none. One that was asked and has no answer has none here.
    """
    return _whole(
        _course(instrument, form, answers, read_logic(instrument)), instrument, form, answers
    )


def _whole(
    course: _Course, instrument: Instrument, form: str, answers: Mapping[str, str]
) -> dict[str, str]:
    """Return what `complete_answers` does, of somebody who took this course."""
    whole: dict[str, str] = {}
    for item in in_order(instrument, form):
        if not course.asked[item.name]:
            whole[item.name] = str(Nonanswer.NOT_SHOWN)
        elif item.name in course.calculated:
            whole[item.name] = course.known[item.name] or str(Nonanswer.SKIPPED)
        elif item.name in answers:
            whole[item.name] = answers[item.name]
        elif not item_type(item.type).is_asked:  # nobody was drawn, because nothing was shown
            whole[item.name] = str(Nonanswer.NOT_SHOWN)
    return whole


def broken_constraints(
    instrument: Instrument, form: str, answers: Mapping[str, str]
) -> Iterator[str]:
    """Yield the items whose answers do not obey their constraint. No answer breaks none."""
    logic = read_logic(instrument)
    if not logic.constraints:
        return
    known = _course(instrument, form, answers, logic).known
    for name, tree in logic.constraints.items():
        if name in known and not is_true(tree, known, known[name]):
            yield name


def check_relevance(instrument: Instrument, form: str, answers: Mapping[str, str]) -> None:
    """Make sure that ``not_shown`` stands exactly where nothing was asked, and constraints hold.

    Raises
    ------
    AnswerError
        For the first item whose answer the logic of the instrument does not allow.
    """
    course = _course(instrument, form, answers, read_logic(instrument))
    whole = _whole(course, instrument, form, answers)
    for name, answer in answers.items():
        is_missing = answer == Nonanswer.NOT_SHOWN and name in course.due
        if answer != whole.get(name) or is_missing:
            raise AnswerError(name)
    for name in broken_constraints(instrument, form, answers):
        raise AnswerError(name)


@dataclass(frozen=True)
class _Course:
    """One way through a form.

    Attributes
    ----------
    asked : mapping of str to bool
        Whether each item is asked, in the order of the pages.
    due : set of str
        The items that a page asks, so that they must have an answer or a ``skip``.
    known : mapping of str to str
        The answers and the calculations at the end; nonanswers are left out.
    calculated : set of str
        The calculations among the items.
    """

    asked: Mapping[str, bool]
    due: Set[str]
    known: Mapping[str, str]
    calculated: Set[str]


def _course(instrument: Instrument, form: str, answers: Mapping[str, str], logic: Logic) -> _Course:
    known: dict[str, str] = {}
    asked: dict[str, bool] = {}
    due: set[str] = set()
    counted = reached(logic.calculations, logic.calculations)
    _calculate(logic, known)
    for item in in_order(instrument, form):
        conditions = logic.conditions.get(item.name, ())
        asked[item.name] = all(is_true(condition, known) for condition in conditions)
        if not asked[item.name] or item.name in logic.calculations:
            continue
        if item_type(item.type).is_asked:
            due.add(item.name)
        answer = answers.get(item.name, "")
        if answer and answer not in _NONANSWERS:
            known[item.name] = answer
            if item.name in counted:
                _calculate(logic, known)
    return _Course(asked, due, known, asked.keys() & logic.calculations.keys())


def _calculate(logic: Logic, known: dict[str, str]) -> None:
    for name, tree in logic.calculations.items():
        known[name] = to_text(evaluate(tree, known))


def in_order(instrument: Instrument, form: str) -> tuple[Item, ...]:
    """Return the items of `form` in the order of the pages: section by section."""
    return _in_order(Same(instrument), form)


@lru_cache(maxsize=64)
def _in_order(same: Same, form: str) -> tuple[Item, ...]:
    instrument = same.instrument
    places = {section.name: place for place, section in enumerate(instrument.sections)}
    asked = instrument.asked(form)
    return tuple(sorted(asked, key=lambda item: places.get(item.section, len(places))))
