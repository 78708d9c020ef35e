"""The pages of a visit.

A page without errors is the same for everybody whom it asks the same, except for its hidden field.
So it is rendered once for each wave, language, screen, and order or arm that was drawn, and the
field is put in for each visit.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import groupby
from typing import Any

from flask import Response, render_template
from markupsafe import escape
from wtforms import Form

from questionnaires import Item, Nonanswer, fill_form, item_type
from questionnaires.screens import Screen
from survey.forms import Fields
from survey.languages import words
from survey.models import Wave
from survey.respond.questionnaire import KEPT, Questionnaire
from survey.respond.steps import Outcome, Step
from survey.respond.visit import CONSENT, Seal, Visit
from survey.security import FORGET
from survey.shells import HOLE, FilledPage, Shell

_CONSENT, _SCREEN = "respond/consent.html", "respond/screen.html"


class Pages:
    """The pages of one wave, for the visit of one request."""

    def __init__(self, wave: Wave, questionnaire: Questionnaire, seal: Seal) -> None:
        self.wave = wave
        self.questionnaire = questionnaire
        self._seal = seal

    def show(self, step: Step) -> Response:
        """Show the page that a step leads to."""
        visit = self._drawn(self._in_offered_language(step.visit))
        if step.outcome is Outcome.ERASE:
            return self.erased(visit.language)
        if step.outcome in {Outcome.DECLINE, Outcome.YOUNG}:
            facts = {"is_young": step.outcome is Outcome.YOUNG}
            return self._page("respond/declined.html", visit, facts)
        if visit.screen == CONSENT:
            return self.consent(visit, missing=step.outcome is Outcome.MEND)
        if visit.screen == len(self.questionnaire.screens):
            return self.review(visit)
        if step.outcome is Outcome.MEND:
            return self.screen(visit, step.form, 422)
        return self.screen(visit, self._unfinished(visit, step.unfinished))

    def kept(self, step: Step) -> tuple[Shell, str] | None:
        """Return the page that a step leads to, with its hidden field, if it is kept already.

        Those are the first page, and pages of questions that have no answer yet.
        """
        visit = self._in_offered_language(step.visit)
        if step.outcome is not Outcome.SHOW or step.unfinished is not None:
            return None
        if visit.screen == CONSENT:
            shell = self._kept(_CONSENT, visit, None) if visit.is_blank else None
            return (shell, "") if shell else None
        kind = self._unanswered(visit)
        shell = self._kept(_SCREEN, visit, kind) if kind else None
        return (shell, self._hidden(visit)) if shell else None

    def _unanswered(self, visit: Visit) -> type[Form] | None:
        """Return the form of a screen of which nothing is answered, nor left to chance any more."""
        asks = self.questionnaire
        if visit.screen == len(asks.screens) or asks.drawing.is_due(visit):
            return None
        items = asks.asked_on(visit.screen, visit.answers)
        if not visit.answers.keys().isdisjoint(item.name for item in items):
            return None
        return asks.form_of(items, visit.language, visit.answers)

    def _kept(self, template: str, visit: Visit, asked: object) -> Shell | None:
        return self.questionnaire.pages.get((template, visit.language, visit.screen, asked))

    def consent(self, visit: Visit, *, missing: bool = False) -> Response:
        """Show what the round is about, and ask whether to take part."""
        status = 422 if missing else 200
        if missing or not visit.is_blank:
            return self._page(_CONSENT, visit, {"missing": missing}, status)
        # Without answers there is nothing to carry, so this page is the same for everybody.
        return self._shared(_CONSENT, visit, {}, hidden="")

    def screen(self, visit: Visit, form: Form | None = None, status: int = 200) -> Response:
        """Show one screen of questions; `form` holds what was sent that is no answer."""
        items = self.questionnaire.asked_on(visit.screen, visit.answers)
        kind = self.questionnaire.form_of(items, visit.language, visit.answers)
        facts = {"empty": kind, "blocks": _blocks(items), "number": visit.screen + 1}
        if form is not None:
            return self._page(_SCREEN, visit, facts | {"form": form}, status)
        if visit.answers.keys().isdisjoint(item.name for item in items):
            hidden = self._hidden(visit)
            return self._shared(_SCREEN, visit, facts, hidden, kind)
        form = fill_form(kind, items, visit.answers)
        return self._page(_SCREEN, visit, facts | {"form": form})

    def _unfinished(self, visit: Visit, fields: Fields | None) -> Form | None:
        """Return the form with what is half written; it is not wrong before it is sent on."""
        if fields is None:
            return None
        items = self.questionnaire.asked_on(visit.screen, visit.answers)
        form = self.questionnaire.bound(items, visit.language, fields, visit.answers)
        for field in form:
            field.errors = []
        return form

    def review(self, visit: Visit, status: int = 200, **told: object) -> Response:
        """Show all answers before they are sent; `told` is what the page says beside them."""
        parts = [list(self._answers(visit, items)) for items in self.questionnaire.screens]
        return self._page("respond/review.html", visit, {"parts": parts, **told}, status)

    def _answers(self, visit: Visit, items: Screen) -> Iterator[tuple[str, int, str, str]]:
        """Yield each answer of a screen: lead-in of its grid, its turn, the question, the words."""
        text = self.questionnaire.text(visit.language)
        areas = self.questionnaire.areas(visit.language)
        places = [*self.questionnaire.places(visit.language), *areas]
        led = ""
        for item in items:
            answer = visit.answers.get(item.name, Nonanswer.NOT_SHOWN)
            if answer != Nonanswer.NOT_SHOWN:
                kind, grid = item_type(item.type), _grid(item)
                lead = text[f"item.{grid}"] if grid and grid != led else ""
                label = kind.label(item, answer, text, places)
                yield lead, item.instance, kind.question(item, text), label
                led = grid

    def not_stored(self, visit: Visit, own: Mapping[str, str]) -> Response:
        """Say that the answers could not be stored; keep them, and a code of one's `own`, there."""
        return self.review(visit, 503, failed=True, own=own)

    def received(self, language: str) -> Response:
        """Say that the answers are kept."""
        reply = self._shared("respond/received.html", Visit(language), {}, hidden="")
        return _forgotten(reply)

    def tampered(self, visit: Visit) -> Response:
        """Say that the page was changed on its way, and go on with its valid answers."""
        return self._page("respond/tampered.html", visit, {}, 422)

    def stale(self, visit: Visit) -> Response:
        """Show the page where the visit stands, and say that nobody vouches for what was sent."""
        visit = self._drawn(self._in_offered_language(visit))
        if visit.screen == len(self.questionnaire.screens):
            return self.review(visit, 422, stale=True)
        items = self.questionnaire.asked_on(visit.screen, visit.answers)
        kind = self.questionnaire.form_of(items, visit.language, visit.answers)
        facts = {"blocks": _blocks(items), "number": visit.screen + 1, "stale": True}
        form = fill_form(kind, items, visit.answers)
        return self._page(_SCREEN, visit, facts | {"form": form}, 422)

    def erased(self, language: str) -> Response:
        """Show an empty page that says nothing of the questionnaire."""
        return _forgotten(self._page("respond/erased.html", Visit(language), {}))

    def page(
        self, template: str, visit: Visit, facts: Mapping[str, Any], status: int = 200
    ) -> Response:
        """Show a page beside the way from screen to screen, as that of a door."""
        return self._page(template, visit, facts, status)

    def _drawn(self, visit: Visit) -> Visit:
        """Leave to chance what must be, once the person takes part."""
        has_begun = visit.screen != CONSENT
        return self.questionnaire.drawing.drawn(visit) if has_begun else visit

    def _in_offered_language(self, visit: Visit) -> Visit:
        if visit.language in self.wave.languages:
            return visit
        return replace(visit, language=self.wave.languages[0])

    def _page(
        self, template: str, visit: Visit, facts: Mapping[str, Any], status: int = 200
    ) -> Response:
        shell = self._render(template, visit, facts)
        return _reply(shell.replace(HOLE, self._hidden(visit), 1), status)

    def _shared(
        self,
        template: str,
        visit: Visit,
        facts: Mapping[str, Any],
        hidden: str,
        asked: object = None,
    ) -> Response:
        """Show a page that is the same for all who are `asked` the same, but for `hidden`."""
        shell = self._kept(template, visit, asked)
        if shell is None:
            shell = Shell(self._render(template, visit, facts))
            if len(self.questionnaire.pages) < KEPT:
                self.questionnaire.pages[template, visit.language, visit.screen, asked] = shell
        return FilledPage(shell, hidden)

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


def _blocks(items: Screen) -> list[tuple[str, Screen]]:
    """Return the items of a screen with the lead-in of their grid; empty for those in none."""
    return [(lead, tuple(rows)) for lead, rows in groupby(items, key=_grid)]


def _grid(item: Item) -> str:
    """Return the grid that `item` is a row of; empty for none."""
    return item.words if item.row and item.type != "best_worst" else ""


def _reply(page: str, status: int) -> Response:
    return Response(page, status, mimetype="text/html")


def _forgotten(reply: Response) -> Response:
    """Ask the browser to forget what it kept of the visit."""
    reply.headers.update(FORGET)
    return reply
