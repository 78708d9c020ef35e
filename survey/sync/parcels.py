"""Read what a phone sends, strictly: one JSON object of four texts, and nothing else."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass

from survey.errors import ParcelError
from survey.forms import UNCLEAN
from survey.keys import AGE_HEADER
from survey.operations.placing import Parcel

_KEYS = {"round", "token", "instrument_sha256", "sealed"}
_TOKEN = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class Sent:
    """A parcel, the link of its round, and the questionnaire it answers."""

    link: str
    instrument_sha256: str
    parcel: Parcel


def read_sent(body: bytes) -> Sent:
    """Return what the body of a request holds.

    Raises
    ------
    ParcelError
        If it is not what a phone should send; the message says what to mend.
    """
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise ParcelError("the body must be one JSON object in UTF-8") from None
    if not isinstance(found, dict) or found.keys() != _KEYS:
        raise ParcelError(f"the object must have the keys {', '.join(sorted(_KEYS))} and no other")
    if not all(isinstance(value, str) for value in found.values()):
        raise ParcelError("every value must be a text")
    if any(map(UNCLEAN.search, found.values())):
        raise ParcelError("a value holds control characters; send plain text")
    if not _TOKEN.fullmatch(found["token"]):
        raise ParcelError("'token' must be 128 random bits as 32 hexadecimal digits, 0-9 and a-f")
    parcel = Parcel(_sealed(found["sealed"]), bytes.fromhex(found["token"]))
    return Sent(found["round"], found["instrument_sha256"], parcel)


def _sealed(text: str) -> bytes:
    try:
        sealed = base64.b64decode(text, validate=True)
    except ValueError:
        raise ParcelError("'sealed' must be base64") from None
    if not sealed.startswith(AGE_HEADER):
        raise ParcelError("'sealed' must be the answers, encrypted by age to the round's keys")
    return sealed
