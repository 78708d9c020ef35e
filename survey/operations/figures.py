"""From the opened answers of a round to the figures that may leave the team."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version

from analysis import DesignError, Domain, Frame, Measured, design_of, profile, score
from analysis.chapters import (
    Rounds,
    Source,
    checks_of,
    count_people,
    measure_changes,
    measure_differences,
    measure_topics,
    topics_of,
    triangulate,
)
from analysis.design import Design
from analysis.disclosure import (
    COMMUNITY,
    PROGRAMME,
    DesignType,
    Facts,
    Outline,
    Raked,
    Release,
    Topic,
    Weighting,
    guarded,
    outline_of,
    raised,
)
from analysis.weighting import Scheme, Side, weigh, weigh_rounds
from questionnaires import Instrument
from survey.models import Place, Wave
from survey.operations.opening import OpenedResponse
from survey.operations.small_counts import FEWEST
from survey.operations.waves import fielded_instrument, place_item

#: A group with more codes than this is not crossed with the place: its cells would hold few.
CROSSED = 4


@dataclass(frozen=True)
class Weighed:
    """The weighting of a round: its version, and what the weights agree with."""

    version: int
    scheme: Scheme


@dataclass(frozen=True)
class Earlier:
    """The round before, as its last release has it: answers, and what was published of them."""

    wave: Wave
    responses: tuple[OpenedResponse, ...]
    published: Release
    weighed: Weighed | None = None


@dataclass(frozen=True)
class Record:
    """A further source of the same project: informants, groups, or walks.

    `link` names where they come from: a round, or by the name of their instrument the records that
    the team keeps at the desk.
    """

    link: str
    instrument: Instrument
    responses: tuple[OpenedResponse, ...]


@dataclass(frozen=True)
class SignOff:
    """Who answers for a release, in which role, and since which day; printed in the report.

    Nothing else of a release that is made again from the same answers differs.
    """

    name: str
    role: str
    day: date


@dataclass(frozen=True)
class Material:
    """What a release is made from: the answers in order of their content, and what came before.

    `earlier` is the round before, `same_round` what readers have of this one already; the cells
    `further` are withheld besides, and so is each with fewer people than `smallest`. `sources`
    are shown beside the answers, never added to them. `weighed` is how the answers are weighted
    besides the weights that they carry.
    """

    wave: Wave
    places: tuple[Place, ...]
    responses: tuple[OpenedResponse, ...]
    earlier: Earlier | None = None
    same_round: tuple[Release, ...] = ()
    further: frozenset[tuple[str, Domain]] = frozenset()
    smallest: int = PROGRAMME.smallest
    sources: tuple[Record, ...] = ()
    weighed: Weighed | None = None


def release_of(material: Material, sign_off: SignOff) -> Release:
    """Return the release of a round: the same for the same answers, but for its sign-off."""
    wave, responses = material.wave, material.responses
    instrument, by = fielded_instrument(wave), breakdowns_of(wave)
    before = comparable(material)
    topics = topics_of(
        instrument,
        wave.form,
        by,
        wave.link,
        before.wave.link if before else "",
        compared=bool(comparison_places(wave)),
        sources=[each.instrument.name for each in material.sources],
    )
    outline = _outline(wave, instrument, material.places, topics)
    frame = frame_of(instrument, responses)
    scores, design = score(frame, wave.form), weighed_design(frame, material.weighed)
    estimates = profile(frame, scores, design, by, outline.crossings)
    estimates += measure_topics(frame, design, outline.topics)
    estimates += measure_differences(frame, scores, design, outline.topics)
    estimates += triangulate([_source(each) for each in material.sources], outline.topics)
    if before:
        estimates += measure_changes(_rounds(instrument, before, material), outline.topics)
    facts = facts_of(material, sign_off, frame, before)
    return guarded(
        estimates,
        facts,
        outline,
        raised(PROGRAMME, material.smallest),
        raised(COMMUNITY, material.smallest),
        same_round=material.same_round,
        further=material.further,
        checks=checks_of(frame, scores, design, by, wave.form),
        earlier=before.published if before else None,
    )


def weighed_design(frame: Frame, weighed: Weighed | None) -> Design:
    """Return the design of a round, with the weights that agree with its population.

    Raises
    ------
    DesignError
        If the answers do not allow such weights.
    """
    drawn = design_of(frame)
    if weighed is None:
        return drawn
    # A sealed round can be counted only here, where its key is.
    for known in weighed.scheme.known:
        found = [known.group_of.get(str(code)) for code in frame.codes(known.item)]
        few = [group for group in known.people if found.count(group) < FEWEST]
        if few:
            raise DesignError(
                f"the weights rest on fewer than {FEWEST} answers to {known.item} in "
                f"{len(few)} of its groups; let them count together with others"
            )
    return weigh(frame.codes, drawn, weighed.scheme)


def scored_people(wave: Wave, responses: Sequence[OpenedResponse]) -> list[Measured]:
    """Return every dimension in every domain that a round reports, without its other topics."""
    instrument, by = fielded_instrument(wave), breakdowns_of(wave)
    frame = frame_of(instrument, responses)
    crossings = [(by[0], group) for group in crossed_groups(instrument, by[1:])]
    return profile(frame, score(frame, wave.form), design_of(frame), by, crossings)


def topic_people(frame: Frame, topics: Sequence[Topic]) -> dict[tuple[str, Domain], int]:
    """Return how many people each number of `topics` rests on.

    Further sources hold other people, and a difference those of its averages: neither is here.
    """
    return count_people(frame, topics)


def source_people(
    sources: Sequence[Record], topics: Sequence[Topic]
) -> dict[tuple[str, Domain], int]:
    """Return how many voters, informants or walks each number of further sources rests on."""
    found = triangulate([_source(each) for each in sources], topics)
    return {(each.dimension, each.domain): each.mean.n for each in found}


def breakdowns_of(wave: Wave) -> list[str]:
    """Return the items by which a round is shown, the place first."""
    return [place_item(fielded_instrument(wave)).name, *wave.breakdowns]


def crossed_groups(instrument: Instrument, groups: Sequence[str]) -> list[str]:
    """Return the groups that programme teams may see crossed with the place."""
    items = [instrument.item(name) for name in groups]
    return [each.name for each in items if not each.sensitive and len(each.codes) <= CROSSED]


def comparison_places(wave: Wave) -> frozenset[str]:
    """Return the codes of the places that are there for comparison only, none of most rounds."""
    named = wave.fact(wave.languages[0], "comparison")
    return frozenset(named if isinstance(named, list) else ())


def comparable(material: Material) -> Earlier | None:
    """Return the round before if it asked the same, in the same form; None otherwise."""
    before, wave = material.earlier, material.wave
    if before is None or before.wave.form != wave.form:
        return None
    same = before.wave.instrument_sha256 == wave.instrument_sha256
    return before if same and before.responses else None


def in_order(responses: Sequence[OpenedResponse]) -> tuple[OpenedResponse, ...]:
    """Return responses in the order of their content, so that sums come out the same."""
    return tuple(sorted(responses, key=lambda each: each.content))


def digest(responses: Sequence[OpenedResponse]) -> str:
    """Return the SHA-256 of the answers, which does not depend on their keys or batches."""
    return hashlib.sha256(
        "\n".join(sorted(each.content for each in responses)).encode()
    ).hexdigest()


def frame_of(instrument: Instrument, responses: Sequence[OpenedResponse]) -> Frame:
    """Return responses as a frame, in their order."""
    return Frame.from_answers(instrument, responses)


def _source(record: Record) -> Source:
    return Source(record.instrument.name, frame_of(record.instrument, record.responses))


def _outline(
    wave: Wave,
    instrument: Instrument,
    places: Sequence[Place],
    topics: Sequence[Topic],
) -> Outline:
    return outline_of(
        instrument,
        wave.breakdowns,
        {each.code: each.names for each in places},
        wave.languages,
        place=place_item(instrument).name,
        crossed_with=crossed_groups(instrument, wave.breakdowns),
        topics=topics,
    )


def _rounds(instrument: Instrument, before: Earlier, material: Material) -> Rounds:
    """Return both rounds as one: rows of the earlier one first."""
    frame = frame_of(instrument, [*before.responses, *material.responses])
    later = [False] * len(before.responses) + [True] * len(material.responses)
    weighings = (before.weighed, material.weighed)
    sides = [
        Side([each is is_now for each in later], weighed.scheme if weighed else None)
        for weighed, is_now in zip(weighings, (False, True), strict=True)
    ]
    return Rounds(
        frame=frame,
        scores=score(frame, material.wave.form),
        design=weigh_rounds(frame.codes, design_of(frame), sides),
        is_later=later,
        compared=comparison_places(material.wave),
    )


def facts_of(material: Material, sign_off: SignOff, frame: Frame, before: Earlier | None) -> Facts:
    """Return what a release says of itself."""
    wave, instrument = material.wave, fielded_instrument(material.wave)
    return Facts(
        title={code: wave.fact(code, "title") for code in wave.languages},
        instrument=instrument.name,
        instrument_version=instrument.version,
        instrument_sha256=wave.instrument_sha256,
        data_sha256=digest(material.responses),
        code_version=version("sixfold"),
        made_on=sign_off.day,
        signed_by=sign_off.name,
        signed_role=sign_off.role,
        fieldwork_from=wave.opens_on,
        fieldwork_to=min(wave.closes_on, sign_off.day),
        design=DesignType(wave.sampling),
        languages=tuple(wave.languages),
        drafts=tuple(code for code in wave.languages if instrument.texts[code].is_draft),
        contact={code: wave.fact(code, "contact") for code in wave.languages},
        next_steps={code: wave.fact(code, "next_steps") for code in wave.languages},
        wave=wave.link,
        form=wave.form,
        weighting=_weighting(material),
        raked=_raked(material.weighed),
        lonely=len(design_of(frame).lonely_strata()),
        previous=material.earlier.wave.link if material.earlier else "",
        previous_sha256=digest(before.responses) if before else "",
        sources={each.link: digest(each.responses) for each in material.sources},
    )


def _weighting(material: Material) -> Weighting:
    if material.weighed:
        return Weighting.RAKED
    weights = {each.weight for each in material.responses}
    return Weighting.EQUAL if len(weights) < 2 else Weighting.GIVEN


def _raked(weighed: Weighed | None) -> Raked | None:
    if weighed is None:
        return None
    items = tuple(each.item for each in weighed.scheme.known)
    return Raked(items, weighed.version, weighed.scheme.cap)
