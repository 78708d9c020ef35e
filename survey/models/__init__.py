"""Nouns: what is stored. Only `operations/` writes them."""

from survey.models.audit import AuditEntry
from survey.models.base import Base
from survey.models.code import InviteCode
from survey.models.complaint import Complaint, ComplaintState
from survey.models.draft import Protocol, ProtocolReview, RoundDraft
from survey.models.job import Job
from survey.models.place import Place
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

__all__ = [
    "Attempt",
    "AuditEntry",
    "Base",
    "Complaint",
    "ComplaintState",
    "Draft",
    "Inbox",
    "Invitation",
    "InviteCode",
    "Job",
    "Membership",
    "Passkey",
    "Place",
    "Project",
    "ProjectRound",
    "Protocol",
    "ProtocolReview",
    "RecoveryCode",
    "Release",
    "ReleaseComment",
    "ReleaseState",
    "Response",
    "Role",
    "RoundDraft",
    "SpentNonce",
    "Staff",
    "StaffSession",
    "Tally",
    "Wave",
]
