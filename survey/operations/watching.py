"""Watch a round: sealed answers against what was planned, and what its team should do next.

Counts below `FEWEST` are not shown, nor what would give one of them away (`small_counts`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from questionnaires import Instrument, Nonanswer
from survey.messages import _
from survey.models import Tally, Wave
from survey.models.wave import Protection
from survey.operations.batches import BATCH_SIZE
from survey.operations.drafts import draft_of_round
from survey.operations.gaps import Gap
from survey.operations.sample_plans import expected
from survey.operations.small_counts import FEWEST, shown, shown_places
from survey.operations.tallies import ASKED, LANGUAGE, LOCALITY, MODE, SIGNS, SILENCE, STRATUM
from survey.operations.wave_plans import breakdowns_of
from survey.operations.waves import fielded_instrument, localities_of, strata_of

#: Share of a question's answers above which "I don't know" is a finding (scoring.md C.5).
MANY_UNSURE = 0.2

TEST = _("Open the test message with a recovery share: before that nobody can answer.")
HAND_OUT = _("Hand out the address. Answers are counted once %(number)s wait.")
WEIGH = _("The round is closed. Weigh the answers, then make a report of them.")
GO_ON = _("Go where the target is not reached yet: it is not in %(number)s of the rows below.")
REACHED = _("Every target is reached. Close the round, or wait until its last day.")
ASK = _(
    "More than a fifth do not know an answer, in %(number)s of the questions below. "
    "Ask some people how they understand them."
)
COUNTED = _("All is well. The server cannot read these answers, so it only counts them.")
WELL = _("All is well. Look again tomorrow.")


@dataclass(frozen=True)
class Line:
    """One row of a table: a code, its count (None: too few to show), and what was planned."""

    code: str
    words: str
    count: int | None
    target: int | None = None

    @property
    def share(self) -> float | None:
        """Share (0-1) of the target that is reached; None without a target or a count."""
        if not self.target or self.count is None:
            return None
        return min(self.count / self.target, 1.0)


@dataclass(frozen=True)
class Silence:
    """How often a question was left without an answer, in shares (0-1) of who was asked.

    A share is None where it stands for too few people to show.
    """

    name: str
    words: str
    unsure: float | None
    refused: float | None
    skipped: float | None

    @property
    def share(self) -> float:
        """Share (0-1) of who was asked that is known to have left it without an answer."""
        return sum(each or 0.0 for each in (self.unsure, self.refused, self.skipped))


@dataclass(frozen=True)
class Watch:
    """What the page shows of a round; `people` are sealed answers, those that wait are no one's."""

    people: int
    target: int
    strata: tuple[Line, ...]
    places: tuple[Line, ...]
    groups: Mapping[str, tuple[Line, ...]]
    languages: tuple[Line, ...]
    modes: tuple[Line, ...]
    signs: tuple[Line, ...]
    silences: tuple[Silence, ...]
    advice: Gap


def watch(session: Session, wave: Wave, tally: Tally | None, language: str) -> Watch:
    """Return what is known of `wave`, with the words of its questionnaire in `language`."""
    counts = tally.counts if tally else {}
    people = tally.people if tally else 0
    instrument = fielded_instrument(wave)
    told = language if language in instrument.texts else wave.languages[0]
    draft = draft_of_round(session, wave)
    targets = expected(draft.document) if draft else {}
    strata = _lines(counts.get(STRATUM, {}), targets, {code: code for code in targets})
    silences = _silences(instrument, wave.form, counts, told)
    places = localities_of(session, wave)
    names = {place.code: place.name(told) for place in places}
    return Watch(
        people=people,
        target=sum(targets.values()),
        strata=strata if targets else (),
        places=_of_places(counts.get(LOCALITY, {}), names, strata_of(session, wave)),
        groups=_groups(instrument, wave, counts, told),
        languages=_lines(counts.get(LANGUAGE, {}), {}, {}),
        modes=_lines(counts.get(MODE, {}), {}, {}),
        signs=_lines(counts.get(SIGNS, {}), {}, {}),
        silences=silences,
        advice=_advice(wave, people, strata if targets else (), silences),
    )


def _lines(
    counts: Mapping[str, int], targets: Mapping[str, int], names: Mapping[str, str]
) -> tuple[Line, ...]:
    codes = dict.fromkeys([*names, *targets, *counts])
    every = shown({code: counts.get(code, 0) for code in codes})
    return tuple(
        Line(code, names.get(code, code), count, targets.get(code)) for code, count in every.items()
    )


def _of_places(
    counts: Mapping[str, int], names: Mapping[str, str], strata: Mapping[str, str]
) -> tuple[Line, ...]:
    every = shown_places({code: counts.get(code, 0) for code in names}, strata)
    return tuple(Line(code, names[code], count) for code, count in every.items())


def _groups(
    instrument: Instrument, wave: Wave, counts: Mapping[str, Mapping[str, int]], language: str
) -> dict[str, tuple[Line, ...]]:
    text = instrument.texts[language]
    found = {}
    for name in breakdowns_of(instrument, wave.form):
        item = instrument.item(name)
        if name not in wave.breakdowns:
            continue
        words = {code: text.get(f"choice.{item.words}.{code}") or code for code in item.codes}
        said = {code: n for code, n in counts.get(name, {}).items() if code in words}
        found[text[f"domain.{name}"]] = _lines(said, {}, words)
    return found


def _silences(
    instrument: Instrument, form: str, counts: Mapping[str, Mapping[str, int]], language: str
) -> tuple[Silence, ...]:
    """Return the questions that were asked of enough people, those left open most often first."""
    silence, asked = counts.get(SILENCE, {}), counts.get(ASKED, {})
    text = instrument.texts[language]
    found = []
    for item in instrument.asked(form):
        people = asked.get(item.name, 0)
        if people < FEWEST:
            continue
        silent = [
            silence.get(f"{item.name} {kind}", 0)
            for kind in (Nonanswer.UNSURE, Nonanswer.REFUSED, Nonanswer.SKIPPED)
        ]
        shares = [None if 0 < count < FEWEST else count / people for count in silent]
        words = text.get(f"item.{item.words}") or item.name
        found.append(Silence(item.name, words, *shares))
    return tuple(sorted(found, key=lambda each: -each.share))


def _advice(
    wave: Wave, people: int, strata: tuple[Line, ...], silences: tuple[Silence, ...]
) -> Gap:
    """Return the one thing to do next: the first that applies."""
    behind = sum(1 for line in strata if line.share is None or line.share < 1)
    unsure = sum((each.unsure or 0) > MANY_UNSURE for each in silences)
    steps: list[tuple[object, str, dict[str, object]]] = [
        (wave.awaits_test, TEST, {}),
        (wave.is_closed, WEIGH, {}),
        (not people, HAND_OUT, {"number": BATCH_SIZE}),
        (behind, GO_ON, {"number": behind}),
        (strata, REACHED, {}),
        (unsure, ASK, {"number": unsure}),
        (wave.protection == Protection.SEALED, COUNTED, {}),
    ]
    return next((Gap(words, values) for applies, words, values in steps if applies), Gap(WELL))
