"""Progress of indicators against worked-out values; money, columns and days that disagree."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.operations.monitoring.budgets import money_of, totals
from survey.operations.monitoring.columns import Column, Rule, cleaned
from survey.operations.monitoring.progress import Standing, progress_of
from survey.operations.monitoring.registers import ACTIVITIES, INDICATORS, RISKS, Register
from survey.operations.monitoring.reviews import is_stale
from tests.survey.monitored import ACTIVITY, INDICATOR, RISK

GOLDEN = json.loads(
    (Path(__file__).parents[1] / "golden" / "progress.json").read_text(encoding="utf-8")
)
DAY = date(2026, 3, 1)
numbers = st.integers(-1000, 1000).map(Decimal)


def number(text: str) -> Decimal | None:
    return Decimal(text) if text else None


@pytest.mark.parametrize("case", GOLDEN, ids=[each["name"] for each in GOLDEN])
def test_progress_is_what_was_worked_out_by_hand(case: dict[str, Any]) -> None:
    found = progress_of(number(case["baseline"]), number(case["target"]), case["told"] or None)
    assert found.standing == case["standing"]
    assert found.percent == (None if case["percent"] is None else Decimal(case["percent"]))


@given(baseline=numbers, target=numbers, actual=numbers, shift=numbers)
def test_where_the_scale_begins_changes_no_progress(
    baseline: Decimal, target: Decimal, actual: Decimal, shift: Decimal
) -> None:
    before = progress_of(baseline, target, str(actual))
    assert progress_of(baseline + shift, target + shift, str(actual + shift)) == before
    assert progress_of(-baseline, -target, str(-actual)) == before  # what falls, mirrored


def test_only_the_bar_has_ends() -> None:
    beyond = progress_of(Decimal(0), Decimal(10), "25")
    away = progress_of(Decimal(0), Decimal(10), "-5")
    assert (beyond.standing, beyond.percent, beyond.bar) == (
        Standing.BEYOND,
        Decimal(250),
        Decimal(100),
    )
    assert (away.standing, away.percent, away.bar) == (Standing.AWAY, Decimal(-50), Decimal(0))


def mended(register: Register, **typed: str) -> list[str]:
    """Return the columns that must be mended in a line that is right but for `typed`."""
    usual = {"indicators": INDICATOR, "activities": ACTIVITY, "risks": RISK}[register.name]
    return [gap.field for gap in register.check({**usual, **typed}, DAY)[1]]


@pytest.mark.parametrize(
    ("register", "typed", "columns"),
    [
        (INDICATORS, {}, []),
        (INDICATORS, {"target_day": "2024-12-31"}, ["target_day"]),
        (INDICATORS, {"target_day": "2025-01-01"}, []),
        (INDICATORS, {"target": "40"}, []),
        (INDICATORS, {"target": "20"}, ["direction"]),
        (INDICATORS, {"target": "20", "direction": "down"}, []),
        (INDICATORS, {"code": "two words"}, ["code"]),
        (INDICATORS, {"code": "", "level": "goal"}, ["code", "level"]),
        (INDICATORS, {"baseline": "1,500"}, ["baseline"]),
        (INDICATORS, {"baseline_day": "31.12.2025"}, ["baseline_day"]),
        (INDICATORS, {"baseline_day": "2025-02-30"}, ["baseline_day"]),
        (INDICATORS, {"name": "x" * 201}, ["name"]),
        (INDICATORS, {"definition": "x" * 4001}, ["definition"]),
        (ACTIVITIES, {"ends": "2025-12-31"}, ["ends"]),
        (ACTIVITIES, {"begins": ""}, ["begins"]),
        (ACTIVITIES, {"spent": "-1"}, ["spent"]),
        (ACTIVITIES, {"currency": ""}, ["currency"]),
        (ACTIVITIES, {"currency": "euro"}, ["currency"]),
        (ACTIVITIES, {"currency": "", "budget": "", "spent": ""}, []),
        (RISKS, {"impact": "red"}, ["impact"]),
        (RISKS, {"mitigation": " "}, ["mitigation"]),
    ],
    ids=lambda each: each.name if isinstance(each, Register) else None,
)
def test_what_contradicts_itself_is_named_at_its_column(
    register: Register, typed: dict[str, str], columns: list[str]
) -> None:
    assert mended(register, **typed) == columns


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("12,5", "12.5"), ("1 250.50", "1250.50"), ("٤٢", "42"), ("-3", "-3"), ("007", "7"),
        ("1,500", None), ("1.234.567", None), ("1e9", None), ("NaN", None), ("12 %", None),
        ("1234567890123", None), ("1.23456", None),
    ],
)  # fmt: skip
def test_a_number_is_read_only_when_it_can_be_read_in_one_way(typed: str, kept: str | None) -> None:
    read, wrong = cleaned(Column("target", Rule.NUMBER), typed)
    assert (read if wrong is None else None) == kept


def test_nobody_adds_one_currency_to_another() -> None:
    rows = [
        ACTIVITY,
        {**ACTIVITY, "budget": "500", "spent": "749.50"},
        {**ACTIVITY, "currency": "BAM", "budget": "", "spent": "10"},
        {**ACTIVITY, "currency": "", "budget": "", "spent": ""},
    ]
    bam, eur = totals(rows)
    assert (bam.currency, bam.percent, bam.is_over) == ("BAM", None, True)
    assert (eur.budget, eur.spent, eur.percent) == (Decimal(1500), Decimal(1000), Decimal("66.7"))
    over = money_of(rows[1])
    assert over is not None
    assert (over.percent, over.is_over, over.bar) == (Decimal("149.9"), True, Decimal(100))


def test_a_risk_is_looked_at_again_after_90_days_unless_a_day_is_named() -> None:
    clean, gaps = RISKS.check(RISK, DAY)
    assert (gaps, clean["review"]) == ([], "2026-05-30")
    assert not is_stale(clean, date(2026, 5, 29))
    assert is_stale(clean, date(2026, 5, 30))
    assert not is_stale({**clean, "state": "closed"}, date(2026, 12, 1))
    assert RISKS.check({**RISK, "review": "2026-04-01"}, DAY)[0]["review"] == "2026-04-01"
