"""The pages of a visit.

A page without errors is the same for everybody except for its hidden field, so it is rendered
once for each wave, language and screen, and the field is put in for each visit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import Response, render_template
from markupsafe import escape
from wtforms import Form

from questionnaires import fill_form, item_type
from survey.languages import words
from survey.models import Wave
from survey.respond.questionnaire import Questionnaire
from survey.respond.steps import Outcome, Step
from survey.respond.visit import CONSENT, Seal, Visit
from survey.site import site

_HOLE = "<!--state-->"


class Pages:
    """The pages of one wave, for the visit of one request."""

    def __init__(self, wave: Wave, questionnaire: Questionnaire, seal: Seal) -> None:
        self.wave = wave
        self.questionnaire = questionnaire
        self._seal = seal

    def show(self, step: Step) -> Response:
        """Show the page that a step leads to."""
        visit = self._in_offered_language(step.visit)
        if step.outcome is Outcome.ERASE:
            return self.erased(visit.language)
        if step.outcome is Outcome.DECLINE:
            return self._page("respond/declined.html", visit, {})
        if visit.screen == CONSENT:
            return self.consent(visit, missing=step.outcome is Outcome.MEND)
        if visit.screen == len(self.questionnaire.screens):
            return self.review(visit)
        return self.screen(visit, step.form)

    def consent(self, visit: Visit, *, missing: bool = False) -> Response:
        """Show what the round is about, and ask whether to take part."""
        status = 422 if missing else 200
        if missing or visit.answers:
            return self._page("respond/consent.html", visit, {"missing": missing}, status)
        # Without answers there is nothing to carry, so this page is the same for everybody.
        return self._shared("respond/consent.html", visit, {}, hidden="")

    def screen(self, visit: Visit, form: Form | None = None) -> Response:
        """Show one screen of questions; `form` holds what is wrong with the answers sent."""
        items = self.questionnaire.screens[visit.screen]
        kind = self.questionnaire.form_of(visit.screen, visit.language)
        facts: dict[str, Any] = {"empty": kind, "items": items, "number": visit.screen + 1}
        if form is not None:
            return self._page("respond/screen.html", visit, facts | {"form": form}, 422)
        if visit.answers.keys().isdisjoint(item.name for item in items):
            hidden = self._hidden(visit)
            return self._shared("respond/screen.html", visit, facts, hidden)
        form = fill_form(kind, items, visit.answers)
        return self._page("respond/screen.html", visit, facts | {"form": form})

    def review(self, visit: Visit, status: int = 200, *, failed: bool = False) -> Response:
        """Show all answers before they are sent."""
        text = self.questionnaire.text(visit.language)
        places = self.questionnaire.places(visit.language)
        parts = [
            [
                (
                    text[f"item.{item.name}"],
                    item_type(item.type).label(item, visit.answers[item.name], text, places),
                )
                for item in items
                if item.name in visit.answers
            ]
            for items in self.questionnaire.screens
        ]
        return self._page("respond/review.html", visit, {"parts": parts, "failed": failed}, status)

    def not_stored(self, visit: Visit) -> Response:
        """Say that the answers could not be stored, and keep them in the page."""
        return self.review(visit, 503, failed=True)

    def received(self, language: str) -> Response:
        """Say that the answers are kept."""
        reply = self._shared("respond/received.html", Visit(language), {}, hidden="")
        return _forgotten(reply)

    def tampered(self, visit: Visit) -> Response:
        """Say that the page was changed on its way, and go on with its valid answers."""
        return self._page("respond/tampered.html", visit, {}, 422)

    def erased(self, language: str) -> Response:
        """Show an empty page that says nothing of the questionnaire."""
        return _forgotten(self._page("respond/erased.html", Visit(language), {}))

    def _in_offered_language(self, visit: Visit) -> Visit:
        if visit.language in self.wave.languages:
            return visit
        return replace(visit, language=self.wave.languages[0])

    def _page(
        self, template: str, visit: Visit, facts: Mapping[str, Any], status: int = 200
    ) -> Response:
        shell = self._render(template, visit, facts)
        return _reply(shell.replace(_HOLE, self._hidden(visit), 1), status)

    def _shared(
        self, template: str, visit: Visit, facts: Mapping[str, Any], hidden: str
    ) -> Response:
        """Show a page that is the same for everybody but for its `hidden` field."""
        key = (template, self.wave.id, visit.language, visit.screen)
        built = site().built
        if key not in built:
            built[key] = self._render(template, visit, facts)
        return _reply(built[key].replace(_HOLE, hidden, 1), 200)

    def _hidden(self, visit: Visit) -> str:
        return f'<input type="hidden" name="state" value="{escape(self._seal.close(visit))}">'

    def _render(self, template: str, visit: Visit, facts: Mapping[str, Any]) -> str:
        spoken = words(visit.language)
        text = self.questionnaire.text(visit.language)
        return render_template(
            template,
            _=spoken.gettext,
            language=visit.language,
            direction=text.direction,
            languages=[(code, self.questionnaire.text(code).name) for code in self.wave.languages],
            text=text,
            wave=self.wave,
            visit=visit,
            total=len(self.questionnaire.screens),
            questionnaire=self.questionnaire,
            address=f"/s/{self.wave.link}/{visit.language}",
            **facts,
        )


def _reply(page: str, status: int) -> Response:
    return Response(page, status, mimetype="text/html")


def _forgotten(reply: Response) -> Response:
    """Ask the browser to forget what it kept of the visit."""
    reply.headers["Clear-Site-Data"] = '"cache", "storage"'
    return reply
