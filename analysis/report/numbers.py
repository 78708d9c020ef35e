"""Every published number of a release as one table: the same rows for CSV, HXL and Excel."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from analysis.disclosure import Cell, Release
from analysis.disclosure.bodies import Assessment

#: Columns of the table, in order; `Number` has a field for each.
COLUMNS = (
    "measure",
    "name",
    "place",
    "place_name",
    "group_item",
    "group_item_name",
    "group",
    "group_name",
    "n",
    "mean",
    "low",
    "high",
    "lowest_quarter",
    "highest_quarter",
    "share",
    "rank_from",
    "rank_to",
    "direction",
    "withheld",
    "notes",
)


@dataclass(frozen=True)
class Number:
    """One cell of the programme edition, with the words of one language beside its codes.

    A withheld number has its reason in `withheld` and nothing in any column of numbers. Shares
    are whole percentages, or bounds as ``<5``.
    """

    measure: str
    name: str
    place: str
    place_name: str
    group_item: str
    group_item_name: str
    group: str
    group_name: str
    n: int | None
    mean: int | None
    low: int | None
    high: int | None
    lowest_quarter: int | str | None
    highest_quarter: int | str | None
    share: int | str | None
    rank_from: int | None
    rank_to: int | None
    direction: str
    withheld: str
    notes: str

    @property
    def values(self) -> tuple[int | str | None, ...]:
        """Its fields in the order of `COLUMNS`."""
        return tuple(getattr(self, column) for column in COLUMNS)


_NOWHERE = ("",) * 6
_BLANK = Number("", "", *_NOWHERE, None, None, None, None, None, None, None, None, None, "", "", "")


def numbers(release: Release, language: str) -> Iterator[Number]:
    """Yield every number that programme teams may read, in the order of the release."""
    names = _names(release, language)
    for cell in release.programme.cells:
        ranks = cell.ranks or (None, None)
        yield Number(
            cell.dimension,
            names[cell.dimension],
            *_place_and_group(release, language, cell),
            n=cell.n,
            mean=cell.mean,
            low=cell.low,
            high=cell.high,
            lowest_quarter=_share(cell.lowest),
            highest_quarter=_share(cell.highest),
            share=_share(cell.share),
            rank_from=ranks[0],
            rank_to=ranks[1],
            direction=str(cell.direction or ""),
            withheld=str(cell.withheld or ""),
            notes="; ".join(cell.notes),
        )
    if release.assessment is not None:
        yield from _of_bodies(release.assessment, names)


def _of_bodies(assessment: Assessment, names: Mapping[str, str]) -> Iterator[Number]:
    """Yield two rows a section: its score between its lowest and highest rater, its evidence."""
    for each in assessment.sections:
        hidden = "few raters" if each.score is None else ""
        row = replace(_BLANK, name=names[each.name], n=each.raters, withheld=hidden)
        score = replace(row, mean=each.score, low=each.lowest, high=each.highest)
        yield replace(score, measure=each.name, notes="range of raters")
        yield replace(row, measure=f"{each.name}.evidence", share=each.evidence)


def _names(release: Release, language: str) -> dict[str, str]:
    """Return the name of every measure: of a dimension, or of a row of a topic.

    The rows of a contrast are dimensions.
    """
    labels = release.outline.labels[language]
    found = dict(labels.dimensions)
    for topic in release.outline.topics:
        rows = labels.rows.get(topic.name, labels.dimensions)
        found |= {topic.measure(row): rows.get(row.code, row.code) for row in topic.rows}
    return found


def _place_and_group(
    release: Release, language: str, cell: Cell
) -> tuple[str, str, str, str, str, str]:
    """Return the place and the group that a cell is about; empty for everyone."""
    labels = release.outline.labels[language]
    place, group = ("", ""), ("", "", "", "")
    for item, code in cell.domain:
        name = labels.codes[item][code]
        if release.outline.breakdown(item).place:
            place = (code, name)
        else:
            group = (item, labels.items[item], code, name)
    return (*place, *group)


def _share(share: str | None) -> int | str | None:
    """Return a whole percentage as a number; a bound stays text."""
    return int(share) if share is not None and share.isdecimal() else share
