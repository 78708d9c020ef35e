"""Words of the desk that stand for codes: roles, states of a round, acts in the log."""

from __future__ import annotations

from datetime import date

from survey.messages import _
from survey.models import ComplaintState, Role, Wave
from survey.models.release import ReleaseState
from survey.operations.audit import Action

ROLES = {
    Role.OWNER: _("owner"),
    Role.RESEARCHER: _("researcher"),
    Role.ENUMERATOR: _("enumerator"),
    Role.READER: _("reader"),
}
MEANINGS = {
    Role.OWNER: _("invites people, sees the log, deletes; and all that a researcher does"),
    Role.RESEARCHER: _("follows rounds, closes them, reads their reports"),
    Role.ENUMERATOR: _("enters answers and records, and reads only the records that are their own"),
    Role.READER: _("reads published releases, and nothing else"),
}
ACTIONS = {
    Action.SIGNED_IN: _("signed in"),
    Action.SIGN_IN_FAILED: _("a sign-in failed"),
    Action.SIGNED_OUT: _("signed out"),
    Action.INVITED: _("made an invitation link"),
    Action.RESET_LINK_MADE: _("made a link for a new password"),
    Action.PASSWORD_SET: _("set a password"),
    Action.FACTOR_SET: _("added a second factor"),
    Action.FACTOR_REMOVED: _("removed a second factor"),
    Action.RECOVERY_CODES_MADE: _("made recovery codes"),
    Action.RECOVERY_CODE_USED: _("used a recovery code"),
    Action.ROLE_GIVEN: _("gave a role"),
    Action.ROLE_TAKEN: _("took a role away"),
    Action.PROJECT_MADE: _("made a project"),
    Action.PROJECT_DELETED: _("deleted a project"),
    Action.PROJECT_TAKEN_BACK: _("took a deleted project back"),
    Action.DRAFT_MADE: _("began to plan a round"),
    Action.DRAFT_DISCARDED: _("threw a draft away"),
    Action.RISKS_SIGNED: _("signed the risks off"),
    Action.PROTOCOL_SIGNED: _("noted a signature under the protocol"),
    Action.PROTOCOL_REVIEWED: _("reviewed the protocol"),
    Action.ROUND_OPENED: _("opened a round"),
    Action.ROUND_CLOSED: _("closed a round"),
    Action.ROUND_DELETED: _("deleted a round"),
    Action.ROUND_TAKEN_BACK: _("took a deleted round back"),
    Action.ROUND_ERASED: _("erased the answers of a round"),
    Action.RELEASE_DRAFTED: _("made a draft of a release"),
    Action.RELEASE_CHECKED: _("checked a release"),
    Action.RELEASE_PUBLISHED: _("published a release"),
    Action.RELEASE_CORRECTED: _("published a correction of a release"),
    Action.RELEASE_WITHDRAWN: _("withdrew a release"),
    Action.RELEASE_DISCARDED: _("discarded a draft of a release"),
    Action.EXPORTED: _("exported"),
    Action.EXPORT_FETCHED: _("fetched an exported file"),
    Action.CODES_MADE: _("made a pack of codes"),
    Action.CODES_VOIDED: _("made unused codes void"),
    Action.KEYS_CHANGED: _("changed keys"),
    Action.RECORD_ADDED: _("added a record"),
    Action.RECORD_CHANGED: _("changed a record"),
    Action.RECORD_DELETED: _("deleted a record"),
    Action.RECORD_TAKEN_BACK: _("took a deleted record back"),
    Action.RECORDS_IMPORTED: _("added records from a file"),
    Action.RECORDS_EXPORTED: _("fetched records as a file"),
    Action.MONITORING_ADDED: _("added a line to the monitoring"),
    Action.MONITORING_CHANGED: _("changed a line of the monitoring"),
    Action.MONITORING_REMOVED: _("removed a line of the monitoring"),
    Action.MONITORING_READ_IN: _("read a file into the monitoring"),
    Action.MONITORING_GIVEN_OUT: _("fetched a file of the monitoring"),
    Action.VALUE_NOTED: _("noted the value of an indicator"),
    Action.VALUE_REMOVED: _("removed the value of an indicator"),
    Action.VALUES_FILLED: _("filled indicators from a release"),
    Action.SAFETY_CHANGED: _("changed the staff-safety plan"),
    Action.QUESTIONNAIRE_BEGUN: _("began a questionnaire"),
    Action.QUESTIONNAIRE_CHANGED: _("changed a questionnaire"),
    Action.QUESTIONNAIRE_SIGNED: _("signed a translation off"),
    Action.QUESTIONNAIRE_PUBLISHED: _("published a questionnaire"),
    Action.QUESTIONNAIRE_EXPORTED: _("exported a questionnaire"),
    Action.QUESTIONNAIRE_DISCARDED: _("threw a questionnaire's draft away"),
    Action.ITEM_NOTED: _("noted how a question was understood"),
    Action.WEIGHTS_CHANGED: _("changed the weights"),
    Action.COMPLAINT_REOPENED: _("marked a complaint as new again"),
    Action.COMPLAINT_TAKEN_UP: _("took a complaint in hand"),
    Action.COMPLAINT_CLOSED: _("closed a complaint"),
    Action.COMPLAINT_NOTED: _("wrote a note on a complaint"),
    Action.COMPLAINT_FETCHED: _("fetched a locked complaint"),
}


RELEASE_STATES = {
    ReleaseState.DRAFT: _("draft"),
    ReleaseState.CHECKED: _("checked, waits for a sign-off"),
    ReleaseState.PUBLISHED: _("published"),
    ReleaseState.CORRECTED: _("corrected by a later release"),
    ReleaseState.WITHDRAWN: _("withdrawn"),
}
#: By the verdicts of a release on its scales and its comparisons.
CONSISTENCIES = {
    "good": _("the questions hang together"),
    "weak": _("the questions hang together weakly"),
    "too few to judge": _("too few complete answers to judge"),
}
COMPARISONS = {
    "may be compared": _("may be compared"),
    "with care": _("compare with care"),
    "with a warning": _("compared with a warning"),
    "not to be compared": _("not to be compared"),
    "too few to judge": _("too few answers to judge"),
}


def state_of(wave: Wave, deleted_on: date | None, today: date) -> str:
    """Return the state of a round in a word or two."""
    if deleted_on is not None:
        return _("deleted")
    if wave.is_closed or today > wave.closes_on:
        return _("closed")
    return _("not open yet") if today < wave.opens_on else _("open")


COMPLAINT_STATES = {
    ComplaintState.NEW: _("new"),
    ComplaintState.IN_HAND: _("in hand"),
    ComplaintState.CLOSED: _("closed"),
}
#: How answers came in.
MODES = {
    "self-web": _("on a web page"),
    "kiosk": _("at a shared device"),
    "interviewer": _("with an interviewer"),
    "paper": _("on paper"),
    "phone": _("from a phone without network"),
}
#: Signs of careless answers, none of which proves anything.
SIGNS = {
    "long_string": _("the same answer down whole pages"),
    "contradiction": _("two answers that do not go together"),
    "inconsistent": _("answers to alike questions that go apart"),
    "missing": _("more than half left out"),
    "doubtful": _("two of these signs or more"),
}
#: What keeps people from services, by the name of the barrier.
BARRIERS_OF_SERVICES = {
    "returned": _("Not open, or not clearly, to people who came back"),
    "papers": _("Papers are asked for"),
    "cost": _("It costs something"),
    "waiting": _("More than a month to wait, or a list that is closed"),
    "referral": _("People cannot come by themselves"),
    "steps": _("Steps, and neither by phone nor at home"),
    "going": _("Risk on the way"),
    "seen": _("Risk from being seen"),
    "records": _("Risk from what is written down"),
    "security": _("Shares data with security bodies"),
    "complaints": _("No way to complain that users know"),
}
#: Why a service is to be checked again.
REASONS_TO_CHECK = {
    "never checked": _("Nobody has checked it yet."),
    "checked too long ago": _("The last check is older than 90 days."),
    "its next check is due": _("Its next check is due."),
    "next check before the last one": _("Its next check lies before the last one: mend the dates."),
    "its money has run out": _("Its money was secured until a month that is over."),
}
#: Whom somebody searches a service for.
SEXES = {"women": _("a woman"), "men": _("a man")}
