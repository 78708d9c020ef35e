"""Where numbers come from, in words: what "Explain these numbers" opens."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from analysis.disclosure import Cell, Chapter, OutlinedDimension, Statistic, Topic, Weighting
from analysis.report.blocks import Explanation
from analysis.report.phrases import Phrases, marked
from questionnaires import Rule

#: What is told, and what it is.
Line: TypeAlias = tuple[str, str]

_CHANGE = marked("Weighted mean of this round less that of the round before")

_ESTIMATORS = {
    Statistic.POINTS: marked("Weighted mean of the points of an answer, from 0 to 100"),
    Statistic.SHARE: marked("Weighted percentage of those who answered the question"),
    Statistic.IN_NEED: marked(
        "Weighted percentage of households that gave up other things, or worse"
    ),
    Statistic.UNSURE: marked(
        "Weighted percentage of the questions asked to which people said that they do not know"
    ),
    Statistic.PRIORITY: marked(
        "Weighted mean of points: 100 for what stands first, less for what follows, 0 for what is "
        "not listed"
    ),
    Statistic.FIRST: marked("Weighted percentage of those who ranked anything that put it first"),
    Statistic.MENTIONED: marked("Weighted percentage of those who ranked anything that listed it"),
    Statistic.DIFFERENCE: marked(
        "Weighted mean of the group less that of all others of the same kind"
    ),
    Statistic.CHANGE: _CHANGE,
    Statistic.CHANGE_OF_PLACES: _CHANGE,
    Statistic.EXTRA_CHANGE: marked(
        "Change of all other places less the change of the comparison places"
    ),
}

_OF_SCORES = {
    Rule.ACTS: marked("Weighted mean of the share of acts that each person did"),
    Rule.COMPOSITE: marked("Weighted mean of scores from 0 to 100, each the mean of two parts"),
}

_MEAN = marked("Weighted mean of scores from 0 to 100, each the mean of the answers given")

_WEIGHTS = {
    Weighting.GIVEN: marked("Each answer counts for as many people as it stands for"),
    Weighting.EQUAL: marked("All answers count alike"),
    Weighting.RAKED: marked("Raked: groups count in the shares that they have in the population"),
}


def of_dimensions(phrases: Phrases, dimensions: Sequence[OutlinedDimension]) -> Explanation:
    """Return where the scores of some dimensions come from."""
    asked = [
        (phrases.labels.dimensions[each.name], ", ".join(each.items))
        for each in dimensions
        if each.items
    ]
    rules = dict.fromkeys(_OF_SCORES.get(each.rule, _MEAN) for each in dimensions)
    return _of_table(phrases, [*asked, *_computed(phrases, rules)], ())


def of_topics(phrases: Phrases, topics: Sequence[Topic]) -> Explanation:
    """Return where the numbers of some topics come from."""
    items = dict.fromkeys(item for topic in topics for row in topic.rows for item in row.items)
    asked = (phrases.words.gettext("Questions"), ", ".join(items))
    rules = dict.fromkeys(_ESTIMATORS[topic.statistic] for topic in topics)
    waves = next((topic.waves for topic in topics if topic.waves), ())
    return _of_table(phrases, [asked, *_computed(phrases, rules)], waves)


def of_number(phrases: Phrases, cell: Cell) -> list[Line]:
    """Return where one number comes from, its questions in words; not whom it is about."""
    topic = phrases.outline.topic_of(cell.dimension)
    if topic is None:
        whole = next(d for d in phrases.outline.dimensions if d.name == cell.dimension)
        parts = [each for each in phrases.outline.dimensions if each.name in whole.parts]
        rules = dict.fromkeys(_OF_SCORES.get(each.rule, _MEAN) for each in (whole, *parts))
        asked = _asked(phrases, whole.items, phrases.labels.questions)
        return [*asked, *_computed(phrases, rules), *_origin(phrases, ())]
    row = next(row for row in topic.rows if topic.measure(row) == cell.dimension)
    # Items of a further source may be called like those of this instrument.
    known = {} if topic.chapter is Chapter.SOURCES else phrases.labels.questions
    asked = _asked(phrases, row.items, known)
    computed = _computed(phrases, [_ESTIMATORS[topic.statistic]])
    return [*asked, *computed, *_origin(phrases, topic.waves)]


def _asked(phrases: Phrases, items: Sequence[str], questions: Mapping[str, str]) -> list[Line]:
    """Return each item with its words; of those that a release has no words for, the names."""
    named = ", ".join(item for item in items if item not in questions)
    rest = [(phrases.words.gettext("Questions"), named)] if named else []
    return [(item, questions[item]) for item in items if item in questions] + rest


def _computed(phrases: Phrases, rules: Iterable[str]) -> list[Line]:
    words = phrases.words
    return [(words.gettext("How it is computed"), words.gettext(rule)) for rule in rules]


def _of_table(phrases: Phrases, told: Sequence[Line], waves: tuple[str, ...]) -> Explanation:
    words = phrases.words
    whom = words.gettext("Those who answered, in the place or group that the row names")
    lines = (*told, (words.gettext("About whom"), whom), *_origin(phrases, waves))
    return Explanation(
        words.gettext("Explain these numbers"), tuple(line for line in lines if line[1])
    )


def _origin(phrases: Phrases, waves: tuple[str, ...]) -> list[Line]:
    """Return what all numbers of a release have in common, but for the rounds they rest on."""
    words, facts, policy = phrases.words, phrases.release.facts, phrases.edition.policy
    found = [
        (words.gettext("Round"), ", ".join(waves or (facts.wave,))),
        (words.gettext("Weights"), words.gettext(_WEIGHTS[facts.weighting])),
        (
            words.gettext("Smallest number of people"),
            words.gettext(
                "%(smallest)s; of a sensitive group %(sensitive)s, and %(outside)s outside it",
                smallest=policy.smallest,
                sensitive=policy.smallest_sensitive,
                outside=policy.outside,
            ),
        ),
        (words.gettext("Version of the program"), facts.code_version),
        (words.gettext("Fingerprint of the answers"), facts.data_sha256),
    ]
    return [line for line in found if line[1]]
