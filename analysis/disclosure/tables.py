"""Which cells an edition has, and the sums that tie them together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from analysis.disclosure.kinds import Topic
from analysis.disclosure.outline import Breakdown, Outline
from analysis.disclosure.suppression import Line
from analysis.estimate import Domain
from analysis.profile import Measured
from questionnaires import Nonanswer, Rule

#: One dimension in one domain.
Key = tuple[str, Domain]

EVERYONE: Domain = ()


def one_way(breakdown: Breakdown) -> list[Domain]:
    """Return the domains of a breakdown, in order."""
    return [((breakdown.item, code),) for code in breakdown.codes]


def crossed(first: Domain, second: Domain) -> Domain:
    """Return the people who are in both domains."""
    return tuple(sorted((*first, *second)))


def keys(outline: Outline, *, with_crossings: bool) -> list[Key]:
    """Return every cell of an edition: the dimensions in the order of the outline, then topics."""
    where = domains(outline, with_crossings=with_crossings)
    scores = [(each.name, domain) for each in outline.dimensions for domain in where]
    return scores + [
        (measure, domain)
        for topic in outline.topics
        for measure in topic.measures
        for domain in topic_domains(topic, outline)
    ]


def topic_domains(topic: Topic, outline: Outline) -> list[Domain]:
    """Return the domains of a topic: everyone, where that can be, and its breakdowns."""
    shown = [domain for item in topic.by for domain in one_way(outline.breakdown(item))]
    return [EVERYONE, *shown] if topic.statistic.has_everyone else shown


def domains(outline: Outline, *, with_crossings: bool) -> list[Domain]:
    """Return every domain of an edition: everyone, each breakdown, and place by group."""
    simple = [domain for each in outline.breakdowns for domain in one_way(each)]
    double = [
        crossed(place, group)
        for one, other in outline.crossings
        for place in one_way(outline.breakdown(one))
        for group in one_way(outline.breakdown(other))
    ]
    return [EVERYONE, *simple, *(double if with_crossings else ())]


def index(estimates: Sequence[Measured], outline: Outline) -> dict[Key, Measured]:
    """Return the estimates that the outline names, by cell.

    Respondents without an answer to the breakdown item are no cell and are left out.

    Raises
    ------
    ValueError
        If a breakdown has a category that the outline does not name: its people would be
        the difference between the total and the cells.
    """
    known = {each.item: {*each.codes} for each in outline.breakdowns}
    for each in estimates:
        for item, code in each.domain:
            if item in known and code not in known[item] and code not in set(Nonanswer):
                raise ValueError(f"breakdown '{item}' has no category '{code}'; name it as well")
    named = set(domains(outline, with_crossings=True))
    return {(each.dimension, each.domain): each for each in estimates if each.domain in named}


def lines(outline: Outline, *, with_crossings: bool) -> list[Line[Key]]:
    """Return every sum over published cells, dimension by dimension."""
    frame = _two_way_frame(outline) if with_crossings else []
    frame += [(EVERYONE, tuple(one_way(each))) for each in outline.breakdowns]
    sums = [
        Line((dimension.name, total), tuple((dimension.name, cell) for cell in cells))
        for dimension in outline.dimensions
        for total, cells in frame
    ]
    sums += _composites(outline, domains(outline, with_crossings=with_crossings))
    return sums + _topic_lines(outline)


def siblings(domain: Domain, outline: Outline, sensitive: set[str]) -> list[Domain]:
    """Return the cells that differ from `domain` in one sensitive item only."""
    return [
        crossed(tuple(pair for pair in domain if pair[0] != item), ((item, other),))
        for item, code in domain
        if item in sensitive
        for other in outline.breakdown(item).codes
        if other != code
    ]


def people_in(cell: Measured | None) -> int:
    """Return how many people a cell may count on: those in it whose answers were scored."""
    return 0 if cell is None else min(cell.mean.n, cell.people)


def sizes(book: Mapping[Key, Measured], keys: Sequence[Key]) -> dict[Key, int]:
    """Return the people in each of `keys`."""
    return {key: people_in(book.get(key)) for key in keys}


def _two_way_frame(outline: Outline) -> list[tuple[Domain, tuple[Domain, ...]]]:
    frame: list[tuple[Domain, tuple[Domain, ...]]] = []
    for one, other in outline.crossings:
        places, groups = one_way(outline.breakdown(one)), one_way(outline.breakdown(other))
        frame += [(place, tuple(crossed(place, group) for group in groups)) for place in places]
        frame += [(group, tuple(crossed(place, group) for place in places)) for group in groups]
    return frame


def _topic_lines(outline: Outline) -> list[Line[Key]]:
    """Return the sums over the cells of each row of a topic; without everyone none has a total."""
    return [
        Line(
            (measure, EVERYONE),
            tuple((measure, cell) for cell in one_way(outline.breakdown(item))),
        )
        for topic in outline.topics
        if topic.statistic.has_everyone
        for measure in topic.measures
        for item in topic.by
    ]


def _composites(outline: Outline, where: Sequence[Domain]) -> list[Line[Key]]:
    """Return the sums across dimensions: a composite and its parts give each other away."""
    return [
        Line((each.name, domain), tuple((part, domain) for part in each.parts))
        for each in outline.dimensions
        if each.rule is Rule.COMPOSITE
        for domain in where
    ]
