"""The walk through the situation of the demo: a family comes back, and a place is read for it."""

from __future__ import annotations

from dataclasses import dataclass

from survey.messages import _


@dataclass(frozen=True)
class Step:
    """A step: its title, what to see, the part of a place that it shows, what to talk about.

    `endpoint` is the page that tells more; empty for none.
    """

    title: str
    story: str
    part: str
    question: str
    endpoint: str = ""


STEPS = (
    Step(
        _("What is needed"),
        _(
            "The family needs much of what its neighbours need too. Help for it alone would look "
            "unfair, so begin with what most households lack."
        ),
        "needed",
        _("Which of these needs would the family share, and which are its own?"),
    ),
    Step(
        _("How people live together"),
        _(
            "Will anybody greet them? Every dimension stands by itself: people may feel that they "
            "belong, and still trust few."
        ),
        "together",
        _("Where could the newspaper do harm, and what could hold against it?"),
    ),
    Step(
        _("Who could act"),
        _(
            "A school, social work, a group of women: some want to open a door and can, some want "
            "to and cannot yet. Nobody is named whom contact could put at risk."
        ),
        "act",
        _("Who speaks to the family first, and who asks it what it wants?"),
        "stakeholders.partnership",
    ),
    Step(
        _("What exists"),
        _(
            "Which door is open today, for whom, and what does it ask for? Children without "
            "papers of a school need the answer before their first day."
        ),
        "exists",
        _("Which service would you call today, and what would you ask?"),
        "services.listed",
    ),
    Step(
        _("What is missing"),
        _(
            "A plan begins where no service may be named. Ask the family and its neighbours "
            "first, then those who could act."
        ),
        "missing",
        _("What would help the family and its neighbours at once?"),
        "services.covered",
    ),
)
