"""Needs: severity and priority side by side, ties as ties."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.disclosure import Topic
from analysis.priorities import severity_against_priority, tied_groups
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
from analysis.report.explain import of_topics
from analysis.report.phrases import Phrases
from analysis.report.tables import withheld_row
from analysis.report.titles import head, title
from analysis.report.topic_tables import bars, entry, heat, label, mark, one_table


def blocks(phrases: Phrases) -> Iterator[Block]:
    """Yield needs by severity and by priority, by place, and why they come first."""
    severity, in_need = phrases.outline.topic("severity"), phrases.outline.topic("in_need")
    if severity is None or in_need is None:
        return
    words = phrases.words
    yield Heading(words.gettext("What households need"), anchor="needs")
    yield Sentence(
        words.gettext(
            "Two questions with two answers: how hard it is to get something, and what should be "
            "solved first. They are shown side by side and never made into one number."
        )
    )
    priority = phrases.outline.topic("priority")
    if priority is not None:
        yield _ranked(phrases, priority)
        yield Sentence(_first(phrases, priority))
    yield _both(phrases, severity, in_need, priority)
    yield Note(
        words.gettext(
            "In need: the household gave up other things, or its health, safety or dignity "
            "suffered, or it could not get it at all. Households that did not need it count as not "
            "in need. “Differ” stands where the two orders put a need three or more places apart."
        )
    )
    for place in (each for each in phrases.outline.breakdowns if each.place):
        yield heat(phrases, in_need, place, words.gettext("Households in need, by place"))
    reasons = phrases.outline.topic("priority_reason")
    if reasons is not None:
        caption = title(words, reasons.name)
        table = one_table(phrases, reasons, caption, folded=True)
        yield bars(phrases, reasons, "priority_reason", caption, table)


def ties(phrases: Phrases, topic: Topic) -> list[list[str]]:
    """Return the codes of a priority in groups that cannot be told apart, best first.

    Codes that are withheld are left out; without ranks there is one group.
    """
    cells = {row.code: phrases.edition.cell(topic.measure(row)) for row in topic.rows}
    shown = [code for code, cell in cells.items() if cell.mean is not None]
    ranks = [ranks for code in shown if (ranks := cells[code].ranks) is not None]
    if len(ranks) < len(shown):
        return [shown] if shown else []
    return [[shown[place] for place in sorted(group)] for group in tied_groups(ranks)]


def _ranked(phrases: Phrases, topic: Topic) -> Chart:
    words = phrases.words
    caption = title(words, topic.name)
    marks: list[Mark] = []
    groups = ties(phrases, topic)
    for codes in groups:
        bracket = _bracket(phrases, codes)
        marks += [
            mark(
                phrases,
                phrases.edition.cell(f"{topic.name}.{code}"),
                label(phrases, topic, code),
                bracket,
            )
            for code in codes
        ]
    hidden = _hidden(phrases, topic)
    marks += [
        mark(phrases, phrases.edition.cell(f"{topic.name}.{code}"), label(phrases, topic, code))
        for code in hidden
    ]
    return Chart(
        "priority",
        caption,
        _rank_table(phrases, topic, groups, caption),
        FigureKind.RANKED,
        words.gettext(
            "A bar for each need, from 0 to 100. Needs in one bracket cannot be told apart: in "
            "another sample their order could be another. The table below holds the same numbers."
        ),
        tuple(marks),
    )


def _hidden(phrases: Phrases, topic: Topic) -> list[str]:
    """Return the codes that are withheld, in the order of the questionnaire."""
    return [row.code for row in topic.rows if phrases.edition.cell(topic.measure(row)).withheld]


def _bracket(phrases: Phrases, codes: list[str]) -> str:
    """Return the name under which needs stand that cannot be told apart, or one that can."""
    if len(codes) > 1:
        return phrases.words.gettext("Cannot be told apart")
    return phrases.words.gettext("Stands by itself")


def _rank_table(phrases: Phrases, topic: Topic, groups: list[list[str]], caption: str) -> Table:
    words = phrases.words
    rows = tuple(
        RowGroup(
            _bracket(phrases, codes),
            tuple(_rank_row(phrases, topic, code) for code in codes),
        )
        for codes in groups
    )
    hidden = tuple(_rank_row(phrases, topic, code) for code in _hidden(phrases, topic))
    rows += (RowGroup(words.gettext("Withheld"), hidden),) if hidden else ()
    return Table(
        caption,
        (
            words.gettext("Need"),
            head(words, topic.name),
            words.gettext("Rank it may have"),
        ),
        rows,
        folded=True,
        explanation=of_topics(phrases, [topic]),
    )


def _rank_row(phrases: Phrases, topic: Topic, code: str) -> TableRow:
    cell = phrases.edition.cell(f"{topic.name}.{code}")
    name = label(phrases, topic, code)
    if cell.withheld:
        return TableRow(name, withheld_row(phrases, cell, 2))
    ranks = "–"
    if cell.ranks:
        ranks = str(cell.ranks[0])
        if cell.ranks[0] != cell.ranks[1]:
            ranks = phrases.words.gettext(
                "%(low)s to %(high)s", low=cell.ranks[0], high=cell.ranks[1]
            )
    return TableRow(name, (entry(phrases, cell), Entry(ranks)))


def _first(phrases: Phrases, topic: Topic) -> str:
    """Say whether one need stands first by itself."""
    words, groups = phrases.words, ties(phrases, topic)
    if not groups:
        return words.gettext("Too few people ranked needs to say which come first.")
    if len(groups[0]) == 1 and phrases.of_everyone:
        return words.gettext("One need stands first by itself: chance alone hardly explains it.")
    return words.gettext(
        "No need stands first by itself: those in the first bracket cannot be told apart."
    )


def _both(phrases: Phrases, severity: Topic, in_need: Topic, priority: Topic | None) -> Table:
    """Return severity beside priority, and where their ranks lie three or more apart."""
    words = phrases.words
    ranked = map(phrases.outline.topic, ("priority", "put_first", "listed"))
    topics = [severity, in_need, *(each for each in ranked if each)]
    heads = [head(words, topic.name) for topic in topics]
    apart = _apart(phrases, severity, priority) if priority else {}
    rows = []
    for row in severity.rows:
        cells = [
            entry(phrases, phrases.edition.cell(f"{topic.name}.{row.code}")) for topic in topics
        ]
        cells += [Entry(apart.get(row.code, "–"))] if priority else []
        rows.append(TableRow(label(phrases, severity, row.code), tuple(cells)))
    heads += [words.gettext("The two orders")] if priority else []
    return Table(
        words.gettext("Severity and priority side by side"),
        (words.gettext("Need"), *heads),
        (RowGroup("", tuple(rows)),),
        explanation=of_topics(phrases, topics),
    )


def _apart(phrases: Phrases, severity: Topic, priority: Topic) -> dict[str, str]:
    """Return in words where a need ranks three or more places apart by the two measures."""
    words = phrases.words
    by_severity, by_priority = (
        {row.code: _mean(phrases, topic.measure(row)) for row in topic.rows}
        for topic in (severity, priority)
    )
    told = {True: words.gettext("differ"), False: words.gettext("alike")}
    return {
        each.need: told[each.is_apart]
        for each in severity_against_priority(by_severity, by_priority)
    }


def _mean(phrases: Phrases, measure: str) -> float | None:
    return phrases.edition.cell(measure).mean
