"""Run an analysis plan."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import click

from survey.operations.analysing import ENGINES, analyse_file, output_formats


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
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Instead of stdout.")
def analyse(plan: Path, engine: str, output_format: str, output: Path | None) -> None:
    """Run PLAN, a TOML file that names data files, their design and the estimates wanted.

    For the owner of the data: results have full precision and no disclosure control, so they are
    not for publication.
    """
    text = analyse_file(plan, engine, output_format)
    if output is None:
        click.echo(text, nl=False)
        return
    _replace(output, text)


def _replace(output: Path, text: str) -> None:
    """Write a file that is complete, or leave what was there."""
    number, name = tempfile.mkstemp(dir=output.parent, prefix=f".{output.name}.")
    try:
        with os.fdopen(number, "w", encoding="utf-8", newline="") as stream:
            stream.write(text)
        Path(name).replace(output)
    finally:
        Path(name).unlink(missing_ok=True)
