"""The people of a fictional municipality: where they live, who they are, what they would answer.

Answers come from latent scores: grand mean + locality + cluster + group + minority + person,
plus noise, cut into the codes of the item. Every effect is drawn from the seed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.columns import Column
from analysis.frame import MICRO, NONANSWER_CODES, Frame, is_coded
from analysis.stages import FloatArray, IntArray
from questionnaires import Instrument, Item, Nonanswer, Role, Rule, item_type

#: Invented localities: name, Arabic name, clusters, adults in a cluster, clusters drawn.
PLACES = (
    ("Velmora", "فيلمورا", 60, 108, 10),
    ("Oskerrin", "أوسكيرين", 55, 90, 10),
    ("Tuvaleth", "توفاليث", 50, 72, 10),
    ("Brenhald", "برينهالد", 48, 60, 10),
    ("Miradune", "ميرادون", 45, 48, 10),
    ("Kelvessa", "كيلفيسا", 40, 30, 10),
    ("Ostravin", "أوسترافين", 50, 84, 10),
    ("Harluneth", "هارلونيث", 40, 36, 10),
    ("Sandrevo", "ساندريفو", 44, 66, 10),
    ("Pellorith", "بيلوريث", 52, 54, 10),
    ("Quoravel", "كورافيل", 40, 60, 4),
    ("Zimreldo", "زيمريلدو", 40, 56, 4),
)

#: Shares of the codes of some items; codes of others get shares at random.
_SHARES: Mapping[str, Mapping[str, float]] = {
    "D2": {"woman": 0.51, "man": 0.48, "other_way": 0.01},
    "D3": {"18-24": 14, "25-29": 10, "30-39": 20, "40-49": 18, "50-59": 16, "60-69": 13, "70+": 9},
    "D13": {"yes": 0.12, "no": 0.88},
    "BM2": {"not_begun": 2, "under1": 8, "1-3": 20, "4-6": 30, "7-12": 28, "over12": 12},
    "BM13": {"yes": 0.62, "no": 0.38},
    "BM14": {"yes": 0.55, "no": 0.45},
    "BM15": {"yes": 0.08, "no": 0.92},
    "Q1": {"no": 0.8, "partly": 0.13, "yes": 0.07},
}
_GROUP, _GROUPS, _GROUP_SHARES = "D4", ("always", "displaced", "returned"), (6.0, 2.5, 1.8)
_MINORITY = "D10"

#: Standard deviations of the latent effects; an answer adds noise of 1.
_SD = {"locality": 0.28, "cluster": 0.20, "group": 0.22, "minority": 0.22, "person": 0.70}
#: How far sectors differ; the share that did not need one; how much rarer than an opinion.
_SECTOR_SD, _NOT_NEEDED, _RARITY = 0.5, 0.06, 1.3
_COMMON = 0.5  # loading of the person effects on what they share: dimensions hardly correlate
_SHIFTS = (0.30, 0.10, 0.20, 0.0, -0.15, 0.05, 0.12)  # latent, from one wave to the next

#: Share of answers that are dk, pnta, skip; in one locality they are more.
_NONANSWERS = {Nonanswer.UNSURE: 0.014, Nonanswer.REFUSED: 0.007, Nonanswer.SKIPPED: 0.008}
_RETICENT, _RETICENCE = 8, 1.8


@dataclass(frozen=True, eq=False)
class Population:
    """Everybody: where they live, who they are, and what they feel.

    Attributes
    ----------
    rng : Generator
        Draws what the answers of a wave leave to chance.
    sizes : list of int
        Adults of each locality.
    locality, cluster, position : IntArray, shape (N,)
        Number of the locality, of the cluster within it, and of the person within that.
    who : mapping of str to IntArray, shape (N,)
        Position of everybody's code, by item that measures no dimension.
    latent : mapping of str to FloatArray, shape (N,)
        Everybody's latent score in the first wave, by dimension, and by item for the sectors
        that a household may need; an answer's noise has SD 1.
    """

    rng: np.random.Generator
    sizes: list[int]
    locality: IntArray
    cluster: IntArray
    position: IntArray
    who: Mapping[str, IntArray]
    latent: Mapping[str, FloatArray]

    def answers(self, instrument: Instrument, wave: int, languages: Sequence[str]) -> Frame:
        """Return what everybody answers in a wave (0, 1, …), in one of the languages."""
        items = [item for item in instrument.asked(instrument.forms[0]) if is_coded(item)]
        matrix = np.array([self._answer(instrument, item, wave) for item in items], dtype=np.int8)
        codes = np.array([f"TV{number:02}" for number in range(1, len(PLACES) + 1)])
        stratum = codes[self.locality]
        place = Column.of(stratum.tolist())
        psu = np.char.add(np.char.add(stratum, "-"), np.char.zfill(self.cluster.astype(str), 2))
        language = self.rng.choice(np.array(languages), len(stratum))
        mode = self.rng.choice(np.array(["self-web", "interviewer"]), len(stratum), p=(0.6, 0.4))
        places = (item.name for item in instrument.items if not item_type(item.type).has_choices)
        columns = dict.fromkeys(places, place) | {
            "stratum": place,
            "psu": Column.of(psu.tolist()),
            "language": Column.of(language.tolist()),
            "mode": Column.of(mode.tolist()),
        }
        weight = np.full(len(stratum), MICRO, dtype=np.int64)
        return Frame(instrument, tuple(item.name for item in items), matrix, columns, weight)

    def _answer(self, instrument: Instrument, item: Item, wave: int) -> IntArray:
        """Return the position of each answer to an item, or the number of a nonanswer."""
        noise = self.rng.standard_normal(len(self.locality))
        if item.name in self.who:
            answer = self.who[item.name].copy()
        elif (cause := item.dimension or item.name) in self.latent:
            position = list(self.latent).index(cause)
            feels = self.latent[cause] + noise + wave * _SHIFTS[position % len(_SHIFTS)]
            answer = np.searchsorted(_thresholds(instrument, item), feels).astype(np.int64)
        else:
            answer = self.rng.integers(len(item.codes), size=len(noise))
        if item.reverse:
            answer = len(item.codes) - 1 - answer
        if item.na:
            chance = self.rng.random(len(answer))
            answer[chance < _NOT_NEEDED] = NONANSWER_CODES[Nonanswer.NOT_APPLICABLE]
        return self._silenced(answer)

    def _silenced(self, answer: IntArray) -> IntArray:
        """Replace some answers by nonanswers, whatever they were."""
        chance = self.rng.random(len(answer))
        chance = np.where(self.locality == _RETICENT, chance / _RETICENCE, chance)
        limit = 0.0
        for nonanswer, share in reversed(_NONANSWERS.items()):
            answer[(chance >= limit) & (chance < limit + share)] = NONANSWER_CODES[nonanswer]
            limit += share
        return answer


def populate(instrument: Instrument, rng: np.random.Generator, wanted: list[int]) -> Population:
    """Make the people of all places, with clusters large enough to ask `wanted` people in each."""
    size = [max(m, -(-n // drawn)) for (*_, m, drawn), n in zip(PLACES, wanted, strict=True)]
    sizes = [place[2] * m for place, m in zip(PLACES, size, strict=True)]
    locality = np.repeat(np.arange(len(PLACES)), sizes)
    within = np.concatenate([np.arange(n) for n in sizes])
    width = np.array(size)[locality]
    who = _demography(instrument, rng, locality)
    traits = who | {"cluster": within // width + 1000 * locality}
    return Population(
        rng=rng,
        sizes=sizes,
        locality=locality,
        cluster=within // width,
        position=within % width,
        who=who,
        latent=_latent(instrument, rng, locality, traits),
    )


def _demography(
    instrument: Instrument, rng: np.random.Generator, locality: IntArray
) -> dict[str, IntArray]:
    """Return the position of everybody's code of every item that measures no dimension."""
    names = {item.name: item for item in instrument.items}
    plain = [item for item in instrument.items if _is_trait(item)]
    who = {item.name: _draw(rng, _shares(item, rng), len(locality)) for item in plain}
    mixes = rng.dirichlet(3 * np.array(_GROUP_SHARES), len(PLACES))
    if _GROUP in who:
        known = [names[_GROUP].codes.index(code) for code in _GROUPS]
        who[_GROUP] = np.array(known)[_draw_each(rng, mixes[locality])]
    if _MINORITY in who:
        share = rng.permutation(np.linspace(0.06, 0.45, len(PLACES)))[locality]
        yes, no = (names[_MINORITY].codes.index(code) for code in ("yes", "no"))
        who[_MINORITY] = np.where(rng.random(len(locality)) < share, yes, no)
    return who


def _is_trait(item: Item) -> bool:
    """Whether an item tells who somebody is, or what they do, and measures nothing."""
    return is_coded(item) and not item.dimension and not item.sector


def _latent(
    instrument: Instrument,
    rng: np.random.Generator,
    locality: IntArray,
    traits: Mapping[str, IntArray],
) -> dict[str, FloatArray]:
    """Return everybody's latent score in every dimension with items of its own, and sector."""
    n = len(locality)
    common = rng.standard_normal(n)
    scales = [each for each in instrument.dimensions if each.items and each.role is not Role.FACET]
    sectors = [item.name for item in instrument.items if item.sector and is_coded(item)]
    found: dict[str, FloatArray] = {}
    for name in [*(each.name for each in scales), *sectors]:
        person = _COMMON * common + np.sqrt(1 - _COMMON**2) * rng.standard_normal(n)
        found[name] = (
            rng.normal(0, _SECTOR_SD if name in sectors else 0.3)
            + _effect(rng, "locality", locality)
            + _effect(rng, "cluster", traits["cluster"])
            + _effect(rng, "group", traits.get(_GROUP, locality * 0))
            + _effect(rng, "minority", traits.get(_MINORITY, locality * 0))
            + _SD["person"] * person
        )
    return found


def _effect(rng: np.random.Generator, name: str, code: IntArray) -> FloatArray:
    effects: FloatArray = rng.normal(0, _SD[name], int(code.max()) + 1)
    return effects[code]


def _shares(item: Item, rng: np.random.Generator) -> FloatArray:
    known = _SHARES.get(item.name)
    drawn = rng.dirichlet(np.full(len(item.codes), 4.0))
    shares = np.array([known.get(code, 0.01) for code in item.codes]) if known else drawn
    return np.asarray(shares / shares.sum(), dtype=np.float64)


def _draw(rng: np.random.Generator, shares: FloatArray, n: int) -> IntArray:
    return rng.choice(len(shares), size=n, p=shares)


def _draw_each(rng: np.random.Generator, shares: FloatArray) -> IntArray:
    """Draw one column for each row of shares."""
    chance = rng.random((len(shares), 1))
    cumulated = np.cumsum(shares, axis=1)[:, :-1]
    return np.asarray(np.sum(chance > cumulated, axis=1), dtype=np.int64)


def _thresholds(instrument: Instrument, item: Item) -> FloatArray:
    """Return where one answer passes into the next.

    An act is rarer than an opinion, a severe need rarer still.
    """
    steps = len(item.codes) - 1
    is_act = item.dimension and instrument.dimension(item.dimension).rule is Rule.ACTS
    middle = 0.9 if is_act else _RARITY * item.sector
    # An item has its own difficulty, the same for everybody and in every wave.
    middle += 0.15 * (sum(map(ord, item.name)) % 5 - 2)
    return np.asarray(middle + 0.95 * (np.arange(steps) - (steps - 1) / 2), dtype=np.float64)
