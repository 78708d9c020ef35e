"""Files that a phone without a network hands over: a parcel a line, sealed as it would be sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from survey.db import Database
from survey.errors import (
    NonceSpentError,
    ParcelError,
    SurveyError,
    WaveClosedError,
    WaveNotOpenError,
    WaveUnknownError,
)
from survey.forms import BODY_LIMIT
from survey.operations.arrivals import Arrivals
from survey.operations.placing import Receipt
from survey.sync.parcels import read_sent
from survey.sync.receiving import keep

#: Why a line is not kept, and what to do; what is not here is a fault of the installation.
_REFUSALS: dict[type[SurveyError], str] = {
    WaveUnknownError: "no round has this link; use the installation that the phone belongs to",
    WaveNotOpenError: "the round is not open yet; keep the file and receive it later",
    WaveClosedError: "the round is over and takes no more answers",
    NonceSpentError: "other answers were received under this token; they are kept",
}

_REFUSED: tuple[type[SurveyError], ...] = (ParcelError, *_REFUSALS)


@dataclass
class Received:
    """What became of the lines of some files.

    Attributes
    ----------
    receipts : Counter
        How many were stored, and how many had been before.
    refused : list of str
        A line for each that was not kept: the file, the line, why. Never what it holds.
    """

    receipts: Counter[Receipt] = field(default_factory=Counter)
    refused: list[str] = field(default_factory=list)


def receive_files(database: Database, files: Iterable[Path], key: bytes, today: date) -> Received:
    """Keep every parcel of `files` once, however often a file is received.

    Raises
    ------
    StorageError
        If the database does not take them now; what was kept before stays, and the files can be
        received again.
    OSError
        If a file cannot be read.
    """
    received = Received()
    arrivals = Arrivals(database)
    for file in files:
        for number, line in _lines(file):
            try:
                received.receipts[_receive(arrivals, line, key, today)] += 1
            except _REFUSED as error:
                why = _REFUSALS.get(type(error)) or str(error)
                received.refused.append(f"{file.name}:{number}: {why}")
    return received


def _receive(arrivals: Arrivals, line: bytes, key: bytes, today: date) -> Receipt:
    if len(line) > BODY_LIMIT:
        raise ParcelError("the line is longer than one response; is this a file of a phone?")
    return keep(arrivals, read_sent(line), key, today)


def _lines(file: Path) -> Iterator[tuple[int, bytes]]:
    """Yield the lines that hold something, with their numbers; of a long one, its beginning."""
    with file.open("rb") as content:
        number, before = 0, b"\n"
        while line := content.readline(BODY_LIMIT + 2):
            is_rest, before = not before.endswith(b"\n"), line
            number += not is_rest
            if line.strip() and not is_rest:
                yield number, line.strip()
