"""Tables and figures of topics: rows in the order of the questionnaire, never by a number."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.disclosure import Breakdown, Cell, Direction, Remark, Topic
from analysis.estimate import Domain
from analysis.report.blocks import Chart, Entry, FigureKind, Mark, RowGroup, Table, TableRow
from analysis.report.explain import of_topics
from analysis.report.phrases import Phrases
from analysis.report.tables import domains_of, withheld_row

#: A column of a table: what stands over it, and the topic whose numbers stand in it.
Column = tuple[str, Topic]


def value(phrases: Phrases, cell: Cell) -> str:
    """Return the number of a cell in words: a percentage, or a whole number from 0 to 100."""
    if cell.withheld:
        return phrases.withheld()
    if cell.share is not None:
        return phrases.share(cell.share)
    return "–" if cell.mean is None else str(cell.mean)


def entry(phrases: Phrases, cell: Cell) -> Entry:
    """Return the entry of a table that holds the number of a cell."""
    text = value(phrases, cell)
    if cell.withheld:
        return Entry(text, withheld=True, about=cell.key)
    return Entry(text + phrases.mark(cell, Remark.FEW_ANSWERS), about=cell.key)


def length(cell: Cell) -> int | None:
    """Return how long a bar for a cell is; a bound is drawn at its end."""
    if cell.share is None:
        return cell.mean
    return int(cell.share.strip("<>"))


def label(phrases: Phrases, topic: Topic, code: str) -> str:
    """Return the name of a row of a topic."""
    return phrases.labels.rows[topic.name][code]


def one_table(phrases: Phrases, topic: Topic, caption: str, *, folded: bool = False) -> Table:
    """Return all that is published of a topic about everyone."""
    rows = tuple(
        TableRow(label(phrases, topic, row.code), _full(phrases, topic.measure(row), ()))
        for row in topic.rows
    )
    cells = [phrases.edition.cell(name) for name in topic.measures]
    return Table(
        caption,
        (phrases.words.gettext("What"), *heads(phrases, topic)),
        (RowGroup("", rows),),
        phrases.legend(cells, set(Remark)),
        folded,
        explanation=of_topics(phrases, [topic]),
    )


def heads(phrases: Phrases, topic: Topic) -> tuple[str, ...]:
    """Return the heads of the columns of `one_table`, behind that of the row names."""
    words = phrases.words
    what = words.gettext("Share") if topic.statistic.is_share else words.gettext("Average")
    ranges = (words.gettext("Likely range"),) if phrases.of_everyone else ()
    return (words.gettext("People"), what, *ranges)


def side_by_side(
    phrases: Phrases, columns: Sequence[Column], caption: str, *, folded: bool = False
) -> Table:
    """Return a row for each code of the first topic, and a column for each topic."""
    first = columns[0][1]
    rows = tuple(
        TableRow(
            label(phrases, first, row.code),
            tuple(_entry_of(phrases, topic, row.code) for _, topic in columns),
        )
        for row in first.rows
    )
    cells = [phrases.edition.cell(name) for _, topic in columns for name in topic.measures]
    topics = [topic for _, topic in columns]
    return Table(
        caption,
        (phrases.words.gettext("What"), *(head for head, _ in columns)),
        (RowGroup("", rows),),
        phrases.legend(cells, {Remark.FEW_ANSWERS}),
        folded,
        explanation=of_topics(phrases, topics),
    )


def by_domain(
    phrases: Phrases, topic: Topic, breakdowns: Sequence[Breakdown], caption: str
) -> Table:
    """Return a topic by place and group, a part of the table for each of its rows; folded."""
    shown = [each for each in breakdowns if each.item in topic.by]
    domains: list[Domain] = [(), *(domain for each in shown for domain in domains_of(each))]
    groups = tuple(
        RowGroup(
            label(phrases, topic, row.code),
            tuple(
                TableRow(phrases.name(domain), _full(phrases, topic.measure(row), domain))
                for domain in domains
            ),
        )
        for row in topic.rows
    )
    cells = [phrases.edition.cell(name, domain) for name in topic.measures for domain in domains]
    return Table(
        caption,
        (phrases.words.gettext("Place or group"), *heads(phrases, topic)),
        groups,
        phrases.legend(cells, set(Remark)),
        folded=True,
        explanation=of_topics(phrases, [topic]),
    )


def heat(phrases: Phrases, topic: Topic, breakdown: Breakdown, caption: str) -> Table:
    """Return a topic by place: a row for each of its rows, a column for each place."""
    domains: list[Domain] = [(), *domains_of(breakdown)]
    rows = tuple(
        TableRow(
            label(phrases, topic, row.code),
            tuple(_tinted(phrases, topic.measure(row), domain) for domain in domains),
        )
        for row in topic.rows
    )
    cells = [phrases.edition.cell(name, domain) for name in topic.measures for domain in domains]
    return Table(
        caption,
        (phrases.words.gettext("What"), *(phrases.name(domain) for domain in domains)),
        (RowGroup("", rows),),
        phrases.legend(cells, {Remark.FEW_ANSWERS}),
        heat=True,
        explanation=of_topics(phrases, [topic]),
    )


def bars(phrases: Phrases, topic: Topic, name: str, caption: str, table: Table) -> Chart:
    """Return a figure with a bar for each row of a topic, in their order."""
    marks = tuple(
        mark(phrases, phrases.edition.cell(topic.measure(row)), label(phrases, topic, row.code))
        for row in topic.rows
    )
    return Chart(
        name,
        caption,
        table,
        FigureKind.RANKED,
        phrases.words.gettext(
            "A bar for each row, from 0 to 100. Withheld rows are named and have no bar. The table "
            "below holds the same numbers."
        ),
        marks,
    )


def mark(phrases: Phrases, cell: Cell, name: str, group: str = "", code: str = "") -> Mark:
    """Return the row of a figure that shows the number of a cell."""
    return Mark(
        name,
        code=code,
        group=group,
        value=None if cell.withheld else length(cell),
        low=cell.low,
        high=cell.high,
        text=value(phrases, cell),
        hollow=Remark.FEW_ANSWERS in cell.notes,
        withheld=cell.withheld is not None,
    )


def parted(
    phrases: Phrases, columns: Sequence[Column], name: str, table: Table, neutral: int | None = None
) -> Chart:
    """Return a figure with a bar for each row, parted by what people answered."""
    first = columns[0][1]
    marks = tuple(_parted(phrases, columns, row.code) for row in first.rows)
    return Chart(
        name,
        table.caption,
        table,
        FigureKind.DISTRIBUTION,
        phrases.words.gettext(
            "A bar for each row, parted by answers. Withheld rows are named and have no bar. The "
            "table below holds the same numbers."
        ),
        marks,
        tuple(head for head, _ in columns),
        neutral,
    )


def direction(phrases: Phrases, cell: Cell) -> str:
    """Return what may be said of a difference: higher or lower by so many points, or nothing."""
    words, points = phrases.words, abs(cell.mean or 0)
    if cell.withheld:
        return phrases.withheld()
    if cell.direction is Direction.HIGHER:
        return words.ngettext("higher by %(num)s point", "higher by %(num)s points", points)
    if cell.direction is Direction.LOWER:
        return words.ngettext("lower by %(num)s point", "lower by %(num)s points", points)
    return words.gettext("no clear difference")


def _entry_of(phrases: Phrases, topic: Topic, code: str) -> Entry:
    row = next((row for row in topic.rows if row.code == code), None)
    return Entry("–") if row is None else entry(phrases, phrases.edition.cell(topic.measure(row)))


def _full(phrases: Phrases, measure: str, domain: Domain) -> tuple[Entry, ...]:
    cell = phrases.edition.cell(measure, domain)
    ranges = (Entry(phrases.range(cell)),) if phrases.of_everyone else ()
    if cell.withheld:
        return withheld_row(phrases, cell, 2 + len(ranges))
    number = Entry(value(phrases, cell), about=cell.key)
    return (Entry(phrases.people(cell)), number, *ranges)


def _tinted(phrases: Phrases, measure: str, domain: Domain) -> Entry:
    cell = phrases.edition.cell(measure, domain)
    size = length(cell)
    if cell.withheld or size is None:
        return entry(phrases, cell)
    text = value(phrases, cell) + phrases.mark(cell, Remark.FEW_ANSWERS)
    return Entry(text, tint=min(5, size // 20 + 1), about=cell.key)


def _parted(phrases: Phrases, columns: Sequence[Column], code: str) -> Mark:
    cells = [
        phrases.edition.cell(topic.measure(row))
        for _, topic in columns
        for row in topic.rows
        if row.code == code
    ]
    withheld = any(cell.withheld for cell in cells)
    return Mark(
        label(phrases, columns[0][1], code),
        values=() if withheld else tuple(length(cell) for cell in cells),
        texts=() if withheld else tuple(value(phrases, cell) for cell in cells),
        hollow=any(Remark.FEW_ANSWERS in cell.notes for cell in cells),
        withheld=withheld,
        text=phrases.withheld() if withheld else "",
    )
