"""HXL: published numbers as humanitarian data are exchanged, a row of tags under the names.

A share that is published as a bound, as ``<5``, has no value: the bound stands in a column of its
own, and a withheld number says so in another. Places are adm2 unless the codes say otherwise: look
them up in the list of places of the country before joining them to anything.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator

from analysis.cells import plain
from analysis.report.numbers import Number, numbers
from analysis.report.publication import Publication

name = "hxl"
title = "HXL"
suffix = ".hxl.csv"
mimetype = "text/csv"

#: Each column: its name, its tag, and what stands in it; the day comes first.
_COLUMNS: tuple[tuple[str, str, Callable[[Number], object]], ...] = (
    ("place", "#adm2+code", lambda number: number.place),
    ("place name", "#adm2+name", lambda number: number.place_name),
    ("group of", "#group+type", lambda number: number.group_item_name),
    ("group code", "#group+code", lambda number: number.group),
    ("group", "#group+name", lambda number: number.group_name),
    ("measure", "#indicator+code", lambda number: number.measure),
    ("name", "#indicator+name", lambda number: number.name),
    ("value", "#indicator+value+num", lambda number: _value(number)[0]),
    ("bound", "#indicator+value+bound", lambda number: _value(number)[1]),
    ("low", "#indicator+lower+num", lambda number: number.low),
    ("high", "#indicator+upper+num", lambda number: number.high),
    ("people", "#meta+n", lambda number: number.n),
    ("withheld", "#meta+withheld", lambda number: number.withheld),
)


def render(publication: Publication) -> bytes:
    """Return the averages and shares of the release with their tags."""
    stream = io.StringIO()
    table = csv.writer(stream, lineterminator="\n")
    table.writerow(["collected", *(title for title, _, _ in _COLUMNS)])
    table.writerow(["#date+collected", *(tag for _, tag, _ in _COLUMNS)])
    table.writerows(_rows(publication))
    return stream.getvalue().encode()


def _rows(publication: Publication) -> Iterator[list[object]]:
    day = publication.release.facts.fieldwork_to.isoformat()
    for number in numbers(publication.release, publication.language):
        yield [day, *(plain(read(number)) for _, _, read in _COLUMNS)]


def _value(number: Number) -> tuple[int | None, str]:
    """Return the value, or the bound of a share beyond which nothing is told."""
    value = number.mean if number.mean is not None else number.share
    return (None, value) if isinstance(value, str) else (value, "")
