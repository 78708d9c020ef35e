"""What the inbox keeps of a respondent: in clear, or sealed to the keys of the team.

Free text is sealed always, in a sealed wave everything. What is sealed is one JSON object, filled
up with blanks to one of few sizes, so that its length tells little:

* of a sealed wave all columns of the row, ``{"language": …, "answers": {item: code}}``;
* of another wave its free text, ``{"answers": {item: text}}``;
* of a phone what the phone had sealed before, ``{"parcel": base64}``, so that nobody but this
  server can claim a language, a cluster or a weight.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from questionnaires import Instrument, Level, item_type
from survey.errors import SurveyError
from survey.keys import read_recipient, seal_to
from survey.models import Wave
from survey.models.wave import Protection

#: The smallest size of what is sealed, in bytes; each further one is twice the one before.
SMALLEST = 1024

#: The columns of a row that tell something of a respondent.
TELLING = ("language", "mode", "locality", "stratum", "psu", "weight", "answers", "link")

Columns = Mapping[str, Any]


def sealed_items(instrument: Instrument, form: str) -> frozenset[str]:
    """Return the items whose answers are sealed in every wave: free text."""
    return frozenset(
        item.name for item in instrument.asked(form) if item_type(item.type).level is Level.TEXT
    )


def seals(instrument: Instrument, form: str, protection: str) -> bool:
    """Tell whether a wave has anything to seal, and so needs keys."""
    return protection == Protection.SEALED or bool(sealed_items(instrument, form))


def check_recipients(recipients: Sequence[str], *, needed: bool) -> None:
    """Make sure that a wave can seal what it must.

    Raises
    ------
    SurveyError
        If it must seal and has no key to seal to, or names one twice.
    SealError
        If one is no public key.
    """
    keys = [str(read_recipient(each)) for each in recipients]
    if len(set(keys)) < len(keys):
        raise SurveyError("a recipient is named twice; name each public key once")
    if needed and not keys:
        raise SurveyError(
            "the round seals answers (it is sealed, or asks for free text) but has no recipients; "
            "make a key with `sixfold key new` and name its public key in recipients"
        )


def seal_row(row: Columns, text_items: frozenset[str], wave: Wave) -> dict[str, Any]:
    """Return the columns of a row as the inbox keeps them: what must be sealed is."""
    if wave.protection == Protection.SEALED:
        document = {name: row[name] for name in TELLING}
        return _sealed_row(row, document, wave)
    if not text_items:
        return {**row, "sealed": None}
    answers: Mapping[str, str] = row["answers"]
    written = {name: answers[name] for name in answers if name in text_items}
    kept = {name: answers[name] for name in answers if name not in text_items}
    return {**row, "answers": kept, "sealed": _seal({"answers": written}, wave)}


def seal_parcel(row: Columns, parcel: bytes, wave: Wave) -> dict[str, Any]:
    """Return the columns of a row that a phone has sealed; it is sealed once more."""
    return _sealed_row(row, {"parcel": base64.b64encode(parcel).decode()}, wave)


def body_hash(body: Columns | bytes, nonce: bytes, key: bytes) -> bytes:
    """Return a hash that tells a repeated submission from another one.

    Its key holds the nonce, which nobody keeps: who has the disk and the secret of this
    installation cannot try answers out on it.
    """
    content = body if isinstance(body, bytes) else _canonical(body)
    secret = hashlib.blake2b(key, person=b"sixfold-body").digest()
    own = hashlib.blake2b(nonce, key=secret).digest()
    return hashlib.blake2b(content, key=own, digest_size=16).digest()


def _sealed_row(row: Columns, document: Columns, wave: Wave) -> dict[str, Any]:
    return {**row, **dict.fromkeys(TELLING), "sealed": _seal(document, wave)}


def _seal(document: Columns, wave: Wave) -> bytes:
    return seal_to(padded(_canonical(document)), wave.recipients)


def padded(content: bytes) -> bytes:
    """Return JSON with blanks after it, up to the next of the sizes."""
    size = SMALLEST
    while size < len(content):
        size *= 2
    return content.ljust(size)


def _canonical(document: Columns) -> bytes:
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
