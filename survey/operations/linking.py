"""Codes that people make for themselves, so that their answers to several rounds belong together.

The code comes from hints that only the person knows. It is kept as a hash, whose key is made of a
secret of the project and of one of the installation: without both nobody can try codes out on it,
and it ends with either. Two people may make the same code, and one person another one later, so a
link is a strong hint and never a proof.
"""

from __future__ import annotations

import hashlib
import secrets
import unicodedata
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.models import Project, ProjectRound, Wave

_SECRET_BYTES = 32
#: What is asked for in each hint; who writes the whole word writes the same.
_SIGNS = 2


def link_of(session: Session, wave: Wave, code: str, key: bytes) -> str | None:
    """Return what is kept of a code that somebody made; None where nothing can be kept.

    Parameters
    ----------
    session : Session
        A writing session: the first code of a project makes its secret. The caller commits.
    wave : Wave
        Whose answers come with it.
    code : str
        As `own_code` returns it; empty for none.
    key : bytes
        Secret of the installation.
    """
    if not code or not wave.linking:
        return None
    project = _project_of(session, wave)
    if project is None:
        return None
    if project.link_secret is None:
        project.link_secret = secrets.token_bytes(_SECRET_BYTES)
        session.flush()
    pepper = hashlib.blake2b(key, person=b"sixfold-link", digest_size=32).digest()
    secret = hashlib.blake2b(project.link_secret, key=pepper).digest()
    return hashlib.blake2b(code.encode(), key=secret, digest_size=16).hexdigest()


def own_code(parts: Sequence[str]) -> str:
    """Return the code that the answers to the hints make; empty if one of them is missing.

    The first two signs of each count. Case, accents and blanks do not matter, nor in which digits
    a number is written: people write the same thing differently after a year.
    """
    plain = [_plain(part) for part in parts]
    return "|".join(plain) if plain and all(plain) else ""


def _plain(part: str) -> str:
    signs = unicodedata.normalize("NFKD", part.strip()[:40].casefold())
    plain = [sign for sign in signs if sign.isalnum()][:_SIGNS]
    return "".join(str(unicodedata.digit(sign)) if sign.isdigit() else sign for sign in plain)


def _project_of(session: Session, wave: Wave) -> Project | None:
    mine = (
        select(Project)
        .join(ProjectRound, ProjectRound.project_id == Project.id)
        .where(ProjectRound.wave_id == wave.id)
    )
    return session.scalar(mine)
