"""Static analysis: what is found in an instrument before anybody is asked."""

from __future__ import annotations

import json
from collections import Counter
from math import comb, isclose
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from questionnaires import (
    Instrument,
    InstrumentError,
    QuestionnaireError,
    library_names,
    read_instrument,
)
from questionnaires.build import build_instrument
from questionnaires.check import (
    Place,
    crowding,
    estimated_minutes,
    expected_alone,
    find_advice,
    find_problems,
    preview,
    read_localities,
    reading_levels,
)
from questionnaires.check.readability import FORMULAS, english_syllables, french_syllables
from questionnaires.check.singling import combinations_of, demographics
from questionnaires.screens import Screen

#: A slow machine is no failure.
relaxed = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
HERE = Path(__file__).parent
BRANCHING = read_instrument(HERE / "branching").canonical


def changed(**rows: dict[str, Any]) -> Instrument:
    """Return the branching instrument with other keys in some of its items."""
    document = json.loads(BRANCHING)
    for row in document["instrument"]["item"]:
        row.update(rows.pop(row["name"], {}))
    assert not rows
    return build_instrument(document)


def advice(instrument: Instrument) -> set[tuple[str, str]]:
    return {(each.item, each.code) for each in find_advice(instrument)}


@pytest.mark.parametrize("name", library_names())
def test_the_library_has_nothing_to_mend(name: str) -> None:
    assert find_problems(read_instrument(name)) == []


# Branches


@pytest.mark.parametrize(
    ("condition", "is_found"),
    [
        ("${moved} = 'yes' and ${moved} = 'no'", True),
        ("${moved} = 'yes' and ${moved} != 'yes'", True),
        ("${age} < 18 and ${age} > 60", True),
        ("${age} > 17 and ${age} < 18", True),
        ("${age} > 120", True),
        ("not(${age} <= 120) and ${age} != ''", True),
        ("${moved} = '' and ${from} = 'here'", True),
        ("${young} = 'yes' and ${age} > 40", True),
        ("${age} > 16 and ${age} < 18", False),
        ("${age} = 77 and ${sex} = 'man' and ${moved} = 'yes'", False),
        ("${from} = 'here' or ${moved} = 'no'", False),
        ("${age} div 7 = 11", False),
        ("${age} * ${age} = 5", False),  # it never is, but numbers that are computed are not tried
        ("string-length(${sex}) = 3", False),
    ],
)
def test_a_branch_that_nobody_can_reach_is_found(condition: str, is_found: bool) -> None:
    found = find_problems(changed(welcome={"ask_if": condition}))
    assert [(each.item, each.code) for each in found] == [("welcome", "never-asked")] * is_found


def test_a_condition_that_decides_nothing_is_advice() -> None:
    always = "${moved} = 'yes' or ${moved} != 'yes'"
    assert ("from", "always-asked") in advice(changed(**{"from": {"ask_if": always}}))
    assert not {code for _, code in advice(changed())} & {"always-asked"}


@pytest.mark.parametrize(
    ("constraint", "is_found"),
    [
        (". < 1 and . > 5", True),
        (". > 20", True),
        (". >= 20", False),
        (". > ${adults} and . < ${adults}", True),
        (". > ${adults} and . < ${adults} + 2", False),
        (". mod 2 = 0 and . mod 2 = 1", True),
    ],
)
def test_a_constraint_that_nobody_can_obey_is_found(constraint: str, is_found: bool) -> None:
    found = find_problems(changed(children={"constraint": constraint}))
    assert [each.code for each in found] == ["impossible-constraint"] * is_found


def test_a_list_is_tried_in_every_combination() -> None:
    both = "selected(${needs}, 'water') and selected(${needs}, 'school')"
    assert find_problems(changed(plans={"ask_if": both})) == []
    with_none = "selected(${needs}, 'water') and selected(${needs}, 'none')"
    assert [each.item for each in find_problems(changed(plans={"ask_if": with_none}))] == ["plans"]


# What must be mended, and what is advice


def test_a_sensitive_item_with_a_way_out_is_left_alone() -> None:
    assert find_problems(changed(sex={"sensitive": True}, age={"sensitive": True})) == []


def test_a_screen_with_seven_items_is_crowded(monkeypatch: pytest.MonkeyPatch) -> None:
    instrument = changed()

    def one_screen(instrument: Instrument, form: str) -> tuple[Screen, ...]:
        return (instrument.items[:7],)

    assert not list(crowding.crowded_screens(instrument))
    monkeypatch.setattr(crowding, "screens", one_screen)
    found = list(crowding.crowded_screens(instrument))
    assert [each.code for each in found] == ["crowded-screen"] * 2
    assert "7 items" in found[0].remedy


@pytest.mark.parametrize(
    ("codes", "code"),
    [
        (["1", "2", "3", "4", "5"], None),
        (["0", "1", "2", "3"], None),
        (["1", "2", "3", "4"], "unbalanced-scale"),
        (["1", "2", "4"], "uneven-scale"),
    ],
)
def test_a_scored_scale_has_a_middle_and_even_steps(codes: list[str], code: str | None) -> None:
    document = json.loads(BRANCHING)
    document["instrument"]["scale"][0]["codes"] = codes
    document["text"]["en"]["scale"]["HOW3"] = {each: f"Point {each}" for each in codes}
    document["instrument"]["dimension"] = [{"name": "W", "rule": "mean", "role": "dimension"}]
    document["text"]["en"]["dimension"] = {"W": {"name": "Welcome", "meaning": "Much."}}
    next(row for row in document["instrument"]["item"] if row["name"] == "welcome")["dimension"] = (
        "W"
    )
    found = {each.code for each in find_advice(build_instrument(document))}
    assert found & {"unbalanced-scale", "uneven-scale"} == ({code} if code else set())


def test_a_dimension_that_points_one_way_is_advice(cohesion: Instrument) -> None:
    assert ("TRV", "all-one-way") in advice(cohesion)
    assert ("BE", "all-one-way") not in advice(cohesion)


# Reading level


@pytest.mark.parametrize(
    ("word", "syllables"),
    [("cat", 1), ("people", 2), ("table", 2), ("here", 1), ("trust", 1), ("worked", 1),
     ("wanted", 2), ("municipality", 6), ("the", 1), ("neighbour", 2), ("organise", 3)],
)  # fmt: skip
def test_english_syllables_are_counted_about_right(word: str, syllables: int) -> None:
    assert english_syllables(word) == syllables


@pytest.mark.parametrize(
    ("word", "syllables"),
    [("chat", 1), ("table", 1), ("village", 2), ("sécurité", 4), ("confiance", 2), ("parlent", 1)],
)
def test_french_syllables_are_counted_about_right(word: str, syllables: int) -> None:
    assert french_syllables(word) == syllables


def test_a_formula_gives_its_published_value() -> None:
    # Ten words, one sentence, ten syllables: 0.39 * 10 + 11.8 - 15.59.
    ten = "The cat sat on the mat and the dog ran."
    assert FORMULAS["en"].of(ten) == pytest.approx(0.11)
    assert FORMULAS["fr"].of("Le chat dort.") == pytest.approx(207 - 1.015 * 3 - 73.6)
    assert FORMULAS["en"].of("123 …") is None


def test_words_that_are_hard_to_read_are_named() -> None:
    document = json.loads(BRANCHING)
    document["text"]["en"]["item"]["moved"] = (
        "Notwithstanding administrative considerations, have circumstances necessitated relocation?"
    )
    (found,) = [each for each in find_advice(build_instrument(document)) if each.file != "x"]
    assert (found.file, found.code) == ("text/en.toml", "reading-level")
    assert found.remedy.endswith("begin with moved")
    assert "Flesch-Kincaid grade" in found.remedy


def test_a_language_without_a_formula_is_said_to_have_none(cohesion: Instrument) -> None:
    said = dict(zip(cohesion.languages, reading_levels(cohesion), strict=True))
    assert "Flesch-Kincaid grade of " in said["en"]
    assert "'ar': no formula" in said["ar"]


# Minutes


def test_more_words_and_more_items_take_more_minutes(cohesion: Instrument) -> None:
    least, most = estimated_minutes(cohesion, "long", "en")
    assert 8 < least <= most < 16
    assert estimated_minutes(cohesion, "short", "en")[1] < least
    short, long = estimated_minutes(changed(), "long", "en")
    assert short < long


# Whom the answers would single out


@relaxed
@given(people=st.integers(1, 60), combinations=st.integers(1, 12))
def test_the_expected_number_is_that_of_all_ways_to_spread_people(
    people: int, combinations: int
) -> None:
    # The chance that a combination has exactly one person, from the binomial distribution.
    share = 1 / combinations
    exact = combinations * comb(people, 1) * share * (1 - share) ** (people - 1)
    found = expected_alone(people, combinations_of([], {}))
    assert found == (1 if people == 1 else 0)
    assert isclose(expected_alone(people, Counter({share: combinations})), exact, abs_tol=1e-12)


def test_one_person_is_alone_and_many_alike_are_not(cohesion: Instrument) -> None:
    shares = combinations_of(demographics(cohesion, "long"), {})
    assert expected_alone(1, shares) == pytest.approx(1)
    few = [item for item in demographics(cohesion, "long") if item.name == "D2"]
    assert expected_alone(100_000, combinations_of(few, {})) < 1e-9


def test_shares_make_rare_answers_rarer(cohesion: Instrument) -> None:
    sex = [item for item in demographics(cohesion, "long") if item.name == "D2"]
    known = dict.fromkeys(sex[0].codes, 0.0) | {sex[0].codes[0]: 0.998, sex[0].codes[-1]: 0.002}
    found = combinations_of(sex, {"D2": known})
    assert sum(share * number for share, number in found.items()) == pytest.approx(1)
    assert expected_alone(1000, found) > expected_alone(1000, combinations_of(sex, {}))


def test_a_share_of_something_else_is_named(cohesion: Instrument) -> None:
    sex = [item for item in demographics(cohesion, "long") if item.name == "D2"]
    with pytest.raises(QuestionnaireError, match="'wman', which D2 does not offer"):
        combinations_of(sex, {"D2": {"wman": 0.5, "man": 0.5}})


def test_the_preview_names_items_combinations_and_places(cohesion: Instrument) -> None:
    places = [Place("P1", 5000), Place("P2", 60)]
    head, *lines = preview(cohesion, "long", places, ("D2", "D3"), {})
    first, second = (item for item in demographics(cohesion, "long") if item.name in {"D2", "D3"})
    assert f"{len(first.codes) * len(second.codes)} combinations" in head
    assert [line.split(":")[0].strip() for line in lines] == ["P1", "P2"]
    assert lines[0].endswith("about 0 of 5,000")


def test_an_instrument_without_demographics_singles_out_by_place_only() -> None:
    (line,) = preview(changed(), "long", [Place("P1", 10)], ("sex",), {})
    assert "only the place" in line


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", "code,population,name\nP1,5200,Upper\nP2,340,Lower\n"),
        ("a.toml", 'link="x"\n[[locality]]\ncode="P1"\npopulation=5200\n'
                   '[[locality]]\ncode="P2"\npopulation=340\n'),
        ("a.csv", "code,population,parent\nN,,\nP1,5200,N\nP2,340,N\n"),
        ("a.toml", '[[locality]]\ncode="N"\n'
                   '[[locality]]\ncode="P1"\npopulation=5200\nparent="N"\n'
                   '[[locality]]\ncode="P2"\npopulation=340\nparent="N"\n'),
    ],
)  # fmt: skip
def test_localities_are_read_from_a_table_or_a_round_file(
    tmp_path: Path, name: str, text: str
) -> None:
    (tmp_path / name).write_text(text)
    assert read_localities(tmp_path / name).places == (Place("P1", 5200), Place("P2", 340))


def test_breakdowns_and_shares_are_read_where_they_are_known(tmp_path: Path) -> None:
    file = tmp_path / "round.toml"
    file.write_text(
        'breakdowns = ["D2"]\n[shares]\nD2 = {woman = 0.5, man = 0.5}\n'
        '[[locality]]\ncode = "P1"\npopulation = 9\n'
    )
    found = read_localities(file)
    assert (found.breakdowns, found.shares) == (("D2",), {"D2": {"woman": 0.5, "man": 0.5}})


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.csv", "code,population\nP1,many\n,5\n", "'population' must be a whole number"),
        ("a.csv", "code\nP1\n", "'population' must be a whole number"),
        ("a.csv", "code,population\nP1,0\n", "'population' must be a whole number"),
        ("a.csv", "code,population\n,5\n", "row 1: missing-key"),
        ("a.csv", "", "lists no locality"),
        ("a.toml", "[[locality]", "cannot be read"),
        ("a.toml", "locality = 5", "lists no locality"),
        ("a.toml", 'shares = {D2 = 5}\n[[locality]]\ncode="P"\npopulation=1', "the share of each"),
    ],
)
def test_a_localities_file_with_a_mistake_is_named(
    tmp_path: Path, name: str, text: str, said: str
) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(QuestionnaireError, match=said) as caught:
        read_localities(tmp_path / name)
    assert isinstance(caught.value, InstrumentError) or name in str(caught.value)
