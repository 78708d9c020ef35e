"""What a release is about: its dimensions and breakdowns, fixed before fieldwork, with words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from analysis.disclosure.kinds import Chapter, Row, Topic
from questionnaires import Dimension, Instrument, Item, Role, Rule, Text, item_type
from questionnaires.types.base import choice_label


@dataclass(frozen=True)
class OutlinedDimension:
    """A dimension in the order of the report.

    Attributes
    ----------
    name : str
        Score identifier, as ``TR``.
    role : Role
        Where a report shows it.
    rule : Rule
        How it is computed; acts are counted, everything else is a mean of answers.
    headline : bool
        Whether the report opens with it.
    parts : tuple of str
        For a composite, the dimensions it is the mean of.
    items : tuple of str
        The items it is computed from; of a composite, those of its parts.
    sensitive : bool
        Whether an item among them is sensitive: then the ends of its scale tell more.
    """

    name: str
    role: Role
    rule: Rule
    headline: bool
    parts: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    sensitive: bool = False


@dataclass(frozen=True)
class Breakdown:
    """An item by which results are shown, with its categories in their given order."""

    item: str
    codes: tuple[str, ...]
    place: bool = False
    sensitive: bool = False


@dataclass(frozen=True)
class Labels:
    """The words of an outline in one language.

    Attributes
    ----------
    dimensions, meanings : mapping of str to str
        Name and meaning of each dimension.
    items : mapping of str to str
        Short name of each breakdown item.
    codes : mapping of str to mapping of str to str
        By breakdown item: the label of each category, or the name of each locality.
    rows : mapping of str to mapping of str to str
        By topic: the label of each row.
    questions : mapping of str to str
        By item that a number rests on: the words that asked it.
    """

    dimensions: Mapping[str, str]
    meanings: Mapping[str, str]
    items: Mapping[str, str]
    codes: Mapping[str, Mapping[str, str]]
    rows: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    questions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Outline:
    """The dimensions, breakdowns and crossings of a release, with their labels by language.

    Attributes
    ----------
    dimensions : tuple of OutlinedDimension
        In the order of the report.
    breakdowns : tuple of Breakdown
        Places first by custom, then groups.
    labels : mapping of str to Labels
        Words by language.
    crossings : tuple of (str, str)
        Pairs of a place item and a group item that programme teams may see crossed.
    topics : tuple of Topic
        What is published besides the scores of the dimensions.

    Raises
    ------
    ValueError
        If a breakdown has fewer than two categories, or a crossing is not place by group.
    """

    dimensions: tuple[OutlinedDimension, ...]
    breakdowns: tuple[Breakdown, ...]
    labels: Mapping[str, Labels]
    crossings: tuple[tuple[str, str], ...] = field(default=())
    topics: tuple[Topic, ...] = ()

    def __post_init__(self) -> None:
        """Refuse tables in which a withheld cell could not be protected."""
        for each in self.breakdowns:
            if len(each.codes) < 2:
                raise ValueError(f"breakdown '{each.item}' needs at least two categories; drop it")
        places = {each.item: each.place for each in self.breakdowns}
        for place, group in self.crossings:
            if places.get(place) is not True or places.get(group) is not False:
                raise ValueError(f"crossing {place} x {group} is not one place with one group")

    def breakdown(self, item: str) -> Breakdown:
        """Return the breakdown by `item`; KeyError if there is none."""
        for each in self.breakdowns:
            if each.item == item:
                return each
        raise KeyError(item)

    def topic(self, name: str) -> Topic | None:
        """Return the topic called `name`; None if the release has none of that name."""
        return next((each for each in self.topics if each.name == name), None)

    def topic_of(self, measure: str) -> Topic | None:
        """Return the topic of which `measure` is a row; None for a dimension."""
        return self.topic(measure.partition(".")[0])


def outline_of(
    instrument: Instrument,
    groups: Sequence[str],
    localities: Mapping[str, Mapping[str, str]],
    languages: Sequence[str],
    *,
    place: str = "D1",
    crossed_with: Sequence[str] = (),
    topics: Sequence[Topic] = (),
) -> Outline:
    """Return the outline of a release from its instrument and localities.

    Parameters
    ----------
    instrument : Instrument
        The instrument as it was fielded.
    groups : sequence of str
        Items by which results are shown besides the place, in order.
    localities : mapping of str to mapping of str to str
        By code, in their given order: the name by language.
    languages : sequence of str
        Languages of the release; one the instrument lacks takes the words of its first.
    place : str
        The item that asks for the locality.
    crossed_with : sequence of str
        Those of `groups` that are crossed with the place for programme teams.
    topics : sequence of Topic
        What is published besides the scores; of breakdowns that the release lacks, nothing is.

    Returns
    -------
    Outline
        With dimensions, each before the subscales it is made of. Facets stay with the team:
        each further number about the same few people makes a withheld one easier to work out.
    """
    dimensions = tuple(
        _outlined(instrument, each)
        for whole in instrument.dimensions
        if whole.role is Role.DIMENSION
        for each in (whole, *map(instrument.dimension, whole.parts))
    )
    breakdowns = [Breakdown(place, tuple(localities), place=True)] if len(localities) > 1 else []
    breakdowns += [_group(instrument, item) for item in groups]
    shown = {each.item for each in breakdowns}
    kept = [replace(each, by=tuple(b for b in each.by if b in shown)) for each in topics]
    return Outline(
        dimensions=dimensions,
        breakdowns=tuple(breakdowns),
        labels={
            language: replace(
                _labels(instrument, language, dimensions, breakdowns, localities),
                rows=_row_labels(instrument, language, kept),
                questions=_questions(instrument, language, dimensions, kept),
            )
            for language in languages
        },
        crossings=tuple((place, item) for item in crossed_with if len(localities) > 1),
        topics=tuple(kept),
    )


def _group(instrument: Instrument, name: str) -> Breakdown:
    item = instrument.item(name)
    return Breakdown(name, item.codes, sensitive=item.sensitive)


def _outlined(instrument: Instrument, dimension: Dimension) -> OutlinedDimension:
    items = _items(instrument, dimension)
    return OutlinedDimension(
        dimension.name,
        dimension.role,
        dimension.rule,
        dimension.headline,
        dimension.parts,
        items,
        sensitive=any(instrument.item(name).sensitive for name in items),
    )


def _items(instrument: Instrument, dimension: Dimension) -> tuple[str, ...]:
    parts = map(instrument.dimension, dimension.parts)
    return (*dimension.items, *(item for part in parts for item in part.items))


def _row_labels(
    instrument: Instrument, language: str, topics: Sequence[Topic]
) -> dict[str, dict[str, str]]:
    """Return by topic the label of each row."""
    text = _text(instrument, language)
    needs = {row.code: row for topic in topics if topic.name == "in_need" for row in topic.rows}
    return {
        topic.name: {
            # Other sources speak of the needs of this instrument, in its words.
            row.code: _row_label(
                instrument, needs[row.code] if topic.chapter is Chapter.SOURCES else row, text
            )
            for row in topic.rows
        }
        for topic in topics
    }


def _row_label(instrument: Instrument, row: Row, text: Text) -> str:
    """Return the words for a dimension, for one answer, for a row of a grid, or for a question."""
    if row.code in {each.name for each in instrument.dimensions}:
        return text[f"dimension.{row.code}.name"]
    item = instrument.item(row.items[0])
    if row.answers == (row.code,):
        return choice_label(item, row.code, text)
    return item_type(item.type).question(item, text)


def _questions(
    instrument: Instrument,
    language: str,
    dimensions: Sequence[OutlinedDimension],
    topics: Sequence[Topic],
) -> dict[str, str]:
    """Return the words of each item that a number of this instrument rests on, in its order."""
    own = (topic for topic in topics if topic.chapter is not Chapter.SOURCES)
    used = {item for each in dimensions for item in each.items}
    used |= {item for topic in own for row in topic.rows for item in row.items}
    text = _text(instrument, language)
    return {item.name: _asked(item, text) for item in instrument.items if item.name in used}


def _asked(item: Item, text: Text) -> str:
    """Return the words that ask `item`: of a row of a grid, what is asked of all rows as well."""
    words = item_type(item.type).question(item, text)
    whole = text.get(f"item.{item.words}")
    return f"{whole} {words}" if item.row and whole and whole != words else words


def _labels(
    instrument: Instrument,
    language: str,
    dimensions: Sequence[OutlinedDimension],
    breakdowns: Sequence[Breakdown],
    localities: Mapping[str, Mapping[str, str]],
) -> Labels:
    text = _text(instrument, language)
    names = {code: _in_language(name, language) for code, name in localities.items()}
    return Labels(
        dimensions={each.name: text[f"dimension.{each.name}.name"] for each in dimensions},
        meanings={each.name: text.get(f"dimension.{each.name}.meaning") for each in dimensions},
        items={each.item: text[f"domain.{each.item}"] for each in breakdowns},
        codes={
            each.item: names if each.place else _categories(instrument, each, text)
            for each in breakdowns
        },
    )


def _categories(instrument: Instrument, breakdown: Breakdown, text: Text) -> dict[str, str]:
    item = instrument.item(breakdown.item)
    kind = item_type(item.type)
    return {code: kind.label(item, code, text) for code in breakdown.codes}


def _text(instrument: Instrument, language: str) -> Text:
    return instrument.texts.get(language) or next(iter(instrument.texts.values()))


def _in_language(names: Mapping[str, str], language: str) -> str:
    return names.get(language) or next(iter(names.values()))
