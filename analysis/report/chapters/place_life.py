"""What a place has and how life is there: assets, services, safety, return, resilience."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.disclosure import Topic
from analysis.report.blocks import Block, Heading, Note, Sentence
from analysis.report.phrases import Phrases
from analysis.report.titles import head, title
from analysis.report.topic_tables import (
    Column,
    bars,
    by_domain,
    heat,
    one_table,
    parted,
    side_by_side,
)


def blocks(phrases: Phrases) -> Iterator[Block]:
    """Yield the chapters of the community profile behind needs, each if it was asked."""
    for chapter in (_assets, _services, _safety, _return, _barriers, _drivers, _resilience):
        yield from chapter(phrases)


def _named(phrases: Phrases, *names: str) -> list[Topic]:
    found = map(phrases.outline.topic, names)
    return [each for each in found if each is not None]


def _columns(phrases: Phrases, *names: str) -> list[Column]:
    """Return the columns of a table: heads with the topics that there are."""
    return [(head(phrases.words, topic.name), topic) for topic in _named(phrases, *names)]


def _bars(phrases: Phrases, name: str) -> Iterator[Block]:
    for topic in _named(phrases, name):
        caption = title(phrases.words, name)
        table = one_table(phrases, topic, caption, folded=True)
        yield bars(phrases, topic, name, caption, table)


def _assets(phrases: Phrases) -> Iterator[Block]:
    words = phrases.words
    for topic in _named(phrases, "assets"):
        yield Heading(words.gettext("What this place has"), anchor="assets")
        yield from _bars(phrases, "assets")
        for place in (each for each in phrases.outline.breakdowns if each.place):
            caption = words.gettext("People who say that it is here, by place")
            yield heat(phrases, topic, place, caption)
    use = _columns(phrases, "asset_use_some_not", "asset_use_some_less", "asset_use_all")
    if use:
        table = side_by_side(phrases, use, title(words, use[0][1].name), folded=True)
        yield parted(phrases, use, "asset_use", table)


def _services(phrases: Phrases) -> Iterator[Block]:
    words = phrases.words
    needed = _named(phrases, "service_need")
    if not needed:
        return
    yield Heading(words.gettext("Help and services"), anchor="services")
    got = _columns(
        phrases, "service_need", "service_got_yes", "service_got_partly", "service_got_no"
    )
    yield side_by_side(phrases, got, words.gettext("Services needed, and of these received"))
    if len(got) > 1:
        table = side_by_side(
            phrases, got[1:], words.gettext("Of those who needed it: who got it"), folded=True
        )
        yield parted(phrases, got[1:], "service_got", table, neutral=1)
    quality = _columns(phrases, "service_quality", "service_respect", "service_safety")
    if quality:
        caption = words.gettext("What those who got it say of it, 0 to 100")
        yield side_by_side(phrases, quality, caption)
    yield from _reasons(phrases, needed[0])
    for place in (each for each in phrases.outline.breakdowns if each.place):
        yield by_domain(phrases, needed[0], [place], words.gettext("Services needed, by place"))


def _reasons(phrases: Phrases, needed: Topic) -> Iterator[Block]:
    """Yield why people did not get a service: reasons in rows, services in columns."""
    labels = phrases.labels.rows[needed.name]
    columns = [
        (labels[row.code], topic)
        for row in needed.rows
        for topic in _named(phrases, f"why_{row.code}")
    ]
    if columns:
        yield side_by_side(phrases, columns, title(phrases.words, columns[0][1].name))


def _safety(phrases: Phrases) -> Iterator[Block]:
    words = phrases.words
    found = _named(phrases, "walking", "quarrels", "settled")
    if not found:
        return
    yield Heading(words.gettext("Safety and quarrels"), anchor="safety")
    for topic in _named(phrases, "walking"):
        yield one_table(phrases, topic, title(words, topic.name))
        caption = words.gettext("How safe people feel, by place and by group")
        yield by_domain(phrases, topic, phrases.outline.breakdowns, caption)
    yield from _bars(phrases, "quarrels")
    yield from _bars(phrases, "settled")


def _return(phrases: Phrases) -> Iterator[Block]:
    words = phrases.words
    for topic in _named(phrases, "returned"):
        yield Heading(words.gettext("People who came to live here"), anchor="return")
        yield one_table(phrases, topic, title(words, topic.name))
        yield Note(
            words.gettext(
                "What follows is the view of those who say so. It is about change in a place, and "
                "blames nobody."
            )
        )
    changes = _columns(phrases, *(f"return_change_{point}" for point in range(1, 6)))
    if len(changes) > 1:
        table = side_by_side(phrases, changes, title(words, changes[0][1].name), folded=True)
        yield parted(phrases, changes, "return_change", table, neutral=2)
    yield from _bars(phrases, "bring")


def _barriers(phrases: Phrases) -> Iterator[Block]:
    words = phrases.words
    columns = _columns(phrases, "barriers", "barriers_strong")
    if columns:
        yield Heading(words.gettext("What makes it hard to begin again"), anchor="barriers")
        caption = title(words, columns[0][1].name)
        table = side_by_side(phrases, columns, caption, folded=True)
        yield bars(phrases, columns[0][1], "barriers", caption, table)


def _drivers(phrases: Phrases) -> Iterator[Block]:
    words = phrases.words
    if not _named(phrases, "drivers"):
        return
    yield Heading(words.gettext("What can push people to support violence"), anchor="drivers")
    yield Sentence(
        words.gettext(
            "People were asked about places in general, never about themselves or anybody they "
            "know. This is what they think, not what happens here."
        )
    )
    yield from _bars(phrases, "drivers")


def _resilience(phrases: Phrases) -> Iterator[Block]:
    words = phrases.words
    found = _named(phrases, "resilience", "turn_first", "turn_any")
    if not found:
        return
    yield Heading(words.gettext("When there is trouble"), anchor="resilience")
    for topic in _named(phrases, "resilience"):
        yield one_table(phrases, topic, title(words, topic.name))
    turn = _columns(phrases, "turn_first", "turn_any")
    if turn:
        caption = title(words, turn[0][1].name)
        table = side_by_side(phrases, turn, caption, folded=True)
        yield bars(phrases, turn[-1][1], "turn_to", caption, table)
