"""Nouns: what is stored. Only `operations/` writes them."""

from survey.models.audit import AuditEntry
from survey.models.base import Base
from survey.models.job import Job
from survey.models.place import Place
from survey.models.release import Release, ReleaseComment, ReleaseState
from survey.models.response import Inbox, Response, SpentNonce
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
from survey.models.wave import Wave

__all__ = [
    "Attempt",
    "AuditEntry",
    "Base",
    "Inbox",
    "Invitation",
    "Job",
    "Membership",
    "Passkey",
    "Place",
    "Project",
    "ProjectRound",
    "RecoveryCode",
    "Release",
    "ReleaseComment",
    "ReleaseState",
    "Response",
    "Role",
    "SpentNonce",
    "Staff",
    "StaffSession",
    "Wave",
]
