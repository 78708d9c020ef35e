"""The keys of a wave: the proof that a recovery share works, and their end.

No secret key is ever here. A wave that seals answers takes none before the team has shown, with
recovery shares, that it could open them.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.errors import SealError
from survey.keys import seal_to
from survey.models import RoundDraft, Wave
from survey.operations.audit import Action
from survey.operations.members import note_round

#: Letters that are not mistaken for one another; twelve of them are 54 bits.
_LETTERS = "abcdefghjkmnpqrstuvwxyz"
_WORD = 12


def make_test(session: Session, wave: Wave, key: bytes) -> bytes:
    """Return a new test message of `wave`, sealed to its recipients; an earlier one is void.

    Parameters
    ----------
    session : Session
        A writing session.
    wave : Wave
        Whose recipients shall open it.
    key : bytes
        Secret under which the word of the message is hashed.

    Raises
    ------
    SealError
        If `wave` seals nothing.
    """
    if not wave.recipients:
        raise SealError(f"the round '{wave.link}' seals nothing, so there is nothing to test")
    word = "".join(secrets.choice(_LETTERS) for _ in range(_WORD))
    wave.test_hash = _hash(word, key)
    session.commit()
    return seal_to(json.dumps({"round": wave.link, "word": word}).encode(), wave.recipients)


def pass_test(session: Session, wave: Wave, word: str, key: bytes) -> None:
    """Take back the word of the test message; `wave` may open from now on.

    Raises
    ------
    SealError
        If it is not the word of the last message.
    """
    if wave.test_hash is None or not hmac.compare_digest(wave.test_hash, _hash(word, key)):
        raise SealError(
            f"this is not the word of the last test message of '{wave.link}'; open the message "
            "again, or make a new one with `sixfold key test --round`"
        )
    wave.awaits_test = False
    wave.test_hash = None
    note_round(session, Action.KEYS_CHANGED, wave)
    session.commit()


def forget_keys(session: Session, wave: Wave) -> None:
    """Forget to whom `wave` was sealed and how that was tested. The caller commits.

    That is all an installation ever knows of keys, there and in the draft that the round was
    opened from: secret keys and shares stay with the team.
    """
    wave.recipients = []
    wave.test_hash = None
    for draft in session.scalars(select(RoundDraft).where(RoundDraft.wave_id == wave.id)):
        decided = dict(draft.document.get("protection") or {})
        if decided.pop("recipients", None):
            draft.document = {**draft.document, "protection": decided}
    session.flush()


def _hash(word: str, key: bytes) -> bytes:
    secret = hashlib.blake2b(key, person=b"sixfold-test").digest()
    return hashlib.blake2b(word.strip().lower().encode(), key=secret, digest_size=16).digest()
