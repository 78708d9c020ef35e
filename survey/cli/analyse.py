"""Run an analysis plan."""

from __future__ import annotations

from pathlib import Path

import click

from survey.cli.writing import check_output, output_option, writing
from survey.operations.analysing import ENGINES, analyse_file, files_read, output_formats


@click.command()
@click.argument("plan", type=click.Path(path_type=Path))
@click.option("--engine", type=click.Choice(ENGINES), default="numpy", show_default=True)
@click.option(
    "--format",
    "output_format",
    type=click.Choice(output_formats()),
    default="json",
    show_default=True,
)
@output_option
def analyse(plan: Path, engine: str, output_format: str, output: Path | None) -> None:
    """Run PLAN, a TOML file that names data files, their design and the estimates wanted.

    For the owner of the data: results have full precision and no disclosure control, so they are
    not for publication.
    """
    if output is not None:
        check_output(output, files_read(plan))
    text = analyse_file(plan, engine, output_format)
    with writing(output) as stream:
        stream.write(text)
