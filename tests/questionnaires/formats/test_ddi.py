"""A codebook is a DDI-Codebook 2.5, says all that was asked, and counts nobody unless told to.

The schema of the standard may not be copied here (its licence is the LGPL), so what it demands of
the elements that we write is said once more below: which children, in which order, how often.
``SIXFOLD_DDI_SCHEMA`` may name a copy of its ``codebook.xsd``, or the folder of one; then every
codebook is held against that as well, in each language and with a file of answers.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from xml.etree.ElementTree import Element, fromstring

import pytest
from lxml import etree

from questionnaires import Instrument, item_type, library_names, read_instrument
from questionnaires.formats import FormatError
from questionnaires.formats.ddi import Described, write
from questionnaires.logic import parse, render
from tests.questionnaires.types.asking import every_type

SPACE = "{ddi:codebook:2_5}"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
MANY = 10**6

#: By element: its children in their order, with the least and the most of each.
CHILDREN: dict[str, list[tuple[str, int, int]]] = {
    "codeBook": [
        ("docDscr", 0, MANY),
        ("stdyDscr", 1, MANY),
        ("fileDscr", 0, MANY),
        ("dataDscr", 0, MANY),
        ("otherMat", 0, MANY),
    ],
    "docDscr": [("citation", 0, 1), ("guide", 0, MANY), ("notes", 0, MANY)],
    "stdyDscr": [("citation", 1, MANY), ("stdyInfo", 0, MANY), ("notes", 0, MANY)],
    "citation": [("titlStmt", 1, 1), ("prodStmt", 0, 1), ("verStmt", 0, MANY)],
    "titlStmt": [("titl", 1, 1), ("parTitl", 0, MANY), ("IDNo", 0, MANY)],
    "prodStmt": [("software", 0, MANY)],
    "verStmt": [("version", 0, MANY)],
    "stdyInfo": [("abstract", 0, MANY), ("sumDscr", 0, MANY)],
    "sumDscr": [("anlyUnit", 0, MANY), ("universe", 0, MANY)],
    "fileDscr": [("fileTxt", 0, MANY)],
    "fileTxt": [("fileName", 0, 1), ("dimensns", 0, 1)],
    "dimensns": [("caseQnty", 0, MANY), ("varQnty", 0, MANY)],
    "dataDscr": [("varGrp", 0, MANY), ("var", 0, MANY), ("notes", 0, MANY)],
    "varGrp": [("labl", 0, MANY), ("txt", 0, MANY), ("concept", 0, MANY)],
    "var": [
        ("labl", 0, MANY),
        ("qstn", 0, MANY),
        ("valrng", 0, MANY),
        ("universe", 0, MANY),
        ("catgry", 0, MANY),
        ("codInstr", 0, MANY),
        ("concept", 0, MANY),
        ("notes", 0, MANY),
    ],
    "valrng": [("range", 1, MANY)],
    "catgry": [("catValu", 0, 1), ("labl", 0, MANY), ("catStat", 0, MANY)],
}
#: The parts of a question may stand in any order.
MIXED = {"qstn": {"preQTxt", "qstnLit", "postQTxt", "ivuInstr"}}
#: By element: its attributes besides ID and language, and their values where those are listed.
ATTRIBUTES: dict[str, dict[str, str]] = {
    "codeBook": {"version": "2.5"},
    "IDNo": {"agency": ".+"},
    "varGrp": {
        "type": "section|grid|repetition|subject|multipleResp",
        "name": ".+",
        "var": r"\S+( \S+)*",
    },
    "var": {
        "name": ".+",
        "files": r"\S+",
        "nature": "nominal|ordinal|interval|ratio|percent|other",
        "geog": "Y|N",
        "representationType": "text|numeric|code|datetime|other",
    },
    "qstn": {
        "responseDomainType": "text|numeric|code|category|datetime|geographic|multiple|other",
        "otherResponseDomainType": r"[\w.-]+",
    },
    "range": {"UNITS": "INT|REAL", "min": ".+", "max": ".+"},
    "catgry": {"missing": "Y|N", "missType": ".+"},
    "catStat": {"type": "freq|percent"},
    "notes": {"subject": ".+"},
}
#: What an ID may look like.
IDENTIFIER = re.compile(r"[A-Za-z_][\w.-]*")

#: The schema of the standard, or a folder that holds it; empty where there is none.
SCHEMA = os.environ.get("SIXFOLD_DDI_SCHEMA", "")

read = cache(read_instrument)


@cache
def schema_of_the_standard() -> etree.XMLSchema:
    file = Path(SCHEMA)
    return etree.XMLSchema(etree.parse(file / "codebook.xsd" if file.is_dir() else file))


def written_with_and_without_answers(found: Instrument) -> Iterator[bytes]:
    """Yield the codebooks of an instrument: in all languages and in each, and of a file."""
    columns = ["id", *(item.name for item in found.items), "weight"]
    counts = {item.name: dict.fromkeys(item.codes, 40) for item in found.items}
    answers = Described("answers.csv", columns, 120, {"weight": "Weight"}, counts)
    for language in (None, *found.languages):
        yield write(found, language)
        yield write(found, language, answers)


def root_of(written: bytes) -> Element:
    return fromstring(written)  # noqa: S314 - we wrote it ourselves


@cache
def codebook(name: str) -> Element:
    return root_of(write(instrument(name)))


def instrument(name: str) -> Instrument:
    return every_type() if name == "every_type" else read(name)


def tag(element: Element) -> str:
    assert element.tag.startswith(SPACE), element.tag
    return element.tag.removeprefix(SPACE)


def faults(element: Element) -> Iterator[str]:
    """Yield what the standard would not take."""
    name, children = tag(element), [tag(each) for each in element]
    model = CHILDREN.get(name, [])
    known = [child for child, _, _ in model]
    if name in MIXED:
        yield from (f"{each} in {name}" for each in children if each not in MIXED[name])
    else:
        yield from (f"{each} in {name}" for each in children if each not in known)
        places = [known.index(each) for each in children if each in known]
        if places != sorted(places):
            yield f"order in {name}: {children}"
    for child, least, most in model:
        if not least <= children.count(child) <= most:
            yield f"{children.count(child)} {child} in {name}"
    for key, value in element.attrib.items():
        allowed = ATTRIBUTES.get(name, {}).get(key)
        if key not in {"ID", LANGUAGE} and not (allowed and re.fullmatch(allowed, value)):
            yield f"{key}={value} in {name}"
    for each in element:
        yield from faults(each)


def said(element: Element, path: str, language: str) -> list[str]:
    steps = "/".join(f"{SPACE}{step}" for step in path.split("/"))
    found = element.findall(steps)
    return [each.text or "" for each in found if each.get(LANGUAGE) == language]


def variable(name: str, root: Element) -> Element:
    (found,) = [each for each in root.iter(f"{SPACE}var") if each.get("name") == name]
    return found


@pytest.mark.parametrize("name", ["every_type", *library_names()])
def test_every_codebook_is_as_the_standard_demands(name: str) -> None:
    root = codebook(name)
    assert [*faults(root)] == []
    ids = [each.get("ID", "") for each in root.iter() if each.get("ID")]
    assert len(ids) == len(set(ids))
    assert all(map(IDENTIFIER.fullmatch, ids))
    for group in root.iter(f"{SPACE}varGrp"):
        assert {*group.get("var", "").split()} <= {*ids}
    for written in written_with_and_without_answers(instrument(name)) if SCHEMA else ():
        schema_of_the_standard().assertValid(etree.fromstring(written))


@pytest.mark.parametrize("name", ["every_type", *library_names()])
def test_every_variable_says_what_was_asked_in_every_language(name: str) -> None:
    found, root = instrument(name), codebook(name)
    variables = {each.get("name", ""): each for each in root.iter(f"{SPACE}var")}
    assert [*variables] == [item.name for item in found.items]
    for item in found.items:
        kind = item_type(item.type)
        for language, text in found.texts.items() if kind.is_asked else ():
            asked = said(variables[item.name], "qstn/qstnLit", language)
            assert asked == [kind.question(item, text)]
            assert len(said(variables[item.name], "labl", language)) == 1


def test_turns_of_a_group_can_be_told_apart() -> None:
    labels = [
        said(variable(f"age_{turn}", codebook("every_type")), "labl", "en") for turn in (1, 2)
    ]
    assert labels == [["How old is this person? (1)"], ["How old is this person? (2)"]]


def test_codes_that_mean_no_answer_are_marked_as_missing() -> None:
    home = variable("home", codebook("every_type"))
    missing = {
        each.findtext(f"{SPACE}catValu"): each.get("missing", "N")
        for each in home.iter(f"{SPACE}catgry")
    }
    codes = dict.fromkeys("01234", "N")
    ways_out = dict.fromkeys(("na", "dk", "pnta", "skip", "not_shown", "invalid"), "Y")
    assert missing == codes | ways_out
    assert said(home, "catgry/labl", "en")[0] == "No difficulty"
    assert "لا ينطبق علينا" in said(home, "catgry/labl", "ar")


def test_who_was_asked_is_said_in_words_and_to_the_letter() -> None:
    root = codebook("community_profile")
    children = variable("children", root)
    assert said(children, "universe", "en") == ["Only if question household_size: not “1”"]
    notes = [each for each in children.findall(f"{SPACE}notes") if each.get("subject") == "ask_if"]
    assert [each.text for each in notes] == ["${household_size} != '1'"]
    for note in root.iter(f"{SPACE}notes"):
        if note.get("subject") == "ask_if":
            assert render(parse(note.text or "")) == note.text


def test_only_a_part_of_the_forms_is_named() -> None:
    cohesion = read("social_cohesion")
    root = codebook("social_cohesion")
    for item in cohesion.items:
        notes = variable(item.name, root).findall(f"{SPACE}notes")
        told = [each.text for each in notes if each.get("subject") == "forms"]
        assert told == ([] if len(item.forms) == 2 else ["long"])


def test_no_one_is_counted_unless_counts_are_given() -> None:
    columns = ("id", "D2", "T1", "weight")
    root = root_of(write(read("social_cohesion"), answers=Described("answers.csv", columns)))
    assert [*faults(root)] == []
    assert not [*root.iter(f"{SPACE}catStat")]
    assert not [*root.iter(f"{SPACE}caseQnty")]
    assert [each.get("name") for each in root.iter(f"{SPACE}var")] == [*columns]
    assert {each.get("files") for each in root.iter(f"{SPACE}var")} == {"F1"}


def test_given_counts_stand_at_their_codes() -> None:
    answers = Described(
        "answers.csv",
        ("T1", "weight"),
        cases=120,
        labels={"weight": "Weight of the response"},
        counts={"T1": {"1": 40, "5": 70, "dk": 10}},
    )
    root = root_of(write(read("social_cohesion"), "en", answers))
    assert [*faults(root)] == []
    counted = {
        each.findtext(f"{SPACE}catValu"): each.findtext(f"{SPACE}catStat")
        for each in variable("T1", root).iter(f"{SPACE}catgry")
    }
    assert {code: count for code, count in counted.items() if count} == {
        "1": "40",
        "5": "70",
        "dk": "10",
    }
    assert root.findtext(f".//{SPACE}caseQnty") == "120"
    assert variable("weight", root).findtext(f"{SPACE}labl") == "Weight of the response"


def test_one_language_may_be_chosen() -> None:
    root = root_of(write(read("social_cohesion"), "ar"))
    assert {each.get(LANGUAGE) for each in root.iter() if each.get(LANGUAGE)} == {"ar"}
    with pytest.raises(FormatError, match="no language 'xx'"):
        write(read("social_cohesion"), "xx")


def test_same_instrument_same_bytes_and_nothing_that_changes() -> None:
    first, again = write(read("observation")), write(read_instrument("observation"))
    assert first == again
    assert str(Path.cwd()).encode() not in first


def test_words_that_xml_cannot_hold_do_not_break_it() -> None:
    strange = Described("answers.csv", ("x",), labels={"x": "a <tag> & a bell \a"})
    root = root_of(write(read("observation"), "en", strange))
    assert (
        variable("x", root).findtext(f"{SPACE}labl") == "a <tag> & a bell \N{REPLACEMENT CHARACTER}"
    )
