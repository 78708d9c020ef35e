"""Rounds that seal answers, for the tests of several files: keys, a tested round, its rows."""

from __future__ import annotations

import json
import secrets
from typing import Any

from pyrage.x25519 import Identity
from sqlalchemy import select

from questionnaires import Instrument
from survey.db import Database
from survey.keys import new_identity, public_key, unseal
from survey.models import Inbox, Response, Wave
from survey.operations.keys import make_test, pass_test
from survey.operations.placing import Receipt, Submission
from survey.operations.responses import record_response
from survey.operations.wave_plans import Locality
from survey.operations.waves import open_wave
from survey.site import today
from tests.conftest import KEY, localities, plan

FIRST, SECOND, STRANGER = new_identity(), new_identity(), new_identity()
RECIPIENTS = (public_key(FIRST), public_key(SECOND))


def sealing_wave(
    database: Database,
    instrument: Instrument,
    places: list[Locality] | None = None,
    **changes: Any,
) -> Wave:
    """Open a sealed round, or what `changes` make of it, and pass its test."""
    decided = plan(**({"protection": "sealed", "recipients": RECIPIENTS} | changes))
    with database.writing() as session:
        wave = open_wave(session, instrument, decided, places or localities())
        message = make_test(session, wave, KEY)
        pass_test(session, wave, word_of(message, FIRST), KEY)
        return wave


def word_of(message: bytes, identity: Identity) -> str:
    word: str = json.loads(unseal(message, [identity]))["word"]
    return word


def send(
    database: Database,
    wave: Wave,
    given: dict[str, str],
    nonce: bytes | None = None,
    psu: str | None = None,
) -> Receipt:
    submission = Submission(given, "en", "self-web", nonce or secrets.token_bytes(16), psu)
    with database.writing() as session:
        return record_response(session, wave, submission, KEY, today())


def kept(database: Database) -> list[Any]:
    """Return every row that holds something of a respondent."""
    with database.reading() as session:
        return [
            *session.execute(select(Inbox.__table__)).mappings(),
            *session.execute(select(Response.__table__)).mappings(),
        ]


def only_answers(database: Database) -> dict[str, str]:
    """Return the only answers that wait in the inbox, what is sealed of them opened."""
    with database.reading() as session:
        row = session.scalars(select(Inbox)).one()
    opened = json.loads(unseal(row.sealed, [FIRST]))["answers"] if row.sealed else {}
    return {**(row.answers or {}), **opened}
