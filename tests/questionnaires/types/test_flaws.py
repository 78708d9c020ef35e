"""What a person may write wrongly of a type: one problem each, with its place and its remedy."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from questionnaires import InstrumentError, read_instrument
from tests.questionnaires.types.asking import FOLDER

#: What stands in the file, what stands there instead, the item, the code, part of the remedy.
FLAWS = {
    "a key of another type": ("maximum = 50", "top = 3", "voters", "needless-key", "ranking"),
    "a grid without rows": (
        '[[item.row]]\ncode = "clinic"\n\n[[item.row]]\ncode = "bus"\n',
        "",
        "works",
        "no-rows",
        "[[item.row]]",
    ),
    "a row twice": (
        'code = "bus"\n\n[[item]]\nname = "first"',
        'code = "clinic"\n\n[[item]]\nname = "first"',
        "works",
        "duplicate-code",
        "'clinic'",
    ),
    "more ranks than choices": ("top = 3", "top = 5", "first", "bad-length", "lower it"),
    "a negative rank": ("top = 3", "top = -1", "first", "wrong-type", "'top'"),
    "a number with a date": (
        "maximum = 50",
        'maximum = "2030-01"',
        "voters",
        "bad-end",
        "whole numbers",
    ),
    "an end below the other": (
        "minimum = 0\nmaximum = 30",
        "minimum = 40\nmaximum = 30",
        "size",
        "bad-end",
        "swap",
    ),
    "a date with a number": (
        'minimum = "2015-01"',
        "minimum = 2015",
        "since",
        "bad-end",
        '"2015-01"',
    ),
    "a date of another precision": (
        'minimum = "2015-01"',
        'minimum = "2015"',
        "since",
        "bad-end",
        '"2015-01"',
    ),
    "dates the wrong way round": (
        'minimum = "2015-01"',
        'minimum = "2031-01"',
        "since",
        "bad-end",
        "swap",
    ),
    "an unknown precision": (
        'precision = "year"',
        'precision = "hour"',
        "begins",
        "wrong-type",
        '"month"',
    ),
    "votes without voters": ('voters = "voters"\n', "", "tokens", "no-voters", "'voters'"),
    "votes of people nobody counted": (
        'voters = "voters"\n',
        'voters = "people"\n',
        "tokens",
        "unknown-voters",
        "'people'",
    ),
    "votes of people counted later": (
        'name = "tokens"\nsection = "meeting"',
        'name = "tokens"\nsection = "private"',
        "tokens",
        "unknown-voters",
        "earlier",
    ),
    "no sensitive statement": (
        'code = "paid"\nsensitive = true',
        'code = "paid"',
        "did",
        "no-sensitive",
        "sensitive = true",
    ),
    "a sensitive choice elsewhere": (
        'code = "radio"',
        'code = "radio"\nsensitive = true',
        "heard",
        "needless-key",
        "list experiment",
    ),
    "a prevalence of one half": ("known = 0.25", "known = 0.5", "paid", "bad-known", "0.5"),
    "a prevalence above one": ("known = 0.25", "known = 25", "paid", "wrong-type", "'known'"),
    "a group that is not there": (
        'section = "household"\ngroup = "person"\ntype = "number"',
        'section = "household"\ngroup = "people"\ntype = "number"',
        "age",
        "unknown-group",
        "person",
    ),
    "a group in another section": (
        '[[group]]\nname = "idea"\nsection = "meeting"',
        '[[group]]\nname = "idea"\nsection = "order"',
        "step",
        "torn-group",
        "'order'",
    ),
    "a group that nobody counts": (
        'count = "size"',
        'count = "people"',
        "person",
        "unknown-count",
        "'people'",
    ),
    "a group counted by words": (
        'count = "size"',
        'count = "agrees"',
        "person",
        "unknown-count",
        "number item",
    ),
    "too many turns": ("maximum = 3\ncount", "maximum = 500\ncount", "person", "wrong-type", "50"),
    "a place of three levels": ("levels = 2", "levels = 3", "lives", "wrong-type", "'levels'"),
    "an unknown audience": (
        'unit = "household"',
        'audience = "everybody"',
        "",
        "wrong-type",
        '"staff"',
    ),
    "a row that is off without a reason": (
        'enabled = false\nreason = "It can expose people."',
        "enabled = false",
        "needs",
        "no-reason",
        "'status'",
    ),
    "a scale in a number": (
        'name = "voters"\nsection = "meeting"\ntype = "number"',
        'name = "voters"\nsection = "meeting"\ntype = "number"\nscale = "SEV5"',
        "voters",
        "needless-choices",
        "drop them",
    ),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a copy of the instrument that asks every type."""
    return shutil.copytree(FOLDER, tmp_path / "every_type")


def found(folder: Path, file: str, old: str, new: str) -> list[tuple[str, str, str, str]]:
    """Return the problems after `old`, which stands once in a file, became `new`."""
    before = (folder / file).read_text(encoding="utf-8")
    assert before.count(old) == 1
    (folder / file).write_text(before.replace(old, new), encoding="utf-8")
    with pytest.raises(InstrumentError) as caught:
        read_instrument(folder)
    return [(each.file, each.item, each.code, each.remedy) for each in caught.value.problems]


@pytest.mark.parametrize("flaw", FLAWS.values(), ids=list(FLAWS))
def test_a_flaw_is_named_with_its_place_and_remedy(
    folder: Path, flaw: tuple[str, str, str, str, str]
) -> None:
    old, new, item, code, remedy = flaw
    problems = {each[:3]: each[3] for each in found(folder, "instrument.toml", old, new)}
    assert remedy in problems["instrument.toml", item, code]


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ('water = "water?"', "row.needs.water"),
        ('known = "My mother was born in January, February or March."', "row.paid.known"),
        ('rank = "Give each rank', "answer.rank"),
        ('no_names = "Please', "answer.no_names"),
        ('exclusive = "This', "answer.exclusive"),
        ('size = "At least one', "constraint.size"),
        ('person.title = "Person"', "group.person.title"),
        ('idea.another = "There is another idea"', "group.idea.another"),
        ('na = "Does not apply to us"', "answer.na"),
        ('same = "The same: yes', "choice.paid.same"),
        ('home = "How hard was it, since', "variant.displacement.item.home"),
    ],
)
def test_words_that_a_type_needs_are_missed(folder: Path, line: str, key: str) -> None:
    problems = found(folder, "text/en.toml", f"\n{line}", f"\n# {line}")
    assert [(file, item, code) for file, item, code, _ in problems] == [
        ("text/en.toml", key, "missing-words")
    ]


def test_boxes_of_one_name_are_told_apart(folder: Path) -> None:
    other = '[[item]]\nname = "first_2"\nsection = "order"\ntype = "number"\n\n'
    problems = found(
        folder, "instrument.toml", '[[item]]\nname = "weighs"', other + '[[item]]\nname = "weighs"'
    )
    assert ("instrument.toml", "first_2", "duplicate-field") in [each[:3] for each in problems]


def test_staff_are_told_what_not_to_write_instead_of_asked_to_consent(folder: Path) -> None:
    problems = found(folder, "instrument.toml", 'unit = "household"', 'audience = "staff"')
    missing = {item for _, item, code, _ in problems if code == "missing-words"}
    left_over = {item for _, item, code, _ in problems if code == "unknown-words"}
    assert missing == {"record.title", "record.about", "record.care"}
    assert {"consent.title", "consent.minutes.long"} <= left_over
