"""What a place has and how life is there: assets, services, safety, return, resilience."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.disclosure import Topic
from analysis.report.blocks import Block, Heading, Note, Sentence
from analysis.report.phrases import Phrases
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


def _columns(phrases: Phrases, pairs: tuple[tuple[str, str], ...]) -> list[Column]:
    """Return the columns of a table: heads with the topics that there are."""
    return [(head, topic) for name, head in pairs for topic in _named(phrases, name)]


def _bars(phrases: Phrases, name: str, caption: str) -> Iterator[Block]:
    for topic in _named(phrases, name):
        table = one_table(phrases, topic, caption, folded=True)
        yield bars(phrases, topic, name, caption, table)


def _assets(phrases: Phrases) -> Iterator[Block]:
    words = phrases.words
    for topic in _named(phrases, "assets"):
        yield Heading(words.gettext("What this place has"), anchor="assets")
        yield from _bars(phrases, "assets", words.gettext("People who say that it is here"))
        for place in (each for each in phrases.outline.breakdowns if each.place):
            caption = words.gettext("People who say that it is here, by place")
            yield heat(phrases, topic, place, caption)
    use = _columns(
        phrases,
        (
            ("asset_use_some_not", words.gettext("Some groups not at all")),
            ("asset_use_some_less", words.gettext("Some groups less")),
            ("asset_use_all", words.gettext("Every group")),
        ),
    )
    if use:
        table = side_by_side(phrases, use, words.gettext("Who can use it"), folded=True)
        yield parted(phrases, use, "asset_use", table)


def _services(phrases: Phrases) -> Iterator[Block]:
    words = phrases.words
    needed = _named(phrases, "service_need")
    if not needed:
        return
    yield Heading(words.gettext("Help and services"), anchor="services")
    got = _columns(
        phrases,
        (
            ("service_need", words.gettext("Needed")),
            ("service_got_yes", words.gettext("Got it")),
            ("service_got_partly", words.gettext("Got it in part")),
            ("service_got_no", words.gettext("Did not get it")),
        ),
    )
    yield side_by_side(phrases, got, words.gettext("Services needed, and of these received"))
    if len(got) > 1:
        table = side_by_side(
            phrases, got[1:], words.gettext("Of those who needed it: who got it"), folded=True
        )
        yield parted(phrases, got[1:], "service_got", table, neutral=1)
    quality = _columns(
        phrases,
        (
            ("service_quality", words.gettext("Quality")),
            ("service_respect", words.gettext("Respect")),
            ("service_safety", words.gettext("Safe to reach")),
        ),
    )
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
        caption = phrases.words.gettext("Why people did not get it, or only in part")
        yield side_by_side(phrases, columns, caption)


def _safety(phrases: Phrases) -> Iterator[Block]:
    words = phrases.words
    found = _named(phrases, "walking", "quarrels", "settled")
    if not found:
        return
    yield Heading(words.gettext("Safety and quarrels"), anchor="safety")
    for topic in _named(phrases, "walking"):
        yield one_table(phrases, topic, words.gettext("How safe people feel, 0 to 100"))
        caption = words.gettext("How safe people feel, by place and by group")
        yield by_domain(phrases, topic, phrases.outline.breakdowns, caption)
    yield from _bars(phrases, "quarrels", words.gettext("What people quarrel about most"))
    yield from _bars(phrases, "settled", words.gettext("How quarrels are mostly settled"))


def _return(phrases: Phrases) -> Iterator[Block]:
    words = phrases.words
    for topic in _named(phrases, "returned"):
        yield Heading(words.gettext("People who came to live here"), anchor="return")
        yield one_table(phrases, topic, words.gettext("People who say that others came"))
        yield Note(
            words.gettext(
                "What follows is the view of those who say so. It is about change in a place, and "
                "blames nobody."
            )
        )
    changes = _columns(
        phrases,
        (
            ("return_change_1", words.gettext("Much worse")),
            ("return_change_2", words.gettext("Worse")),
            ("return_change_3", words.gettext("No change")),
            ("return_change_4", words.gettext("Better")),
            ("return_change_5", words.gettext("Much better")),
        ),
    )
    if len(changes) > 1:
        table = side_by_side(
            phrases, changes, words.gettext("What changed with those who came"), folded=True
        )
        yield parted(phrases, changes, "return_change", table, neutral=2)
    yield from _bars(phrases, "bring", words.gettext("What they bring that helps"))


def _barriers(phrases: Phrases) -> Iterator[Block]:
    words = phrases.words
    columns = _columns(
        phrases,
        (
            ("barriers", words.gettext("How hard it makes it, 0 to 100")),
            ("barriers_strong", words.gettext("Mostly or completely")),
        ),
    )
    if columns:
        yield Heading(words.gettext("What makes it hard to begin again"), anchor="barriers")
        caption = words.gettext("Barriers for a person who comes back")
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
    yield from _bars(phrases, "drivers", words.gettext("What people think can push some"))


def _resilience(phrases: Phrases) -> Iterator[Block]:
    words = phrases.words
    found = _named(phrases, "resilience", "turn_first", "turn_any")
    if not found:
        return
    yield Heading(words.gettext("When there is trouble"), anchor="resilience")
    for topic in _named(phrases, "resilience"):
        yield one_table(phrases, topic, words.gettext("What people count on, 0 to 100"))
    turn = _columns(
        phrases,
        (
            ("turn_first", words.gettext("Named first")),
            ("turn_any", words.gettext("Among the first three")),
        ),
    )
    if turn:
        caption = words.gettext("To whom people turn")
        table = side_by_side(phrases, turn, caption, folded=True)
        yield bars(phrases, turn[-1][1], "turn_to", caption, table)
