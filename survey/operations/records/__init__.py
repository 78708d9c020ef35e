"""Records: staff instruments that a project's team fills in, one record after the other.

Key informants, groups and walks stand beside the answers of residents; stakeholders and services
are registers. All of them are entered, listed, imported and exported in one way.
"""

from survey.operations.records.instruments import FIELD, INSTRUMENTS, instrument_of
from survey.operations.records.reading import Missing, RecordView, list_records, view_of

__all__ = [
    "FIELD",
    "INSTRUMENTS",
    "Missing",
    "RecordView",
    "instrument_of",
    "list_records",
    "view_of",
]
