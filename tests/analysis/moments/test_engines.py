"""Every engine gives the same integers for the same answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import count
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from sqlalchemy import Connection, delete

from analysis import EstimateError, Frame, Row
from analysis.columns import Column
from analysis.moments import (
    Cells,
    Measure,
    cells_of,
    frame_of,
    number,
    scale,
    scores_of,
    sql,
    table,
)
from analysis.moments.counting import numerators
from analysis.moments.sql import duckdb
from analysis.simulate import Simulation
from tests.analysis.moments.conftest import (
    INSTRUMENT,
    RESPONSES,
    all_measures,
    everyone,
    store,
)

MEASURES = all_measures()
KEYS = ("locality", "D10")
EXAMPLES = count(1)
DATABASES = ("sqlite", "postgresql")
#: Engines that hold a frame in a database in memory.
IN_MEMORY = pytest.mark.parametrize("in_memory", [sql, duckdb], ids=["sqlite", "duckdb"])


@pytest.fixture(params=DATABASES)
def connection(request: pytest.FixtureRequest) -> Connection:
    found: Connection = request.getfixturevalue(request.param)
    found.execute(delete(RESPONSES))
    return found


def in_database(connection: Connection, rows: Sequence[Row], keys: Sequence[str] = KEYS) -> Cells:
    example = next(EXAMPLES)
    store(connection, rows, example)
    source = sql.Source(RESPONSES, where=RESPONSES.c.example == example)
    return sql.cells_in(connection, source, MEASURES, keys)


@given(rows=everyone())
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_answers_give_the_same_integers(connection: Connection, rows: list[Row]) -> None:
    want = cells_of(Frame.from_answers(INSTRUMENT, rows), MEASURES, KEYS)
    assert in_database(connection, rows) == want


def test_a_simulated_wave_gives_the_same_integers_and_estimates(
    connection: Connection, sample: Frame, simulation: Simulation
) -> None:
    rows = simulation.rows(1)
    want = cells_of(sample, MEASURES, KEYS)
    got = in_database(connection, [*rows[300:], *rows[:300]])
    assert got == want
    tables = [table(each, KEYS, lonely_psu="adjust") for each in (got, want)]
    for name in ("point", "standard_error", "deff", "df", "n"):
        first, second = (getattr(each, name) for each in tables)
        assert first.tobytes() == second.tobytes()


@IN_MEMORY
def test_a_database_in_memory_reads_a_frame_as_the_numpy_engine_does(
    in_memory: ModuleType, sample: Frame
) -> None:
    assert in_memory.cells_of(sample, MEASURES, KEYS) == cells_of(sample, MEASURES, KEYS)


@given(rows=everyone())
@settings(max_examples=4)
def test_any_answers_give_the_same_integers_in_duckdb(rows: list[Row]) -> None:
    some = [MEASURES[0], *MEASURES[-5:]]  # of every kind; the statement of all takes a second
    frame = Frame.from_answers(INSTRUMENT, rows)
    assert duckdb.cells_of(frame, some, KEYS) == cells_of(frame, some, KEYS)


def test_a_key_is_a_value_to_duckdb_and_never_a_word_of_the_statement() -> None:
    codes = ["it's", "back\\slash", "100 %", '"', "$1", ";"]
    place = Column.of(["a", *codes])
    frame = frame_of({"place": place, codes[0]: place}, weight=np.ones(len(place)))
    measures = [
        scale("share", {"place": {"a": Fraction(0), **dict.fromkeys(codes, Fraction(1))}}, 1)
    ]
    for engine in (sql.cells_of, duckdb.cells_of):
        assert engine(frame, measures, [codes[0]]) == cells_of(frame, measures, [codes[0]])


def test_respondents_without_psu_are_their_own_on_every_engine(
    connection: Connection, simulation: Simulation
) -> None:
    rows = [
        replace(row, psu=None if k % 3 else row.psu) for k, row in enumerate(simulation.rows(1))
    ]
    want = cells_of(Frame.from_answers(INSTRUMENT, rows), MEASURES, KEYS)
    assert want.own.any()
    assert in_database(connection, rows) == want


def test_nobody_makes_no_cells(connection: Connection) -> None:
    frame = Frame.from_answers(INSTRUMENT, [])
    want = cells_of(frame, MEASURES, KEYS)
    assert len(want) == 0
    assert in_database(connection, []) == want == sql.cells_of(frame, MEASURES, KEYS)
    assert duckdb.cells_of(frame, MEASURES, KEYS) == want


def test_an_answer_that_is_no_code_stops_the_sql_engine(connection: Connection) -> None:
    rows = [Row({"T1": "3", "B2": "nine"}, 1_000_000, "", None, "en", "paper")]
    with pytest.raises(EstimateError, match="1 answers or weights do not fit") as caught:
        in_database(connection, rows)
    assert "nine" not in str(caught.value)


@pytest.mark.parametrize("weight", [0, -1_000_000])
def test_a_weight_that_is_not_above_zero_stops_the_sql_engine(
    connection: Connection, weight: int
) -> None:
    rows = [Row({"T1": "3"}, weight, "", None, "en", "paper")]
    with pytest.raises(EstimateError, match="do not fit"):
        in_database(connection, rows)


def test_weights_that_would_overflow_stop_before_any_sum(connection: Connection) -> None:
    heavy = 2**63 // 2520**2
    answers = {f"C{k}": "3" for k in range(1, 9)}
    for weight in (heavy, 2**62):
        rows = [Row(answers, weight, "", "p", "en", "paper")] * 2
        with pytest.raises(EstimateError, match="give PSUs or more keys"):
            in_database(connection, rows)
        with pytest.raises(EstimateError, match="give PSUs or more keys"):
            cells_of(Frame.from_answers(INSTRUMENT, rows), MEASURES)
    lighter = [Row(answers, heavy // 2, "", "p", "en", "paper")] * 2
    want = cells_of(Frame.from_answers(INSTRUMENT, lighter), MEASURES, KEYS)
    assert in_database(connection, lighter) == want
    frequency = [each.name for each in MEASURES].index("CE_freq")
    assert want.wyy[frequency].tolist() == [heavy // 2 * 2 * 2520**2]


def test_the_statement_is_one_select_of_portable_words() -> None:
    text = str(sql.cells_select(sql.Source(RESPONSES), MEASURES, KEYS)).upper()
    assert text.count("GROUP BY") == 1
    assert not {"JOIN", "UNION", "OVER", "WITH", "UPDATE", "INSERT"} & set(text.split())


@pytest.fixture
def file(tmp_path: Path) -> Frame:
    path = tmp_path / "answers.csv"
    rng = np.random.default_rng(4)
    lines = ["t1,t2,t3,income,place,stratum,psu,weight"]
    for k in range(80):
        cells = [str(rng.choice(["1", "2", "3", "4", "5", ""])) for _ in range(3)]
        income = str(rng.choice(["", "-12.5", "0.05", "3", "1e2", "7.25"]))
        lines.append(",".join([*cells, income, "ab"[k % 2], "xyz"[k % 3], f"c{k % 9}", "1.25"]))
    path.write_text("\n".join(lines), encoding="utf-8")
    return Frame.read(path)


def test_columns_of_a_file_are_summed_alike(file: Frame) -> None:
    worth = {str(k): worth_of(k) for k in range(1, 6)}
    turned = dict(zip(worth, reversed(worth.values()), strict=True))
    measures: list[Measure] = [
        scale("trust", {"t1": worth, "t2": worth, "t3": turned}, need=2),
        number("income", "income", file.codes("income").tolist()),
    ]
    engines = (cells_of, sql.cells_of, duckdb.cells_of)
    found = [engine(file, measures, ["place"]) for engine in engines]
    assert found[0] == found[1] == found[2]
    low = numerators(file, measures[1])
    assert low.min() == -1
    assert sorted(set(low[low >= 0].tolist())) == [0, 1255, 1550, 1975, 11250]


def worth_of(k: int) -> Fraction:
    return Fraction(k - 1, 4)


def test_unknown_columns_and_keys_are_named(file: Frame, sample: Frame) -> None:
    measures = scores_of(INSTRUMENT)
    for engine in (cells_of, sql.cells_of, duckdb.cells_of):
        with pytest.raises(EstimateError, match="village"):
            engine(sample, measures, ["village"])
        with pytest.raises(EstimateError, match="unknown column"):
            engine(file, measures, [])
