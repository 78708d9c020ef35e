"""Where a command writes what it made: on the screen, or into a file that is then complete."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import click

from survey.errors import SurveyError

#: The option `-o` of every command that writes a table.
output_option = click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="Instead of stdout."
)


def check_output(output: Path | None, inputs: Iterable[Path]) -> None:
    """See to it, before any work is done, that something can be written to `output`.

    Raises
    ------
    SurveyError
        If it is one of the `inputs`, or a folder, or its own folder is not there.
    """
    if output is None or _is_device(output):
        return
    if output.is_dir():
        raise SurveyError(f"{output}: is a folder; give -o the name of a file in it")
    if output.exists() and any(each.exists() and output.samefile(each) for each in inputs):
        raise SurveyError(f"{output}: is a file that is read here; give -o another name")
    folder = output.resolve().parent
    if not folder.is_dir():
        raise SurveyError(f"{output}: there is no folder {folder}; make it, or give -o another")


@contextmanager
def writing(output: Path | None) -> Iterator[TextIO]:
    """Yield a stream to write to: stdout without `output`.

    A file is written whole, or what was there stays; a link stays a link to it. What is no
    file, as a pipe, takes what is written as it comes.

    Raises
    ------
    SurveyError
        If its folder takes no file.
    """
    if output is None:
        yield sys.stdout
    elif _is_device(output):
        with output.open("a", encoding="utf-8", newline="") as stream:
            yield stream
    else:
        with _replacing(output) as stream:
            yield stream


@contextmanager
def _replacing(output: Path) -> Iterator[TextIO]:
    target = output.resolve()
    try:
        number, name = tempfile.mkstemp(dir=target.parent, prefix=".sixfold.")
    except OSError as error:
        raise SurveyError(
            f"{output}: cannot be written ({error.strerror}); give -o a folder that takes files"
        ) from None
    try:
        with os.fdopen(number, "w", encoding="utf-8", newline="") as stream:
            yield stream
        Path(name).replace(target)
    finally:
        Path(name).unlink(missing_ok=True)


def _is_device(output: Path) -> bool:
    """Whether `output` is a pipe, a screen or the like; /dev/stdout is, whatever it leads to."""
    if output.absolute().is_relative_to("/dev"):
        return not output.is_dir()
    return output.exists() and not output.is_file() and not output.is_dir()
