"""Nouns: what is stored. Only `operations/` writes them."""

from survey.models.audit import AuditEntry
from survey.models.base import Base
from survey.models.code import InviteCode
from survey.models.complaint import Complaint, ComplaintState
from survey.models.draft import Protocol, ProtocolReview, RoundDraft
from survey.models.job import Job
from survey.models.monitoring import Activity, Indicator, IndicatorValue, RiskEntry, SafetyPlan
from survey.models.place import Place
from survey.models.record import Record
from survey.models.release import Release, ReleaseComment, ReleaseState
from survey.models.response import Draft, Inbox, Response, SpentNonce
from survey.models.staff import (
    Attempt,
    Invitation,
    Membership,
    Passkey,
    Project,
    ProjectRound,
    RecoveryCode,
    Role,
    Staff,
    StaffSession,
)
from survey.models.tally import Tally
from survey.models.wave import Wave
from survey.models.weighting import Weighting
from survey.models.workshop import InstrumentChange, InstrumentDraft, ItemNote

__all__ = [
    "Activity",
    "Attempt",
    "AuditEntry",
    "Base",
    "Complaint",
    "ComplaintState",
    "Draft",
    "Inbox",
    "Indicator",
    "IndicatorValue",
    "InstrumentChange",
    "InstrumentDraft",
    "Invitation",
    "InviteCode",
    "ItemNote",
    "Job",
    "Membership",
    "Passkey",
    "Place",
    "Project",
    "ProjectRound",
    "Protocol",
    "ProtocolReview",
    "Record",
    "RecoveryCode",
    "Release",
    "ReleaseComment",
    "ReleaseState",
    "Response",
    "RiskEntry",
    "Role",
    "RoundDraft",
    "SafetyPlan",
    "SpentNonce",
    "Staff",
    "StaffSession",
    "Tally",
    "Wave",
    "Weighting",
]
