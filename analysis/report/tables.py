"""Tables of published cells, in the order they were given, never sorted by a score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from analysis.disclosure import Breakdown, Cell, OutlinedDimension, Remark
from analysis.estimate import Domain
from analysis.report.blocks import Entry, RowGroup, Table, TableRow
from analysis.report.explain import of_dimensions
from analysis.report.phrases import Phrases
from questionnaires import Role, Rule


def domains_of(breakdown: Breakdown) -> tuple[Domain, ...]:
    """Return the domains of a breakdown, in order."""
    return tuple(((breakdown.item, code),) for code in breakdown.codes)


def six(phrases: Phrases) -> list[OutlinedDimension]:
    """Return the dimensions without their subscales."""
    return [each for each in phrases.outline.dimensions if each.role is Role.DIMENSION]


def heat_table(phrases: Phrases, breakdown: Breakdown) -> Table:
    """Return every dimension by place, tinted from low to high; counted acts stay untinted."""
    dimensions, domains = six(phrases), ((), *domains_of(breakdown))
    rows = tuple(
        TableRow(phrases.name(domain), tuple(_tinted(phrases, each, domain) for each in dimensions))
        for domain in domains
    )
    return Table(
        caption=phrases.words.gettext("Averages, 0 to 100"),
        columns=_heads(phrases, breakdown, dimensions),
        groups=(RowGroup("", rows),),
        legend=phrases.legend(_cells(phrases, dimensions, domains), {Remark.FEW_ANSWERS}),
        heat=True,
        explanation=of_dimensions(phrases, dimensions),
    )


def range_table(phrases: Phrases, breakdown: Breakdown) -> Table:
    """Return the likely range of every dimension by place."""
    dimensions, domains = six(phrases), ((), *domains_of(breakdown))
    rows = tuple(
        TableRow(phrases.name(domain), tuple(_ranged(phrases, each, domain) for each in dimensions))
        for domain in domains
    )
    return Table(
        caption=phrases.words.gettext("Likely range of each average"),
        columns=_heads(phrases, breakdown, dimensions),
        groups=(RowGroup("", rows),),
        legend=phrases.legend(_cells(phrases, dimensions, domains), {Remark.FEW_CLUSTERS}),
        explanation=of_dimensions(phrases, dimensions),
    )


def full_table(
    phrases: Phrases,
    dimensions: Sequence[OutlinedDimension],
    domains: Sequence[Domain],
    head: str,
    caption: str,
    *,
    folded: bool = False,
) -> Table:
    """Return everything that is published of `dimensions` in `domains`, a group of rows each."""
    groups = tuple(
        RowGroup(
            phrases.labels.dimensions[each.name] if len(dimensions) > 1 else "",
            tuple(_full_row(phrases, each, domain) for domain in domains),
        )
        for each in dimensions
    )
    legend = phrases.legend(_cells(phrases, dimensions, domains), set(Remark))
    return Table(
        caption,
        (head, *_measures(phrases)),
        groups,
        legend,
        folded,
        explanation=of_dimensions(phrases, dimensions),
    )


def crossed_table(
    phrases: Phrases,
    dimensions: Sequence[OutlinedDimension],
    crossing: tuple[str, str],
    caption: str = "",
) -> Table:
    """Return `dimensions` by place and group together, folded: it is long."""
    outline, (place, group) = phrases.outline, crossing
    head = crossing_name(phrases, crossing)
    domains = [
        tuple(sorted((*first, *second)))
        for first in domains_of(outline.breakdown(place))
        for second in domains_of(outline.breakdown(group))
    ]
    return full_table(phrases, dimensions, domains, head, caption or head, folded=True)


def crossing_name(phrases: Phrases, crossing: tuple[str, str]) -> str:
    """Return the name of a place and a group together."""
    return " × ".join(phrases.labels.items[each] for each in crossing)


def bar_table(phrases: Phrases, breakdown: Breakdown) -> Table:
    """Return the headline averages of a breakdown, each with a bar."""
    dimensions = [each for each in six(phrases) if each.headline]
    words = phrases.words
    head = words.gettext("Place") if breakdown.place else words.gettext("Group")
    rows = tuple(
        TableRow(phrases.name(domain), tuple(_barred(phrases, each, domain) for each in dimensions))
        for domain in domains_of(breakdown)
    )
    return Table(
        caption=phrases.labels.items[breakdown.item],
        columns=(head, *(phrases.labels.dimensions[each.name] for each in dimensions)),
        groups=(RowGroup("", rows),),
        bars=True,
        explanation=of_dimensions(phrases, dimensions),
    )


def _cells(
    phrases: Phrases, dimensions: Sequence[OutlinedDimension], domains: Sequence[Domain]
) -> list[Cell]:
    return [phrases.edition.cell(each.name, domain) for each in dimensions for domain in domains]


def _heads(
    phrases: Phrases, breakdown: Breakdown, dimensions: Sequence[OutlinedDimension]
) -> tuple[str, ...]:
    names = (phrases.labels.dimensions[each.name] for each in dimensions)
    return (phrases.labels.items[breakdown.item], *names)


def _measures(phrases: Phrases) -> tuple[str, ...]:
    words = phrases.words
    ranges = (words.gettext("Likely range"),) if phrases.of_everyone else ()
    return (
        words.gettext("People"),
        words.gettext("Average"),
        *ranges,
        words.gettext("In the lowest quarter"),
        words.gettext("In the highest quarter"),
    )


def _full_row(phrases: Phrases, dimension: OutlinedDimension, domain: Domain) -> TableRow:
    cell = phrases.edition.cell(dimension.name, domain)
    if cell.withheld:
        return TableRow(phrases.name(domain), withheld_row(phrases, cell, len(_measures(phrases))))
    ranges = [phrases.range(cell)] if phrases.of_everyone else []
    shares = [phrases.share(cell.lowest), phrases.share(cell.highest)]
    people, mean = Entry(phrases.people(cell)), Entry(str(cell.mean), about=cell.key)
    return TableRow(phrases.name(domain), (people, mean, *map(Entry, [*ranges, *shares])))


def withheld_row(phrases: Phrases, cell: Cell, width: int) -> tuple[Entry, ...]:
    """Return the entries of a row that holds nothing but a withheld cell."""
    first = _hidden(phrases, cell)
    return (first, *[replace(first, about=None)] * (width - 1))


def _tinted(phrases: Phrases, dimension: OutlinedDimension, domain: Domain) -> Entry:
    cell = phrases.edition.cell(dimension.name, domain)
    if cell.mean is None:
        return _hidden(phrases, cell)
    tint = None if dimension.rule is Rule.ACTS else min(5, cell.mean // 20 + 1)
    return Entry(str(cell.mean) + phrases.mark(cell, Remark.FEW_ANSWERS), tint=tint, about=cell.key)


def _ranged(phrases: Phrases, dimension: OutlinedDimension, domain: Domain) -> Entry:
    cell = phrases.edition.cell(dimension.name, domain)
    if cell.withheld:
        return _hidden(phrases, cell)
    return Entry(phrases.range(cell), about=cell.key)


def _barred(phrases: Phrases, dimension: OutlinedDimension, domain: Domain) -> Entry:
    cell: Cell = phrases.edition.cell(dimension.name, domain)
    if cell.mean is None:
        return _hidden(phrases, cell)
    return Entry(str(cell.mean), bar=cell.mean, about=cell.key)


def _hidden(phrases: Phrases, cell: Cell) -> Entry:
    return Entry(phrases.withheld(), withheld=True, about=cell.key)
