"""Keep what a phone has sealed, whether it came over the network or in a file."""

from __future__ import annotations

from datetime import date
from functools import partial

from survey.errors import ParcelError
from survey.operations.arrivals import Arrivals
from survey.operations.placing import Receipt, place_parcel
from survey.operations.waves import find_wave
from survey.sync.parcels import Sent


def keep(arrivals: Arrivals, sent: Sent, key: bytes, today: date) -> Receipt:
    """Keep a parcel once; when this returns it is on disk.

    Raises
    ------
    ParcelError
        If it belongs to another questionnaire than its round asks, or the round takes none.
    WaveUnknownError, WaveNotOpenError, WaveClosedError, NonceSpentError, StorageError
        As `place_parcel`, and if the database does not take it now.
    """
    with arrivals.database.reading() as session:
        wave = find_wave(session, sent.link)
    if sent.instrument_sha256 != wave.instrument_sha256:
        raise ParcelError("'instrument_sha256' is not the round's; fetch its questionnaire again")
    placing = partial(place_parcel, wave=wave, parcel=sent.parcel, key=key, today=today)
    return arrivals.store(placing)
