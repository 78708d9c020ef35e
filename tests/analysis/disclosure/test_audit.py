"""The audit attacks all releases of a round together, names the tables and the cheapest change."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

import pytest

from analysis.disclosure import (
    COMMUNITY,
    PROGRAMME,
    Facts,
    Outline,
    Release,
    Withheld,
    audit,
    guarded,
    raised,
    release,
)
from analysis.estimate import Domain
from analysis.profile import Measured

Make = Callable[..., Measured]
PLACES = [(("D1", f"L{number}"),) for number in (1, 2, 3, 4)]
EVERYONE: Domain = ()


@pytest.fixture(scope="session")
def places(outline: Outline) -> Outline:
    """The outline without groups and with one dimension."""
    return replace(
        outline,
        dimensions=tuple(each for each in outline.dimensions if each.name == "BE"),
        breakdowns=outline.breakdowns[:1],
        crossings=(),
    )


def people(measured: Make, *counts: int) -> list[Measured]:
    """Return the measurements of four places and of everyone."""
    sizes: Mapping[Domain, int] = dict(zip(PLACES, counts, strict=True)) | {EVERYONE: sum(counts)}
    return [measured("BE", domain, n) for domain, n in sizes.items()]


def test_empty_cells_that_a_total_bounds_are_found(
    measured: Make, facts: Facts, places: Outline
) -> None:
    made = release(people(measured, 40, 40, 0, 0), facts, places)
    found = {each.cell[1]: each for each in audit([made])}
    assert found.keys() == {PLACES[2], PLACES[3]}
    exposure = found[PLACES[2]]
    assert (exposure.low, exposure.high, exposure.needed) == (0, 6, 10)
    assert exposure.tables == ("BE by D1 of 2026-04-20",)
    assert exposure.change is not None
    assert exposure.change[1] in PLACES[:2]
    assert "withhold BE of D1=L" in str(exposure)


def test_a_guarded_release_has_none(measured: Make, facts: Facts, places: Outline) -> None:
    made = guarded(people(measured, 40, 40, 0, 0), facts, places)
    assert audit([made]) == []
    assert made.programme.cell("BE").n == 80
    assert sum(made.programme.cell("BE", place).withheld is None for place in PLACES) == 1


def test_enough_people_in_withheld_cells_need_no_more(
    measured: Make, facts: Facts, places: Outline
) -> None:
    estimates = people(measured, 60, 40, 30, 9)
    assert guarded(estimates, facts, places) == release(estimates, facts, places)


def test_everybody_but_a_few_is_a_group_as_well(
    measured: Make, facts: Facts, places: Outline
) -> None:
    made = release(people(measured, 95, 2, 2, 1), facts, places)
    assert {each.cell[1] for each in audit([made])} == set(PLACES[1:])
    assert (
        guarded(people(measured, 95, 2, 2, 1), facts, places)
        .programme.cell("BE", PLACES[0])
        .withheld
    )


def second(facts: Facts) -> Facts:
    return replace(facts, made_on=date(2026, 5, 20), data_sha256="c" * 64)


def test_two_releases_together_tell_what_neither_tells(
    measured: Make, facts: Facts, places: Outline
) -> None:
    first = release(people(measured, 40, 40, 40, 9), facts, places)
    assert audit([first]) == []
    shown = [cell.domain for cell in first.programme.cells if cell.withheld is None]
    again = replace(
        first,
        facts=replace(facts, made_on=date(2026, 5, 20)),
        programme=replace(
            first.programme,
            cells=tuple(
                replace(cell, withheld=None, n=40) if cell.domain in PLACES[:3] else cell
                for cell in first.programme.cells
            ),
        ),
    )
    assert len(shown) == 3
    found = audit([first, again])
    assert {(each.release, each.cell[1]) for each in found} >= {(0, PLACES[3]), (1, PLACES[3])}
    assert any("releases of 2026-04-20 and 2026-05-20" in str(each) for each in found)


def test_a_second_release_withholds_what_the_first_would_give_away(
    measured: Make, facts: Facts, places: Outline
) -> None:
    first = guarded(people(measured, 60, 40, 30, 9), facts, places)
    after = guarded(people(measured, 90, 60, 60, 30), second(facts), places, same_round=[first])
    assert audit([first, after]) == []


def test_limits_are_raised_and_never_lowered() -> None:
    assert (raised(PROGRAMME, 40).smallest, raised(PROGRAMME, 40).smallest_sensitive) == (40, 40)
    assert raised(COMMUNITY, 10) == COMMUNITY


def test_a_release_with_a_stricter_policy_shows_less(
    measured: Make, facts: Facts, places: Outline
) -> None:
    strict = guarded(people(measured, 60, 40, 30, 14), facts, places, raised(PROGRAMME, 15))
    assert strict.programme.cell("BE", PLACES[3]).withheld
    mild: Release = guarded(people(measured, 60, 40, 30, 14), facts, places)
    assert not mild.programme.cell("BE", PLACES[3]).withheld


def test_a_place_with_few_answers_is_not_split_further(
    outline: Outline, facts: Facts, profile_of: Callable[..., list[Measured]]
) -> None:
    made = release(profile_of({PLACES[0]: 29}), facts, outline).programme
    assert made.cell("BE", PLACES[0]).n == 30
    split = (*PLACES[0], ("D2", "woman"))
    assert made.cell("BE", split).withheld is Withheld.FEW
    assert made.cell("BE", (*PLACES[1], ("D2", "woman"))).withheld is not Withheld.FEW
