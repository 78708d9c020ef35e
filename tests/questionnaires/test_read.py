"""Reading instruments: every problem named with its place and remedy, and raised once."""

from __future__ import annotations

import json
import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from questionnaires import (
    Instrument,
    InstrumentError,
    Item,
    Problem,
    library_names,
    read_instrument,
    thaw_instrument,
)
from questionnaires.build import build_instrument

HERE = Path(__file__).parent
FLAWS = tomllib.loads((HERE / "flaws.toml").read_text(encoding="utf-8"))

Way = tuple[str | int, ...]


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """Return the folder of a small instrument without a flaw."""
    return shutil.copytree(HERE / "tiny", tmp_path / "tiny")


def change(path: Path, old: str, new: str) -> None:
    """Replace `old`, which stands in the file once, by `new`."""
    before = path.read_text(encoding="utf-8")
    assert before.count(old) == 1
    path.write_text(before.replace(old, new), encoding="utf-8")


def problems(source: str | Path) -> tuple[Problem, ...]:
    with pytest.raises(InstrumentError) as caught:
        read_instrument(source)
    return caught.value.problems


def places(source: str | Path) -> list[tuple[str, str, str]]:
    return [(problem.file, problem.item, problem.code) for problem in problems(source)]


def test_the_tiny_instrument_has_no_flaw(tiny: Path) -> None:
    assert [item.name for item in read_instrument(tiny).items] == ["D1", "D2", "T1", "T2"]


@pytest.mark.parametrize("flaw", FLAWS.values(), ids=list(FLAWS))
def test_a_flaw_is_named_once_with_its_place(tiny: Path, flaw: dict[str, str]) -> None:
    change(tiny / flaw["file"], flaw["old"], flaw["new"])
    assert places(tiny) == [(flaw["file"], flaw["item"], flaw["code"])]


@pytest.mark.parametrize("flaw", FLAWS.values(), ids=list(FLAWS))
def test_a_remedy_names_what_to_mend(tiny: Path, flaw: dict[str, str]) -> None:
    change(tiny / flaw["file"], flaw["old"], flaw["new"])
    assert flaw["remedy"] in problems(tiny)[0].remedy


def test_a_problem_reads_as_file_item_code_and_remedy() -> None:
    problem = Problem("instrument.toml", "T2", "unknown-scale", "choose from: HOW3")
    assert str(problem) == "instrument.toml:T2: unknown-scale: choose from: HOW3"


def test_all_problems_are_raised_at_once(tiny: Path) -> None:
    change(tiny / "instrument.toml", '"single"', '"slider"')
    change(tiny / "text/en.toml", 'T2 = "How much do they trust you?"', "")
    (tiny / "text/fr.toml").write_bytes(b"name = '\xff'")
    assert places(tiny) == [
        ("instrument.toml", "D2", "unknown-type"),
        ("text/en.toml", "item.T2", "missing-words"),
        ("text/fr.toml", "", "not-utf8"),
    ]


def test_the_message_holds_every_problem_on_a_line_of_its_own(tiny: Path) -> None:
    change(tiny / "instrument.toml", '"single"', '"slider"')
    change(tiny / "text/en.toml", 'T2 = "How much do they trust you?"', "")
    with pytest.raises(InstrumentError) as caught:
        read_instrument(tiny)
    assert str(caught.value).splitlines() == [str(each) for each in caught.value.problems]


@pytest.mark.parametrize("file", ["instrument.toml", "text/en.toml"])
def test_a_file_that_is_not_utf8_is_named(tiny: Path, file: str) -> None:
    (tiny / file).write_bytes('name = "naïve"'.encode("latin-1"))
    assert places(tiny) == [(file, "", "not-utf8")]


@pytest.mark.parametrize("file", ["instrument.toml", "text/en.toml"])
def test_a_missing_file_is_named(tiny: Path, file: str) -> None:
    (tiny / file).unlink()
    assert places(tiny) == [(file, "", "missing-file")]


@pytest.mark.parametrize("file", ["instrument.toml", "text/en.toml"])
def test_a_folder_in_place_of_a_file_is_named(tiny: Path, file: str) -> None:
    (tiny / file).unlink()
    (tiny / file).mkdir()
    assert places(tiny) == [(file, "", "unreadable-file")]


@pytest.mark.parametrize("file", ["instrument.toml", "text/en.toml"])
def test_an_empty_file_lacks_its_keys(tiny: Path, file: str) -> None:
    (tiny / file).write_text("", encoding="utf-8")
    assert (file, "", "missing-key") in places(tiny)


def test_a_language_without_a_file_is_named(tiny: Path) -> None:
    change(tiny / "instrument.toml", '["fr", "en"]', '["fr", "en", "sq"]')
    assert places(tiny) == [("text/sq.toml", "", "missing-file")]


def test_a_language_that_is_not_listed_is_not_offered(tiny: Path) -> None:
    change(tiny / "instrument.toml", '["fr", "en"]', '["en"]')
    assert read_instrument(tiny).languages == ("en",)


def test_a_missing_language_may_be_taken_off_the_list(tiny: Path) -> None:
    (tiny / "text/fr.toml").unlink()
    assert "`languages`" in problems(tiny)[0].remedy


def test_an_unknown_name_of_the_library_is_said_to_be_unknown() -> None:
    (problem,) = problems("social_cohesian")
    assert "social_cohesian" in problem.remedy
    assert "`languages`" not in problem.remedy


def test_a_byte_order_mark_does_no_harm(tiny: Path) -> None:
    before = read_instrument(tiny)
    words = (tiny / "text/en.toml").read_text(encoding="utf-8")
    (tiny / "text/en.toml").write_text(words, encoding="utf-8-sig")
    assert read_instrument(tiny).sha256 == before.sha256


@pytest.mark.parametrize("name", library_names())
def test_every_instrument_of_the_library_has_the_name_of_its_folder(name: str) -> None:
    assert read_instrument(name).name == name


def test_the_library_holds_the_social_cohesion_questionnaire() -> None:
    assert "social_cohesion" in library_names()


# What is off


def switched_off(instrument: Instrument, item: Item) -> Instrument:
    document = json.loads(instrument.canonical)
    row = next(row for row in document["instrument"]["item"] if row["name"] == item.name)
    row.update(enabled=False, reason="Local law.")
    return build_instrument(document)


def test_what_is_off_is_not_asked(tiny: Path) -> None:
    instrument = read_instrument(tiny)
    assert "D3" not in {item.name for item in instrument.items}
    assert instrument.item("D2").codes == ("town", "village")


def test_any_item_can_be_switched_off_without_touching_the_words(cohesion: Instrument) -> None:
    for item in cohesion.items:
        left = [each.name for each in switched_off(cohesion, item).items]
        assert left == [each.name for each in cohesion.items if each.name != item.name]


def test_a_facet_may_have_a_meaning(tiny: Path) -> None:
    change(tiny / "text/en.toml", "TRH.name", 'TRH.meaning = "Near people."\nTRH.name')
    assert read_instrument(tiny).texts["en"]["dimension.TRH.meaning"] == "Near people."


# The frozen copy


def test_a_frozen_copy_is_the_instrument(cohesion: Instrument) -> None:
    thawed = thaw_instrument(cohesion.canonical)
    assert thawed == cohesion
    assert thawed.sha256 == cohesion.sha256


def test_a_frozen_copy_keeps_the_order_of_languages(tiny: Path) -> None:
    thawed = thaw_instrument(read_instrument(tiny).canonical)
    assert thawed.languages == ("fr", "en")


def test_canonical_json_does_not_depend_on_the_order_of_keys(tiny: Path) -> None:
    before = read_instrument(tiny).canonical
    change(tiny / "instrument.toml", 'name = "tiny"\nversion = "1.0"', 'version = "1.0"')
    change(tiny / "instrument.toml", "[[scale]]", 'name = "tiny"\n[[scale]]')
    assert read_instrument(tiny).canonical == before


def test_canonical_json_does_not_depend_on_comments(tiny: Path) -> None:
    before = read_instrument(tiny).sha256
    change(tiny / "text/fr.toml", "[answer]", "# Said on every page.\n\n[answer]")
    assert read_instrument(tiny).sha256 == before


def test_one_changed_word_changes_the_fingerprint(tiny: Path) -> None:
    before = read_instrument(tiny).sha256
    change(tiny / "text/fr.toml", "Two minutes.", "Three minutes.")
    assert read_instrument(tiny).sha256 != before


def test_the_order_of_items_belongs_to_the_instrument(cohesion: Instrument) -> None:
    document = json.loads(cohesion.canonical)
    document["instrument"]["item"].reverse()
    assert build_instrument(document).sha256 != cohesion.sha256


# Looking things up


def test_an_item_is_found_by_its_name(cohesion: Instrument) -> None:
    assert cohesion.item("T4").name == "T4"
    with pytest.raises(KeyError):
        cohesion.item("T9")


def test_a_dimension_is_found_by_its_name(cohesion: Instrument) -> None:
    assert cohesion.dimension("BE").items == ("B1", "B2", "B3", "B4", "B5", "B6")
    with pytest.raises(KeyError):
        cohesion.dimension("overall")


# Documents of any shape

NOTHING = object()
WRONG: list[Any] = [NOTHING, None, True, 0, -1.5, "", "ø", "dk", [], [[]], ["x"], [1], [{}], {}]
WRONG += [{"x": "y"}, {"name": 1}, [{"code": []}]]

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["name", "code", "x"]), inner, max_size=3)
    ),
    max_leaves=5,
)


def ways(node: object, way: Way = ()) -> Iterator[Way]:
    """Yield the way to every table, list and leaf below `node`."""
    children = node.items() if isinstance(node, dict) else ()
    rows = enumerate(node) if isinstance(node, list) else ()
    for key, child in (*children, *rows):
        yield (*way, key)
        yield from ways(child, (*way, key))


def changed(frozen: str, way: Way, value: object) -> dict[str, Any]:
    """Return a document in which `value` stands at the end of `way`, or nothing does."""
    document: dict[str, Any] = json.loads(frozen)
    *before, last = way
    node: Any = document
    for key in before:
        node = node[key]
    if value is NOTHING:
        del node[last]
    else:
        node[last] = value
    return document


def builds_or_names_problems(document: dict[str, Any]) -> bool:
    """Build `document`; what builds can be frozen, and what does not names its problems."""
    try:
        instrument = build_instrument(document)
    except InstrumentError as error:
        return bool(error.problems)
    return thaw_instrument(instrument.canonical) == instrument


def canonical(name: str | Path) -> str:
    return read_instrument(name).canonical


TINY = canonical(HERE / "tiny")
COHESION = canonical("social_cohesion")
STRUCTURE = st.sampled_from([way for way in ways(json.loads(COHESION)) if way[0] != "text"])
WORDING = st.sampled_from([way for way in ways(json.loads(COHESION)) if way[0] == "text"])


@pytest.mark.parametrize(
    "value", WRONG, ids=lambda value: "nothing" if value is NOTHING else repr(value)
)
def test_whatever_stands_anywhere_builds_or_names_its_problems(value: object) -> None:
    for way in ways(json.loads(TINY)):
        assert builds_or_names_problems(changed(TINY, way, value)), way


@pytest.mark.parametrize("value", WRONG[1:], ids=repr)
def test_a_document_of_another_kind_names_its_problems(value: object) -> None:
    with pytest.raises(InstrumentError) as caught:
        thaw_instrument(json.dumps(value))
    assert caught.value.problems


@settings(deadline=None, max_examples=250)
@given(way=STRUCTURE | WORDING, value=json_values | st.just(NOTHING))
def test_a_random_change_builds_or_names_its_problems(way: Way, value: object) -> None:
    assert builds_or_names_problems(changed(COHESION, way, value))


def test_no_instrument_can_declare_one_number_above_its_dimensions() -> None:
    document = json.loads(read_instrument("social_cohesion").canonical)
    index = {"name": "X", "rule": "composite", "role": "dimension", "parts": ["BE", "SI", "CE"]}
    document["instrument"]["dimension"].append(index)
    with pytest.raises(InstrumentError) as error:
        build_instrument(document)
    assert "no-index" in {problem.code for problem in error.value.problems}
