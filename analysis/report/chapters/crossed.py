"""Place and group together, as far as numbers are large enough: fields of colour."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.disclosure import OutlinedDimension, Remark
from analysis.disclosure.tables import crossed
from analysis.report.blocks import Block, Chart, FigureKind, Heading, Mark, Note
from analysis.report.phrases import Phrases
from analysis.report.tables import crossed_table, crossing_name, domains_of, six
from questionnaires import Rule


def blocks(phrases: Phrases) -> Iterator[Block]:
    """Yield the headline dimensions in each pair of place and group that readers may see."""
    if not phrases.edition.policy.crossed:
        return
    words = phrases.words
    shown = [each for each in six(phrases) if each.headline]
    drawn = [each for each in shown if each.rule is not Rule.ACTS]  # counted acts have no tint
    for crossing in phrases.outline.crossings:
        yield Heading(crossing_name(phrases, crossing), level=3)
        for dimension in drawn:
            yield _figure(phrases, dimension, crossing)
        if drawn:
            yield Note(words.gettext("A darker field is a higher average, not a better place."))
        others = [each for each in shown if each not in drawn]
        if others:
            yield crossed_table(phrases, others, crossing)


def _figure(phrases: Phrases, dimension: OutlinedDimension, crossing: tuple[str, str]) -> Chart:
    words = phrases.words
    rows, columns = (domains_of(phrases.outline.breakdown(item)) for item in crossing)
    caption = words.gettext("The numbers of this figure")
    return Chart(
        ".".join(("crossed", *crossing, dimension.name)),
        phrases.labels.dimensions[dimension.name],
        crossed_table(phrases, [dimension], crossing, caption),
        FigureKind.HEAT,
        words.gettext(
            "A field for each place and group: the darker, the higher the average. Hatched fields "
            "are withheld. The table below holds the same numbers."
        ),
        tuple(
            _mark(phrases, dimension, phrases.name(row), [crossed(row, each) for each in columns])
            for row in rows
        ),
        tuple(map(phrases.name, columns)),
    )


def _mark(
    phrases: Phrases,
    dimension: OutlinedDimension,
    name: str,
    domains: list[tuple[tuple[str, str], ...]],
) -> Mark:
    cells = [phrases.edition.cell(dimension.name, domain) for domain in domains]
    return Mark(
        name,
        values=tuple(cell.mean for cell in cells),
        texts=tuple(
            "" if cell.mean is None else f"{cell.mean}{phrases.mark(cell, Remark.FEW_ANSWERS)}"
            for cell in cells
        ),
        hollow=any(Remark.FEW_ANSWERS in cell.notes for cell in cells),
        withheld=all(cell.withheld for cell in cells),
    )
