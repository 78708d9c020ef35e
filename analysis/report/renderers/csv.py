"""CSV: every published number as one table, one row for each; empty where it is withheld."""

from __future__ import annotations

import csv
import io

from analysis.cells import plain
from analysis.report.numbers import COLUMNS, numbers
from analysis.report.publication import Publication

name = "csv"
title = "CSV"
suffix = ".csv"
mimetype = "text/csv"


def render(publication: Publication) -> bytes:
    """Return the numbers of the release with the words of one language beside the codes."""
    stream = io.StringIO()
    table = csv.writer(stream, lineterminator="\n")
    table.writerow(COLUMNS)
    for number in numbers(publication.release, publication.language):
        table.writerow(map(plain, number.values))
    # Spreadsheets take a file for Arabic or Cyrillic only if it says that it is Unicode.
    return stream.getvalue().encode("utf-8-sig")
