"""What successive releases of a round tell together, checked with the answers at hand."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from analysis import Domain
from analysis.disclosure import Release as Published
from analysis.disclosure import Topic
from analysis.disclosure.audit import name
from survey.errors import ReleaseError
from survey.models import Release, Wave
from survey.operations.figures import scored_people, source_people, topic_people
from survey.operations.opening import OpenedResponse
from survey.operations.release_material import Record, digest, frame_of
from survey.operations.waves import fielded_instrument

Key = tuple[str, Domain]

#: So many numbers are named in a refusal.
_NAMED = 5


def small_gains(
    wave: Wave,
    earlier: Sequence[Release],
    responses: Sequence[OpenedResponse],
    sources: Sequence[Record] = (),
    *,
    smallest: int,
    is_correction: bool,
) -> set[Key]:
    """Return the numbers of earlier releases that would gain some people, but fewer than k.

    The difference of two releases is a statistic of those who came between them. That an earlier
    release used answers which are missing now is no gain: the release is refused before this.

    Raises
    ------
    ReleaseError
        If nothing is new, and nothing is corrected either.
    """
    found: set[Key] = set()
    for release in earlier:
        published = Published.from_json(release.document)
        kept = [each for each in responses if each.batch <= release.through_batch]
        changed = _changed(published, sources)
        if len(kept) == len(responses) and not changed and not is_correction:
            raise ReleaseError("nothing new has been sealed since an earlier release")
        shown = {(c.dimension, c.domain) for c in published.programme.cells if c.withheld is None}
        topics = published.outline.topics
        before, now = _people(wave, kept, topics), _people(wave, responses, topics)
        found |= {key for key in shown if 0 < now.get(key, 0) - before.get(key, 0) < smallest}
        found |= shown.intersection(_little_more(published, changed, smallest))
    return found


def _changed(published: Published, sources: Sequence[Record]) -> list[Record]:
    """Return the further sources whose records are not those that a release showed.

    Whatever they are called now: what a round collected may stand among the team's own records.
    """
    used = set(published.facts.sources.values())
    shown = {topic.name for topic in published.outline.topics}
    return [
        each
        for each in sources
        if each.instrument.name in shown and digest(each.responses) not in used
    ]


def _little_more(published: Published, changed: Sequence[Record], smallest: int) -> Iterator[Key]:
    """Yield the numbers of changed sources that may have gained fewer than k.

    Nobody kept how many there were: the number that was printed is at most half a step away.
    """
    names = {each.instrument.name for each in changed}
    topics = [each for each in published.outline.topics if each.name in names]
    enough = published.programme.policy.base / 2 + smallest
    for key, now in source_people(changed, topics).items():
        if now - (published.programme.cell(*key).n or 0) < enough:
            yield key


def refuse_small_gains(published: Published, gains: Collection[Key]) -> None:
    """Refuse a release that shows numbers which gained too few people.

    Raises
    ------
    ReleaseError
        If it does; the message names some of them, and the cheapest change.
    """
    shown = {(c.dimension, c.domain) for c in published.programme.cells if c.withheld is None}
    small = [name(key) for key in sorted(shown.intersection(gains))]
    if small:
        k = published.programme.policy.smallest
        more = f" and {len(small) - _NAMED} more" if len(small) > _NAMED else ""
        raise ReleaseError(
            f"numbers of an earlier release would gain fewer than {k} people, and the "
            "difference would show their answers: "
            f"{', '.join(small[:_NAMED])}{more}; wait until more have answered, or withhold them"
        )


def _people(
    wave: Wave, responses: Sequence[OpenedResponse], topics: Sequence[Topic]
) -> dict[Key, int]:
    """Return how many people are in each number: those scored, and those who gave an answer."""
    frame = frame_of(fielded_instrument(wave), responses)
    return scored_people(wave, frame) | topic_people(frame, topics)
