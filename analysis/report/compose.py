"""From a release to a report: which blocks, in which order, for whom."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal

from analysis.disclosure import Breakdown, OutlinedDimension, Release
from analysis.report import method
from analysis.report.blocks import (
    Block,
    Chart,
    FigureKind,
    Heading,
    Mark,
    Note,
    Points,
    Report,
    Sentence,
    Table,
)
from analysis.report.chapters import (
    acts,
    change,
    crossed,
    differences,
    governance,
    needs,
    place_life,
    reliability,
    sources,
    spread,
    support,
    unsure,
)
from analysis.report.community import community_blocks
from analysis.report.key_figures import acts_note, key_figure
from analysis.report.opening import opening
from analysis.report.phrases import Phrases, fifths
from analysis.report.tables import (
    domains_of,
    full_table,
    heat_table,
    range_table,
)
from analysis.report.topic_tables import mark
from questionnaires import Rule

#: The name of a figure: what it breaks down by, and the dimension.
PLACES, GROUPS = "places", "groups"

Audience = Literal["programme", "community"]


def compose(release: Release, language: str, edition: Audience) -> Report:
    """Return the report that `edition` of a release makes in `language`.

    Raises
    ------
    KeyError
        If the release has no labels in `language`.
    """
    phrases = phrases_for(release, language, edition)
    blocks: Callable[[Phrases], Iterator[Block]] = (
        _programme_blocks if edition == "programme" else community_blocks
    )
    if release.assessment is not None:
        blocks = governance.blocks
    words = phrases.words
    kinds = {
        "programme": words.gettext("Report for programme teams"),
        "community": words.gettext("What you told us"),
    }
    return Report(
        title=phrases.own(release.facts.title),
        kind=kinds[edition],
        language=language,
        direction=words.direction,
        blocks=tuple(blocks(phrases)),
    )


def phrases_for(release: Release, language: str, edition: Audience) -> Phrases:
    """Return the words for one edition of a release."""
    editions = {"programme": release.programme, "community": release.community}
    return Phrases(release, editions[edition], language)


def _programme_blocks(phrases: Phrases) -> Iterator[Block]:
    yield from opening(phrases)
    yield from _headline(phrases)
    for chapter in (support, needs, place_life, sources):  # where there are needs, they come first
        yield from chapter.blocks(phrases)
    for place in (each for each in phrases.outline.breakdowns if each.place):
        yield from _by_place(phrases, place)
    yield from _by_group(phrases)
    for chapter in (spread, acts, unsure, change, reliability):
        yield from chapter.blocks(phrases)
    yield from _closing(phrases)


def _headline(phrases: Phrases) -> Iterator[Block]:
    words = phrases.words
    yield Heading(words.gettext("At a glance"), anchor="glance")
    for dimension in headline(phrases):
        yield key_figure(phrases, dimension)
    yield from acts_note(phrases)


def headline(phrases: Phrases) -> list[OutlinedDimension]:
    """Return the dimensions with which a report opens."""
    return [each for each in phrases.outline.dimensions if each.headline]


def _by_place(phrases: Phrases, place: Breakdown) -> Iterator[Block]:
    words = phrases.words
    yield Heading(words.gettext("All dimensions by place"), anchor="places")
    yield Sentence(
        words.gettext(
            "Each column is read from top to bottom; columns are not compared with one another. "
            "Places stand in a fixed order, not by score."
        )
    )
    yield heat_table(phrases, place)
    yield Note(words.gettext("A darker field is a higher average, not a better place."))
    if phrases.has_acts:
        yield Note(
            words.gettext(
                "Civic engagement is not shaded, because what it means depends on the place."
            )
        )
    if phrases.of_everyone:
        yield range_table(phrases, place)
    yield from differences.blocks(phrases, place)
    yield from _maps(phrases, place)
    yield from _charts(phrases, PLACES, [place])
    others = [each for each in phrases.outline.dimensions if not each.headline]
    caption = words.gettext("All numbers of the other dimensions by place")
    head = phrases.labels.items[place.item]
    if others:
        yield full_table(phrases, others, ((), *domains_of(place)), head, caption, folded=True)


def _by_group(phrases: Phrases) -> Iterator[Block]:
    groups = [each for each in phrases.outline.breakdowns if not each.place]
    if not groups:
        return
    words = phrases.words
    yield Heading(words.gettext("All dimensions by group"), anchor="groups")
    yield from _charts(phrases, GROUPS, groups)
    for group in groups:
        label = phrases.labels.items[group.item]
        yield Heading(label, level=3)
        dimensions, domains = phrases.outline.dimensions, ((), *domains_of(group))
        caption = words.gettext("All dimensions, 0 to 100")
        yield full_table(phrases, dimensions, domains, label, caption)
        yield from differences.blocks(phrases, group)
    yield from crossed.blocks(phrases)


def _charts(phrases: Phrases, kind: str, breakdowns: list[Breakdown]) -> Iterator[Block]:
    words = phrases.words
    head = words.gettext("Place") if kind == PLACES else words.gettext("Group")
    domains = ((), *(domain for each in breakdowns for domain in domains_of(each)))
    for dimension in headline(phrases):
        caption = words.gettext("The numbers of this figure")
        table: Table = full_table(phrases, [dimension], domains, head, caption, folded=True)
        yield Chart(
            f"{kind}.{dimension.name}",
            phrases.labels.dimensions[dimension.name],
            table,
            FigureKind.FOREST,
            _reading(phrases),
            tuple(_marks(phrases, dimension, breakdowns)),
            line=phrases.edition.cell(dimension.name).mean,
        )


def _marks(
    phrases: Phrases, dimension: OutlinedDimension, breakdowns: list[Breakdown]
) -> Iterator[Mark]:
    """Yield the rows of a forest plot: everyone, then each breakdown under its name."""
    yield mark(phrases, phrases.edition.cell(dimension.name), phrases.name(()))
    for breakdown in breakdowns:
        group = phrases.labels.items[breakdown.item] if len(breakdowns) > 1 else ""
        for domain in domains_of(breakdown):
            cell = phrases.edition.cell(dimension.name, domain)
            yield mark(phrases, cell, phrases.name(domain), group, domain[0][1])


def _reading(phrases: Phrases) -> str:
    if not phrases.of_everyone:
        return phrases.words.gettext(
            "A point for each average on a line from 0 to 100. Withheld rows are named and have "
            "no point. The table below holds the same numbers."
        )
    return phrases.words.gettext(
        "A point for each average on a line from 0 to 100, and a bar for its likely range. "
        "Withheld rows are named and have no point. The table below holds the same numbers."
    )


def _maps(phrases: Phrases, place: Breakdown) -> Iterator[Block]:
    """Yield a map of each headline dimension; counted acts have none, as they have no tint."""
    words = phrases.words
    for dimension in headline(phrases):
        if dimension.rule is Rule.ACTS:
            continue
        cells = [(d, phrases.edition.cell(dimension.name, d)) for d in domains_of(place)]
        yield Chart(
            f"map.{dimension.name}",
            phrases.labels.dimensions[dimension.name],
            full_table(
                phrases,
                [dimension],
                domains_of(place),
                phrases.labels.items[place.item],
                words.gettext("The numbers of this map"),
                folded=True,
            ),
            FigureKind.MAP,
            words.gettext(
                "A field for each place: the darker, the higher the average. Hatched places are "
                "withheld. The table below holds the same numbers."
            ),
            tuple(
                mark(phrases, cell, phrases.name(domain), code=domain[0][1])
                for domain, cell in cells
            ),
            (*fifths(phrases.words), phrases.withheld()),
        )


def _closing(phrases: Phrases) -> Iterator[Block]:
    words = phrases.words
    yield Heading(words.gettext("What was withheld and why"), anchor="withheld")
    yield method.withheld_table(phrases)
    if any(cell.withheld for cell in phrases.edition.cells):
        yield method.withheld_list(phrases)
    yield Points(method.protection(phrases))
    yield Heading(words.gettext("What this report does not say"), anchor="limits")
    yield Points(method.limits(phrases))
    yield Heading(words.gettext("How these numbers were made"), anchor="methods")
    yield Points(method.methods(phrases))
    yield Heading(words.gettext("Where these numbers come from"), anchor="provenance")
    yield method.provenance(phrases)
