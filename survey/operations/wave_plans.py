"""What is decided before a wave opens, and whether it fits its questionnaire and its places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from questionnaires import Instrument
from questionnaires.check.singling import demographics
from questionnaires.model import Audience
from survey.errors import SurveyError
from survey.models import Wave
from survey.models.wave import USUAL_DOORS, Door, Protection, Sampling
from survey.operations.consent import check_consent
from survey.operations.programme_age import check_age
from survey.operations.sealing import check_recipients, seals


@dataclass(frozen=True)
class Locality:
    """A place to be asked about, as a localities file describes it.

    `parent` is the code of the area it lies in; an area is not lived in, its localities are.
    """

    code: str
    names: dict[str, str]
    stratum: str = ""
    population: int | None = None
    geometry: dict[str, Any] | None = None
    parent: str = ""


@dataclass(frozen=True)
class WavePlan:
    """Everything that is decided before a wave opens; `Wave` says what each field means."""

    link: str
    form: str
    languages: tuple[str, ...]
    breakdowns: tuple[str, ...]
    facts: dict[str, dict[str, Any]]
    opens_on: date
    closes_on: date
    keep_until: date
    sampling: Sampling = Sampling.CONVENIENCE
    variant: str = ""
    protection: Protection = Protection.OPEN
    recipients: tuple[str, ...] = ()
    doors: tuple[Door, ...] = USUAL_DOORS
    linking: bool = False


def breakdowns_of(instrument: Instrument, form: str) -> list[str]:
    """Return the items by which results can be shown: one choice of several, with a short name."""
    return [item.name for item in demographics(instrument, form)]


def check_plan(
    session: Session, instrument: Instrument, plan: WavePlan, localities: Sequence[Locality]
) -> None:
    """Make sure that a wave of `instrument` can be opened as planned, at these localities.

    Raises
    ------
    SurveyError
        If it cannot; it says what is missing, and what to do instead.
    """
    known = {
        "form": (instrument.forms, (plan.form,)),
        "language": (instrument.languages, plan.languages),
        "breakdown": (breakdowns_of(instrument, plan.form), plan.breakdowns),
    }
    for kind, (offered, chosen) in known.items():
        if len(set(chosen)) < len(chosen):
            raise SurveyError(f"a {kind} is named twice; name each once")
        for name in chosen:
            if name not in offered:
                raise SurveyError(
                    f"{instrument.name} has no {kind} '{name}'; choose from: {', '.join(offered)}"
                )
    if not any(item.type == "place" and item.required for item in instrument.asked(plan.form)):
        raise SurveyError(_without_place(instrument))
    _check_areas(localities)
    _check_doors(plan)
    check_age(
        instrument, plan.facts.get(plan.languages[0], {}) if plan.languages else {}, plan.opens_on
    )
    check_consent(plan.facts, plan.languages)
    needed = seals(instrument, plan.form, plan.protection)
    check_recipients(plan.recipients, needed=needed)
    if not localities or not plan.languages:
        raise SurveyError("a round needs at least one locality and one language")
    if session.scalar(select(Wave.id).where(Wave.link == plan.link)) is not None:
        raise SurveyError(f"the link '{plan.link}' belongs to another round; choose a new one")


def _check_doors(plan: WavePlan) -> None:
    if not plan.doors or len(set(plan.doors)) < len(plan.doors):
        raise SurveyError("name at least one door, and each once; the usual one is open")
    if {Door.CODES, Door.OPEN} <= {*plan.doors}:
        raise SurveyError(
            "with the doors codes and open anybody could answer without a code; name one of them"
        )


def _without_place(instrument: Instrument) -> str:
    """Return why an instrument without a place cannot be opened, and what to do instead."""
    if instrument.audience is Audience.STAFF:
        return (
            f"'{instrument.name}' is a record of the team and belongs to no place, so it cannot be "
            "a round; open one with an instrument for participants"
        )
    return (
        f"'{instrument.name}' asks nobody where they live, by which results are shown; "
        "give it a place item with required = true"
    )


def _check_areas(localities: Sequence[Locality]) -> None:
    """Make sure that areas, where there are some, hold every locality and lie in none."""
    areas = {each.parent for each in localities} - {""}
    for area in sorted(areas - {each.code for each in localities}):
        raise SurveyError(f"there is no locality '{area}' to lie in; add it, or mend 'parent'")
    for each in localities:
        if areas and (each.code in areas) is bool(each.parent):
            where = "lies in another area" if each.parent else "lies in no area"
            raise SurveyError(
                f"'{each.code}' {where}; give every locality an area, and no area one"
            )
