"""What it costs to read the instruments of the library: TOML in eight files of words each."""

from __future__ import annotations

from functools import partial

from questionnaires import library_names, read_instrument
from tests.bench.engine import best

Row = tuple[str, str, str, str]

RUNS = 8


def rows() -> list[Row]:
    """Measure the quickest and the slowest instrument; what, measured, limit, peer."""
    spent = {name: best(partial(read_instrument, name), RUNS) for name in library_names()}
    named = sorted(spent, key=spent.__getitem__)
    return [
        (f"reading {name} in all languages", f"{spent[name]:.0f} ms", "50 ms", "")
        for name in (named[0], named[-1])
    ]


if __name__ == "__main__":
    for row in rows():
        print("  ".join(row))
