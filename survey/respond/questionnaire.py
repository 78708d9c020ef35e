"""What the pages of one wave are made of: fixed once the wave has opened, so built once."""

from __future__ import annotations

from functools import cache, cached_property
from typing import cast

from sqlalchemy.orm import Session
from wtforms import Form

from questionnaires import Instrument, Item, Text, build_form, screens
from questionnaires.screens import Screen
from questionnaires.types.base import Locality
from survey.models import Place, Wave
from survey.operations.waves import fielded_instrument, localities_of
from survey.site import site


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

    def _text(self, language: str) -> Text:
        return self.instrument.texts[language]

    def _named_places(self, language: str) -> list[Locality]:
        return [(place.code, place.name(language)) for place in self._places]

    def _form_of(self, screen: int, language: str) -> type[Form]:
        """Return the form class of one screen in one language."""
        return build_form(self.screens[screen], self.text(language), self.places(language))


def questionnaire_of(session: Session, wave: Wave) -> Questionnaire:
    """Return the questionnaire of `wave`; it is built at the first visit."""
    built = site().built
    key = ("questionnaire", wave.id)
    if key not in built:
        places = localities_of(session, wave)
        built[key] = Questionnaire(fielded_instrument(wave), wave.form, places)
    return cast("Questionnaire", built[key])
