"""A fictional municipality whose truth is known: the demo, and the proof of the estimates.

A whole population is made, with the answers that each adult would give in each wave, and scored.
The truth of a dimension in a domain is the mean over that population; a wave is a stratified
cluster sample of it, so estimates can be held against what they estimate.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from analysis.choices import chosen, consistent, ranked, shuffled
from analysis.errors import EstimateError
from analysis.estimate import Domain
from analysis.frame import MICRO, NONANSWER_CODES, Frame
from analysis.needs import severities
from analysis.population import PLACES, Population, populate
from analysis.row import Row
from analysis.scoring import score
from analysis.stages import IntArray
from questionnaires import Instrument, Item, Level, item_type

_COLUMNS = 4  # of the map


@dataclass(frozen=True)
class SimulatedLocality:
    """A place of the fictional municipality.

    Attributes
    ----------
    code : str
        As stored answers have it.
    names : mapping of str to str
        By language: ``en`` and ``ar``.
    population : int
        Adults.
    polygon : mapping
        GeoJSON geometry, in degrees; neighbours share their border points.
    """

    code: str
    names: Mapping[str, str]
    population: int
    polygon: Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Simulation:
    """A population with its answers, and a sample of it in every wave.

    Attributes
    ----------
    instrument : Instrument
        What was asked, in its fullest form.
    localities : tuple of SimulatedLocality
        In the order of their codes.
    populations : tuple of Frame
        Everybody's answers, one frame a wave; everybody weighs one person.
    samples : tuple of IntArray
        Rows of the population that were drawn, one array a wave.
    sample_rows : tuple of tuple of Row
        The same people as rows, as they would be stored.
    """

    instrument: Instrument
    localities: tuple[SimulatedLocality, ...]
    populations: tuple[Frame, ...]
    samples: tuple[IntArray, ...]
    sample_rows: tuple[tuple[Row, ...], ...]

    def rows(self, wave: int) -> tuple[Row, ...]:
        """Return the sample of `wave` (1, 2, …), sorted by stratum and PSU."""
        return self.sample_rows[wave - 1]

    def truth(self, wave: int) -> Mapping[tuple[str, Domain], float]:
        """Return the population mean of every score in every domain of `wave` (1, 2, …).

        Domains are everyone, each locality, and each code of each single item; a dimension that
        nobody of a domain has a score for is left out.
        """
        return self._truths[wave - 1]

    @cached_property
    def _truths(self) -> tuple[Mapping[tuple[str, Domain], float], ...]:
        return tuple(dict(_truth(frame)) for frame in self.populations)


def simulate(
    instrument: Instrument,
    seed: int,
    responses: int,
    waves: int = 2,
    languages: Sequence[str] = (),
) -> Simulation:
    """Make a municipality of 12 localities and ask a sample of it in every wave.

    Localities are strata. The same clusters are asked in every wave, other people of them each
    time. Same instrument, seed and numbers: same answers, to the letter.

    Parameters
    ----------
    instrument : Instrument
        Its fullest form is asked. Items D4 and D10, where it has them, tell the groups. Its grid
        and its ranking of sectors, where it has them, are answered from the same severities.
    seed : int
        Of everything random, 0 or above.
    responses : int
        In each wave, spread over the localities as evenly as can be; at least 24, so that every
        locality has two PSUs. The population does not depend on it, unless it runs out of people.
    waves : int
        How many; each shifts the latent means by the same step.
    languages : sequence of str
        In which people answer; all of the instrument unless told.

    Raises
    ------
    EstimateError
        If `responses` is below 24.
    """
    if responses < 2 * len(PLACES):
        raise EstimateError(f"responses is {responses}; ask for at least {2 * len(PLACES)}")
    people_seed, sample_seed = np.random.SeedSequence(seed).spawn(2)
    wanted = _evenly(responses, len(PLACES))
    people = populate(instrument, np.random.default_rng(people_seed), wanted)
    spoken = languages or instrument.languages
    frames = tuple(people.answers(instrument, wave, spoken) for wave in range(waves))
    rng = np.random.default_rng(sample_seed)
    clusters = [rng.permutation(place[2]) for place in PLACES]
    samples = tuple(_sample(rng, people, clusters, wanted) for _ in range(waves))
    weights = np.array([round(MICRO * n / m) for n, m in zip(people.sizes, wanted, strict=True)])
    rows = tuple(
        tuple(_rows(rng, instrument, frame, sample, weights[people.locality[sample]]))
        for frame, sample in zip(frames, samples, strict=True)
    )
    return Simulation(instrument, _localities(people.sizes, seed), frames, samples, rows)


def _evenly(total: int, parts: int) -> list[int]:
    return [total // parts + (part < total % parts) for part in range(parts)]


def _sample(
    rng: np.random.Generator, people: Population, clusters: list[IntArray], wanted: list[int]
) -> IntArray:
    """Draw people from the first clusters of each locality's random order."""
    start, found = 0, []
    for place, n, order, size in zip(PLACES, wanted, clusters, people.sizes, strict=True):
        drawn = min(place[4], n)
        width = size // place[2]
        for cluster, m in zip(sorted(order[:drawn]), _evenly(n, drawn), strict=True):
            found.append(start + cluster * width + rng.choice(width, m, replace=False))
        start += size
    return np.concatenate(found)


def _rows(
    rng: np.random.Generator,
    instrument: Instrument,
    frame: Frame,
    sample: IntArray,
    weight: IntArray,
) -> Iterator[Row]:
    form = instrument.forms[0]
    items = instrument.asked(form)
    columns = {item.name: _column(rng, frame, item, sample) for item in items}
    for position, person in enumerate(sample):
        yield Row(
            answers=consistent(
                instrument, form, {name: column[position] for name, column in columns.items()}
            ),
            weight=int(weight[position]),
            stratum=str(frame.stratum[person]),
            psu=str(frame.psu[person]),
            language=str(frame.language[person]),
            mode=str(frame.mode[person]),
        )


def _column(rng: np.random.Generator, frame: Frame, item: Item, sample: IntArray) -> Sequence[str]:
    """Return the answers of the sample to one item."""
    level = item_type(item.type).level
    if level is Level.MULTIPLE:
        return chosen(rng, item, len(sample))
    if item.type == "order":
        return shuffled(rng, item, len(sample))
    if level is Level.RANKING:
        return ranked(rng, frame, item, sample)
    answers: list[str] = frame.codes(item.name)[sample].tolist()
    return answers


def _truth(frame: Frame) -> Iterator[tuple[tuple[str, Domain], float]]:
    columns = [name for name in (*frame.text, *frame.items) if _is_key(frame, name)]
    keys = {name: np.unique(frame.codes(name), return_inverse=True) for name in columns}
    for dimension, y in {**score(frame), **severities(frame)}.items():
        scored = ~np.isnan(y)
        yield (dimension, ()), float(y[scored].mean())
        for name, (labels, position) in keys.items():
            counts = np.bincount(position[scored], minlength=len(labels))
            sums = np.bincount(position[scored], y[scored], len(labels))
            for label, total, count in zip(labels, sums, counts, strict=True):
                if count and label not in NONANSWER_CODES:
                    yield (dimension, ((name, str(label)),)), float(total / count)


def _is_key(frame: Frame, name: str) -> bool:
    item = frame.instrument.item(name) if frame.instrument else None
    return item is not None and item_type(item.type).level is Level.NOMINAL


def _localities(sizes: list[int], seed: int) -> tuple[SimulatedLocality, ...]:
    """Return the places with borders: a jittered grid, in the sea where nobody lives."""
    lines = len(PLACES) // _COLUMNS
    rng = np.random.default_rng([seed, 12])
    x, y = np.meshgrid(np.arange(2 * _COLUMNS + 1), np.arange(2 * lines + 1))
    corners = np.stack([x, y], axis=-1) + rng.uniform(-0.3, 0.3, (*x.shape, 2))
    corners = np.round(0.02 * corners - 0.1, 5)
    around = ((0, 0), (0, 1), (0, 2), (1, 2), (2, 2), (2, 1), (2, 0), (1, 0), (0, 0))
    found = []
    for number, (place, size) in enumerate(zip(PLACES, sizes, strict=True)):
        top, left = 2 * (number // _COLUMNS), 2 * (number % _COLUMNS)
        ring = [corners[top + down, left + right].tolist() for down, right in around]
        polygon = {"type": "Polygon", "coordinates": [ring]}
        names = {"en": place[0], "ar": place[1]}
        found.append(SimulatedLocality(f"TV{number + 1:02}", names, size, polygon))
    return tuple(found)
