"""What a draft of a round still lacks, step by step, from the questionnaire to the signatures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from questionnaires import Instrument, QuestionnaireError
from questionnaires.governance import EARLIEST, months_between, rates_bodies
from survey.errors import SealError, SurveyError
from survey.keys import read_recipient
from survey.messages import _
from survey.models import RoundDraft, Wave
from survey.models.wave import Protection, Sampling
from survey.operations.draft_documents import (
    DAYS,
    DOORS,
    choice_of,
    day_of,
    field,
    instrument_of,
    lines,
    places_of,
    sampling_of,
    texts,
)
from survey.operations.gaps import Gap
from survey.operations.gate import gate_gaps, modules_of
from survey.operations.programme_age import BEGAN, REASON
from survey.operations.protocol import protocol_gaps
from survey.operations.round_files import FACTS, ROUND
from survey.operations.sealing import seals
from survey.operations.wave_plans import breakdowns_of

Document = Mapping[str, Any]
Check = Callable[[Document, Instrument], list[Gap]]


def gaps_of(session: Session, draft: RoundDraft, today: date) -> dict[str, list[Gap]]:
    """Return what each step lacks, by the step's name in the order of the checklist."""
    document = draft.document
    instrument = chosen_instrument(document)
    found = {"questionnaire": [] if instrument else [_NO_QUESTIONNAIRE]}
    for step, check in _CHECKS.items():
        found[step] = check(document, instrument) if instrument else [_FIRST]
    found["days"] = [*_days(session, document, today), *_programme(document, instrument)]
    found["protocol"] = protocol_gaps(session, draft.project_id, today)
    found["gate"] = _gate(document, instrument)
    return found


def chosen_instrument(document: Document) -> Instrument | None:
    """Return the instrument of a draft, if one is chosen that can be read and asked as chosen."""
    name, form, variant = choice_of(document)
    try:
        instrument = instrument_of(name) if name else None
    except (SurveyError, QuestionnaireError):
        return None
    if instrument is None or form not in instrument.forms:
        return None
    return instrument if variant in {"", *instrument.variants} else None


_NO_QUESTIONNAIRE = Gap(_("Choose a questionnaire and its form."))
_FIRST = Gap(_("Choose a questionnaire first."))


def _languages(document: Document, instrument: Instrument) -> list[Gap]:
    chosen = texts(document, "languages", "languages")
    if not chosen:
        return [Gap(_("Choose at least one language."), {}, "languages")]
    unknown = [each for each in chosen if each not in instrument.languages]
    words = _("The questionnaire is not there in '%(language)s'; take this language out.")
    return [Gap(words, {"language": each}, "languages") for each in unknown]


def _places(document: Document, instrument: Instrument) -> list[Gap]:
    rows = places_of(document)
    if not rows:
        return [Gap(_("Add the localities in which people are asked."))]
    found = []
    for language in texts(document, "languages", "languages"):
        without = sum(1 for row in rows if not row["names"].get(language))
        if without:
            words = _("Localities without a name in '%(language)s': %(count)s. Add the names.")
            found.append(Gap(words, {"language": language, "count": without}))
    return found


def _groups(document: Document, instrument: Instrument) -> list[Gap]:
    if "groups" not in document:
        return [Gap(_("Choose the groups, or save this step without any."), {}, "breakdowns")]
    offered = breakdowns_of(instrument, choice_of(document)[1])
    chosen = texts(document, "groups", "breakdowns")
    words = _("This questionnaire has no group '%(group)s'; save this step again.")
    return [Gap(words, {"group": each}, "breakdowns") for each in chosen if each not in offered]


def _sample(document: Document, instrument: Instrument) -> list[Gap]:
    design = field(document, "sample", "design")
    if design not in set(Sampling):
        return [Gap(_("Say how people are chosen."), {}, "design")]
    if design != Sampling.CONVENIENCE and "open" in texts(document, "doors", "doors"):
        words = _(
            "An open link reaches whom it reaches, so this is a convenience sample: choose that, "
            "or take the open link out."
        )
        return [Gap(words, {}, "design")]
    if design == Sampling.PROBABILITY and sampling_of(document) != design:
        words = _(
            "Interviews alone say in which drawn cluster they are held; with answers that come "
            "another way, margins of error would be too narrow. Choose a convenience sample, or "
            "let interviews be the only way in."
        )
        return [Gap(words, {}, "design")]
    return []


def _doors(document: Document, instrument: Instrument) -> list[Gap]:
    chosen = texts(document, "doors", "doors")
    if not [each for each in chosen if each in DOORS]:
        return [Gap(_("Choose how people come in."), {}, "doors")]
    if {"open", "codes"} <= set(chosen):
        words = _("With an open link nobody needs a code: choose one of the two.")
        return [Gap(words, {}, "doors")]
    return []


def _protection(document: Document, instrument: Instrument) -> list[Gap]:
    protection = field(document, "protection", "protection")
    if protection not in set(Protection):
        return [Gap(_("Choose who can read the answers."), {}, "protection")]
    recipients = lines(field(document, "protection", "recipients"))
    if not recipients and seals(instrument, choice_of(document)[1], protection):
        words = _(
            "Answers are sealed here (all of them, or what people write in their own words), so "
            "name a public key of the team."
        )
        return [Gap(words, {}, "recipients")]
    return _key_gaps(recipients)


def _key_gaps(recipients: list[str]) -> list[Gap]:
    gaps, seen = [], set()
    for number, recipient in enumerate(recipients, start=1):
        try:
            key = str(read_recipient(recipient))
        except SealError:
            words = _("Line %(number)s is no public key; copy it again, it begins with age1.")
            gaps.append(Gap(words, {"number": number}, "recipients"))
            continue
        if key in seen:
            words = _("Line %(number)s names a key for the second time; name each once.")
            gaps.append(Gap(words, {"number": number}, "recipients"))
        seen.add(key)
    return gaps


def _consent(document: Document, instrument: Instrument) -> list[Gap]:
    languages = texts(document, "languages", "languages")
    if not languages:
        return [Gap(_("Choose the languages first."))]
    needed = [name for name, key in FACTS.keys.items() if key.required]
    names = [f"{language}-{name}" for language in languages for name in needed]
    empty = [name for name in names if not str(field(document, "consent", name)).strip()]
    return [Gap(_("Write this for the first page."), {}, name) for name in empty]


def _days(session: Session, document: Document, today: date) -> list[Gap]:
    gaps = [Gap(_("Choose a day."), {}, name) for name in DAYS if day_of(document, name) is None]
    days = [day for name in DAYS for day in (day_of(document, name),) if day]
    if not gaps and days != sorted(days):
        words = _("The days must follow each other: opening, closing, erasing.")
        gaps.append(Gap(words, {}, "closes_on"))
    closes = day_of(document, "closes_on")
    if closes is not None and closes < today:
        gaps.append(Gap(_("This day is over; choose a later one."), {}, "closes_on"))
    return [*gaps, *_link_gaps(session, document)]


def _programme(document: Document, instrument: Instrument | None) -> list[Gap]:
    """Return what is missing for an assessment of governance not to come too early."""
    began, opens = day_of(document, BEGAN), day_of(document, "opens_on")
    if instrument is None or not rates_bodies(instrument):
        return []
    if began is None:
        return [Gap(_("Say on which day the programme began."), {}, BEGAN)]
    months = months_between(began, opens) if opens else EARLIEST
    if months < 0:
        return [Gap(_("The programme begins after the round; mend one of the days."), {}, BEGAN)]
    if months < EARLIEST and not field(document, "days", REASON).strip():
        words = _(
            "The programme is %(months)s months old on the first day. Open the round 16 months "
            "after it began, or write why it cannot wait."
        )
        return [Gap(words, {"months": months}, REASON)]
    return []


def _link_gaps(session: Session, document: Document) -> list[Gap]:
    link = field(document, "days", "link").strip()
    if not ROUND.keys["link"].accepts(link):
        return [Gap(_("Use 3 to 64 letters, digits or hyphens."), {}, "link")]
    if session.scalar(select(Wave.id).where(Wave.link == link)) is not None:
        return [Gap(_("This address belongs to another round; choose a new one."), {}, "link")]
    return []


def _gate(document: Document, instrument: Instrument | None) -> list[Gap]:
    if instrument is None:
        return [_FIRST]
    return gate_gaps(document, modules_of(instrument, choice_of(document)[1]))


_CHECKS: dict[str, Check] = {
    "languages": _languages,
    "places": _places,
    "groups": _groups,
    "doors": _doors,
    "sample": _sample,
    "protection": _protection,
    "consent": _consent,
}
