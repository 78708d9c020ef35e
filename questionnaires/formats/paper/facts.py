"""What a round says of itself on paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from questionnaires.types.base import Places


@dataclass(frozen=True)
class Facts:
    """What only the round knows, in the language of the form.

    Attributes
    ----------
    link : str
        Where people can answer on a screen instead; printed as a QR code and in letters.
    organisation, contact : str
        Who asks, and where questions and complaints go.
    help : sequence of str
        Services that help, a line each.
    keep_until : date, optional
        The day after which forms and answers are destroyed.
    places : sequence of (str, str)
        Code and name of each place to choose from.
    arm : str
        Which list of a list experiment is printed: ``control`` or ``treatment``. Print both, and
        hand them out as the draw says.
    """

    link: str = ""
    organisation: str = ""
    contact: str = ""
    help: Sequence[str] = ()
    keep_until: date | None = None
    places: Places = ()
    arm: str = "control"
