"""How people are spread over a scale, and how far apart places and groups stand."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.disclosure import Breakdown, OutlinedDimension
from analysis.report.blocks import (
    Block,
    Chart,
    Entry,
    FigureKind,
    Heading,
    Mark,
    Note,
    RowGroup,
    Sentence,
    Table,
    TableRow,
)
from analysis.report.explain import of_dimensions
from analysis.report.phrases import Phrases
from analysis.report.tables import domains_of, six, withheld_row
from questionnaires import Rule


def blocks(phrases: Phrases) -> Iterator[Block]:
    """Yield how many people stand at the ends of each scale, and the gaps between averages."""
    dimensions = [each for each in six(phrases) if each.rule is not Rule.ACTS]
    if not dimensions:
        return
    words = phrases.words
    yield Heading(words.gettext("How people are spread"), anchor="spread")
    yield Sentence(
        words.gettext(
            "An average can hide that people are divided. So this shows how many stand in the "
            "lowest quarter of each scale, how many in the highest, and how many between."
        )
    )
    yield _spread(phrases, dimensions)
    shown = [
        breakdown
        for breakdown in phrases.outline.breakdowns
        if any(_gap(phrases, each, breakdown) for each in dimensions)
    ]
    if shown:
        yield gap_table(phrases, dimensions, shown)
        yield Note(
            words.gettext(
                "A gap is the distance between the highest and the lowest average shown. Part of "
                "it is chance, and it grows with the number of places or groups."
            )
        )


def _spread(phrases: Phrases, dimensions: list[OutlinedDimension]) -> Chart:
    words = phrases.words
    steps = (
        words.gettext("In the lowest quarter"),
        words.gettext("Between"),
        words.gettext("In the highest quarter"),
    )
    rows = tuple(_row(phrases, each) for each in dimensions)
    table = Table(
        words.gettext("How people are spread over each scale"),
        (words.gettext("Dimension"), steps[0], steps[2]),
        (RowGroup("", rows),),
        explanation=of_dimensions(phrases, dimensions),
    )
    return Chart(
        "spread",
        table.caption,
        table,
        FigureKind.DISTRIBUTION,
        words.gettext(
            "A bar for each dimension, parted into the people in the lowest quarter, those "
            "between, and those in the highest quarter. The table below holds the same numbers."
        ),
        tuple(_mark(phrases, each) for each in dimensions),
        steps,
        neutral=1,
    )


def _row(phrases: Phrases, dimension: OutlinedDimension) -> TableRow:
    cell = phrases.edition.cell(dimension.name)
    name = phrases.labels.dimensions[dimension.name]
    if cell.withheld:
        return TableRow(name, withheld_row(phrases, cell, 2))
    lowest = Entry(phrases.share(cell.lowest), about=cell.key)
    return TableRow(name, (lowest, Entry(phrases.share(cell.highest))))


def _mark(phrases: Phrases, dimension: OutlinedDimension) -> Mark:
    cell = phrases.edition.cell(dimension.name)
    name = phrases.labels.dimensions[dimension.name]
    if cell.withheld or cell.lowest is None or cell.highest is None:
        return Mark(name, text=phrases.withheld(), withheld=True)
    ends = [int(share.strip("<>")) for share in (cell.lowest, cell.highest)]
    values = (ends[0], max(0, 100 - sum(ends)), ends[1])
    return Mark(
        name, values=values, texts=(phrases.share(cell.lowest), "", phrases.share(cell.highest))
    )


def gap_table(
    phrases: Phrases, dimensions: list[OutlinedDimension], breakdowns: list[Breakdown]
) -> Table:
    """Return the lowest and the highest average shown, and how far apart they are."""
    words = phrases.words
    groups = tuple(
        RowGroup(
            phrases.labels.items[breakdown.item],
            tuple(_gap_row(phrases, each, breakdown) for each in dimensions),
        )
        for breakdown in breakdowns
    )
    return Table(
        words.gettext("Gaps between averages"),
        (
            words.gettext("Dimension"),
            words.gettext("Shown"),
            words.gettext("Lowest average"),
            words.gettext("Highest average"),
            words.gettext("Gap in points"),
        ),
        groups,
        explanation=of_dimensions(phrases, dimensions),
    )


def _gap_row(phrases: Phrases, dimension: OutlinedDimension, breakdown: Breakdown) -> TableRow:
    name = phrases.labels.dimensions[dimension.name]
    found = _gap(phrases, dimension, breakdown)
    if found is None:
        return TableRow(name, (Entry("–"),) * 4)
    shown, low, high = found
    return TableRow(name, tuple(Entry(str(each)) for each in (shown, low, high, high - low)))


def _gap(
    phrases: Phrases, dimension: OutlinedDimension, breakdown: Breakdown
) -> tuple[int, int, int] | None:
    """Return how many averages are shown, the lowest and the highest; None below two."""
    cells = [phrases.edition.cell(dimension.name, domain) for domain in domains_of(breakdown)]
    means = [cell.mean for cell in cells if cell.mean is not None]
    return (len(means), min(means), max(means)) if len(means) > 1 else None
