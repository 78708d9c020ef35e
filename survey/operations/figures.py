"""From the opened answers of a round to the figures that may leave the team."""

from __future__ import annotations

from collections.abc import Sequence

from analysis import DesignError, Domain, Frame, design_of, profile, score
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
    Outline,
    Release,
    Topic,
    guarded,
    outline_of,
    raised,
)
from analysis.profile import count_scored
from analysis.weighting import Side, weigh, weigh_rounds
from questionnaires import Instrument
from survey.models import Place, Wave
from survey.operations.release_facts import facts_of
from survey.operations.release_material import Earlier, Material, Record, SignOff, Weighed, frame_of
from survey.operations.small_counts import FEWEST
from survey.operations.waves import fielded_instrument, place_item

#: A group with more codes than this is not crossed with the place: its cells would hold few.
CROSSED = 4


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
        same_places=before is None or before.places == {each.code for each in material.places},
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


def scored_people(wave: Wave, frame: Frame) -> dict[tuple[str, Domain], int]:
    """Return how many people each dimension in each domain that a round reports rests on."""
    instrument, by = fielded_instrument(wave), breakdowns_of(wave)
    crossings = [(by[0], group) for group in crossed_groups(instrument, by[1:])]
    return count_scored(frame, score(frame, wave.form), by, crossings)


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
