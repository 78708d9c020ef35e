"""Where numbers come from, in words: what "Explain these numbers" opens."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.disclosure import OutlinedDimension, Statistic, Topic, Weighting
from analysis.report.blocks import Explanation
from analysis.report.phrases import Phrases, marked
from questionnaires import Rule

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
    Statistic.CHANGE: marked("Weighted mean of this round less that of the round before"),
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
    words = phrases.words
    lines = [
        (phrases.labels.dimensions[each.name], ", ".join(each.items))
        for each in dimensions
        if each.items
    ]
    estimators = dict.fromkeys(_OF_SCORES.get(each.rule, _MEAN) for each in dimensions)
    lines += [(words.gettext("How it is computed"), words.gettext(each)) for each in estimators]
    return _explained(phrases, lines, (phrases.release.facts.wave,))


def of_topics(phrases: Phrases, topics: Sequence[Topic]) -> Explanation:
    """Return where the numbers of some topics come from."""
    words = phrases.words
    items = dict.fromkeys(item for topic in topics for row in topic.rows for item in row.items)
    statistics = dict.fromkeys(topic.statistic for topic in topics)
    lines = [(words.gettext("Questions"), ", ".join(items))]
    lines += [
        (words.gettext("How it is computed"), words.gettext(_ESTIMATORS[each]))
        for each in statistics
    ]
    waves = next((topic.waves for topic in topics if topic.waves), ())
    return _explained(phrases, lines, waves or (phrases.release.facts.wave,))


def _explained(
    phrases: Phrases, lines: list[tuple[str, str]], waves: tuple[str, ...]
) -> Explanation:
    words, facts, policy = phrases.words, phrases.release.facts, phrases.edition.policy
    found = [
        *lines,
        (words.gettext("Round"), ", ".join(waves)),
        (
            words.gettext("About whom"),
            words.gettext("Those who answered, in the place or group that the row names"),
        ),
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
    return Explanation(
        words.gettext("Explain these numbers"), tuple(pair for pair in found if pair[1])
    )
