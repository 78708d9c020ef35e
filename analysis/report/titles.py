"""What the numbers of topics are called: over their tables and columns, and wherever one is alone.

The same row, as water, stands in many tables; without the table nobody can tell its numbers apart.
"""

from __future__ import annotations

from collections.abc import Iterator

from analysis.disclosure import Labels, Outline, Topic
from analysis.report.phrases import CHAPTERS, FOLDER, Phrases, marked
from questionnaires import Words, read_words

_LISTED = marked("Among the first three")
_SOURCES = marked("What different sources say")
_WHY = "why_"
_REASONS = marked("Why people did not get it, or only in part")
#: By topic, the title of its table and, of a table of several topics, the head of its column; of
#: others the name of their chapter is said.
_TITLES = {
    "acts": (marked("Acts done at least once"),),
    "severity": (marked("Severity, 0 to 100"),),
    "in_need": (marked("Households in need"),),
    "priority": (marked("What should be solved first"), marked("Points of priority")),
    "put_first": (marked("What should be solved first"), marked("Put first")),
    "listed": (marked("What should be solved first"), _LISTED),
    "priority_reason": (marked("Why people put it first"),),
    "assets": (marked("People who say that it is here"),),
    "asset_use_all": (marked("Who can use it"), marked("Every group")),
    "asset_use_some_less": (marked("Who can use it"), marked("Some groups less")),
    "asset_use_some_not": (marked("Who can use it"), marked("Some groups not at all")),
    "service_need": (marked("Help and services"), marked("Needed")),
    "service_got_yes": (marked("Help and services"), marked("Got it")),
    "service_got_partly": (marked("Help and services"), marked("Got it in part")),
    "service_got_no": (marked("Help and services"), marked("Did not get it")),
    "service_quality": (marked("Help and services"), marked("Quality")),
    "service_respect": (marked("Help and services"), marked("Respect")),
    "service_safety": (marked("Help and services"), marked("Safe to reach")),
    "walking": (marked("How safe people feel, 0 to 100"),),
    "quarrels": (marked("What people quarrel about most"),),
    "settled": (marked("How quarrels are mostly settled"),),
    "returned": (marked("People who say that others came"),),
    "return_change_1": (marked("What changed with those who came"), marked("Much worse")),
    "return_change_2": (marked("What changed with those who came"), marked("Worse")),
    "return_change_3": (marked("What changed with those who came"), marked("No change")),
    "return_change_4": (marked("What changed with those who came"), marked("Better")),
    "return_change_5": (marked("What changed with those who came"), marked("Much better")),
    "bring": (marked("What they bring that helps"),),
    "barriers": (
        marked("Barriers for a person who comes back"),
        marked("How hard it makes it, 0 to 100"),
    ),
    "barriers_strong": (
        marked("Barriers for a person who comes back"),
        marked("Mostly or completely"),
    ),
    "drivers": (marked("What people think can push some"),),
    "resilience": (marked("What people count on, 0 to 100"),),
    "turn_first": (marked("To whom people turn"), marked("Named first")),
    "turn_any": (marked("To whom people turn"), _LISTED),
    "key_informant": (_SOURCES, marked("Key informants")),
    "focus_group": (_SOURCES, marked("Groups")),
    "observation": (_SOURCES, marked("Walks")),
    "support_complaints": (marked("Complaints"),),
    "support_asked": (marked("People who were asked for something"),),
    "support_effects": (marked("What the support caused that was bad"),),
}


def title(words: Words, topic: str) -> str:
    """Return what stands over the table of a topic."""
    return words.gettext(_REASONS if topic.startswith(_WHY) else _TITLES[topic][0])


def head(words: Words, topic: str) -> str:
    """Return what stands over the column of a topic, in a table of several."""
    return words.gettext(_TITLES[topic][-1])


def name_of(phrases: Phrases, measure: str) -> str:
    """Return what a number is called by itself: its dimension, or its row and what is counted."""
    labels = phrases.labels
    if measure in labels.dimensions:
        return labels.dimensions[measure]
    topic, _, code = measure.partition(".")
    found, row = phrases.outline.topic(topic), labels.rows[topic][code]
    return row if found is None else " · ".join((row, *_titles(found, labels, phrases.words)))


def share_names(outline: Outline, language: str) -> Iterator[tuple[str, str]]:
    """Yield every share of a release with its name, in a language of the release."""
    labels, words = outline.labels[language], read_words(FOLDER, language)
    for topic in outline.topics:
        if topic.statistic.is_share:
            told = ", ".join(_titles(topic, labels, words))
            rows = labels.rows.get(topic.name, {})
            for row in topic.rows:
                yield topic.measure(row), f"{rows.get(row.code, row.code)} · {told} (%)"


def _titles(topic: Topic, labels: Labels, words: Words) -> Iterator[str]:
    if topic.name.startswith(_WHY):
        service = topic.name.removeprefix(_WHY)
        yield words.gettext(_REASONS)
        yield labels.rows.get("service_need", {}).get(service, service)
        return
    for each in _TITLES.get(topic.name, (CHAPTERS[topic.chapter],)):
        yield words.gettext(each)
