"""What the pages of one wave are made of: fixed once the wave has opened, so built once."""

from __future__ import annotations

from functools import cache, cached_property
from typing import cast

from sqlalchemy import bindparam, select
from wtforms import Form

from questionnaires import Instrument, Item, Text, build_form, screens
from questionnaires.screens import Screen
from questionnaires.types.base import Locality
from survey.errors import WaveUnknownError
from survey.models import Place, Wave
from survey.operations.sealing import sealed_items
from survey.operations.waves import check_open, fielded_instrument, localities_of
from survey.site import site, today


class Questionnaire:
    """The frozen instrument of a wave in one form, with the wave's localities."""

    def __init__(self, instrument: Instrument, form: str, places: list[Place]) -> None:
        self.instrument = instrument
        self.form = form
        self._places = places
        self.text = cache(self._text)
        self.places = cache(self._named_places)
        self.form_of = cache(self._form_of)

    @cached_property
    def screens(self) -> tuple[Screen, ...]:
        """The screens, in order."""
        return screens(self.instrument, self.form)

    @cached_property
    def items(self) -> dict[str, Item]:
        """The items it asks, by name."""
        return {item.name: item for item in self.instrument.asked(self.form)}

    @cached_property
    def seals_text(self) -> bool:
        """Whether it asks for free text, which is sealed to the keys of the team."""
        return bool(sealed_items(self.instrument, self.form))

    def _text(self, language: str) -> Text:
        return self.instrument.texts[language]

    def _named_places(self, language: str) -> list[Locality]:
        return [(place.code, place.name(language)) for place in self._places]

    def _form_of(self, screen: int, language: str) -> type[Form]:
        """Return the form class of one screen in one language."""
        return build_form(self.screens[screen], self.text(language), self.places(language))


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
    with site().database.engine.connect() as connection:
        state = connection.execute(_STATE, {"link": link}).one_or_none()
    if state is None:
        raise WaveUnknownError
    check_open(*state[1:], today=today())
    return _frozen(state.id)


def _frozen(wave_id: int) -> tuple[Wave, Questionnaire]:
    built = site().built
    if wave_id not in built:
        with site().database.reading() as session:
            wave = session.get_one(Wave, wave_id)
            places = localities_of(session, wave)
            built[wave_id] = wave, Questionnaire(fielded_instrument(wave), wave.form, places)
    return cast("tuple[Wave, Questionnaire]", built[wave_id])
