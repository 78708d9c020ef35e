"""What a release says about itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class DesignType(StrEnum):
    """How the people who answered were found; it decides what may be said of all others."""

    PROBABILITY = "probability"
    CENSUS = "census"
    CONVENIENCE = "convenience"


class Weighting(StrEnum):
    """Whether answers count alike."""

    GIVEN = "given"  # for as many people as each stands for
    EQUAL = "equal"
    RAKED = "raked"  # so that groups have the shares that they have in the population


@dataclass(frozen=True)
class Raked:
    """What the weights of a release agree with.

    Attributes
    ----------
    items : tuple of str
        The items whose groups have the shares of the population.
    version : int
        Which weighting of the round it was; each is kept as it was made.
    cap : float or None
        The largest weight, in mean weights; None when no weight was cut off.
    """

    items: tuple[str, ...]
    version: int
    cap: float | None = None


@dataclass(frozen=True)
class Facts:
    """Where a release comes from, and who answers for it.

    Attributes
    ----------
    title : mapping of str to str
        Title of the round by language.
    instrument, instrument_version, instrument_sha256 : str
        The questionnaire as it was fielded.
    data_sha256 : str
        SHA-256 of the answers the numbers were computed from.
    code_version : str
        Version of the program that computed them.
    made_on : date
        Day on which the release was made.
    signed_by, signed_role : str
        Who signed it off, and in which role.
    fieldwork_from, fieldwork_to : date
        First and last day on which answers were taken.
    design : DesignType
        How people were found.
    languages : tuple of str
        Languages in which the release can be read, the first being the fallback.
    drafts : tuple of str
        Languages whose words nobody has reviewed yet; the report says so.
    contact : mapping of str to str
        By language: how to ask a question or object.
    next_steps : mapping of str to str
        By language: what happens with the results. May be empty.
    wave, form : str
        Link of the round, and which form of the questionnaire was asked.
    weighting : Weighting
        Whether answers count alike.
    raked : Raked or None
        What raked weights agree with.
    lonely : int
        Strata of which one cluster answered: the error there is a guess on the wide side.
    previous : str
        Link of the earlier round that changes are measured from; empty for none.
    previous_sha256 : str
        SHA-256 of the answers of that round.
    sources : mapping of str to str
        By link of each round that is a further source: the SHA-256 of its records.
    """

    title: Mapping[str, str]
    instrument: str
    instrument_version: str
    instrument_sha256: str
    data_sha256: str
    code_version: str
    made_on: date
    signed_by: str
    signed_role: str
    fieldwork_from: date
    fieldwork_to: date
    design: DesignType
    languages: tuple[str, ...]
    drafts: tuple[str, ...] = ()
    contact: Mapping[str, str] = field(default_factory=dict)
    next_steps: Mapping[str, str] = field(default_factory=dict)
    wave: str = ""
    form: str = ""
    weighting: Weighting = Weighting.GIVEN
    lonely: int = 0
    previous: str = ""
    previous_sha256: str = ""
    sources: Mapping[str, str] = field(default_factory=dict)
    raked: Raked | None = None
