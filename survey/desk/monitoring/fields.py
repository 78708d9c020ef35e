"""What the forms of programme monitoring ask, and why."""

from __future__ import annotations

from collections.abc import Mapping

from survey.desk.fields import Field, Kind, Option, verbatim
from survey.desk.monitoring import words
from survey.messages import _
from survey.operations.monitoring.offers import Offer

_OWNER = Field(
    "owner",
    _("Who answers for it"),
    _("An office or a function, as your partners know it. No participant."),
    Kind.LINE,
)
_CODE = Field(
    "code",
    _("Code"),
    _("Short and lasting, as O1.2: by it a file finds this line again."),
    Kind.LINE,
    is_code=True,
)


def _choice(name: str, label: str, why: str, said: Mapping[str, str]) -> Field:
    options = tuple(Option(value, label) for value, label in said.items())
    return Field(name, label, why, Kind.ONE, options=options)


def indicator_fields(offer: Offer, bound: tuple[str, str]) -> list[Field]:
    """Return the fields of an indicator; what it is `bound` to stays among what is offered."""
    return [
        _CODE,
        _choice("level", _("Level"), _("Whose change does it show?"), words.LEVELS),
        Field("name", _("Indicator"), _("In a few words."), Kind.LINE),
        Field(
            "definition",
            _("Definition"),
            _("What counts and what does not, so that two people count the same."),
            Kind.TEXT,
        ),
        Field("unit", _("Unit"), _("People, points from 0 to 100, percent, meetings."), Kind.LINE),
        Field(
            "disaggregation",
            _("Broken down by"),
            _("Women and men, age, place: where it helps and is safe."),
            Kind.LINE,
        ),
        Field("source", _("Source"), _("Where the number comes from."), Kind.LINE),
        Field("frequency", _("How often"), _("As every six months."), Kind.LINE),
        _OWNER,
        _choice(
            "direction",
            _("Which way is better"),
            _("Said before the first value, so that a fall is not called a success later."),
            words.DIRECTIONS,
        ),
        Field("baseline", _("Baseline"), _("Where it began."), Kind.NUMBER),
        Field("baseline_day", _("Day of the baseline"), "", Kind.DAY),
        Field("target", _("Target"), _("Where it shall be, as all partners agreed."), Kind.NUMBER),
        Field("target_day", _("Day of the target"), _("Not before the baseline."), Kind.DAY),
        *_binding(offer, bound),
    ]


def _binding(offer: Offer, bound: tuple[str, str]) -> list[Field]:
    measure, domain = bound
    by_hand = Option("", _("from nothing: values are noted by hand"))
    everybody = Option("", _("everybody"))
    return [
        Field(
            "measure",
            _("Fills itself from"),
            _("A score or a share of your published reports, at each release of each round."),
            Kind.LIST,
            options=(by_hand, *_offered(offer.measures, measure)),
        ),
        Field(
            "domain",
            _("About whom"),
            _("A group or a place of the report. What it withheld stays withheld here."),
            Kind.LIST,
            options=(everybody, *_offered(offer.domains, domain)),
        ),
    ]


def _offered(known: list[tuple[str, str]], chosen: str) -> list[Option]:
    there = [Option(value, verbatim(label)) for value, label in known]
    gone = chosen and chosen not in {value for value, _label in known}
    return [*there, Option(chosen, verbatim(chosen))] if gone else there


ACTIVITY = [
    _CODE,
    Field("name", _("Activity"), _("In a few words."), Kind.LINE),
    _OWNER,
    Field("begins", _("First day"), "", Kind.DAY),
    Field("ends", _("Last day"), _("Not before the first."), Kind.DAY),
    _choice("state", _("State"), "", words.ACTIVITY_STATES),
    Field("currency", _("Currency"), _("Three letters, as EUR."), Kind.LINE, is_code=True),
    Field("budget", _("Planned amount"), _("Without signs between thousands."), Kind.NUMBER),
    Field("spent", _("Spent so far"), "", Kind.NUMBER),
]
RISK = [
    _CODE,
    _choice("kind", _("What it is"), "", words.RISK_KINDS),
    Field(
        "what",
        _("What may happen, or has happened"),
        _("To whom, and how. Write of groups and places, never of a person who can be known."),
        Kind.TEXT,
    ),
    _choice("likelihood", _("How likely"), "", words.LIKELIHOODS),
    _choice("impact", _("How hard it would be"), _("For those it meets."), words.IMPACTS),
    Field(
        "mitigation",
        _("What is done about it"),
        _("Before it happens, and when it happens."),
        Kind.TEXT,
    ),
    _OWNER,
    Field(
        "review",
        _("Looked at again on"),
        _("Left empty, it is 90 days from today."),
        Kind.DAY,
    ),
    _choice("state", _("State"), "", words.RISK_STATES),
]
SAFETY = [
    Field(
        "contacts",
        _("Who is called, day and night"),
        _("The function and where its number hangs; two who answer when one does not."),
        Kind.TEXT,
    ),
    Field(
        "travel",
        _("How people travel"),
        _("In twos; who knows the way and the hour of return; what is done when nobody arrives."),
        Kind.TEXT,
    ),
    Field(
        "devices",
        _("What is on devices and paper"),
        _("Only what the day needs; how it is locked; what to say and do at a checkpoint."),
        Kind.TEXT,
    ),
    Field(
        "topic",
        _("How the work is called in public"),
        _("Sometimes it is safer not to name the topic: which words everybody uses."),
        Kind.TEXT,
    ),
    Field(
        "stop",
        _("When work stops, and who says so"),
        _("Signs at which anybody may stop, without asking and without blame."),
        Kind.TEXT,
    ),
    Field(
        "afterwards",
        _("After an incident"),
        _("Who is looked after first, who is told, how it is noted without names."),
        Kind.TEXT,
    ),
    _OWNER,
    Field(
        "review",
        _("Looked at again on"),
        _("Left empty, it is 90 days from today."),
        Kind.DAY,
    ),
]
