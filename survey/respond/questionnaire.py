"""What the pages of one wave are made of: fixed once the wave has opened, so built once."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import date
from functools import cache, cached_property
from typing import cast

from sqlalchemy import bindparam, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from wtforms import Form

from questionnaires import Instrument, Item, Text, arranged, bind_form, build_form, screens
from questionnaires.logic import read_logic, shown
from questionnaires.screens import Screen
from questionnaires.types.base import Locality
from survey.errors import WaveUnknownError
from survey.forms import Fields
from survey.models import Place, Wave
from survey.operations.sealing import sealed_items
from survey.operations.waves import areas_of, check_open, fielded_instrument, localities_of
from survey.respond.chance import Drawing
from survey.shells import Shell
from survey.site import Site, site, today

#: Questions about harm by those who help. Their pages and the next ones say where to complain.
HARM = frozenset({"BM15", "BM18"})
#: Pages of one wave that are kept, and forms: chance and relevance make many of one screen.
KEPT = 500


class Questionnaire:
    """The frozen instrument of a wave in one form, with the wave's localities.

    Attributes
    ----------
    drawing : Drawing
        What is left to chance: orders, and the arms of its experiments.
    pages : dict
        Pages that are the same for everybody, by what they show; at most `KEPT`.
    is_kept_on_phone : bool
        Whether its pages are those that a phone keeps.
    """

    is_kept_on_phone = False

    def __init__(
        self,
        instrument: Instrument,
        form: str,
        places: list[Place],
        areas: list[Place] | None = None,
    ) -> None:
        self.instrument = instrument
        self.form = form
        self.drawing = Drawing(self.items)
        self.pages: dict[object, Shell] = {}
        self._places = places
        self._areas = areas or []
        self.text = cache(self._text)
        self.places = cache(self._named_places)
        self._forms: dict[object, type[Form]] = {}
        self._asks_all = not read_logic(instrument).conditions

    @cached_property
    def screens(self) -> tuple[Screen, ...]:
        """The screens, in order; a wave with areas asks for the area first."""
        asked = screens(self.instrument, self.form)
        return tuple(each for screen in asked for each in (*self._before(screen), screen))

    def _before(self, screen: Screen) -> list[Screen]:
        """Return the screen that asks for the area of a place, if one must come first."""
        places = [item for item in screen if item.type == "place" and item.options.levels > 1]
        area = [
            replace(item, name=f"{item.name}_area", type="area", source=item.words)
            for item in places
        ]
        return [tuple(area)] if area and self._areas else []

    @cached_property
    def parts(self) -> tuple[str, ...]:
        """The sections that its screens belong to, in order: as many for one person as another."""
        return tuple(dict.fromkeys(item.section for screen in self.screens for item in screen))

    def area_in(self, answers: Mapping[str, str]) -> str:
        """Return the area that was chosen; empty when the wave has none."""
        names = (item.name for screen in self.screens for item in screen if item.type == "area")
        return answers.get(next(names, ""), "")

    @cached_property
    def items(self) -> dict[str, Item]:
        """The items it asks, by name."""
        return {item.name: item for item in self.instrument.asked(self.form)}

    @cached_property
    def strata(self) -> dict[str, str]:
        """The stratum of each locality."""
        return {place.code: place.stratum for place in self._places}

    @cached_property
    def seals_text(self) -> bool:
        """Whether it asks for free text, which is sealed to the keys of the team."""
        return bool(sealed_items(self.instrument, self.form))

    def asked_on(self, screen: int, answers: Mapping[str, str]) -> Screen:
        """Return the items that one screen asks of somebody with these `answers`.

        None of them depends on another of them, so the page needs no script.
        """
        if self._asks_all:
            return self.screens[screen]
        asked = shown(self.instrument, self.form, answers)
        return tuple(
            item for item in self.screens[screen] if item.name in asked or item.type == "area"
        )

    def is_near_harm(self, screen: int) -> bool:
        """Tell whether a screen asks about harm, or follows one that does, for everybody alike."""
        near = (item for each in self.screens[max(0, screen - 1) : screen + 1] for item in each)
        return any(item.name in HARM for item in near)

    def route(self, answers: Mapping[str, str]) -> tuple[int, ...]:
        """Return the screens that ask something of somebody with these `answers`, in order."""
        if self._asks_all:
            return tuple(range(len(self.screens)))
        asked = shown(self.instrument, self.form, answers)
        return tuple(
            number
            for number, items in enumerate(self.screens)
            if any(item.name in asked or item.type == "area" for item in items)
        )

    def lacks(self, screen: int, answers: Mapping[str, str]) -> bool:
        """Tell whether a screen asks for something that `answers` do not hold, nor a skip."""
        asked = self.asked_on(screen, answers)
        return any(item.name not in answers for item in asked if item.type != "area")

    def _text(self, language: str) -> Text:
        return self.instrument.texts[language]

    def form_of(self, items: Screen, language: str, answers: Mapping[str, str]) -> type[Form]:
        """Return the form class that asks `items` of somebody with these `answers`."""
        area = self.area_in(answers)
        drawn = [answers.get(f"{item.name}_{kind}") for item in items for kind in _drawn_for(item)]
        key = (language, area, *(item.name for item in items), None, *drawn)
        kind = self._forms.get(key)
        if kind is None:
            kind = self._built_form(self.arranged(items, answers), language, area)
            if len(self._forms) < KEPT:
                self._forms[key] = kind
        return kind

    def bound(
        self, items: Screen, language: str, fields: Fields, answers: Mapping[str, str]
    ) -> Form:
        """Return the form that was sent by somebody with these `answers`, validated."""
        kind = self.form_of(items, language, answers)
        return bind_form(kind, items, self.text(language), fields, answers)

    def arranged(self, items: Screen, answers: Mapping[str, str]) -> Screen:
        """Return `items` with their choices as this person is shown them."""
        return tuple(arranged(item, answers) for item in items)

    def areas(self, language: str) -> list[Locality]:
        """Return the areas of the wave."""
        return [(place.code, place.name(language)) for place in self._areas]

    def _named_places(self, language: str, area: str = "") -> list[Locality]:
        """Return the localities of `area`, or all of them."""
        inside = (each for each in self._places if not area or each.parent == area)
        return [(place.code, place.name(language)) for place in inside]

    def _built_form(self, items: Screen, language: str, area: str) -> type[Form]:
        is_area = any(item.type == "area" for item in items)
        places = self.areas(language) if is_area else self.places(language, area)
        return build_form(items, self.text(language), places)


def _drawn_for(item: Item) -> tuple[str, ...]:
    """Return the companions of `item` that decide how it is shown to one person."""
    return ("order",) * item.random + ("arm",) * (item.type == "list_experiment")


_STATE = select(Wave.id, Wave.opens_on, Wave.closes_on, Wave.is_closed, Wave.awaits_test).where(
    Wave.link == bindparam("link")
)


def open_questionnaire(link: str) -> tuple[Wave, Questionnaire]:
    """Return the wave under `link` with its questionnaire, which is built at the first visit.

    Whether it is open is asked of the database each time; the rest is frozen.

    Raises
    ------
    WaveUnknownError, WaveNotOpenError, WaveClosedError
        If there is no such wave, or it does not take responses today.
    """
    return find_open(site(), link)


def find_open(here: Site, link: str) -> tuple[Wave, Questionnaire]:
    """Do what `open_questionnaire` does, for the site that is named."""
    state = here.database.glance(_STATE, link=link)
    if state is None:
        raise WaveUnknownError
    wave_id, opens_on, closes_on, is_closed, awaits_test = state
    check_open(_day(opens_on), _day(closes_on), bool(is_closed), bool(awaits_test), today())
    return _frozen(here, wave_id)


def _day(kept: date | str) -> date:
    """Return a day as SQLite keeps it, or as PostgreSQL gives it."""
    return kept if isinstance(kept, date) else date.fromisoformat(kept)


def known_wave(link: str) -> Wave | None:
    """Return the wave under `link`, open or not, for a page that says why it cannot go on.

    There is none when the link is unknown, or when the database cannot be asked.
    """
    with suppress(DBAPIError, PoolTimeoutError):
        state = site().database.glance(_STATE, link=link)
        return _frozen(site(), state[0])[0] if state else None
    kept = list(site().built.values())  # other threads build meanwhile
    built = (each[0] for each in kept if isinstance(each, tuple))
    return next((wave for wave in built if wave.link == link), None)


def _frozen(here: Site, wave_id: int) -> tuple[Wave, Questionnaire]:
    built = here.built
    if wave_id not in built:
        with here.database.reading() as session:
            wave = session.get_one(Wave, wave_id)
            places, areas = localities_of(session, wave), areas_of(session, wave)
            instrument = fielded_instrument(wave)
            built[wave_id] = wave, Questionnaire(instrument, wave.form, places, areas)
    return cast("tuple[Wave, Questionnaire]", built[wave_id])
