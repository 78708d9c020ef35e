"""Drafts of sheets of paper: entered once, waiting to be entered again and compared.

Each sheet gets a number, which is written on it by hand and kept nowhere else. It follows from the
random nonce of the page, so a page that is sent again has the same. It finds the draft and opens
it, so a draft on disk tells nothing, also in rounds whose answers the server reads.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from pyrage.x25519 import Identity
from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from survey import bech32
from survey.errors import NonceSpentError, RefusedError
from survey.keys import public_key, seal_to, unseal
from survey.messages import _
from survey.models import Draft, Wave
from survey.operations.codes import GROUP, grouped, plain_code
from survey.operations.sealing import padded

#: Two groups of a code: 40 bits, each guess of which costs some 50 ms and 32 MiB.
_SHEET_GROUPS = 2
_COST = {"n": 2**15, "r": 8, "p": 1, "maxmem": 64 * 1024 * 1024, "dklen": 48}
_UNKNOWN = _("no sheet of this round waits under this number; check it, letter by letter")


def keep_draft(
    session: Session, wave: Wave, answers: Mapping[str, str], nonce: bytes, key: bytes
) -> str:
    """Keep the first entry of a sheet, once; return the number to write on it; commits.

    Raises
    ------
    NonceSpentError
        If another first entry came from the same page.
    """
    number = sheet_number(wave, nonce, key)
    found, identity = _keys_of(wave, number, key)
    content = json.dumps(dict(answers), ensure_ascii=False).encode()
    sealed = seal_to(padded(content), [public_key(identity)])
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    row = {"wave_id": wave.id, "id": found, "sealed": sealed}
    session.execute(insert(Draft).values(row).on_conflict_do_nothing())
    session.commit()
    if open_draft(session, wave, number, key)[1] != dict(answers):
        raise NonceSpentError
    return number


def sheet_number(wave: Wave, nonce: bytes, key: bytes) -> str:
    """Return the number of the sheet that is typed into the page with this nonce."""
    secret = hashlib.blake2b(key, person=b"sixfold-number", salt=wave.id.to_bytes(16)).digest()
    return grouped(hashlib.blake2b(nonce, key=secret, digest_size=_SHEET_GROUPS * GROUP).digest())


def open_draft(
    session: Session, wave: Wave, number: str, key: bytes
) -> tuple[bytes, dict[str, str]]:
    """Return the key of the draft with this number, and the answers of the first entry.

    Raises
    ------
    RefusedError
        If no sheet waits under this number.
    """
    found, identity = _keys_of(wave, number, key)
    draft = session.get(Draft, (wave.id, found))
    if draft is None:
        raise RefusedError(_UNKNOWN)
    answers: dict[str, str] = json.loads(unseal(draft.sealed, [identity]))
    return found, answers


def draft_id(wave: Wave, number: str, key: bytes) -> bytes:
    """Return under what the draft of the sheet with this number is found, whether it is there."""
    return _keys_of(wave, number, key)[0]


def own_draft(session: Session, wave: Wave, nonce: bytes, key: bytes) -> bytes | None:
    """Return the key of the draft that the page with this nonce has kept, if one waits."""
    found = draft_id(wave, sheet_number(wave, nonce, key), key)
    return None if session.get(Draft, (wave.id, found)) is None else found


def settle_draft(session: Session, wave: Wave, draft_id: bytes) -> None:
    """Destroy a draft whose sheet is being stored; the caller commits.

    Raises
    ------
    RefusedError
        If it is gone: somebody stored the sheet meanwhile.
    """
    mine = (Draft.wave_id == wave.id) & (Draft.id == draft_id)
    if session.scalar(delete(Draft).where(mine).returning(Draft.id)) is None:
        raise RefusedError(_UNKNOWN)


def _keys_of(wave: Wave, number: str, key: bytes) -> tuple[bytes, Identity]:
    """Return under what the draft of a sheet is found, and what opens it."""
    salt = hashlib.blake2b(key, person=b"sixfold-sheet", salt=wave.id.to_bytes(16)).digest()
    derived = hashlib.scrypt(plain_code(number).encode(), salt=salt, **_COST)
    secret = bech32.encode("age-secret-key-", derived[16:])
    return derived[:16], Identity.from_str(secret.upper())
