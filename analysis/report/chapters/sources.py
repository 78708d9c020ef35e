"""What each source says of each need, side by side: agree, differ, or one source only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from analysis.disclosure import Cell, Topic
from analysis.report.blocks import (
    Block,
    Chart,
    Entry,
    FigureKind,
    Heading,
    Mark,
    Note,
    RowGroup,
    Table,
    TableRow,
)
from analysis.report.explain import of_topics
from analysis.report.phrases import Phrases
from analysis.report.titles import head, title
from analysis.report.topic_tables import entry, label, length, value

#: A source names the needs that it puts highest, so many of them.
NAMED = 5
#: Of walks it is so many percent: they look at a few needs only.
SEEN = 50


def blocks(phrases: Phrases) -> Iterator[Block]:
    """Yield the triangulation table, when there is more than one source."""
    sources = _sources(phrases)
    if len(sources) < 2:
        return
    words = phrases.words
    yield Heading(title(words, sources[-1][1].name), anchor="sources")
    yield Chart(
        "sources",
        words.gettext("Needs, source by source"),
        _table(phrases, sources),
        FigureKind.TRIANGULATION,
        words.gettext(
            "A line for each source under every need, and whether they agree. Withheld numbers "
            "are named. The table below holds the same numbers."
        ),
        tuple(_mark(phrases, sources, row.code) for row in sources[0][1].rows),
        tuple(head for head, _ in sources),
    )
    yield Note(
        words.gettext(
            "Sources are never added up: households were asked one by one, key informants know a "
            "place through their role, groups shared out tokens, and walks counted what could be "
            "seen. A source names the five needs that it puts highest; walks name what was missing "
            "in half of them or more. Where sources differ, ask why before you act."
        )
    )


def _sources(phrases: Phrases) -> list[tuple[str, Topic]]:
    words, outline = phrases.words, phrases.outline
    asked = outline.topic("in_need")
    others = map(outline.topic, ("key_informant", "focus_group", "observation"))
    households = [(words.gettext("Households"), asked)] if asked else []
    return households + [(head(words, each.name), each) for each in others if each]


def verdict(named: Sequence[bool | None]) -> str | None:
    """Return whether sources agree on a need: None where no source says anything.

    Parameters
    ----------
    named : sequence of bool or None
        Of each source, whether it names the need; None where it says nothing or is withheld.
    """
    told = [each for each in named if each is not None]
    if len(told) < 2:
        return "one" if told else None
    return "agree" if len(set(told)) == 1 else "differ"


def _finding(phrases: Phrases, sources: Sequence[tuple[str, Topic]], code: str) -> str:
    words = phrases.words
    told = {
        "agree": words.gettext("agree"),
        "differ": words.gettext("differ"),
        "one": words.gettext("one source"),
        None: "–",
    }
    return told[verdict([_names(phrases, topic, code) for _, topic in sources])]


def _names(phrases: Phrases, topic: Topic, code: str) -> bool | None:
    """Tell whether a source names a need; None where it says nothing."""
    sizes = {
        row.code: size
        for row in topic.rows
        if (size := length(phrases.edition.cell(topic.measure(row)))) is not None
    }
    if code not in sizes:
        return None
    if topic.name == "observation":
        return sizes[code] >= SEEN
    highest = sorted(sizes.values(), reverse=True)[:NAMED]
    return sizes[code] >= highest[-1]


def _cell(phrases: Phrases, topic: Topic, code: str) -> Cell | None:
    measure = f"{topic.name}.{code}"
    return phrases.edition.cell(measure) if phrases.edition.has(measure) else None


def _table(phrases: Phrases, sources: Sequence[tuple[str, Topic]]) -> Table:
    words = phrases.words
    rows = []
    for row in sources[0][1].rows:
        cells = [_cell(phrases, topic, row.code) for _, topic in sources]
        entries = [Entry("–") if cell is None else entry(phrases, cell) for cell in cells]
        found = Entry(_finding(phrases, sources, row.code))
        rows.append(TableRow(label(phrases, sources[0][1], row.code), (*entries, found)))
    return Table(
        words.gettext("Needs, source by source"),
        (words.gettext("Need"), *(head for head, _ in sources), words.gettext("Finding")),
        (RowGroup("", tuple(rows)),),
        folded=True,
        explanation=of_topics(phrases, [topic for _, topic in sources]),
    )


def _mark(phrases: Phrases, sources: Sequence[tuple[str, Topic]], code: str) -> Mark:
    cells = [_cell(phrases, topic, code) for _, topic in sources]
    return Mark(
        label(phrases, sources[0][1], code),
        values=tuple(None if cell is None else length(cell) for cell in cells),
        texts=tuple("–" if cell is None else value(phrases, cell) for cell in cells),
        text=_finding(phrases, sources, code),
    )
