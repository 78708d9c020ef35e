"""How long a programme has run when its governance is assessed: 16 months, or a written reason.

Both stand among the facts of a round, which are fixed when it opens: ``programme_began``, a day as
2026-03-01, and ``early_reason``, which the report prints.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from questionnaires import Instrument
from questionnaires.governance import EARLIEST, months_between, rates_bodies
from survey.errors import SurveyError

#: What the first language of a round says of its programme.
BEGAN, REASON = "programme_began", "early_reason"


def check_age(instrument: Instrument, facts: Mapping[str, Any], opens_on: date) -> None:
    """Make sure that an assessment of governance does not come too early.

    Parameters
    ----------
    instrument : Instrument
        Of another one nothing is asked.
    facts : mapping
        Those of the first language of the round.
    opens_on : date
        Its first day.

    Raises
    ------
    SurveyError
        If nobody says when the programme began, or it did so after the round, or later than 16
        months before it and no reason is given.
    """
    if not rates_bodies(instrument):
        return
    if not facts.get(BEGAN):
        raise SurveyError(
            f"'{instrument.name}' assesses a programme that has run for {EARLIEST} months; say "
            f"when it began, as {BEGAN} = 2026-03-01"
        )
    months, reason = age_of(facts, opens_on)
    if months < 0:
        raise SurveyError(f"the programme begins after the first day of the round; mend {BEGAN}")
    if months < EARLIEST and not reason:
        raise SurveyError(
            f"on the first day of the round the programme is {months} months old, and before month "
            f"{EARLIEST} there is little to assess; open it later, or write why it cannot wait, as "
            f'{REASON} = "…", which the report prints'
        )


def age_of(facts: Mapping[str, Any], opens_on: date) -> tuple[int, str]:
    """Return the months of a programme on the first day of a round, and why it is so early.

    The reason is empty when the round is not early.
    """
    months = months_between(date.fromisoformat(str(facts[BEGAN])), opens_on)
    return months, str(facts.get(REASON, "")).strip() if months < EARLIEST else ""
