"""The forms of the steps: what each asks, and the reason beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from questionnaires import Instrument
from questionnaires.governance import rates_bodies
from survey.desk.fields import Field, Kind, Option, verbatim
from survey.languages import words
from survey.messages import _
from survey.models.wave import Protection
from survey.operations.draft_documents import (
    DOORS,
    FACT_NAMES,
    SEEING_DOORS,
    choice_of,
    clusters_in,
    offered_instruments,
    texts,
)
from survey.operations.gate import LEVELS, WHOLE, modules_of
from survey.operations.programme_age import BEGAN, REASON
from survey.operations.readiness import chosen_instrument
from survey.operations.round_files import FACTS
from survey.operations.wave_plans import breakdowns_of

Document = Mapping[str, Any]


def questionnaire_fields(document: Document, language: str) -> list[Field]:
    """Ask what is asked."""
    options = [
        _choice(name, instrument, (form, variant), language)
        for name, instrument in offered_instruments().items()
        for form in instrument.forms
        for variant in ("", *instrument.variants)
    ]
    why = _("A long form shows every part; a short one keeps more people until the end.")
    return [
        Field("choice", _("Questionnaire and form"), why, Kind.ONE, tuple(options)),
    ]


def _choice(name: str, instrument: Instrument, chosen: tuple[str, str], language: str) -> Option:
    form, variant = chosen
    text = instrument.texts.get(language) or instrument.texts[instrument.languages[0]]
    version = name if "@" in name else ""  # several versions have one title
    label = " · ".join(filter(None, (text["title"], form, variant, version)))
    minutes = text.get(f"consent.minutes.{form}") or ""
    return Option(f"{name}/{form}/{variant}", verbatim(label), verbatim(minutes))


def languages_fields(document: Document, language: str) -> list[Field]:
    """Ask the languages of the round."""
    instrument = chosen_instrument(document)
    found = instrument.texts.values() if instrument else []
    draft = _("not yet reviewed by somebody who speaks it from home")
    options = [
        Option(text.language, verbatim(text.name), note=draft if text.is_draft else "")
        for text in found
    ]
    why = _("People answer best in the language they speak at home. The first one is the default.")
    label = _("Languages of the round")
    return [Field("languages", label, why, Kind.MANY, tuple(options))]


def groups_fields(document: Document, language: str) -> list[Field]:
    """Ask whom results are shown for."""
    instrument = chosen_instrument(document)
    if instrument is None:
        return []
    text = instrument.texts.get(language) or instrument.texts[instrument.languages[0]]
    sensitive = _("sensitive: shown only from 30 people on, and asked only with consent")
    options = []
    for name in breakdowns_of(instrument, choice_of(document)[1]):
        is_sensitive = instrument.item(name).sensitive
        options.append(
            Option(name, verbatim(text[f"domain.{name}"]), note=sensitive if is_sensitive else "")
        )
    why = _("Few groups, fixed before anybody is asked: each one more makes cells smaller.")
    return [Field("breakdowns", _("Groups in the report"), why, Kind.MANY, tuple(options))]


_DOOR_WORDS = {
    "open": (
        _("Open link"),
        _("Whoever has the address can answer. A convenience sample: the report says so."),
    ),
    "codes": (
        _("Single-use codes"),
        _("Each invited person gets a code that works once and is linked to no answer."),
    ),
    "kiosk": (
        _("One device for many people"),
        _("In a place that people trust; it forgets each person before the next."),
    ),
    "enumerator": (
        _("An enumerator asks"),
        _("For people who do not read or have no phone; the enumerator sees no earlier answer."),
    ),
    "paper": (
        _("Paper form"),
        _("Where phones are unwelcome or the network is down; the team enters it twice."),
    ),
}


def doors_fields(document: Document, language: str) -> list[Field]:
    """Ask how people come in."""
    blind = {*DOORS} - {*SEEING_DOORS} if clusters_in(document) else set()
    note = _("knows no drawn cluster: with it, the report speaks without margins of error")
    options = tuple(
        Option(door, *_DOOR_WORDS[door], note=note if door in blind else "") for door in DOORS
    )
    why = _("More than one way reaches more kinds of people; each way reaches different ones.")
    return [Field("doors", _("How people come in"), why, Kind.MANY, options)]


def days_fields(document: Document, language: str) -> list[Field]:
    """Ask when, and under which address; of an assessment of governance since when it can be."""
    instrument = chosen_instrument(document)
    programme = _programme_fields() if instrument and rates_bodies(instrument) else []
    return [
        Field(
            "link",
            _("Last part of the participants' address"),
            _("A neutral word: it stays in the history of people's browsers."),
            is_code=True,
        ),
        Field(
            "opens_on",
            _("First day"),
            _("From this day on the address takes answers."),
            Kind.DAY,
        ),
        Field(
            "closes_on",
            _("Last day"),
            _("Leave time for those who hear of it late."),
            Kind.DAY,
        ),
        Field(
            "keep_until",
            _("Answers are kept until"),
            _("The first page promises this day. It can come sooner, and never later."),
            Kind.DAY,
        ),
        *programme,
    ]


def _programme_fields() -> list[Field]:
    return [
        Field(
            BEGAN,
            _("Day on which the programme began"),
            _("Governance is assessed 16 months after it, or later: before, little can be seen."),
            Kind.DAY,
        ),
        Field(
            REASON,
            _("Why it is assessed earlier, if it is"),
            _("The report prints this reason. Leave it empty when 16 months have passed."),
        ),
    ]


def protection_fields(document: Document, language: str) -> list[Field]:
    """Ask who can read the answers."""
    options = (
        Option(
            Protection.OPEN,
            _("The server reads closed answers"),
            _("Results can be followed while people answer. Free text is sealed all the same."),
        ),
        Option(
            Protection.SEALED,
            _("Only the team's key opens answers"),
            _("Whoever takes the server reads no answer. A lost key loses every answer."),
        ),
    )
    return [
        Field(
            "protection",
            _("Who can read the answers"),
            _("The first page tells people which of the two it is."),
            Kind.ONE,
            options,
        ),
        Field(
            "recipients",
            _("Public keys of the team, one a line"),
            _("Needed for sealed rounds and for free text. Two keys are safer than one."),
            Kind.TEXT,
            is_code=True,
        ),
    ]


_OWN_WORDS = _("Empty: the questionnaire's own words. If you fill it in, do so in every language.")
_FACT_WORDS = {
    "title": (_("Title of the round"), _("Neutral: a neighbour may read it on the screen.")),
    "organisation": (_("Who is asking"), _("The name under which people know you, in one line.")),
    "contact": (
        _("Where questions and complaints go"),
        _("A place and a person's office, not only an e-mail."),
    ),
    "help": (
        _("Help and support, one line each"),
        _("Shown first and last, with neutral names: a question may bring up what hurts."),
    ),
    "results": (
        _("Where and when results appear"),
        _("People who answered have a right to hear what came of it."),
    ),
    "next_steps": (
        _("What happens with the results"),
        _("Promise only what is certain: no help depends on an answer."),
    ),
    "about": (_("In your own words: why people are asked, and what about"), _OWN_WORDS),
    "minutes": (_("In your own words: how long it takes"), _OWN_WORDS),
    "risks": (_("In your own words: what could be uncomfortable"), _OWN_WORDS),
    "complaints": (_("Where to complain about the team that asks"), _OWN_WORDS),
    "age": (_("In your own words: from which age people are asked"), _OWN_WORDS),
    "agree": (_("In your own words: what people agree to"), _OWN_WORDS),
}


def consent_fields(document: Document, language: str) -> list[Field]:
    """Ask what the first page says, in each language."""
    return [
        Field(
            f"{spoken}-{name}",
            *_FACT_WORDS.get(name, (name, "")),
            kind=Kind.TEXT if isinstance(FACTS.keys[name].default, list) else Kind.LINE,
            heading=verbatim(words(spoken).name),
            language=spoken,
        )
        for spoken in texts(document, "languages", "languages")
        for name in FACT_NAMES
    ]


_LEVEL_WORDS = {"low": _("low"), "medium": _("medium"), "high": _("high")}
_GATE_WORDS = {
    "risk": (
        _("What could happen"),
        _("Think of being seen, of a quarrel at home, of a group that is blamed."),
    ),
    "who": (
        _("Who could be hurt"),
        _("People who answer, those who do not, enumerators, a whole group."),
    ),
    "mitigation": (
        _("What is done about it"),
        _("Drop the question, ask elsewhere, ask with help at hand, publish less."),
    ),
}


def gate_fields(document: Document, language: str) -> list[Field]:
    """Ask who could be hurt, and what is done about it."""
    instrument = chosen_instrument(document)
    if instrument is None:
        return []
    text = instrument.texts.get(language) or instrument.texts[instrument.languages[0]]
    levels = tuple(Option(level, _LEVEL_WORDS[level]) for level in LEVELS)
    fields = []
    for module in modules_of(instrument, choice_of(document)[1]):
        title = text.get(f"section.{module.section}.title") or module.section
        heading = _("Taking part at all") if module.section == WHOLE else verbatim(title)
        name = module.section
        fields += [
            Field(f"{name}-{each}", *_GATE_WORDS[each], kind=Kind.TEXT, heading=heading)
            for each in _GATE_WORDS
        ]
        why = _("As it is after what is done about it.")
        level = Field(f"{name}-level", _("Risk that remains"), why, Kind.ONE, levels, heading)
        fields.append(level)
    advisers = Field(
        "advisers",
        _("Who from the community has looked at this"),
        _("About five people who live there, by their part in it, not by name. What did they say?"),
        Kind.TEXT,
        heading=_("Advice from the community"),
    )
    return [*fields, advisers]
