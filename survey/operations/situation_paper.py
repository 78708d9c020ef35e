"""The situation on paper: the same words and numbers as the page, as a PDF or for Word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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
from analysis.report.renderers import docx, pdf
from questionnaires import Words
from survey.messages import _
from survey.operations.situation import Actor, Figure, Locality, Situation

#: The forms in which it can be fetched.
FORMATS = {"pdf": pdf, "docx": docx}

_WITHHELD = _("withheld, to protect people")
_NOTHING = _("Nothing is published for this place.")
_FEW = _("few answers")
_NO_SERVICE = _("No service that may be named.")
_NO_ACTOR = _("No organisation that may be named covers this place.")


@dataclass(frozen=True)
class Vocabulary:
    """The words of a situation: of the interface, of places, kinds, levels and topics."""

    words: Words
    places: Mapping[str, str]
    kinds: Mapping[str, str]
    levels: Mapping[str, str]
    topics: Mapping[str, str]


def print_situation(
    found: Situation, project: str, vocabulary: Vocabulary, day: date, kind: str
) -> bytes:
    """Return the situation of a project as a file of `kind`: ``pdf`` or ``docx``."""
    words = vocabulary.words
    report = Report(
        title=project,
        kind=words.gettext(_("Situation")),
        language=words.language,
        direction=words.direction,
        blocks=tuple(_blocks(found, vocabulary)),
    )
    written: bytes = FORMATS[kind].render(Paper(report, day))
    return written


def _blocks(found: Situation, vocabulary: Vocabulary) -> Iterator[Block]:
    said = vocabulary.words.gettext
    yield Note(said(_("For partners only. Do not put it up, and do not hand it on.")))
    yield Sentence(
        said(
            _(
                "It joins published figures with records that may be read by others. Nothing is "
                "added up to one number, and places stand in the order of the project."
            )
        )
    )
    if found.profile is None:
        yield Note(said(_("No report of a community profile holds: needs are missing.")))
    if found.cohesion is None:
        yield Note(said(_("No report on life together holds: that part is missing.")))
    for place in found.localities:
        yield Heading(vocabulary.places[place.code])
        yield from _place(place, vocabulary)


def _place(place: Locality, vocabulary: Vocabulary) -> Iterator[Block]:
    said = vocabulary.words.gettext
    yield Heading(said(_("What is needed")), 3)
    needs = [_need(each, vocabulary) for each in place.needs]
    yield _listed(needs, said(_NOTHING))
    if place.needs_withheld:
        told = _("Needs withheld here, to protect people: %(count)s.")
        yield Note(said(told, count=place.needs_withheld))
    yield Heading(said(_("What exists")), 3)
    services = [
        f"{each.name} ({vocabulary.kinds[each.kind]})" if each.name else vocabulary.kinds[each.kind]
        for each in place.services
    ]
    yield _listed(services, said(_NO_SERVICE))
    if place.gaps:
        yield Sentence(said(_("Kinds of which no service may be named here")))
        yield Points(tuple(vocabulary.kinds[kind] for kind in place.gaps))
    yield Heading(said(_("Who could act")), 3)
    yield _listed([_named(each, vocabulary) for each in place.actors], said(_NO_ACTOR))
    yield Heading(said(_("How people live together")), 3)
    yield _living_together(place, vocabulary) if place.cohesion else Sentence(said(_NOTHING))


def _named(actor: Actor, vocabulary: Vocabulary) -> str:
    topics = [vocabulary.topics.get(topic, "") for topic in actor.topics]
    parts = [actor.organisation, vocabulary.levels.get(actor.level, ""), *topics]
    return " · ".join(part for part in parts if part)


def _listed(items: list[str], otherwise: str) -> Block:
    return Points(tuple(items)) if items else Sentence(otherwise)


def _living_together(place: Locality, vocabulary: Vocabulary) -> Table:
    said = vocabulary.words.gettext
    rows = tuple(TableRow(each.words, _entries(each, vocabulary)) for each in place.cohesion)
    return Table(
        caption=said(_("How people live together")),
        columns=(said(_("Dimension")), said(_("Mean, from 0 to 100")), said(_("Interval"))),
        groups=(RowGroup("", rows),),
    )


def _entries(figure: Figure, vocabulary: Vocabulary) -> tuple[Entry, Entry]:
    cell = figure.cell
    if cell.withheld is not None:
        return Entry(vocabulary.words.gettext(_WITHHELD), withheld=True), Entry("–")
    number = f"{cell.mean}{_few(figure, vocabulary)}"
    return Entry(number), Entry(figure.interval or "–")


def _need(figure: Figure, vocabulary: Vocabulary) -> str:
    interval = f" ({figure.interval})" if figure.interval else ""
    return f"{figure.words}: {figure.cell.share} %{interval}{_few(figure, vocabulary)}"


def _few(figure: Figure, vocabulary: Vocabulary) -> str:
    return f" – {vocabulary.words.gettext(_FEW)}" if figure.is_from_few else ""
