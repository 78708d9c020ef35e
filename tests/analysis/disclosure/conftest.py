from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

import pytest

from analysis.disclosure import Breakdown, DesignType, Facts, Labels, Outline, OutlinedDimension
from analysis.disclosure.tables import domains
from analysis.estimate import Domain, Estimate
from analysis.profile import Measured
from questionnaires import Role, Rule

Profile = Callable[[Mapping[Domain, int]], list[Measured]]


@pytest.fixture(scope="session")
def outline() -> Outline:
    """Four places, a group and a sensitive group, both crossed with the place."""
    breakdowns = (
        Breakdown("D1", ("L1", "L2", "L3", "L4"), place=True),
        Breakdown("D10", ("yes", "no"), sensitive=True),
        Breakdown("D2", ("woman", "man")),
    )
    names = ("TR", "TRH", "TRV", "BE")
    labels = Labels(
        dimensions={name: f"name of {name}" for name in names},
        meanings=dict.fromkeys(names, ""),
        items={each.item: each.item for each in breakdowns},
        codes={each.item: {code: code for code in each.codes} for each in breakdowns},
    )
    return Outline(
        dimensions=(
            OutlinedDimension("TR", Role.DIMENSION, Rule.COMPOSITE, True, ("TRH", "TRV")),
            OutlinedDimension("TRH", Role.SUBSCALE, Rule.MEAN, False),
            OutlinedDimension("TRV", Role.SUBSCALE, Rule.MEAN, False),
            OutlinedDimension("BE", Role.DIMENSION, Rule.MEAN, True),
        ),
        breakdowns=breakdowns,
        labels={"en": labels},
        crossings=(("D1", "D2"), ("D1", "D10")),
    )


@pytest.fixture(scope="session")
def facts() -> Facts:
    return Facts(
        title={"en": "A round"},
        instrument="social_cohesion",
        instrument_version="1.0",
        instrument_sha256="a" * 64,
        data_sha256="b" * 64,
        code_version="0.1.0",
        made_on=date(2026, 4, 20),
        signed_by="M. Example",
        signed_role="researcher",
        fieldwork_from=date(2026, 3, 1),
        fieldwork_to=date(2026, 3, 28),
        design=DesignType.PROBABILITY,
        languages=("en",),
    )


@pytest.fixture(scope="session")
def convenience(facts: Facts) -> Facts:
    return replace(facts, design=DesignType.CONVENIENCE)


@pytest.fixture(scope="session")
def measured() -> Callable[..., Measured]:
    """Return a maker of one estimate that no rule but size withholds."""

    def make(dimension: str, domain: Domain, n: int, mean: float = 47.4) -> Measured:
        return Measured(
            dimension=dimension,
            domain=domain,
            mean=Estimate(mean, 2.2, 40, 1.5, n),
            lowest=Estimate(0.214, 0.02, 40, 1.5, n),
            highest=Estimate(0.033, 0.02, 40, 1.5, n),
            variance=400.0,
            people=n,
            heaviest=0.1,
            effective_n=n,
        )

    return make


@pytest.fixture(scope="session")
def profile_of(outline: Outline, measured: Callable[..., Measured]) -> Profile:
    """Return a maker of a whole profile: 400 people in every domain unless told otherwise."""

    def make(sizes: Mapping[Domain, int]) -> list[Measured]:
        return [
            measured(dimension.name, domain, sizes.get(domain, 400))
            for dimension in outline.dimensions
            for domain in domains(outline, with_crossings=True)
        ]

    return make
