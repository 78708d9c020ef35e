"""What the moments cost on the numpy and the sql engines, beside memory bandwidth and R.

CPU time of this process, best of a few runs; the time of a database server is not in it. Frames
are as `Frame.read` and `Frame.from_answers` leave them: each distinct label is there once.
"""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from analysis.columns import Column
from analysis.frame import MICRO, Frame
from analysis.moments import Measure, cells_of, scores_of, sql, table
from analysis.moments.counting import numerators
from analysis.moments.measures import columns_of
from analysis.moments.sql import duckdb
from questionnaires import Instrument, read_instrument

Row = tuple[str, str, str, str]

#: Six scores by 40 localities and 4 groups: limit in ms, and R survey 4.4-2, by responses.
SIZES = {10_000: (5, "R 2.0 s"), 100_000: (40, "R 8.5 s"), 1_000_000: (500, "R 75 s")}
SCORES = ("TR", "BE", "SI", "AT", "CN", "CE")
SQL_RESPONSES = 20_000


def rows() -> list[Row]:
    """Measure the engines; what, measured, limit, peer."""
    instrument = read_instrument("social_cohesion")
    measures = scores_of(instrument, names=SCORES)
    frames = {n: invented(instrument, n) for n in SIZES}
    found = [by_size(frames[n], measures, *SIZES[n]) for n in SIZES]
    databases = in_memory(frames[100_000], measures)
    return [*found, *bandwidth(frames[1_000_000], measures), *databases]


def invented(instrument: Instrument, n: int) -> Frame:
    """Return n random respondents in 600 PSUs of 40 localities, of 4 groups."""
    rng = np.random.default_rng(6)
    frame = Frame.from_answers(instrument, [])
    sizes = np.array([len(instrument.item(name).codes) for name in frame.items])
    matrix = (rng.random((len(sizes), n), dtype=np.float32) * sizes[:, None]).astype(np.int8)
    matrix[rng.random(matrix.shape, dtype=np.float32) < 0.03] = -1
    psu = rng.integers(0, 600, n, dtype=np.int32)
    localities = tuple(f"L{number:02}" for number in range(40))
    psus = tuple(f"L{number // 15:02}-{number % 15:02}" for number in range(600))
    return Frame(
        instrument=instrument,
        items=frame.items,
        matrix=matrix,
        columns={
            "D1": Column(localities, psu // 15),
            "group": Column(("a", "b", "c", "d"), rng.integers(0, 4, n, dtype=np.int32)),
            "stratum": Column(localities, psu // 15),
            "psu": Column(psus, psu),
            "language": Column.same("", n),
            "mode": Column.same("", n),
        },
        weight=rng.integers(MICRO // 2, 3 * MICRO, n),
    )


def by_size(frame: Frame, measures: Sequence[Measure], limit: int, peer: str) -> Row:
    """Measure six scores by locality and group with standard errors, design included."""
    spent = best(
        lambda: table(cells_of(frame, measures, ["locality", "group"]), ["locality", "group"]),
        max(5, 500_000 // len(frame)),  # a few milliseconds need many runs to be told from noise
    )
    peak = memory(lambda: cells_of(frame, measures, ["locality", "group"]))
    rate = len(frame) / spent / 1e3
    plain = plain_sums(frame, measures)
    what = f"6 scores x 160 domains with SE, {len(frame):,} responses"
    measured = f"{spent:.1f} ms = {spent / plain:.0f} x ({rate:.1f} M rows/s, {peak:.0f} MB)"
    return what, measured, f"{limit} ms", f"{peer}; plain numpy sums {plain:.1f} ms"


def plain_sums(frame: Frame, measures: Sequence[Measure]) -> float:
    """Measure what any numpy programme must do: sum w, w y and w y² of known scores by cell.

    In the same process, so that the ratio tells the work from the noise of the machine.
    """
    cells = frame.column("psu").codes * 4 + frame.column("group").codes
    weight = frame.weight.astype(np.float64)
    scores = [numerators(frame, measure).astype(np.float64) for measure in measures]
    return best(
        lambda: [
            np.bincount(cells, each) for y in scores for each in (weight, weight * y, weight * y**2)
        ],
        max(5, 500_000 // len(frame)),
    )


def bandwidth(frame: Frame, measures: Sequence[Measure]) -> list[Row]:
    """Measure scoring and 2,400 cells beside one plain pass over the same number of bytes.

    The items that are scored would fit the cache of a large processor, so the pass is over all
    items, and its time is reduced to the share of bytes that scoring reads.
    """
    names = sorted({name for measure in measures for name in items_of(measure)})
    limit = best(frame.matrix.max) * len(names) / len(frame.items)
    cells = cells_of(frame, measures, ["group"])
    spent = best(lambda: cells_of(frame, measures, ["group"]))
    scoring = best(lambda: [numerators(frame, measure) for measure in measures])
    estimating = best(lambda: table(cells, ["group"])) / len(measures)
    psu = frame.psu.tolist()
    numbering = best(lambda: Column.of(psu), 2)
    plain = f"plain pass {limit:.2f} ms"
    what = f"{len(names)} items to {len(cells):,} cells, {len(frame):,} responses"
    return [
        (what, f"{spent:.0f} ms = {spent / limit:.0f} x", "60 x", plain),
        ("of that, scoring", f"{scoring:.0f} ms = {scoring / limit:.0f} x", "60 x", plain),
        ("before that, when read: a column of labels", f"{numbering:.0f} ms", "", ""),
        ("from cells to the estimates of a score", f"{estimating:.2f} ms", "1 ms", ""),
    ]


def in_memory(frame: Frame, measures: Sequence[Measure]) -> list[Row]:
    """Measure the sql engine on databases in memory, loading included."""
    some = replace(
        frame,
        matrix=np.ascontiguousarray(frame.matrix[:, :SQL_RESPONSES]),
        columns={
            name: column.of_rows(np.arange(SQL_RESPONSES)) for name, column in frame.columns.items()
        },
        weight=frame.weight[:SQL_RESPONSES],
    )
    peer = best(lambda: cells_of(some, measures, ["locality", "group"]))
    found = []
    for name, engine in (("SQLite", sql.cells_of), ("DuckDB", duckdb.cells_of)):
        spent = best(partial(engine, some, measures, ["locality", "group"]), 1)
        what = f"the same on {name} in memory, {SQL_RESPONSES:,} responses"
        found.append((what, f"{spent:.0f} ms = {spent / peer:.0f} x", "", f"numpy {peer:.1f} ms"))
    return found


def items_of(measure: Measure) -> list[str]:
    """Return the items that a score counts."""
    return columns_of([measure])


def best(action: Callable[[], object], times: int = 5) -> float:
    """Return the least CPU time of one `action` in milliseconds."""
    spent = []
    for _ in range(times):
        start = time.process_time()
        action()
        spent.append(time.process_time() - start)
    return min(spent) * 1000


def memory(action: Callable[[], object]) -> float:
    """Return the peak memory that `action` takes, in MB."""
    tracemalloc.start()
    action()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 1e6


if __name__ == "__main__":
    for row in rows():
        print("  ".join(row))
