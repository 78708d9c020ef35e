"""Which blocks of a report stand side by side, in every format that has pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from analysis.report.blocks import Block, Chart, Heading, KeyFigure


def parts(blocks: Sequence[Block]) -> Iterator[tuple[str, Any]]:
    """Yield blocks with the name of their kind; neighbouring key figures or charts as one list.

    A part called ``Contents`` stands before the first heading at which a report can be entered,
    and holds all of these.
    """
    entered = [each for each in blocks if isinstance(each, Heading) and each.anchor]
    for kind, run in groupby(blocks, type):
        if issubclass(kind, KeyFigure | Chart):
            yield kind.__name__, list(run)
            continue
        for block in run:
            if entered and block is entered[0]:
                yield "Contents", entered
            yield kind.__name__, block
