"""Random surveys whose people arrive in three waves, and the releases made of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from analysis.disclosure import (
    Breakdown,
    ExposedError,
    Facts,
    Labels,
    Outline,
    OutlinedDimension,
    Release,
    guarded,
)
from analysis.disclosure.tables import domains
from analysis.estimate import Domain, Estimate
from analysis.profile import Measured
from questionnaires import Role, Rule

Person = tuple[str, str, str]


@dataclass(frozen=True)
class Survey:
    """A survey: what is published of it, and who had answered at each of three releases."""

    outline: Outline
    arrivals: tuple[tuple[Person, ...], ...]


def survey(seed: int) -> Survey:
    """Return a small random survey: some places and groups are empty, some hold nearly all."""
    random = Random(seed)
    places = [f"L{number}" for number in range(random.randint(2, 4))]
    groups = [f"g{number}" for number in range(random.randint(2, 4))]
    weights = [random.choice((1, 2, 5, 12)) for _ in places]
    others = [random.choice((1, 3, 9)) for _ in groups]
    share = random.choice((0.02, 0.1, 0.4))

    def person() -> Person:
        place = random.choices(places, weights)[0]
        group = "silent" if random.random() < 0.03 else random.choices(groups, others)[0]
        return place, group, "yes" if random.random() < share else "no"

    sizes = [random.randint(30, 220), random.randint(0, 60), random.randint(0, 60)]
    arrived: list[Person] = []
    arrivals = []
    for size in sizes:
        arrived += [person() for _ in range(size)]
        arrivals.append(tuple(arrived))
    outline = _outline(places, groups)
    if seed % 4:  # one of four splits places twice
        outline = replace(outline, crossings=outline.crossings[:1])
    return Survey(outline, tuple(arrivals))


def releases(made_of: Survey, facts: Facts) -> Iterator[list[Release]]:
    """Return the releases so far, one more each time; one that is refused is left out."""
    out: list[Release] = []
    counted: list[Counter[Domain]] = []
    for number, people in enumerate(made_of.arrivals):
        now = count(people)
        small = {
            (dimension.name, domain)
            for before in counted
            for domain in domains(made_of.outline, with_crossings=True)
            for dimension in made_of.outline.dimensions
            if 0 < now[domain] - before[domain] < 10
        }
        told = replace(
            facts,
            made_on=date(2026, 1, 1) + timedelta(days=number),
            data_sha256=str(len(people)),
        )
        try:
            made = guarded(
                _measured(now, made_of.outline),
                told,
                made_of.outline,
                same_round=out,
                further=small,
            )
        except ExposedError:
            continue
        out.append(made)
        counted.append(now)
        yield out


def count(people: Sequence[Person]) -> Counter[Domain]:
    """Return how many people are in each cell."""
    found: Counter[Domain] = Counter()
    for place, group, minority in people:
        pairs = [("D1", place), ("D2", group), ("D10", minority)]
        found[()] += 1
        found.update((pair,) for pair in pairs)
        found.update(tuple(sorted((pairs[0], other))) for other in pairs[1:])
    return found


def _measured(counted: Counter[Domain], outline: Outline) -> list[Measured]:
    return [
        Measured(
            dimension=dimension.name,
            domain=domain,
            mean=Estimate(50.0, 2.0, 40, 1.5, counted[domain]),
            lowest=Estimate(0.2, 0.02, 40, 1.5, counted[domain]),
            highest=Estimate(0.2, 0.02, 40, 1.5, counted[domain]),
            variance=400.0,
            people=counted[domain],
            heaviest=0.1,
            effective_n=counted[domain],
        )
        for dimension in outline.dimensions
        for domain in domains(outline, with_crossings=True)
    ]


def _outline(places: Sequence[str], groups: Sequence[str]) -> Outline:
    breakdowns = (
        Breakdown("D1", tuple(places), place=True),
        Breakdown("D2", tuple(groups)),
        Breakdown("D10", ("yes", "no"), sensitive=True),
    )
    labels = Labels({"BE": "belonging"}, {"BE": ""}, {}, {})
    return Outline(
        dimensions=(OutlinedDimension("BE", Role.DIMENSION, Rule.MEAN, True),),
        breakdowns=breakdowns,
        labels={"en": labels},
        crossings=(("D1", "D2"), ("D1", "D10")),
    )
