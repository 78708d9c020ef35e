"""Where a participant's button leads: the next screen, the one before, another language, away.

Pure decisions: nothing is shown here and nothing is stored.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from wtforms import Form

from questionnaires import offers, plain_answers, read_answers
from questionnaires.forms import field_names
from questionnaires.logic import broken_constraints, complete_answers, still_asked
from questionnaires.screens import Screen
from survey.forms import Fields
from survey.respond.questionnaire import Questionnaire
from survey.respond.visit import CONSENT, Visit


class Outcome(StrEnum):
    """What a step asks for."""

    SHOW = "show"  # the screen where the visit stands
    MEND = "mend"  # the same screen again, with what is wrong
    SEND = "send"  # store the answers
    ERASE = "erase"  # forget everything
    DECLINE = "decline"  # consent was not given
    YOUNG = "young"  # the person is younger than those who are asked


@dataclass(frozen=True)
class Step:
    """Where a button leads.

    Attributes
    ----------
    outcome, visit :
        What it asks for, and how far the participant has come.
    form : Form or None
        The errors, when something is to be mended.
    unfinished : Fields or None
        What was sent with a change of language and is no answer yet, as a date without its year.
    """

    outcome: Outcome
    visit: Visit
    form: Form | None = None
    unfinished: Fields | None = None


def first_step(questionnaire: Questionnaire, fields: Fields, visit: Visit) -> Step:
    """Step off the consent page, which alone may come without a signed state."""
    return _leave(visit, fields) or _consent(questionnaire, visit, fields)


def take_step(questionnaire: Questionnaire, visit: Visit, fields: Fields) -> Step:
    """Step off the screen where `visit` stands, with the answers that were sent from it."""
    if visit.screen == CONSENT:
        return first_step(questionnaire, fields, visit)
    is_review = visit.screen == len(questionnaire.screens)
    wrong = None
    if not is_review:
        visit, wrong = _answered(questionnaire, visit, fields)
    left = _leave(visit, fields) or _turn(questionnaire, visit, fields)
    if left:
        is_half = wrong is not None and left.visit.screen == visit.screen
        return replace(left, unfinished=fields) if is_half else left
    if is_review:
        return _after_review(questionnaire, visit, fields)
    if wrong is not None:
        return Step(Outcome.MEND, visit, wrong)
    return _ahead(questionnaire, visit, visit.screen + 1)


def _leave(visit: Visit, fields: Fields) -> Step | None:
    """Follow the two buttons that stand on every page: erase, and another language."""
    action = _action(fields)
    if action == "erase":
        return Step(Outcome.ERASE, visit)
    if action.startswith("language:"):
        return Step(Outcome.SHOW, replace(visit, language=action.removeprefix("language:")))
    return None


def _turn(questionnaire: Questionnaire, visit: Visit, fields: Fields) -> Step | None:
    """Follow the button that turns back, past screens that ask nothing of this person."""
    if _action(fields) != "back":
        return None
    before = [each for each in questionnaire.route(visit.answers) if each < visit.screen]
    return Step(Outcome.SHOW, visit.at(before[-1] if before else CONSENT))


def _ahead(questionnaire: Questionnaire, visit: Visit, screen: int) -> Step:
    """Go to `screen`, or to the next one that asks something of this person; else to the review."""
    after = (each for each in questionnaire.route(visit.answers) if each >= screen)
    return Step(Outcome.SHOW, visit.at(next(after, len(questionnaire.screens))))


def _after_review(questionnaire: Questionnaire, visit: Visit, fields: Fields) -> Step:
    """Follow the buttons of the review: to one of the screens, or send the answers.

    No other page has these buttons: who could jump would leave items out.
    """
    action = _action(fields)
    screens = {f"screen:{number}": number for number in range(len(questionnaire.screens))}
    if action in screens:
        return _ahead(questionnaire, visit, screens[action])
    whole = complete_answers(questionnaire.instrument, questionnaire.form, visit.answers)
    return Step(Outcome.SEND, replace(visit, answers=whole))


def _consent(questionnaire: Questionnaire, visit: Visit, fields: Fields) -> Step:
    match fields.get("consent"):
        case ["yes"]:
            return _ahead(questionnaire, visit, 0)
        case ["no"]:
            return Step(Outcome.DECLINE, visit)
        case ["young"]:
            return Step(Outcome.YOUNG, visit)
        case _:
            return Step(Outcome.MEND, visit)


def salvage(questionnaire: Questionnaire, fields: Fields, language: str) -> Visit:
    """Return a new visit that keeps every valid answer of a page whose state was changed.

    It begins with consent, because nothing shows any more that it was given. What the page asked
    because of earlier answers is kept until those are given again. A count of a list experiment
    means nothing without its arm, which went with the state.
    """
    kept: dict[str, str] = {}
    for items in questionnaire.screens:
        form = _form(questionnaire, items, Visit(language), fields)
        sent = [item for item in items if not fields.keys().isdisjoint(field_names(item))]
        kept |= read_answers([item for item in sent if item.type != "list_experiment"], form)
    asked = still_asked(questionnaire.instrument, questionnaire.form, kept)
    return Visit(language, CONSENT, asked)


def resume(questionnaire: Questionnaire, said: Visit) -> Visit | None:
    """Return a visit that goes on where `said` says, with those of its answers that are valid.

    Nobody vouches for `said`, so each answer is checked again. The arm of an experiment is drawn
    again, so that nobody chooses it, and what was answered in it means nothing: such a visit goes
    on at its first screen that lacks an answer. None if it stands nowhere.
    """
    if said.language not in questionnaire.instrument.languages or not (
        0 <= said.screen <= len(questionnaire.screens)
    ):
        return None
    items = {
        name: item
        for name, item in questionnaire.items.items()
        if name in said.answers and item.type not in {"arm", "list_experiment"}
    }
    places = [code for code, _ in questionnaire.places(said.language)]
    kept = {name: said.answers[name] for name in items if offers(items[name], said.answers, places)}
    asked = still_asked(questionnaire.instrument, questionnaire.form, kept)
    gaps = (each for each in questionnaire.route(asked) if questionnaire.lacks(each, asked))
    return replace(said, answers=asked, screen=min(said.screen, next(gaps, said.screen)))


def _action(fields: Fields) -> str:
    return fields.get("action", ["next"])[-1]


def _answered(
    questionnaire: Questionnaire, visit: Visit, fields: Fields
) -> tuple[Visit, Form | None]:
    """Return the visit with the valid answers that were sent, and the form if some are wrong.

    Answers that they made needless are dropped.
    """
    asked = (questionnaire.instrument, questionnaire.form)
    items = questionnaire.asked_on(visit.screen, visit.answers)
    form = None
    sent = plain_answers(items, fields)
    if sent is None or any(broken_constraints(*asked, visit.answers | sent)):
        form = _bind(questionnaire, items, visit, fields)
        sent = read_answers(items, form)
    answers = still_asked(*asked, visit.answers | sent)
    return replace(visit, answers=answers), form if form and form.errors else None


def _bind(questionnaire: Questionnaire, items: Screen, visit: Visit, fields: Fields) -> Form:
    """Return the form of the screen, with what is wrong with the answers sent from it."""
    form = _form(questionnaire, items, visit, fields)
    answers = visit.answers | read_answers(items, form)
    text = questionnaire.text(visit.language)
    for name in broken_constraints(questionnaire.instrument, questionnaire.form, answers):
        if name in form and not form[name].errors:
            form[name].errors = [text[f"constraint.{questionnaire.items[name].words}"]]
    return form


def _form(questionnaire: Questionnaire, items: Screen, visit: Visit, fields: Fields) -> Form:
    return questionnaire.bound(items, visit.language, fields, visit.answers)
