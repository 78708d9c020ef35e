"""The figures of a release depend on the answers, and on nothing else."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from analysis.disclosure import Cell, Chapter, Raked, Release, Row, Statistic, Topic
from analysis.report.blocks import Sentence
from analysis.report.compose import compose
from analysis.simulate import Simulation, simulate
from analysis.weighting import Known, Scheme
from questionnaires import read_instrument
from survey.errors import ReleaseError
from survey.models import Place, Wave
from survey.models import Release as Stored
from survey.operations.figures import release_of
from survey.operations.gains import small_gains
from survey.operations.opening import OpenedResponse
from survey.operations.release_material import (
    Earlier,
    Material,
    Record,
    SignOff,
    Weighed,
    digest,
    in_order,
)
from survey.operations.round_files import read_round

SIGNED = SignOff("M. Example", "researcher", date(2026, 4, 20))


@pytest.fixture(scope="module")
def simulation() -> Simulation:
    return simulate(read_instrument("social_cohesion"), 5, 120, languages=("en",))


def responses(simulation: Simulation, number: int) -> list[OpenedResponse]:
    return [
        OpenedResponse(r.answers, r.language, r.mode, r.stratum, r.psu, r.weight)
        for r in simulation.rows(number)
    ]


@pytest.mark.parametrize(
    "answers",
    [
        {},
        {"T2": "1", "T10": "%s", "T1": "pnta"},
        {"b": 'a "quoted" word', "a": "1"},
        {"a": "\\", "b%": "ä", "c": "\n", "d": "\x7f"},
        {"a": ",", "b": ":"},
    ],
    ids=["nothing", "codes", "quotes", "escapes", "marks"],
)
def test_what_a_response_says_is_its_json_sorted_by_name(answers: dict[str, str]) -> None:
    found = OpenedResponse(answers, "en", "self", "north", None, 1_500_000).content
    ordered = dict(sorted(answers.items()))
    assert found == json.dumps([ordered, 1_500_000, "north", None, "en", "self"])


def wave(simulation: Simulation, number: int, form: str = "long") -> Wave:
    return Wave(
        link=f"round-{number}",
        form=form,
        sampling="probability",
        languages=["en"],
        breakdowns=["D2"],
        facts={"en": {"title": "Living together", "contact": "", "next_steps": ""}},
        opens_on=date(2024 + number, 3, 1),
        closes_on=date(2024 + number, 3, 28),
        instrument_sha256=simulation.instrument.sha256,
        instrument_json=simulation.instrument.canonical,
    )


def material(
    simulation: Simulation, given: Sequence[OpenedResponse], earlier: Earlier | None = None
) -> Material:
    places = tuple(
        Place(code=each.code, names=dict(each.names), stratum=each.code)
        for each in simulation.localities
    )
    return Material(wave(simulation, 2), places, in_order(given), earlier)


def codes(asked: Material) -> frozenset[str]:
    return frozenset(each.code for each in asked.places)


@pytest.fixture(scope="module")
def first(simulation: Simulation) -> Earlier:
    given = in_order(responses(simulation, 1))
    asked = replace(material(simulation, given), wave=wave(simulation, 1))
    return Earlier(asked.wave, codes(asked), given, release_of(asked, SIGNED))


@pytest.fixture(scope="module")
def made(simulation: Simulation) -> Release:
    return release_of(material(simulation, responses(simulation, 2)), SIGNED)


def test_a_release_made_again_is_the_same_but_for_its_sign_off(
    simulation: Simulation, made: Release
) -> None:
    other = SignOff("N. Example", "owner", date(2026, 5, 2))
    again = release_of(material(simulation, responses(simulation, 2)[::-1]), other)
    one, two = (json.loads(each.to_json()) for each in (made, again))
    for name in ("made_on", "signed_by", "signed_role"):
        assert one["facts"].pop(name) != two["facts"].pop(name)
    assert one == two


def test_the_round_before_gives_change(simulation: Simulation, first: Earlier) -> None:
    found = release_of(material(simulation, responses(simulation, 2), first), SIGNED)
    cell = found.programme.cell("change.TR")
    assert cell.before == first.published.programme.cell("TR").mean
    assert found.facts.previous == "round-1"
    assert found.facts.previous_sha256


def asked_in(asked: Material, renamed: Mapping[str, str]) -> Material:
    """Return a round that asked in some places only, under new codes."""
    places = tuple(
        Place(code=renamed[each.code], names=each.names, stratum=each.stratum)
        for each in asked.places
        if each.code in renamed
    )
    kept = [
        replace(each, answers={**each.answers, "D1": renamed[each.answers["D1"]]})
        for each in asked.responses
        if each.answers["D1"] in renamed
    ]
    return replace(asked, places=places, responses=in_order(kept))


@pytest.mark.parametrize(
    ("before", "now"),
    [("ABC", "AB"), ("AB", "ABC"), ("ABC", "ABD"), ("AB", "CD"), ("AB", "A"), ("A", "AB")],
    ids=["dropped", "added", "recoded", "all recoded", "one is left", "one was there"],
)
def test_other_places_are_no_change_of_everyone(
    simulation: Simulation, first: Earlier, before: str, now: str
) -> None:
    known = [each.code for each in simulation.localities]
    then = replace(material(simulation, first.responses), wave=first.wave)
    then = asked_in(then, dict(zip(known, before, strict=False)))
    published = release_of(then, SIGNED)
    earlier = Earlier(first.wave, codes(then), then.responses, published)
    asked = material(simulation, responses(simulation, 2), earlier)
    asked = asked_in(asked, dict(zip(known, now, strict=False)))
    asked.wave.facts = {"en": {**asked.wave.facts["en"], "comparison": [now[0]]}}
    found = release_of(asked, SIGNED)
    changes = [each for each in found.programme.cells if "change" in each.dimension]
    assert {item for each in changes for item, _ in each.domain or (("all", ""),)} <= {"D1"}
    # Where a round asked in one place alone, its numbers are those of everyone.
    told = {*before} & {*now} if min(len(before), len(now)) > 1 else set()
    assert {each.domain for each in changes if not each.withheld} == {
        (("D1", code),) for code in told
    }
    said = [each for each in compose(found, "en", "programme").blocks if isinstance(each, Sentence)]
    assert any("did not ask in the same places" in each.text for each in said)


def test_a_round_before_that_was_weighed_is_compared_as_it_was_published(
    simulation: Simulation, first: Earlier
) -> None:
    known = Known("D2", {"woman": 80, "man": 20}, {"woman": "woman", "man": "man"})
    before, now = (Weighed(number, Scheme((known,), cap=9)) for number in (3, 1))
    # Ten people with unequal weights count for fewer, so no place of ten is shown.
    asked = replace(material(simulation, first.responses), wave=first.wave, smallest=15)
    published = release_of(replace(asked, weighed=before), SIGNED)
    assert published.facts.raked == Raked(("D2",), 3, 9)
    assert published.programme.cell("TR").mean != first.published.programme.cell("TR").mean
    earlier = Earlier(first.wave, first.places, first.responses, published, before)
    later = replace(asked, wave=wave(simulation, 2), earlier=earlier, weighed=now)
    found = release_of(replace(later, responses=in_order(responses(simulation, 2))), SIGNED)
    change, score = found.programme.cell("change.TR"), found.programme.cell("TR")
    assert change.before == published.programme.cell("TR").mean
    parts = [each for each in (change.before, change.mean, score.mean) if each is not None]
    assert len(parts) == 3
    assert parts[0] + parts[1] == pytest.approx(parts[2], abs=1)  # all are rounded


@pytest.mark.parametrize("unlike", ["form", "answers"])
def test_a_round_before_that_cannot_be_compared_gives_none(
    simulation: Simulation, first: Earlier, unlike: str
) -> None:
    other = {"form": {"wave": wave(simulation, 1, "short")}, "answers": {"responses": ()}}
    earlier = replace(first, **other[unlike])  # type: ignore[arg-type]
    found = release_of(material(simulation, responses(simulation, 2), earlier), SIGNED)
    assert found.outline.topic("change") is None
    assert found.facts.previous == "round-1"
    assert not found.facts.previous_sha256


def test_a_release_says_whether_answers_count_alike(simulation: Simulation, made: Release) -> None:
    alike = [replace(each, weight=1_000_000) for each in responses(simulation, 2)]
    found = release_of(material(simulation, alike), SIGNED)
    assert (made.facts.weighting, found.facts.weighting) == ("given", "equal")


def test_places_of_comparison_are_named_in_the_round_file(tmp_path: Path) -> None:
    guide = Path(__file__).parents[2] / "docs" / "guide" / "researcher.md"
    example = guide.read_text().split("```toml\n")[1].split("```")[0]
    assert 'code = "' in example
    code = example.split('code = "')[1].split('"')[0]
    (tmp_path / "round.toml").write_text(
        example.replace("comparison = []", f'comparison = ["{code}"]')
    )
    assert read_round(tmp_path / "round.toml")[1].facts["en"]["comparison"] == [code]


def shown_before(made: Release) -> Stored:
    return Stored(document=made.to_json(), through_batch=0)


def test_numbers_of_other_tables_than_the_scores_gain_too_few_people_as_well(
    simulation: Simulation, made: Release
) -> None:
    old = responses(simulation, 2)
    silent = [replace(each, batch=1) for each in responses(simulation, 1)[:40]]
    silent = [replace(e, answers={**e.answers, "C1": "pnta"}) for e in silent]
    silent[:3] = [replace(e, answers={**e.answers, "C1": "0"}) for e in silent[:3]]
    found = small_gains(
        wave(simulation, 2),
        [shown_before(made)],
        [*old, *silent],
        smallest=10,
        is_correction=False,
    )
    assert ("acts.C1", ()) in found
    assert ("acts.C2", ()) not in found


def test_answers_that_no_number_rests_on_are_new_all_the_same(
    simulation: Simulation, made: Release
) -> None:
    old, asked = responses(simulation, 2), wave(simulation, 2)
    empty = [OpenedResponse({"D1": "pnta"}, "en", "self", "", None, 1, batch=1)]
    before = [shown_before(made)]
    with pytest.raises(ReleaseError, match="nothing new"):
        small_gains(asked, before, old, smallest=10, is_correction=False)
    at_hand = [*old, *(replace(each, stratum=old[0].stratum, psu=old[0].psu) for each in empty)]
    assert small_gains(asked, before, at_hand, smallest=10, is_correction=False) <= {
        (cell.dimension, cell.domain) for cell in made.programme.cells
    }


@pytest.mark.parametrize("link", ["talks", "key_informant"])
@pytest.mark.parametrize(("now", "is_small"), [(20, False), (21, True), (32, True), (33, False)])
def test_a_source_that_grew_by_a_few_is_a_small_gain(
    simulation: Simulation, made: Release, now: int, link: str, *, is_small: bool
) -> None:
    given = [
        OpenedResponse({"place": "P1", "gaps": "water"}, "en", "staff", "", None, 1_000_000)
        for _ in range(33)
    ]
    topic = Topic(
        "key_informant", Chapter.SOURCES, Statistic.SHARE, (Row("water", ("gaps",), ("water",)),)
    )
    cells = (*made.programme.cells, Cell("key_informant.water", (), n=20, share=">95"))
    before = replace(
        made,
        facts=replace(made.facts, sources={"talks": digest(given[:20])}),
        outline=replace(made.outline, topics=(*made.outline.topics, topic)),
        programme=replace(made.programme, cells=cells),
    )
    instrument = read_instrument("key_informant")
    found = small_gains(
        wave(simulation, 2),
        [shown_before(before)],
        responses(simulation, 2),
        [Record(link, instrument, tuple(given[:now]))],
        smallest=10,
        is_correction=True,
    )
    assert (("key_informant.water", ()) in found) is is_small
