"""Codes that open a round once each: packs of them are made, shown once, and used up.

A code is 80 random bits in the letters of Crockford's base 32, four groups of four. Only its keyed
hash is kept, in a table that knows nothing of answers, and it is deleted in the transaction that
keeps the answers. An unknown code, a used one, one of another round or of a pack that was made
void are the same thing here: a hash that the table does not have.
"""

from __future__ import annotations

import hashlib
import secrets
import unicodedata

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from survey.errors import CodeError, RefusedError
from survey.messages import _
from survey.models import InviteCode, Wave
from survey.models.wave import Door
from survey.operations.audit import Action
from survey.operations.members import note_round
from survey.traces import erase_traces

#: Crockford's base 32: no I, L, O or U.
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_ALIKE = str.maketrans("OIL", "011")
GROUPS, GROUP = 4, 4
LARGEST_PACK = 10_000
#: What somebody may type before it is cut off: a code with room for blanks and dashes.
LONGEST = 64


def make_pack(session: Session, wave: Wave, count: int, key: bytes) -> list[str]:
    """Return `count` new codes of `wave`, which are shown this once and kept nowhere; commits.

    Parameters
    ----------
    session : Session
        A writing session.
    wave : Wave
        The wave that they open.
    count : int
        How many.
    key : bytes
        Secret under which they are hashed.

    Raises
    ------
    RefusedError
        If `wave` has no door for codes, is closed, or `count` cannot be.
    """
    _check_pack(wave, count)
    codes: set[str] = set()
    while len(codes) < count:
        codes.add(new_code())
    hashes = sorted(code_hash(code, wave.id, key) for code in codes)
    session.execute(insert(InviteCode), [{"wave_id": wave.id, "id": each} for each in hashes])
    note_round(session, Action.CODES_MADE, wave)
    session.commit()
    pack = list(codes)
    secrets.SystemRandom().shuffle(pack)
    return pack


def void_codes(session: Session, wave: Wave) -> int:
    """Make every code of `wave` void that nobody has used; return how many there were; commits."""
    voided = forget_codes(session, wave)
    note_round(session, Action.CODES_VOIDED, wave)
    session.commit()
    erase_traces(session, InviteCode.__tablename__)
    return voided


def forget_codes(session: Session, wave: Wave) -> int:
    """Delete the codes of `wave` that are left; return how many. The caller commits."""
    mine = delete(InviteCode).where(InviteCode.wave_id == wave.id).returning(InviteCode.id)
    return len(session.scalars(mine).all())


def codes_left(session: Session, wave: Wave) -> int:
    """Return how many codes of `wave` nobody has used."""
    mine = select(func.count()).select_from(InviteCode).where(InviteCode.wave_id == wave.id)
    return session.scalar(mine) or 0


def is_unused(session: Session, wave: Wave, typed: str, key: bytes) -> bool:
    """Tell whether `typed` is a code that opens `wave` now; the work is the same if it is not."""
    wanted = (wave.id, code_hash(typed, wave.id, key))
    return session.get(InviteCode, wanted) is not None


def spend_code(session: Session, wave: Wave, hashed: bytes) -> None:
    """Destroy a code, once. The caller commits, with the answers that came with it.

    Raises
    ------
    CodeError
        If there is no such code (any more).
    """
    mine = (InviteCode.wave_id == wave.id) & (InviteCode.id == hashed)
    if session.scalar(delete(InviteCode).where(mine).returning(InviteCode.id)) is None:
        raise CodeError


def new_code() -> str:
    """Return a code that nobody can guess, in its groups."""
    return grouped(secrets.token_bytes(GROUPS * GROUP))


def grouped(random: bytes) -> str:
    """Return a letter for each byte of `random`, in groups: five bits of each count."""
    signs = [_LETTERS[byte % len(_LETTERS)] for byte in random]
    return "-".join("".join(signs[at : at + GROUP]) for at in range(0, len(signs), GROUP))


def plain_code(typed: str) -> str:
    """Return what was typed as a code is hashed.

    Case, blanks and dashes do not matter; O is 0, I and L are 1, and the digits of every script
    are those of ours.
    """
    signs = unicodedata.normalize("NFKC", typed[:LONGEST]).upper()
    latin = (str(unicodedata.digit(sign, None) or 0) if sign.isdigit() else sign for sign in signs)
    return "".join(sign for sign in latin if sign.isalnum()).translate(_ALIKE)


def code_hash(typed: str, wave_id: int, key: bytes) -> bytes:
    """Return the 16-byte keyed hash under which a code of a wave is known."""
    secret = hashlib.blake2b(key, person=b"sixfold-code").digest()
    content = f"{wave_id} {plain_code(typed)}".encode()
    return hashlib.blake2b(content, key=secret, digest_size=16).digest()


def _check_pack(wave: Wave, count: int) -> None:
    if Door.CODES not in wave.doors:
        raise RefusedError(
            _("the round '%(link)s' takes no codes; open one whose doors are codes"),
            link=wave.link,
        )
    if wave.is_closed:
        raise RefusedError(_("the round '%(link)s' is closed; codes open nothing"), link=wave.link)
    if not 1 <= count <= LARGEST_PACK:
        raise RefusedError(
            _("a pack has 1 to %(most)s codes; choose another number"), most=LARGEST_PACK
        )
