"""Score a file of answers."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable
from pathlib import Path
from typing import TextIO

import click

from survey.cells import plain
from survey.cli.writing import check_output, output_option, writing
from survey.operations.scoring import score_file


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--instrument", required=True, help="A name of the library, or a folder.")
@click.option("--form", default="", help="A form of the instrument; the fullest unless told.")
@output_option
def score(file: Path, instrument: str, form: str, output: Path | None) -> None:
    """Score FILE, a table of item codes with one person a row, by the rules of an instrument."""
    check_output(output, [file])
    header, rows = score_file(file, instrument, form)
    with writing(output) as stream:
        _write(stream, header, rows)


def _write(stream: TextIO, header: list[str], rows: Iterable[tuple[str, list[float]]]) -> None:
    """Write one line a person; an empty cell is a missing score."""
    table = csv.writer(stream, lineterminator="\n")
    table.writerow(header)
    for name, scores in rows:
        table.writerow([plain(name), *("" if math.isnan(each) else repr(each) for each in scores)])
