"""CSV: all results as one table, one row for each number with its error; empty = undefined."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from analysis.cells import plain
from analysis.plan.results import Record, Results


def render(results: Results) -> str:
    """Return `results` as one table; its first columns say which part and which name."""
    rows = [*_rows(results)]
    header = dict.fromkeys(column for row in rows for column in row)
    stream = io.StringIO()
    table = csv.DictWriter(stream, header, restval="", lineterminator="\n")
    table.writeheader()
    table.writerows({column: plain(cell) for column, cell in row.items()} for row in rows)
    return stream.getvalue()


def _rows(results: Results) -> Iterator[Record]:
    for part, answers in (("tables", results.tables), ("changes", results.changes)):
        for answer in answers:
            yield from (_placed(part, answer["name"], row) for row in answer["rows"])
    for test in results.tests:
        yield from _test(test)
    for items in results.reliability:
        yield from _reliability(items)
    if results.calibration is not None:
        yield {"part": "calibration", "name": "weights"} | results.calibration
    yield {"part": "provenance", "name": "files"} | dict(results.provenance)


def _placed(part: str, name: str, row: Record) -> Record:
    """Return a row with its codes in columns of their own: ``by.locality``."""
    by = {f"by.{column}": code for column, code in row.get("by", {}).items()}
    rest = {key: value for key, value in row.items() if key != "by"}
    return {"part": part, "name": name} | by | rest


def _test(test: Record) -> Iterator[Record]:
    """Yield the head of a test, its degrees of freedom in one cell, and its pairs."""
    if "df" in test:
        head = {key: value for key, value in test.items() if key != "pairs"}
        yield {"part": "tests"} | head | {"df": " ".join(map(str, test["df"]))}
    for pair in test.get("pairs", ()):
        yield _placed("tests", test["name"], pair)


def _reliability(items: Record) -> Iterator[Record]:
    whole = {key: value for key, value in items.items() if not isinstance(value, dict)}
    yield {"part": "reliability"} | whole
    for item in items["item_rest"]:
        yield {
            "part": "reliability",
            "name": items["name"],
            "item": item,
            "item_rest": items["item_rest"][item],
            "alpha_if_dropped": items["alpha_if_dropped"].get(item),
        }
