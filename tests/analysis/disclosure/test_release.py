from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.disclosure import PROGRAMME, Facts, Outline, Release, Remark, Withheld, release
from analysis.disclosure.checks import Checks, MissingCheck
from analysis.disclosure.tables import domains, lines
from analysis.estimate import Domain, Estimate
from analysis.profile import Measured
from questionnaires import Nonanswer

Profile = Callable[[Mapping[Domain, int]], list[Measured]]
L1, L2, L3, L4 = ((("D1", f"L{number}"),) for number in (1, 2, 3, 4))
WOMAN, MAN = (("D2", "woman"),), (("D2", "man"),)
MINORITY, OTHERS = (("D10", "yes"),), (("D10", "no"),)


def with_mean(estimates: list[Measured], domain: Domain, **changes: object) -> list[Measured]:
    """Return `estimates` with other attributes of the measurements in `domain`."""
    return [
        replace(each, **changes) if each.domain == domain else each  # type: ignore[arg-type]
        for each in estimates
    ]


def test_numbers_leave_rounded(outline: Outline, facts: Facts, profile_of: Profile) -> None:
    cell = release(profile_of({L1: 27}), facts, outline).programme.cell("BE", L1)
    assert (cell.n, cell.mean, cell.low, cell.high) == (25, 47, 43, 52)
    assert (cell.lowest, cell.highest) == ("21", "<5")
    assert cell.notes == (Remark.FEW_ANSWERS,)


def test_golden_table_passes_through_the_door(
    outline: Outline, facts: Facts, profile_of: Profile
) -> None:
    table = {"L1": (40, 38), "L2": (12, 35), "L3": (9, 41), "L4": (60, 60)}
    sizes: dict[Domain, int] = {
        (("D1", place), ("D2", group)): n
        for place, row in table.items()
        for group, n in zip(("woman", "man"), row, strict=True)
    }
    published = release(profile_of(sizes), facts, outline).programme
    reasons = {domain: published.cell("BE", domain).withheld for domain in sizes}
    assert [(*(code for _, code in domain), reason) for domain, reason in reasons.items()] == [
        ("L1", "woman", None),
        ("L1", "man", None),
        ("L2", "woman", Withheld.PROTECTS),
        ("L2", "man", Withheld.PROTECTS),
        ("L3", "woman", Withheld.FEW),
        ("L3", "man", Withheld.PROTECTS),
        ("L4", "woman", None),
        ("L4", "man", None),
    ]
    assert not any(published.cell("BE", domain).withheld for domain in (L1, L2, L3, WOMAN, MAN))


def test_a_group_of_29_in_a_sensitive_breakdown_is_withheld(
    outline: Outline, facts: Facts, profile_of: Profile
) -> None:
    published = release(profile_of({MINORITY: 29}), facts, outline).programme
    assert published.cell("BE", MINORITY).withheld is Withheld.SENSITIVE
    assert published.cell("BE", OTHERS).withheld is Withheld.PROTECTS


def test_a_group_is_withheld_when_hardly_anyone_is_outside_it(
    outline: Outline, facts: Facts, profile_of: Profile
) -> None:
    at_place: dict[Domain, int] = {(*L1, ("D10", "yes")): 200, (*L1, ("D10", "no")): 9}
    published = release(profile_of(at_place), facts, outline).programme
    assert published.cell("BE", (*L1, ("D10", "yes"))).withheld is Withheld.SENSITIVE


def test_a_sensitive_group_that_answered_as_one_is_withheld(
    outline: Outline, facts: Facts, profile_of: Profile
) -> None:
    estimates = with_mean(profile_of({}), MINORITY, variance=0.0)
    published = release(estimates, facts, outline).programme
    assert published.cell("BE", MINORITY).withheld is Withheld.SENSITIVE


def test_a_cell_whose_weights_stand_for_few_is_withheld(
    outline: Outline, facts: Facts, profile_of: Profile
) -> None:
    estimates = with_mean(profile_of({}), L2, effective_n=9.9)
    assert release(estimates, facts, outline).programme.cell("TR", L2).withheld is Withheld.HEAVY


def test_a_cell_in_which_all_scores_are_the_same_is_withheld(
    outline: Outline, facts: Facts, profile_of: Profile
) -> None:
    estimates = with_mean(profile_of({}), L2, variance=0.0)
    cell = release(estimates, facts, outline).programme.cell("TR", L2)
    assert cell.withheld is Withheld.SENSITIVE


def test_a_cell_that_one_answer_dominates_is_withheld(
    outline: Outline, facts: Facts, profile_of: Profile
) -> None:
    estimates = with_mean(profile_of({}), L2, heaviest=0.51)
    assert release(estimates, facts, outline).programme.cell("TR", L2).withheld is Withheld.HEAVY


def test_a_cell_is_judged_by_those_whose_answers_were_scored(
    outline: Outline, facts: Facts, profile_of: Profile
) -> None:
    estimates = with_mean(profile_of({L2: 9}), L2, people=40)
    assert release(estimates, facts, outline).programme.cell("BE", L2).withheld is Withheld.FEW


def test_a_cell_is_judged_by_the_people_in_it_as_well(
    outline: Outline, facts: Facts, profile_of: Profile
) -> None:
    estimates = with_mean(profile_of({}), L2, people=9)
    assert release(estimates, facts, outline).programme.cell("BE", L2).withheld is Withheld.FEW


def test_a_part_cannot_be_had_from_the_composite_and_the_other_part(
    outline: Outline, facts: Facts, profile_of: Profile
) -> None:
    few = Estimate(47.4, 2.2, 40, 1.5, 9)
    estimates = [
        replace(each, mean=few) if (each.dimension, each.domain) == ("TRV", L1) else each
        for each in profile_of({})
    ]
    published = release(estimates, facts, outline).programme
    assert published.cell("TRV", L1).withheld is Withheld.FEW
    assert published.cell("TRH", L1).withheld is Withheld.PROTECTS
    assert published.cell("BE", L1).withheld is None


def test_shares_of_a_small_sensitive_group_stop_at_ten(
    outline: Outline, facts: Facts, profile_of: Profile
) -> None:
    lower = replace(PROGRAMME, smallest_sensitive=20)
    published = release(profile_of({MINORITY: 25}), facts, outline, lower).programme
    assert published.cell("BE", MINORITY).highest == "<10"
    assert published.cell("BE", OTHERS).highest == "<5"


def test_the_ends_of_a_scale_of_sensitive_questions_stop_at_ten(
    outline: Outline, facts: Facts, profile_of: Profile
) -> None:
    *others, last = outline.dimensions
    asked = replace(outline, dimensions=(*others, replace(last, sensitive=True)))
    made = release(profile_of({L1: 27, L2: 30}), facts, asked).programme
    assert made.cell(last.name, L1).highest == "<10"
    assert made.cell(last.name, L2).highest == "<5"
    assert made.cell("TR", L1).highest == "<5"


def test_a_check_tells_only_of_cells_that_are_shown(
    outline: Outline, facts: Facts, profile_of: Profile
) -> None:
    unknown: Domain = (("D10", "refused"),)
    told = [MissingCheck("BE", domain, 44) for domain in (L1, L2, unknown)]
    made = release(profile_of({L1: 9}), facts, outline, checks=Checks(missing=tuple(told)))
    shown = [each for each in told if each.domain != unknown]
    shown = [e for e in shown if made.programme.cell("BE", e.domain).withheld is None]
    assert list(made.checks.missing) == shown
    assert "refused" not in made.to_json()


def test_people_who_did_not_say_are_no_cell(
    outline: Outline, facts: Facts, profile_of: Profile, measured: Callable[..., Measured]
) -> None:
    silent = [measured("BE", (("D2", code),), 4) for code in Nonanswer]
    estimates = profile_of({})
    assert release([*estimates, *silent], facts, outline) == release(estimates, facts, outline)


def test_a_category_that_the_outline_hides_is_refused(
    outline: Outline, facts: Facts, profile_of: Profile, measured: Callable[..., Measured]
) -> None:
    with pytest.raises(ValueError, match="'D1' has no category 'L5'"):
        release([*profile_of({}), measured("BE", (("D1", "L5"),), 50)], facts, outline)


def test_a_convenience_sample_gets_no_interval(
    outline: Outline, convenience: Facts, profile_of: Profile
) -> None:
    made = release(profile_of({L1: 12}), convenience, outline)
    for cell in (*made.programme.cells, *made.community.cells):
        assert cell.low is None
        assert cell.high is None


def test_few_clusters_are_remarked_and_widen_the_interval(
    outline: Outline, facts: Facts, profile_of: Profile
) -> None:
    narrow = Estimate(45.4, 0.02, 1, 1.0, 50)
    estimates = with_mean(profile_of({L1: 50}), L1, mean=narrow)
    cell = release(estimates, facts, outline).programme.cell("BE", L1)
    # sqrt(1.5 x 400 / 50) = 3.46; t with 40 df is 2.02.
    assert (cell.low, cell.high) == (38, 52)
    assert cell.notes == (Remark.FEW_CLUSTERS,)


def test_a_release_comes_back_from_its_document(
    outline: Outline, facts: Facts, profile_of: Profile
) -> None:
    made = release(profile_of({L1: 9, L2: 12}), facts, outline)
    document = made.to_json()
    assert Release.from_json(document) == made
    assert Release.from_json(document).to_json() == document


def test_a_limit_raised_for_programme_teams_holds_for_everybody(
    outline: Outline, facts: Facts, profile_of: Profile
) -> None:
    higher = replace(PROGRAMME, smallest=40, smallest_sensitive=40)
    made = release(profile_of({L1: 35, L2: 36}), facts, outline, higher)
    assert made.programme.cell("BE", L1).withheld is Withheld.FEW
    assert made.community.cell("BE", L1).withheld is Withheld.FEW


counts = st.dictionaries(
    st.sampled_from(
        [L1, L2, L3, L4, WOMAN, MAN, MINORITY, OTHERS]
        + [
            (*place, (item, code))
            for place in (L1, L2, L3, L4)
            for item, code in (("D2", "woman"), ("D2", "man"), ("D10", "yes"), ("D10", "no"))
        ]
    ),
    st.integers(0, 70),
)


@settings(max_examples=60, deadline=None)
@given(sizes=counts)
def test_no_small_cell_is_published_and_no_withheld_cell_holds_a_number(
    outline: Outline, facts: Facts, profile_of: Profile, sizes: dict[Domain, int]
) -> None:
    made = release(profile_of(sizes), facts, outline)
    for edition, limit in ((made.programme, 10), (made.community, 30)):
        for cell in edition.cells:
            assert cell.withheld or sizes.get(cell.domain, 400) >= limit
    for stored in json.loads(made.to_json())["programme"]["cells"]:
        if "withheld" in stored:
            assert stored.keys() == {"dimension", "domain", "withheld", "notes"}
            assert stored["notes"] == []


@settings(max_examples=60, deadline=None)
@given(sizes=counts)
def test_a_withheld_cell_is_never_alone(
    outline: Outline, facts: Facts, profile_of: Profile, sizes: dict[Domain, int]
) -> None:
    made = release(profile_of(sizes), facts, outline)
    for edition in (made.programme, made.community):
        hidden = {(cell.dimension, cell.domain) for cell in edition.cells if cell.withheld}
        for line in lines(outline, with_crossings=edition.policy.crossed):
            assert sum(member in hidden for member in (line.total, *line.cells)) != 1


@settings(max_examples=60, deadline=None)
@given(sizes=counts)
def test_nobody_sees_what_programme_teams_may_not(
    outline: Outline, facts: Facts, profile_of: Profile, sizes: dict[Domain, int]
) -> None:
    made = release(profile_of(sizes), facts, outline)
    for cell in made.community.cells:
        if made.programme.cell(cell.dimension, cell.domain).withheld:
            assert cell.withheld


@settings(max_examples=40, deadline=None)
@given(sizes=counts, content=st.tuples(st.integers(0, 9), st.floats(0, 100)))
def test_the_document_is_the_same_whatever_a_small_cell_holds(
    outline: Outline,
    facts: Facts,
    profile_of: Profile,
    sizes: dict[Domain, int],
    content: tuple[int, float],
) -> None:
    estimates = profile_of(sizes)
    other, mean = content
    changed = [
        replace(each, mean=Estimate(mean, 1.0, 3, 9.0, other), people=other, heaviest=0.9)
        if each.mean.n < 10
        else each
        for each in estimates
    ]
    first, second = (release(given, facts, outline).to_json() for given in (estimates, changed))
    assert first == second


def test_the_document_holds_no_exact_count_error_or_deff(
    outline: Outline, facts: Facts, profile_of: Profile
) -> None:
    cells = json.loads(release(profile_of({L1: 37}), facts, outline).to_json())["programme"][
        "cells"
    ]
    for cell in cells:
        assert cell.keys() <= {
            *("dimension", "domain", "withheld", "notes", "n", "mean", "low", "high"),
            *("lowest", "highest"),
        }
        assert cell.get("n", 0) % 5 == 0
        assert all(isinstance(cell.get(key, 0), int) for key in ("n", "mean", "low", "high"))


def test_every_domain_of_the_outline_has_a_cell_in_order(
    outline: Outline, facts: Facts, profile_of: Profile
) -> None:
    made = release(profile_of({}), facts, outline)
    first = [cell.domain for cell in made.programme.cells if cell.dimension == "TR"]
    assert first == domains(outline, with_crossings=True)
    assert all(len(cell.domain) < 2 for cell in made.community.cells)
