"""How far the numbers can be relied on: questions, languages, groups, missing answers."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.disclosure import Comparison, Consistency, MissingCheck, ScaleCheck
from analysis.report.blocks import (
    Block,
    Entry,
    Heading,
    Note,
    RowGroup,
    Sentence,
    Table,
    TableRow,
)
from analysis.report.phrases import FOLDER, Phrases, marked
from questionnaires import read_words

_CONSISTENCY = {
    Consistency.GOOD: marked("hang together well"),
    Consistency.WEAK: marked("hang together loosely"),
    Consistency.FEW: marked("too few answers to judge"),
}

_COMPARISON = {
    Comparison.FREE: marked("may be compared"),
    Comparison.CARE: marked("compare with care"),
    Comparison.WARNING: marked("compare with a warning"),
    Comparison.NEVER: marked("do not compare"),
    Comparison.FEW: marked("too few answers to judge"),
}


def blocks(phrases: Phrases) -> Iterator[Block]:
    """Yield what is known of the questions, and what may be compared."""
    checks, words = phrases.release.checks, phrases.words
    if not checks.scales:
        return
    yield Heading(words.gettext("How far the numbers can be relied on"), anchor="reliability")
    yield Sentence(
        words.gettext(
            "Several questions make up a dimension. Alpha and omega, from 0 to 1, say how far "
            "people answered them alike; omega allows that some questions count more than others. "
            "From 0.70 on, the questions hang together well. Below that they may measure "
            "different things, so small differences in that dimension mean little."
        )
    )
    yield _scales(phrases)
    if checks.comparisons:
        yield Sentence(
            words.gettext(
                "People who feel the same can answer differently because the words of a question "
                "mean something else in their language or group. Then averages differ, though "
                "people do not, and should not be compared. The next table says where that was "
                "found."
            )
        )
        yield _comparisons(phrases)
        if any(each.verdict is Comparison.NEVER for each in checks.comparisons):
            yield Note(
                words.gettext(
                    "Where the table says “do not compare”, questions do not mean the same to all: "
                    "read each group by itself, and its change over time."
                )
            )
    if checks.missing:
        yield _missing(phrases)
    else:
        yield Sentence(
            words.gettext(
                "No average moves by a point or more when missing answers are filled in from a "
                "person's other answers and from what others answered."
            )
        )


def _scales(phrases: Phrases) -> Table:
    words = phrases.words
    names = dict.fromkeys(each.dimension for each in phrases.release.checks.scales)
    groups = tuple(
        RowGroup(
            phrases.labels.dimensions[name],
            tuple(
                _scale(phrases, each)
                for each in phrases.release.checks.scales
                if each.dimension == name
            ),
        )
        for name in names
    )
    return Table(
        words.gettext("Whether the questions of a dimension hang together"),
        (
            words.gettext("Language of the answers"),
            words.gettext("Finding"),
            words.gettext("Alpha"),
            words.gettext("Likely range"),
            words.gettext("Omega"),
        ),
        groups,
    )


def _scale(phrases: Phrases, check: ScaleCheck) -> TableRow:
    words = phrases.words
    ranged = "–"
    if check.low and check.high:
        ranged = words.gettext("%(low)s to %(high)s", low=check.low, high=check.high)
    texts = (
        words.gettext(_CONSISTENCY[check.verdict]),
        check.alpha or "–",
        ranged,
        check.omega or "–",
    )
    name = language_name(check.language) if check.language else words.gettext("All languages")
    return TableRow(name, tuple(map(Entry, texts)))


def language_name(code: str) -> str:
    """Return a language's name in itself."""
    return read_words(FOLDER, code).name


def _comparisons(phrases: Phrases) -> Table:
    words, checks = phrases.words, phrases.release.checks.comparisons
    kinds = list(dict.fromkeys(each.by for each in checks))
    names = list(dict.fromkeys(each.dimension for each in checks))
    verdicts = {
        (each.dimension, each.by): words.gettext(_COMPARISON[each.verdict]) for each in checks
    }
    heads = [
        words.gettext("Languages") if kind == "language" else phrases.labels.items[kind]
        for kind in kinds
    ]
    rows = tuple(
        TableRow(
            phrases.labels.dimensions[name],
            tuple(Entry(verdicts.get((name, kind), "–")) for kind in kinds),
        )
        for name in names
    )
    return Table(
        words.gettext("Whether averages may be compared"),
        (words.gettext("Dimension"), *heads),
        (RowGroup("", rows),),
    )


def _missing(phrases: Phrases) -> Table:
    words = phrases.words
    names = dict.fromkeys(each.dimension for each in phrases.release.checks.missing)
    groups = tuple(
        RowGroup(
            phrases.labels.dimensions[name],
            tuple(
                _filled(phrases, each)
                for each in phrases.release.checks.missing
                if each.dimension == name and phrases.edition.has(name, each.domain)
            ),
        )
        for name in names
    )
    return Table(
        words.gettext("Averages that depend on missing answers"),
        (
            words.gettext("Place or group"),
            words.gettext("From the answers given"),
            words.gettext("With missing answers filled in"),
        ),
        tuple(group for group in groups if group.rows),
        folded=True,
    )


def _filled(phrases: Phrases, check: MissingCheck) -> TableRow:
    mean = phrases.edition.cell(check.dimension, check.domain).mean
    return TableRow(
        phrases.name(check.domain),
        (Entry("–" if mean is None else str(mean)), Entry(str(check.filled))),
    )
