"""What a report says about itself: its limits, how it was made, and from what."""

from __future__ import annotations

from collections import Counter

from analysis.disclosure import DesignType, Weighting, Withheld
from analysis.report.blocks import Entry, RowGroup, Table, TableRow
from analysis.report.phrases import Phrases, marked
from analysis.report.titles import name_of

_DESIGNS = {
    DesignType.PROBABILITY: marked(
        "People were chosen by chance, and each answer counts for as many people as it stands "
        "for in the sample."
    ),
    DesignType.CENSUS: marked(
        "Everyone was invited to answer. Those who did not answer may think otherwise."
    ),
    DesignType.CONVENIENCE: marked(
        "People answered because they were reached or chose to. The numbers describe the people "
        "who answered and nobody else; so there is no range for a wider population."
    ),
}


def limits(phrases: Phrases) -> tuple[str, ...]:
    """Return what the report does not say."""
    words = phrases.words
    acts = words.gettext(
        "It does not call civic engagement good or bad. What it means depends on the place."
    )
    untried = words.gettext(
        "It does not rest on tried wording. Nobody has reviewed the words of every language yet, "
        "or tried the questions in interviews, so a small difference may come from the words."
    )
    return (
        words.gettext(
            "It does not add the dimensions up. Each can be strong where another is weak, and one "
            "number would hide which."
        ),
        words.gettext(
            "It does not rank places or groups. They stand in a fixed order, and part of each "
            "difference is chance: that two ranges overlap, or do not, is no test."
        ),
        words.gettext(
            "It does not compare one dimension with another. The same number means something "
            "different on each."
        ),
        words.gettext("It does not say why. Numbers show how things stand, not what caused them."),
        *((acts,) if phrases.has_acts else ()),
        words.gettext("It does not tell about any single person."),
        *((untried,) if phrases.release.facts.drafts else ()),
    )


def methods(phrases: Phrases) -> tuple[str, ...]:
    """Return how the numbers were made, plainly."""
    words, policy = phrases.words, phrases.edition.policy
    acts = words.gettext(
        "Civic engagement is the share of the acts asked about that a person did, if at least "
        "three quarters of the questions were answered."
    )
    ranges = (_ranges(phrases),) if phrases.of_everyone else ()
    return (
        words.gettext(_DESIGNS[phrases.release.facts.design]),
        words.gettext(
            "Each answer counts from 0, the lowest point of its scale, to 100, the highest; where "
            "much means little, it is turned round. A person's score is the mean of the answers "
            "to the questions of a dimension, if at least half of them were answered; a dimension "
            "made of two parts needs both. “I don't know” and “I prefer not to answer” are never "
            "turned into numbers."
        ),
        *((acts,) if phrases.has_acts else ()),
        words.gettext(
            "The lowest quarter are people with a score of 25 or less, the highest quarter those "
            "with 75 or more. An average of 50 can mean that all stand in the middle, or that "
            "people are divided."
        ),
        *ranges,
        *_about_weights(phrases),
        *_about_change(phrases),
        words.gettext(
            "Averages, ranges and percentages are whole numbers. Numbers of people are rounded to "
            "the nearest %(base)s.",
            base=policy.base,
        ),
    )


def _ranges(phrases: Phrases) -> str:
    return phrases.words.gettext(
        "The likely range is a 95%% confidence interval: if the survey were repeated many times, "
        "95 of 100 such ranges would hold the true average. Where fewer than eight degrees of "
        "freedom come from the interviews of a place or group itself, the range borrows the "
        "design effect and the degrees of freedom of the whole sample."
    )


def _about_weights(phrases: Phrases) -> tuple[str, ...]:
    """Return what is unusual about weights and clusters, if anything is."""
    words, facts = phrases.words, phrases.release.facts
    alike = words.gettext("All answers count alike: nobody stands for more people than another.")
    raked = words.gettext(
        "Answers are weighted by raking: each group of the questions named under “Weights agree "
        "with” has the share here that it has in the population. Those who did not answer such a "
        "question keep their own share. Ranges take the weights into account."
    )
    # A wave without clusters has no lonely ones, and one that speaks for nobody no errors.
    lonely = words.ngettext(
        "From %(num)s stratum, one cluster of interviews answered. Its distance from the average "
        "of all counts as its error, which makes ranges rather too wide than too narrow.",
        "From %(num)s strata, one cluster of interviews answered in each. Their distance from the "
        "average of all counts as their error, which makes ranges rather too wide than too narrow.",
        facts.lonely,
    )
    return (
        *((alike,) if facts.weighting is Weighting.EQUAL else ()),
        *((raked,) if facts.raked else ()),
        *((lonely,) if facts.lonely and phrases.of_everyone else ()),
    )


def _about_change(phrases: Phrases) -> tuple[str, ...]:
    """Return how rounds and groups are compared, where they are."""
    words, outline = phrases.words, phrases.outline
    compared = words.gettext(
        "Where several differences are told at once, each must be clearer (Holm's rule), so that "
        "the chance of a single wrong “higher” or “lower” among them stays below 5 in 100."
    )
    linked = words.gettext(
        "Change is computed from the answers of both rounds as one sample in which clusters that "
        "were visited twice count as the same; people are not followed from round to round."
    )
    has_differences = outline.topic("differences") is not None or outline.topic("change")
    return (
        *((compared,) if has_differences and phrases.of_everyone else ()),
        *((linked,) if outline.topic("change") and phrases.of_everyone else ()),
    )


def protection(phrases: Phrases) -> tuple[str, ...]:
    """Return the rules by which numbers are withheld."""
    words, policy = phrases.words, phrases.edition.policy
    return (
        words.ngettext(
            "A number is shown only if it rests on at least %(num)s person.",
            "A number is shown only if it rests on at least %(num)s people.",
            policy.smallest,
        ),
        words.gettext(
            "For groups that could be harmed, it needs at least %(inside)s people in the group "
            "and %(outside)s outside it.",
            inside=policy.smallest_sensitive,
            outside=policy.outside,
        ),
        words.gettext(
            "Where one withheld number could be worked out from the others, the smallest other "
            "number is withheld as well."
        ),
        words.gettext("No number is shown if one answer, or a few, outweigh the others."),
        words.gettext("A withheld number is withheld everywhere."),
    )


def withheld_table(phrases: Phrases) -> Table:
    """Return how many cells are withheld, by reason."""
    words = phrases.words
    counts = Counter(cell.withheld for cell in phrases.edition.cells if cell.withheld)
    rows = tuple(
        TableRow(phrases.reason(reason), (Entry(phrases.number(counts[reason])),))
        for reason in Withheld
        if counts[reason]
    )
    shown = sum(cell.withheld is None for cell in phrases.edition.cells)
    total = TableRow(words.gettext("Shown"), (Entry(phrases.number(shown)),))
    return Table(
        caption=words.gettext("Withheld numbers, by reason"),
        columns=(words.gettext("Reason"), words.gettext("Cells")),
        groups=(RowGroup("", (*rows, total)),),
    )


def withheld_list(phrases: Phrases) -> Table:
    """Return every withheld cell with its reason."""
    words = phrases.words
    found: dict[str, list[TableRow]] = {}
    for cell in phrases.edition.cells:
        if cell.withheld:
            row = TableRow(phrases.name(cell.domain), (Entry(phrases.reason(cell.withheld)),))
            found.setdefault(name_of(phrases, cell.dimension), []).append(row)
    groups = [RowGroup(title, tuple(rows)) for title, rows in found.items()]
    return Table(
        caption=words.gettext("Each withheld number and its reason"),
        columns=(words.gettext("Place or group"), words.gettext("Reason")),
        groups=tuple(groups),
        folded=True,
    )


def _weights(phrases: Phrases) -> tuple[tuple[str, str], ...]:
    """Return what raked weights agree with, as rows of the provenance."""
    words, raked = phrases.words, phrases.release.facts.raked
    if raked is None:
        return ()
    named = [phrases.labels.items.get(each, each) for each in raked.items]
    cap = (
        ""
        if raked.cap is None
        else phrases.words.gettext("%(cap)s times the mean weight", cap=f"{raked.cap:g}")
    )
    return (
        (words.gettext("Weights agree with"), ", ".join(named)),
        (words.gettext("Version of the weights"), str(raked.version)),
        (words.gettext("No weight is larger than"), cap),
    )


def provenance(phrases: Phrases) -> Table:
    """Return where the numbers come from, so that they can be checked."""
    words, facts, policy = phrases.words, phrases.release.facts, phrases.edition.policy
    found = (
        (words.gettext("Questionnaire"), f"{facts.instrument} {facts.instrument_version}"),
        (words.gettext("Fingerprint of the questionnaire"), facts.instrument_sha256),
        (words.gettext("Fingerprint of the answers"), facts.data_sha256),
        (words.gettext("Round"), facts.wave),
        *_weights(phrases),
        (words.gettext("Round before"), facts.previous),
        (words.gettext("Fingerprint of the answers of the round before"), facts.previous_sha256),
        *(
            (words.gettext("Fingerprint of the records of a further source"), f"{link} {digest}")
            for link, digest in facts.sources.items()
        ),
        (words.gettext("Version of the program"), facts.code_version),
        (words.gettext("Made on"), phrases.day(facts.made_on)),
        (words.gettext("Signed off by"), facts.signed_by),
        (words.gettext("Role"), facts.signed_role),
        (words.gettext("Smallest group shown"), str(policy.smallest)),
        (words.gettext("Smallest sensitive group shown"), str(policy.smallest_sensitive)),
        (words.gettext("People needed outside a sensitive group"), str(policy.outside)),
        (words.gettext("Numbers of people rounded to"), str(policy.base)),
    )
    return Table(
        caption=words.gettext("Where these numbers come from"),
        columns=(words.gettext("What"), words.gettext("Value")),
        groups=(
            RowGroup("", tuple(TableRow(name, (Entry(text),)) for name, text in found if text)),
        ),
    )
