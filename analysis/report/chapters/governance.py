"""The assessment of governance: nine sections, the lowest as headline, how far raters differ.

It is a report of its own, because it tells of bodies and not of people: no cell, no likely range,
no total. Below three raters a section says how many rated it and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from analysis.disclosure.bodies import Assessment, RatedSection
from analysis.report import method
from analysis.report.blocks import (
    Block,
    Entry,
    Heading,
    Note,
    Points,
    RowGroup,
    Sentence,
    Table,
    TableRow,
)
from analysis.report.phrases import Phrases
from questionnaires.governance import BODIES, EARLIEST, RATERS

#: The last rows of the provenance of other reports tell of limits for groups of people.
_ABOUT_PEOPLE = 4


def blocks(phrases: Phrases) -> Iterator[Block]:
    """Yield the whole report of a round in which raters of bodies answered."""
    found = phrases.release.assessment
    if found is None:
        return
    words = phrases.words
    yield Points(tuple(_opening(phrases, found)))
    if found.early:
        yield Note(
            words.gettext(
                "This assessment is early: before month %(earliest)s little can be seen, and its "
                "results are weak. The team gave this reason:",
                earliest=EARLIEST,
            )
        )
        yield Sentence(found.early)
    yield Heading(words.gettext("The lowest section"), anchor="glance")
    yield from _headline(phrases, found)
    yield Heading(words.gettext("Nine sections"), anchor="sections")
    yield _table(phrases, found)
    yield from _remarks(phrases, found)
    yield from _closing(phrases)


def _opening(phrases: Phrases, found: Assessment) -> Iterator[str]:
    words, facts = phrases.words, phrases.release.facts
    yield words.ngettext(
        "%(num)s rater answered for a body.", "%(num)s raters answered for their bodies.",
        found.raters,
    )  # fmt: skip
    yield words.gettext(
        "Asked from %(start)s to %(end)s.",
        start=phrases.day(facts.fieldwork_from),
        end=phrases.day(facts.fieldwork_to),
    )
    yield words.ngettext(
        "The programme had run for %(num)s month when the round began.",
        "The programme had run for %(num)s months when the round began.",
        found.months,
    )


def _headline(phrases: Phrases, found: Assessment) -> Iterator[Block]:
    words = phrases.words
    lowest = found.headline
    if not lowest:
        yield Sentence(words.gettext("No section can be shown, so none can be called the lowest."))
        return
    yield Points(
        tuple(
            words.gettext(
                "%(section)s: %(score)s of 100",
                section=phrases.labels.dimensions[each.name],
                score=each.score,
            )
            for each in lowest
        )
    )
    yield Sentence(
        words.gettext(
            "Help breaks where it is weakest, so the lowest section is what to talk about first. "
            "There is no total: nine sections that were added up would hide it."
        )
    )
    if any(each.score is None for each in found.sections):
        yield Note(
            words.gettext("It is the lowest of those that are shown; a withheld one may be lower.")
        )


def _table(phrases: Phrases, found: Assessment) -> Table:
    words = phrases.words
    return Table(
        words.gettext("Each section, 0 to 100"),
        (
            words.gettext("Section"),
            words.gettext("Raters"),
            words.gettext("Score"),
            words.gettext("Lowest rater"),
            words.gettext("Highest rater"),
            words.gettext("Ratings that rest on evidence"),
        ),
        (RowGroup("", tuple(_row(phrases, each) for each in found.sections)),),
        (words.gettext("Sections stand in a fixed order, not by score."),),
    )


def _row(phrases: Phrases, section: RatedSection) -> TableRow:
    label, raters = phrases.labels.dimensions[section.name], Entry(_raters(phrases, section))
    if section.score is None:
        hidden = phrases.withheld() if section.raters else "–"
        return TableRow(label, (raters, *[Entry(hidden, withheld=True)] * 4))
    told = [section.score, section.lowest, section.highest]
    evidence = "–" if section.evidence is None else phrases.share(str(section.evidence))
    return TableRow(label, (raters, *(Entry(str(each)) for each in told), Entry(evidence)))


def _raters(phrases: Phrases, section: RatedSection) -> str:
    """Return how many rated a section, in words where they are too few to show it."""
    words = phrases.words
    few = {0: words.gettext("no rater"), 1: words.gettext("one rater")}
    return few.get(section.raters, phrases.number(section.raters))


def _remarks(phrases: Phrases, found: Assessment) -> Iterator[Note]:
    words = phrases.words
    if any(each.raters == 0 for each in found.sections):
        yield Note(
            words.gettext("A section without a rater was rated by nobody: nothing is known.")
        )
    if any(0 < each.raters < RATERS for each in found.sections):
        yield Note(
            words.gettext(
                "A section that fewer than %(raters)s rated is withheld: its numbers would be the "
                "answers of one or two bodies.",
                raters=RATERS,
            )
        )
    if found.bodies >= BODIES and any(
        each.raters >= RATERS and each.score is None for each in found.sections
    ):
        yield Note(
            words.gettext(
                "A section whose raters are all of one kind of body is withheld: that is an "
                "opinion and no assessment."
            )
        )
    if found.raters > 0 and found.bodies < BODIES:
        yield Note(
            words.gettext(
                "All raters are of one kind of body, which is an opinion and no assessment. So "
                "nothing is shown before another kind has answered."
            )
        )


def _closing(phrases: Phrases) -> Iterator[Block]:
    words = phrases.words
    yield Heading(words.gettext("What this report does not say"), anchor="limits")
    yield Points(
        (
            words.gettext(
                "It holds what those inside the system say of it. Set it beside what people who "
                "use the help say."
            ),
            words.gettext("It ranks no place and no body, and tells of no person."),
            words.gettext(
                "It does not compare one section with another from point to point: 50 on the "
                "ladder of participation means something else than 50 elsewhere."
            ),
        )
    )
    yield Heading(words.gettext("How these numbers were made"), anchor="methods")
    yield Points(
        (
            words.gettext(
                "Raters placed each statement on five steps. A statement counts by its median over "
                "raters, from 0 to 100; a section is the mean of its statements, if at least half "
                "of them were rated."
            ),
            words.gettext(
                "The lowest and the highest rater are the scores that single raters give the "
                "section. Evidence is the share of its ratings that rest on something seen or on "
                "a document; the others are opinion."
            ),
            words.gettext(
                "A section is shown only if at least %(raters)s raters of at least %(bodies)s "
                "kinds of body answered.",
                raters=RATERS,
                bodies=BODIES,
            ),
        )
    )
    yield Heading(words.gettext("Where these numbers come from"), anchor="provenance")
    told = method.provenance(phrases)
    (group,) = told.groups
    yield replace(told, groups=(replace(group, rows=group.rows[:-_ABOUT_PEOPLE]),))
