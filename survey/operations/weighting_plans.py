"""Read what a team knows of its population, from a form or a file, and say what is wrong with it.

Nothing here needs a number of an answer: `weightings` counts them, `weighing` weighs them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import inf, nan
from typing import Any

from sqlalchemy.orm import Session

from survey.errors import RefusedError
from survey.messages import _
from survey.models import Wave
from survey.operations.csv_tables import Misrow, read_table
from survey.operations.draft_documents import places_of
from survey.operations.drafts import draft_of_round
from survey.operations.gaps import Gap
from survey.operations.small_counts import FEWEST
from survey.operations.wave_plans import breakdowns_of
from survey.operations.waves import fielded_instrument, localities_of, place_item

PEOPLE, PERCENT = "people", "percent"
#: The columns of a file.
COLUMNS = ("item", "code", "population")
#: Margins whose sums differ by less than this share differ by rounding, or by a late count.
_ROUNDING = 0.01
#: Rows of a file that are looked at.
_MOST = 5_000
_LARGEST = 1e10
#: A point before three digits is a sign between thousands for some and a decimal one for others.
_DOUBTFUL = re.compile(r"^\d{1,3}(\.\d{3})+(,|$)|_")


@dataclass(frozen=True)
class Offered:
    """An item that weights can agree with: its name, its words, and those of each code."""

    name: str
    words: str
    codes: Mapping[str, str]


@dataclass(frozen=True)
class Typed:
    """A form as it was filled in: by item and code what was written, and what it counts with."""

    unit: str = PEOPLE
    cap: str = ""
    people: Mapping[tuple[str, str], str] = field(default_factory=dict)
    joined: Mapping[tuple[str, str], str] = field(default_factory=dict)


@dataclass(frozen=True)
class Margins:
    """What was read of a form: its margins as they are stored, the cap, and what is wrong."""

    margins: list[dict[str, Any]]
    cap: float | None
    problems: list[Gap]


def offered_items(session: Session, wave: Wave, language: str) -> list[Offered]:
    """Return the items that weights can agree with: the place, and whatever results show."""
    instrument = fielded_instrument(wave)
    text = instrument.texts[language if language in instrument.texts else wave.languages[0]]
    place = place_item(instrument)
    names = {each.code: each.name(language) for each in localities_of(session, wave)}
    found = [Offered(place.name, text.get(f"domain.{place.name}") or place.name, names)]
    for name in breakdowns_of(instrument, wave.form):
        item = instrument.item(name)
        codes = {code: text.get(f"choice.{item.words}.{code}") or code for code in item.codes}
        found.append(Offered(name, text.get(f"domain.{name}") or name, codes))
    return found


def typed_of(form: Mapping[str, str], offered: Sequence[Offered]) -> Typed:
    """Return what was typed into the fields of the page."""
    pairs = [(each.name, code) for each in offered for code in each.codes]
    return Typed(
        PERCENT if form.get("unit") == PERCENT else PEOPLE,
        form.get("cap", "").strip(),
        {pair: form.get("people-{}-{}".format(*pair), "").strip() for pair in pairs},
        {pair: form.get("with-{}-{}".format(*pair), "") for pair in pairs},
    )


def stored(unit: str, cap: float | None, margins: Sequence[Mapping[str, Any]]) -> Typed:
    """Return a stored version as it would be typed."""
    rows = [(margin["item"], row) for margin in margins for row in margin["rows"]]
    return Typed(
        unit,
        "" if cap is None else f"{cap:g}",
        {
            (item, row["code"]): "" if row["people"] is None else f"{row['people']:.10g}"
            for item, row in rows
        },
        {(item, row["code"]): row["with"] for item, row in rows},
    )


def of_localities(session: Session, wave: Wave, offered: Sequence[Offered]) -> Typed:
    """Return what the localities of the round say of its population, for a person to look at.

    Women, men and ages are counted in the file that the draft was planned with; they fill in the
    item whose codes mean the same.
    """
    draft = draft_of_round(session, wave)
    lived = {each.code: each.population for each in localities_of(session, wave)}
    rows = [row for row in (places_of(draft.document) if draft else []) if row["code"] in lived]
    sums: dict[str, int] = {}
    for row in rows:
        ages = {_age(name): count for name, count in row.get("ages", {}).items()}
        known = {"woman": row.get("women"), "man": row.get("men"), **ages}
        for code, count in known.items():
            sums[code] = sums.get(code, 0) + (count or 0)
    place = place_item(fielded_instrument(wave)).name
    people: dict[tuple[str, str], str] = {}
    for item in offered:
        if item.name == place:
            people |= {(place, code): str(count) for code, count in lived.items() if count}
            continue
        found = {code: sums[code] for code in item.codes if sums.get(code)}
        if len(found) > 1:
            people |= {(item.name, code): str(count) for code, count in found.items()}
    return Typed(people=people)


def _age(name: str) -> str:
    """Return a column of ages, as ``18_24`` or ``70_plus``, as an item would call it."""
    return name.replace("_plus", "+").replace("_", "-")


def read_margins_file(content: str, offered: Sequence[Offered]) -> tuple[Typed, list[Misrow]]:
    """Return what a CSV with columns item, code and population says, and the rows to mend.

    Raises
    ------
    RefusedError
        If it is no such table.
    """
    table = read_table(content)
    missing = next((each for each in COLUMNS if each not in table.columns), None)
    if not table or len(table) > _MOST:
        raise RefusedError(_("the file has no rows, or too many; give it one for each answer"))
    if missing:
        words = _("the file has no column %(column)s; its header is: item,code,population")
        raise RefusedError(words, column=missing)
    codes = {each.name: each.codes for each in offered}
    people: dict[tuple[str, str], str] = {}
    problems = [*table.problems]
    for number, row in table.rows:
        item, code, count = (row.get(name, "") for name in COLUMNS)
        column, words = _wrong(codes, item, code, count, people)
        if words:
            problems.append(Misrow(number, column, Gap(words)))
        else:
            people[item, code] = count
    return Typed(people=people), sorted(problems, key=lambda each: each.row)


def _wrong(
    codes: Mapping[str, Mapping[str, str]],
    item: str,
    code: str,
    count: str,
    before: Mapping[tuple[str, str], str],
) -> tuple[str, str]:
    """Return the column that is wrong in a row and what to do; empty when nothing is."""
    if item not in codes:
        return "item", _("is no question that weights can agree with; use a name of the page")
    if code not in codes[item]:
        return "code", _("is no answer to this question; use a code of the page")
    if (item, code) in before:
        return "code", _("is there twice; leave one of the rows out")
    if not 0 < _number(count) < _LARGEST:
        return "population", _("is no number above zero; write people or percentages")
    return "", ""


def margins_of(typed: Typed, offered: Sequence[Offered]) -> Margins:
    """Return the margins of a form, with everything that is wrong in it whatever the answers."""
    problems: list[Gap] = []
    margins = []
    for item in offered:
        rows = [_row(typed, item.name, code, problems) for code in item.codes]
        if not any(row["people"] for row in rows):
            continue
        targets = {row["code"] for row in rows if not row["with"]}
        problems += [
            Gap(
                _("Counts together with an answer that is joined itself; choose the last of them."),
                field=f"with-{item.name}-{row['code']}",
            )
            for row in rows
            if row["with"] and row["with"] not in targets
        ]
        margins.append({"item": item.name, "rows": rows})
        if len([each for each in groups_of(margins[-1]).values() if each]) < 2:
            problems.append(
                Gap(
                    _("One group alone tells nothing; write numbers for two or more."),
                    field=f"people-{item.name}-{rows[0]['code']}",
                )
            )
    cap = _cap(typed.cap, problems)
    if not margins and not problems:
        problems.append(Gap(_("Write how many people are in each group of one question or more.")))
    if not problems:
        problems += _sums(margins, typed.unit)
    return Margins(margins, cap, problems)


def groups_of(margin: Mapping[str, Any]) -> dict[str, float]:
    """Return how many people are in each group of a margin; 0 where nobody knows."""
    groups: dict[str, float] = {}
    for row in margin["rows"]:
        group = row["with"] or row["code"]
        groups[group] = groups.get(group, 0.0) + (row["people"] or 0.0)
    return groups


def group_of(margin: Mapping[str, Any]) -> dict[str, str]:
    """Return the group of each code of a margin that has a number."""
    known = groups_of(margin)
    found = {row["code"]: row["with"] or row["code"] for row in margin["rows"]}
    return {code: group for code, group in found.items() if known[group]}


def small_groups(margin: Mapping[str, Any], counts: Mapping[str, int]) -> list[Gap]:
    """Return what to do about groups that too few people, or nobody, answered.

    Their weights would be large and rest on a few; so they count together with another.
    """
    people: dict[str, int] = {}
    for code, group in group_of(margin).items():
        people[group] = people.get(group, 0) + counts.get(code, 0)
    words = _(
        "Fewer than %(fewest)s people gave this answer, or nobody. Let it count together with the "
        "answer that is nearest in meaning."
    )
    return [
        Gap(words, {"fewest": FEWEST}, f"with-{margin['item']}-{group}")
        for group, count in people.items()
        if count < FEWEST
    ]


def _row(typed: Typed, item: str, code: str, problems: list[Gap]) -> dict[str, Any]:
    written = typed.people.get((item, code), "")
    number = _number(written) if written else None
    if number is not None and not 0 < number < _LARGEST:
        words = _("This is no number above zero; write people or percentages, or leave it empty.")
        problems.append(Gap(words, field=f"people-{item}-{code}"))
        number = None
    joined = typed.joined.get((item, code), "")
    return {"code": code, "people": number, "with": "" if joined == code else joined}


def _cap(typed: str, problems: list[Gap]) -> float | None:
    if not typed:
        return None
    cap = _number(typed)
    if not 1 < cap <= 100:
        words = _("The largest weight is a number above 1 and at most 100, or empty; 5 is usual.")
        problems.append(Gap(words, field="cap"))
    return cap


def _sums(margins: Sequence[Mapping[str, Any]], unit: str) -> list[Gap]:
    """Return which margins do not count the same population as the first, or not a hundred."""
    sums = [sum(groups_of(margin).values()) for margin in margins]
    is_share = unit == PERCENT
    wanted = 100.0 if is_share else sums[0]
    words = (
        _("These add up to %(sum)s percent; make them 100.")
        if is_share
        else _(
            "These add up to %(sum)s people and the first question to %(first)s; count the same "
            "people in each, or write percentages."
        )
    )
    return [
        Gap(
            words,
            {"sum": f"{found:.10g}", "first": f"{sums[0]:.10g}"},
            f"people-{margin['item']}-{margin['rows'][0]['code']}",
        )
        for margin, found in zip(margins, sums, strict=True)
        if abs(found - wanted) > _ROUNDING * wanted
    ]


def _number(typed: str) -> float:
    """Return a number as people write it, with a point or a comma; NaN when it is none."""
    plain = typed.replace("\u00a0", "").replace("\u202f", "").replace(" ", "")
    if _DOUBTFUL.search(plain):
        return nan
    if plain.count(",") == 1 and "." not in plain and len(plain.partition(",")[2]) != 3:
        plain = plain.replace(",", ".")
    try:
        number = float(plain.replace(",", ""))
    except ValueError:
        return nan
    return number if abs(number) < inf else nan
