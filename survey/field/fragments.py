"""The pages of a round as pieces for a phone: the very markup and words that the server shows.

Each screen is rendered once, with everything it can ask; the phone takes out what it does not ask
of somebody, and puts choices into the order that it drew.
"""

from __future__ import annotations

import re

from flask import render_template

from questionnaires.screens import Screen
from survey.field.wording import words_of
from survey.languages import words
from survey.models import Wave
from survey.respond.pages import Pages
from survey.respond.questionnaire import Questionnaire
from survey.respond.steps import Outcome, Step
from survey.respond.visit import Seal, Visit

_PART = {
    name: re.compile(rf"<{name}\b[^>]*>(.*)</{name}>", re.DOTALL) for name in ("header", "main")
}
_STATE = re.compile(r'<input type="hidden" name="state"[^>]*>')


class WholeQuestionnaire(Questionnaire):
    """A questionnaire whose screens ask everything they can ask of anybody."""

    is_kept_on_phone = True

    def asked_on(self, screen: int, answers: object) -> Screen:
        """Return the items of a screen, whatever the answers."""
        return self.screens[screen]


class Fragments:
    """The pieces of one round in one language."""

    def __init__(self, wave: Wave, questionnaire: WholeQuestionnaire, language: str) -> None:
        self._wave, self._questionnaire, self._language = wave, questionnaire, language
        self._text = questionnaire.text(language)
        # The state that pages carry is of no use on a phone, and is taken out below.
        self._pages = Pages(wave, questionnaire, Seal("-", wave.link))

    def pieces(self) -> dict[str, object]:
        """Return every piece by name, as JSON."""
        consent = self._page(self._pages.consent(Visit(self._language)).get_data(as_text=True))
        return {
            "name": self._text.name,
            "direction": self._text.direction,
            "header": consent["header"],
            "consent": consent["main"],
            "decline": self._declined(Outcome.DECLINE),
            "young": self._declined(Outcome.YOUNG),
            "screens": [self._screen(each) for each in range(len(self._questionnaire.screens))],
            **{name: self._own(name) for name in ("review", "saved", "gone", "full", "panel")},
            "words": words_of(self._questionnaire, self._language),
        }

    def _screen(self, number: int) -> str:
        items = self._questionnaire.screens[number]
        arms = {f"{item.name}_arm": "treatment" for item in items}
        visit = Visit(self._language, number, arms)
        return self._page(self._pages.screen(visit).get_data(as_text=True))["main"]

    def _declined(self, outcome: Outcome) -> str:
        reply = self._pages.show(Step(outcome, Visit(self._language)))
        return self._page(reply.get_data(as_text=True))["main"]

    def _page(self, page: str) -> dict[str, str]:
        found = {name: part.search(page) for name, part in _PART.items()}
        return {name: _STATE.sub("", match[1]) if match else "" for name, match in found.items()}

    def _own(self, name: str) -> str:
        """Return a piece that only phones show."""
        return render_template(
            f"field/{name}.html",
            _=words(self._language).gettext,
            language=self._language,
            text=self._text,
            wave=self._wave,
            questionnaire=self._questionnaire,
        )
