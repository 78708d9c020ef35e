"""What the desk hands out as a PDF besides reports: the directory of services and the protocol."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from analysis.report.blocks import (
    Block,
    Entry,
    Heading,
    Note,
    Points,
    Report,
    RowGroup,
    Sentence,
    Table,
    TableRow,
)
from analysis.report.publication import Paper
from analysis.report.renderers import pdf
from questionnaires import Words
from survey.messages import _
from survey.operations.protocol import Signature

#: A service in a directory: its name, its kind and place, and questions with their answers.
Listed = tuple[str, str, Sequence[tuple[str, str]]]


def as_pdf(report: Report, day: date) -> bytes:
    """Return a paper of a day as a PDF."""
    written: bytes = pdf.render(Paper(report, day))
    return written


def directory_report(entries: Sequence[Listed], audience: str, words: Words) -> Report:
    """Return a directory of services, in the language of `words`.

    Parameters
    ----------
    entries : sequence of Listed
        The services, in order.
    audience : str
        ``partners`` gets the warning not to hand it on.
    words : Words
        Words of the language it is read in.
    """
    said = words.gettext
    is_inner = audience == "partners"
    return Report(
        title=said(_("Directory of services")),
        kind=said(_("Partners")) if is_inner else said(_("Everybody")),
        language=words.language,
        direction=words.direction,
        blocks=tuple(_directory(entries, words, is_inner=is_inner)),
    )


@dataclass(frozen=True)
class Agreed:
    """A protocol to be printed.

    Attributes
    ----------
    project : str
        Whose it is.
    steps : sequence of (str, str)
        The heading of each written step, and its text; the last is the sixth.
    signatures : sequence of Signature
        The partners, as signed or not.
    due : date or None
        The day of the next review.
    reviews : sequence of (date, str)
        Each review and what came of it, the newest first.
    number : str
        The first signs of the fingerprint of the text.
    """

    project: str
    steps: Sequence[tuple[str, str]]
    signatures: Sequence[Signature]
    due: date | None
    reviews: Sequence[tuple[date, str]]
    number: str


def protocol_report(agreed: Agreed, words: Words, day: date) -> Report:
    """Return a protocol as it is printed on a day, with room for signatures."""
    return Report(
        title=agreed.project,
        kind=words.gettext(_("Information-sharing protocol")),
        language=words.language,
        direction=words.direction,
        blocks=tuple(_protocol(agreed, words, day)),
    )


def _directory(entries: Sequence[Listed], words: Words, *, is_inner: bool) -> Iterator[Block]:
    said = words.gettext
    if is_inner:
        yield Note(said(_("For partners only. Do not put it up, and do not hand it on.")))
    yield Sentence(said(_("Where people can get help, for whom it is, and what it asks for.")))
    for name, where, told in entries:
        yield Heading(name)
        yield Sentence(where)
        if told:
            yield Points(tuple(f"{question} {answer}" for question, answer in told))
    if not entries:
        yield Sentence(said(_("No service fits what was searched for.")))


def _protocol(agreed: Agreed, words: Words, day: date) -> Iterator[Block]:
    said = words.gettext
    yield Sentence(
        said(
            _(
                "Who shares what with whom, agreed and signed by all partners before there is any "
                "data."
            )
        )
    )
    for heading, text in agreed.steps[:-1]:
        yield from _step(heading, text, words)
    yield Heading(said(_("5. Signed by all partners")))
    yield _signatures(agreed.signatures, words)
    yield from _step(*agreed.steps[-1], words)
    yield Heading(said(_("Reviews")))
    if agreed.due:
        due = words.day(agreed.due)
        yield Sentence(said(_("Next review by %(day)s."), day=due))
    told = [f"{words.day(when)}: {what}" for when, what in agreed.reviews]
    yield Points(tuple(told)) if told else Sentence(said(_("There was no review yet.")))
    printed = said(_("Printed on %(day)s. Text number:"), day=words.day(day))
    yield Note(f"{printed} {agreed.number}")


def _step(heading: str, text: str, words: Words) -> Iterator[Block]:
    yield Heading(heading)
    lines = tuple(line for line in text.splitlines() if line.strip())
    if lines:
        yield from (Sentence(line) for line in lines)
    else:
        yield Sentence(words.gettext(_("Not written yet.")))


def _signatures(signatures: Sequence[Signature], words: Words) -> Table:
    said = words.gettext
    rows = tuple(
        TableRow(
            each.partner,
            (
                Entry(each.person if each.holds else ""),
                Entry(words.day(each.day) if each.holds and each.day else ""),
                Entry("" if each.holds or not each.day else said(_VOID)),
            ),
        )
        for each in signatures
    )
    columns = (
        said(_("Partner")),
        said(_("Who signed, by name or office")),
        said(_("Day")),
        said(_("Signature")),
    )
    return Table(said(_("5. Signed by all partners")), columns, (RowGroup("", rows),))


_VOID = _("void: something was changed since")
