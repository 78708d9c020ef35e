"""Where a participant's button leads: the next screen, the one before, another language, away.

Pure decisions: nothing is shown here and nothing is stored.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from wtforms import Form

from questionnaires import bind_form, read_answers
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


@dataclass(frozen=True)
class Step:
    """Where a button leads; `form` holds the errors when something is to be mended."""

    outcome: Outcome
    visit: Visit
    form: Form | None = None


def first_step(fields: Fields, visit: Visit) -> Step:
    """Step off the consent page, which alone may come without a signed state."""
    return _leave(visit, fields) or _consent(visit, fields)


def take_step(questionnaire: Questionnaire, visit: Visit, fields: Fields) -> Step:
    """Step off the screen where `visit` stands, with the answers that were sent from it."""
    last = len(questionnaire.screens)
    if visit.screen == CONSENT:
        return first_step(fields, visit)
    form = _bind(questionnaire, visit, fields) if visit.screen < last else None
    visit = visit.at(visit.screen, _answers(questionnaire, visit, form))
    left = _leave(visit, fields) or _turn(visit, fields)
    if left:
        return left
    if form is None:
        return _after_review(visit, fields, last)
    if form.errors:
        return Step(Outcome.MEND, visit, form)
    return Step(Outcome.SHOW, visit.at(visit.screen + 1))


def _leave(visit: Visit, fields: Fields) -> Step | None:
    """Follow the two buttons that stand on every page: erase, and another language."""
    action = _action(fields)
    if action == "erase":
        return Step(Outcome.ERASE, visit)
    if action.startswith("language:"):
        return Step(Outcome.SHOW, replace(visit, language=action.removeprefix("language:")))
    return None


def _turn(visit: Visit, fields: Fields) -> Step | None:
    """Follow the button that turns back."""
    if _action(fields) == "back":
        return Step(Outcome.SHOW, visit.at(visit.screen - 1))
    return None


def _after_review(visit: Visit, fields: Fields, last: int) -> Step:
    """Follow the buttons of the review: to one of the screens, or send the answers.

    No other page has these buttons: who could jump would leave items out.
    """
    action = _action(fields)
    screens = {f"screen:{number}": number for number in range(last)}
    if action in screens:
        return Step(Outcome.SHOW, visit.at(screens[action]))
    return Step(Outcome.SEND, visit)


def _consent(visit: Visit, fields: Fields) -> Step:
    match fields.get("consent"):
        case ["yes"]:
            return Step(Outcome.SHOW, visit.at(0))
        case ["no"]:
            return Step(Outcome.DECLINE, visit)
        case _:
            return Step(Outcome.MEND, visit)


def salvage(questionnaire: Questionnaire, fields: Fields, language: str) -> Visit:
    """Return a new visit that keeps every valid answer of a page whose state was changed.

    It begins with consent, because nothing shows any more that it was given.
    """
    kept: dict[str, str] = {}
    for number, items in enumerate(questionnaire.screens):
        form = _bind(questionnaire, Visit(language, number), fields)
        sent = [item for item in items if item.name in fields]
        kept |= read_answers(sent, form)
    return Visit(language, CONSENT, kept)


def _action(fields: Fields) -> str:
    return fields.get("action", ["next"])[-1]


def _bind(questionnaire: Questionnaire, visit: Visit, fields: Fields) -> Form:
    kind = questionnaire.form_of(visit.screen, visit.language)
    text = questionnaire.text(visit.language)
    return bind_form(kind, questionnaire.screens[visit.screen], text, fields)


def _answers(questionnaire: Questionnaire, visit: Visit, form: Form | None) -> dict[str, str]:
    return {} if form is None else read_answers(questionnaire.screens[visit.screen], form)
