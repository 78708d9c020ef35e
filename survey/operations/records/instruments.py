"""The instruments that staff fill in: which there are, who may, and what makes a record unique."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cache

from questionnaires import Instrument, Nonanswer, read_instrument
from survey.errors import RefusedError
from survey.messages import _

#: What enumerators may fill in as well, each of them seeing their own records only.
FIELD = ("key_informant", "focus_group", "observation")
#: All of them, in the order of the page that offers them.
INSTRUMENTS = (*FIELD, "stakeholder_map", "service_map", "reintegration_governance")

#: What tells two records apart; all but the last must be answered before any two are compared.
_IDENTITY = {
    "stakeholder_map": ("organisation", "topic", "rater"),
    "service_map": ("service", "place", "provider"),
}
#: Instruments of which several people keep records of the same thing, each their own.
_RATED = frozenset({"stakeholder_map"})
#: The item by which the list of an instrument can be narrowed down, besides the place.
KINDS = {
    "key_informant": "role",
    "focus_group": "group_kind",
    "stakeholder_map": "kind",
    "service_map": "service_type",
}
#: The item that names what a record is about, where there is one.
TITLES = {"stakeholder_map": "organisation", "service_map": "service"}


@cache
def instrument_of(name: str) -> Instrument:
    """Return the staff instrument called `name`, as the library has it.

    Raises
    ------
    RefusedError
        If staff fill in none of this name.
    """
    if name not in INSTRUMENTS:
        raise RefusedError(_("there are no such records; choose from the list of the project"))
    return read_instrument(name)


def identity_of(instrument: str, answers: Mapping[str, str], entered_by: int | None) -> str | None:
    """Return what no two records of a project share; None where records may be alike.

    Two records of an organisation and a topic by one person in one role are one too many; two
    people who rate the same organisation are what the map is for.
    """
    names = _IDENTITY.get(instrument, ())
    said = [_said(answers.get(name, "")) for name in names]
    if not all(said[:-1]) or not said:
        return None
    whose = [entered_by] if instrument in _RATED else []
    return hashlib.sha256(json.dumps([*said, *whose]).encode()).hexdigest()


def _said(answer: str) -> str:
    """Return an answer without what two people write differently: blanks and large letters."""
    return "" if answer in set(Nonanswer) else " ".join(answer.split()).casefold()
