"""What changed since the round before, in plain words and slopes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from analysis.disclosure import Breakdown, Cell, Direction, OutlinedDimension, Topic
from analysis.estimate import Domain
from analysis.report.blocks import (
    Block,
    Chart,
    Entry,
    FigureKind,
    Heading,
    KeyFigure,
    Mark,
    Note,
    RowGroup,
    Sentence,
    Table,
    TableRow,
)
from analysis.report.chapters.differences import clear_only
from analysis.report.explain import of_topics
from analysis.report.phrases import Phrases
from analysis.report.tables import domains_of, withheld_row
from analysis.report.topic_tables import direction


def blocks(phrases: Phrases) -> Iterator[Block]:
    """Yield the changes of every dimension; where there is no round to compare with, nothing."""
    topic = phrases.outline.topic("change")
    if topic is None:
        if phrases.release.facts.previous:
            yield Heading(phrases.words.gettext("What changed"), anchor="change")
            yield Sentence(
                phrases.words.gettext(
                    "There was a round before, but this report does not compare with it: its "
                    "answers could not be read, or it asked something else."
                )
            )
        return
    words = phrases.words
    yield Heading(words.gettext("What changed since the round before"), anchor="change")
    if topic.statistic.has_everyone:
        for dimension in (each for each in phrases.outline.dimensions if each.headline):
            yield _figure(phrases, topic, dimension)
        yield _everyone(phrases, topic)
    else:
        yield Sentence(
            words.gettext(
                "The two rounds did not ask in the same places. A change of everyone or of a "
                "group could come from that alone, so only places that both rounds asked in have "
                "a change here."
            )
        )
    yield Note(
        words.gettext(
            "Both rounds count as one sample: what the same clusters of interviews have in common "
            "does not blur the change. A change is computed before rounding, so it may differ by a "
            "point from the difference of the two numbers."
        )
    )
    if phrases.of_everyone:
        yield clear_only(phrases)
    for breakdown in phrases.outline.breakdowns:
        if breakdown.item in topic.by:
            yield from _slopes(phrases, topic, breakdown)
    yield from _compared(phrases)


def _figure(phrases: Phrases, topic: Topic, dimension: OutlinedDimension) -> KeyFigure:
    cell = phrases.edition.cell(f"{topic.name}.{dimension.name}")
    now = phrases.edition.cell(dimension.name)
    words = phrases.words
    details: tuple[tuple[str, str], ...] = ()
    if not cell.withheld and cell.before is not None:
        details = (
            (words.gettext("Round before"), str(cell.before)),
            (words.gettext("This round"), str(now.mean)),
            (words.gettext("Change in points"), _points(cell)),
        )
        if cell.low is not None and cell.high is not None:
            details += ((words.gettext("Likely range of the change"), _range(phrases, cell)),)
    return KeyFigure(
        label=phrases.labels.dimensions[dimension.name],
        meaning="",
        value=None,
        scale="",
        low=None,
        high=None,
        sentence=sentence(phrases, cell, now),
        details=details,
        explanation=of_topics(phrases, [topic]),
    )


def sentence(phrases: Phrases, cell: Cell, now: Cell) -> str:
    """Return a change in words; nothing is said of a withheld one."""
    words, points = phrases.words, abs(cell.mean or 0)
    if cell.withheld or cell.before is None or now.mean is None:
        return words.gettext("The change is withheld.")
    if cell.direction is Direction.HIGHER:
        return words.ngettext(
            "The average is higher than in the round before by %(num)s point: it was %(before)s "
            "and is %(now)s. Chance alone hardly explains this.",
            "The average is higher than in the round before by %(num)s points: it was %(before)s "
            "and is %(now)s. Chance alone hardly explains this.",
            points,
            before=cell.before,
            now=now.mean,
        )
    if cell.direction is Direction.LOWER:
        return words.ngettext(
            "The average is lower than in the round before by %(num)s point: it was %(before)s "
            "and is %(now)s. Chance alone hardly explains this.",
            "The average is lower than in the round before by %(num)s points: it was %(before)s "
            "and is %(now)s. Chance alone hardly explains this.",
            points,
            before=cell.before,
            now=now.mean,
        )
    if cell.direction is Direction.NOT_CLEAR:
        return words.gettext(
            "No clear difference from the round before: the average was %(before)s and is "
            "%(now)s, and chance alone can explain that.",
            before=cell.before,
            now=now.mean,
        )
    return words.gettext(
        "Among the people who answered, the average was %(before)s in the round before and is "
        "%(now)s. They are other people, so this does not say that anything changed.",
        before=cell.before,
        now=now.mean,
    )


def _points(cell: Cell) -> str:
    """Return a change with its sign; a minus that is no hyphen."""
    points = cell.mean or 0
    sign = "+" if points > 0 else "\u2212" if points < 0 else ""
    return f"{sign}{abs(points)}"


def _range(phrases: Phrases, cell: Cell) -> str:
    if cell.low is None or cell.high is None:
        return "–"
    low, high = (str(each).replace("-", "\u2212") for each in (cell.low, cell.high))
    return phrases.words.gettext("%(low)s to %(high)s", low=low, high=high)


def _everyone(phrases: Phrases, topic: Topic) -> Table:
    labels = phrases.labels.dimensions
    rows = [(labels[row.code], row.code, ()) for row in topic.rows]
    caption = phrases.words.gettext("Change of every dimension")
    return _table(phrases, topic, rows, caption, phrases.words.gettext("Dimension"))


def _table(
    phrases: Phrases,
    topic: Topic,
    rows: Sequence[tuple[str, str, Domain]],
    caption: str,
    head: str,
    *,
    folded: bool = False,
) -> Table:
    words = phrases.words
    ranges = (words.gettext("Likely range of the change"),) if phrases.of_everyone else ()
    finding = (words.gettext("Finding"),) if phrases.of_everyone else ()
    return Table(
        caption,
        (
            head,
            words.gettext("Round before"),
            words.gettext("This round"),
            words.gettext("Change in points"),
            *ranges,
            *finding,
        ),
        (RowGroup("", tuple(_row(phrases, topic, *row) for row in rows)),),
        folded=folded,
        explanation=of_topics(phrases, [topic]),
    )


def _row(phrases: Phrases, topic: Topic, name: str, dimension: str, domain: Domain) -> TableRow:
    cell = phrases.edition.cell(f"{topic.name}.{dimension}", domain)
    now = phrases.edition.cell(dimension, domain)
    if cell.withheld or cell.before is None:
        width = 5 if phrases.of_everyone else 3
        return TableRow(name, withheld_row(phrases, cell, width))
    texts = [_range(phrases, cell), direction(phrases, cell)] if phrases.of_everyone else []
    return TableRow(
        name,
        (
            Entry(str(cell.before)),
            Entry(str(now.mean), about=now.key),
            Entry(_points(cell), about=cell.key),
            *map(Entry, texts),
        ),
    )


def _slopes(phrases: Phrases, topic: Topic, breakdown: Breakdown) -> Iterator[Block]:
    """Yield a slope chart for each headline dimension."""
    words = phrases.words
    head = phrases.labels.items[breakdown.item]
    for dimension in (each for each in phrases.outline.dimensions if each.headline):
        domains = domains_of(breakdown)
        rows = [(phrases.name(domain), dimension.name, domain) for domain in domains]
        caption = words.gettext("The numbers of this figure")
        yield Chart(
            f"change.{breakdown.item}.{dimension.name}",
            phrases.labels.dimensions[dimension.name],
            _table(phrases, topic, rows, caption, head, folded=True),
            FigureKind.SLOPE,
            words.gettext(
                "A line for each row, from the round before to this one. Withheld rows are named "
                "and have no line. The table below holds the same numbers."
            ),
            tuple(_mark(phrases, topic, *row) for row in rows),
            (words.gettext("Round before"), words.gettext("This round")),
        )


def _mark(phrases: Phrases, topic: Topic, name: str, dimension: str, domain: Domain) -> Mark:
    cell = phrases.edition.cell(f"{topic.name}.{dimension}", domain)
    now = phrases.edition.cell(dimension, domain)
    if cell.withheld or cell.before is None or now.mean is None:
        return Mark(name, text=phrases.withheld(), withheld=True)
    return Mark(
        name,
        values=(cell.before, now.mean),
        texts=(str(cell.before), str(now.mean)),
        text=direction(phrases, cell) if phrases.of_everyone else "",
    )


def _compared(phrases: Phrases) -> Iterator[Block]:
    """Yield how much more other places changed than those that are there for comparison."""
    topic = phrases.outline.topic("extra_change")
    if topic is None or not phrases.of_everyone:
        return
    words = phrases.words
    rows = []
    for row in topic.rows:
        cell = phrases.edition.cell(topic.measure(row))
        name = phrases.labels.dimensions[row.code]
        if cell.withheld:
            rows.append(TableRow(name, withheld_row(phrases, cell, 3)))
        else:
            points = Entry(_points(cell), about=cell.key)
            texts = (_range(phrases, cell), direction(phrases, cell))
            rows.append(TableRow(name, (points, *map(Entry, texts))))
    yield Table(
        words.gettext("Change beyond that of the comparison places"),
        (
            words.gettext("Dimension"),
            words.gettext("Difference of the changes in points"),
            words.gettext("Likely range of the change"),
            words.gettext("Finding"),
        ),
        (RowGroup("", tuple(rows)),),
        explanation=of_topics(phrases, [topic]),
    )
    yield Note(
        words.gettext(
            "Places that a programme reached are compared with places that it did not reach. The "
            "difference of their changes is the effect of the programme only if both would have "
            "changed alike without it."
        )
    )
