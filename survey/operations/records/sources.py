"""Records beside the answers of residents: what a release shows as a further source."""

from __future__ import annotations

from sqlalchemy.orm import Session

from survey.models import ProjectRound, Wave
from survey.operations.opening import OpenedResponse
from survey.operations.records.instruments import FIELD, instrument_of
from survey.operations.records.reading import RecordView, list_records
from survey.operations.release_material import Record as Source
from survey.operations.release_material import in_order

#: One record counts as one, in the units in which weights are kept.
_ONE = 1_000_000


def record_sources(session: Session, wave: Wave) -> dict[str, Source]:
    """Return the records that are read beside a round, by the name of their instrument.

    Only records that lack nothing count; those that name another round do not.
    """
    place = session.get(ProjectRound, wave.id)
    if place is None:
        return {}
    found: dict[str, Source] = {}
    for name in FIELD:
        listed = list_records(session, place.project_id, name)
        given = [each for each in listed if each.is_complete and each.wave_id in (None, wave.id)]
        if given:
            found[name] = Source(name, instrument_of(name), in_order(list(map(_opened, given))))
    return found


def _opened(record: RecordView) -> OpenedResponse:
    return OpenedResponse(
        answers=dict(record.answers),
        language="",
        mode="staff",
        stratum="",
        psu=None,
        weight=_ONE,
    )
