"""The steps from question to report, in their order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from survey.desk.fields import Field
from survey.desk.step_fields import (
    consent_fields,
    days_fields,
    doors_fields,
    gate_fields,
    groups_fields,
    languages_fields,
    protection_fields,
    questionnaire_fields,
)
from survey.messages import _

Document = Mapping[str, Any]


@dataclass(frozen=True)
class Step:
    """A step of the checklist.

    `fields` makes the form for a draft and the reader's language; steps without it have a page of
    their own, under `endpoint`.
    """

    title: str
    why: str
    fields: Callable[[Document, str], list[Field]] | None = None
    endpoint: str = "drafts.step"


#: Every step in its order; `survey.operations.readiness` says what each lacks.
STEPS: dict[str, Step] = {
    "questionnaire": Step(
        _("Questionnaire"),
        _("What you want to know decides what is asked. Ask nothing that nobody will use."),
        questionnaire_fields,
    ),
    "languages": Step(
        _("Languages"),
        _("Each language is a whole form of its own; people can change it on every page."),
        languages_fields,
    ),
    "places": Step(
        _("Localities"),
        _("People name the place they live in, and no smaller one. Results are shown by place."),
        endpoint="localities.places",
    ),
    "groups": Step(
        _("Groups to report"),
        _("Choose whom results are shown for before there are any results."),
        groups_fields,
    ),
    "doors": Step(
        _("Invitation"),
        _("Who can come in decides whom the answers speak for."),
        doors_fields,
    ),
    "sample": Step(
        _("Sample"),
        _("How many to ask, where, and what the answers will be able to tell."),
        endpoint="sample.plan",
    ),
    "days": Step(
        _("Days and address"),
        _("When people can answer, and when their answers are erased."),
        days_fields,
    ),
    "protection": Step(
        _("Protection"),
        _("Decide who could read an answer if the server fell into wrong hands."),
        protection_fields,
    ),
    "consent": Step(
        _("Consent"),
        _("What the first page says before anybody agrees, in each language of the round."),
        consent_fields,
    ),
    "protocol": Step(
        _("Information-sharing protocol"),
        _("Who shares what with whom, agreed and signed by all partners before there is any data."),
        endpoint="protocol.protocol",
    ),
    "gate": Step(
        _("Do no harm"),
        _("Who could be hurt, what is done about it, and who answers for it."),
        gate_fields,
        "gate.gate",
    ),
}
