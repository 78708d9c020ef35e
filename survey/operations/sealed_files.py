"""Take sealed responses out of an installation, and open them on the researcher's machine.

An export is text: a first line with everything that answers are checked against, then one line a
response in the order of its random key. What is opened becomes a CSV file, in clear.
"""

from __future__ import annotations

import base64
import csv
import io
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pyrage.x25519 import Identity
from sqlalchemy import select
from sqlalchemy.orm import Session

from questionnaires import thaw_instrument
from survey.cells import plain
from survey.errors import SealError
from survey.formats.table import told_apart
from survey.keys import AGE_HEADER, unseal, write_new
from survey.models import Response, Wave
from survey.models.response import WEIGHT_UNIT
from survey.operations.opening import (
    Fielded,
    OpenedResponse,
    Opening,
    check_key,
    fielded,
    open_rows,
)
from survey.operations.sealing import TELLING

FORMAT = "sixfold sealed answers 1"
_COLUMNS = ("language", "mode", "stratum", "psu", "weight")


def export_sealed(session: Session, wave: Wave, file: Path) -> int:
    """Write the sealed batches of `wave` into a new file, as they are; return how many there are.

    Raises
    ------
    SealError
        If `wave` seals nothing, nothing is in a batch yet, or the file is there already.
    """
    if not wave.recipients:
        raise SealError(f"the round '{wave.link}' seals nothing; it has no sealed answers")
    mine = select(Response.__table__).where(Response.wave_id == wave.id).order_by(Response.id)
    rows = [_line(row) for row in session.execute(mine).mappings()]
    if not rows:
        raise SealError(f"no answers of '{wave.link}' are in a batch yet; nothing is written")
    head = json.dumps(_head(session, wave, len(rows)), ensure_ascii=False)
    write_new(file, "".join(f"{line}\n" for line in (head, *rows)).encode())
    return len(rows)


def open_file(file: Path, identities: Sequence[Identity]) -> tuple[bytes, Opening]:
    """Return what a sealed file holds, in clear, and what was left out of it.

    Parameters
    ----------
    file : Path
        An export of a round, which becomes CSV, or any file that age has encrypted to a key, as a
        backup, which comes back as it was.
    identities : sequence of Identity
        Keys of which one must fit.

    Raises
    ------
    SealError
        If the file is neither, is damaged, or no key fits.
    """
    content = file.read_bytes()
    if content.startswith(AGE_HEADER):
        return unseal(content, identities), Opening((), {})
    head, *lines = content.splitlines() or [b""]
    asked, recipients, count = _read_head(head, file)
    check_key(recipients, identities)
    if len(lines) != count:
        # Cut at the end of a line, every line that is left would open.
        raise SealError(
            f"{file} holds {len(lines)} of {count} responses; copy the file again from the server"
        )
    opening = open_rows(_rows(lines, file), asked, identities)
    if not opening.responses:
        raise SealError(f"{file}: none of its {len(lines)} responses can be opened")
    return _csv(asked, opening.responses).encode(), opening


def _head(session: Session, wave: Wave, count: int) -> dict[str, Any]:
    asked = fielded(session, wave)
    return {
        "format": FORMAT,
        "round": wave.link,
        "responses": count,
        "form": asked.form,
        "languages": asked.languages,
        "recipients": wave.recipients,
        "strata": asked.strata,
        "instrument_sha256": wave.instrument_sha256,
        "instrument": wave.instrument_json,
    }


def _line(row: Any) -> str:  # noqa: ANN401 - a row of the database
    sealed = row["sealed"]
    kept = {name: row[name] for name in TELLING if row[name] is not None}
    coded = base64.b64encode(sealed).decode() if sealed is not None else None
    return json.dumps(kept | {"sealed": coded}, ensure_ascii=False)


def _read_head(line: bytes, file: Path) -> tuple[Fielded, list[str], int]:
    try:
        head = json.loads(line)
        if head["format"] != FORMAT:
            raise SealError(f"{file} is of another version of sixfold; open it with that one")
        instrument = thaw_instrument(head["instrument"])
        if instrument.sha256 != head["instrument_sha256"]:
            raise SealError(f"{file}: its questionnaire was changed; export it again")
        asked = Fielded(instrument, head["form"], tuple(head["languages"]), dict(head["strata"]))
        return asked, list(head["recipients"]), int(head["responses"])
    except (ValueError, KeyError, TypeError, RecursionError):
        raise SealError(
            f"{file} is no sealed file; give one that `sixfold round export` wrote, or one that "
            "age has encrypted"
        ) from None


def _rows(lines: Sequence[bytes], file: Path) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(lines, start=2):
        try:
            row = dict.fromkeys(TELLING) | json.loads(line)
            if row["sealed"] is not None:
                row["sealed"] = base64.b64decode(row["sealed"], validate=True)
        except (ValueError, KeyError, TypeError):
            raise SealError(
                f"{file}, line {number}: the line is damaged; copy the file again"
            ) from None
        yield row


def _csv(asked: Fielded, responses: Sequence[OpenedResponse]) -> str:
    items = [item.name for item in asked.instrument.asked(asked.form)]
    stream = io.StringIO()
    table = csv.writer(stream, lineterminator="\n")
    links = ["link"] if any(each.link for each in responses) else []
    table.writerow(told_apart([*_COLUMNS, *links, *items]))
    for each in responses:
        design = [each.language, each.mode, each.stratum, each.psu or "", each.weight / WEIGHT_UNIT]
        design += [each.link or ""] if links else []
        table.writerow(map(plain, [*design, *(each.answers.get(name, "") for name in items)]))
    return stream.getvalue()
