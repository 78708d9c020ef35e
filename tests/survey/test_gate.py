"""No round opens before its risks are written down and an owner has signed them off."""

from __future__ import annotations

from typing import Any

import pytest

from questionnaires import Instrument
from survey.db import Database
from survey.errors import RefusedError
from survey.models import AuditEntry, Role, RoundDraft
from survey.operations.drafts import change_draft, make_draft
from survey.operations.gate import WHOLE, fingerprint, gate_gaps, modules_of, sign_gate
from survey.operations.sample_plans import small_strata
from survey.site import today
from tests.survey.planned import steps
from tests.survey.staff import employ


@pytest.fixture
def draft(database: Database) -> RoundDraft:
    """A draft whose risks are written and not signed yet."""
    employ(database, "ana@example.org", Role.OWNER, "Valley")
    with database.writing() as session:
        made = make_draft(session, 1, "Spring")
        for step, typed in steps().items():
            change_draft(session, made, step, typed, 1)
        return made


def signed(database: Database, draft: RoundDraft, cohesion: Instrument) -> RoundDraft:
    with database.writing() as session:
        session.info["actor"] = "ana@example.org"
        mine = session.get_one(RoundDraft, draft.id)
        modules, seen = modules_of(cohesion, "short"), fingerprint(mine.document)
        sign_gate(session, mine, modules, seen, today())
        return mine


def change(database: Database, draft: RoundDraft, part: str, content: dict[str, Any]) -> None:
    with database.writing() as session:
        mine = session.get_one(RoundDraft, draft.id)
        change_draft(session, mine, part, {**mine.document.get(part, {}), **content}, 10_000)
        draft.document = mine.document


def test_every_sensitive_part_is_thought_about_and_taking_part_first(
    cohesion: Instrument,
) -> None:
    found = modules_of(cohesion, "short")
    assert found[0].section == WHOLE
    sensitive = {item.name for item in cohesion.asked("short") if item.sensitive}
    assert {name for module in found for name in module.items} == sensitive


@pytest.mark.parametrize("field", ["whole-risk", "about_you-who", "about_you-level", "advisers"])
def test_one_empty_field_keeps_the_signature_away(
    database: Database, draft: RoundDraft, cohesion: Instrument, field: str
) -> None:
    change(database, draft, "gate", {field: "  "})
    gaps = gate_gaps(draft.document, modules_of(cohesion, "short"))
    assert [gap.field for gap in gaps] == [field]
    with pytest.raises(RefusedError, match="every field"):
        signed(database, draft, cohesion)


def test_a_signature_says_who_and_when_and_completes_the_gate(
    database: Database, draft: RoundDraft, cohesion: Instrument
) -> None:
    modules = modules_of(cohesion, "short")
    assert len(gate_gaps(draft.document, modules)) == 1
    mine = signed(database, draft, cohesion)
    assert gate_gaps(mine.document, modules) == []
    assert mine.document["signed"]["by"] == "ana@example.org"
    assert mine.document["signed"]["day"] == today().isoformat()
    with database.reading() as session:
        last = session.query(AuditEntry).order_by(AuditEntry.number.desc()).first()
        assert last is not None
        assert (last.action, last.thing) == ("risks signed off", "Spring")


def test_nobody_signs_what_they_have_not_seen(
    database: Database, draft: RoundDraft, cohesion: Instrument
) -> None:
    seen = fingerprint(draft.document)
    change(database, draft, "gate", {"whole-risk": "another"})
    with database.writing() as session:
        mine = session.get_one(RoundDraft, draft.id)
        with pytest.raises(RefusedError, match="load the page again"):
            sign_gate(session, mine, modules_of(cohesion, "short"), seen, today())


@pytest.mark.parametrize(
    ("part", "content"),
    [
        ("gate", {"whole-risk": "another"}),
        ("questionnaire", {"choice": "social_cohesion/long/"}),
        ("groups", {"breakdowns": ["D2", "D4"]}),
        ("doors", {"doors": ["kiosk"]}),
        ("places", {"rows": [{"code": "N9", "names": {"en": "New"}}]}),
        ("protection", {"protection": "sealed"}),
        ("protection", {"recipients": "age1someone"}),
        ("days", {"keep_until": "2040-01-01"}),
    ],
    ids=["risk", "choice", "groups", "doors", "places", "protection", "recipients", "kept"],
)
def test_whatever_changes_the_risk_voids_the_signature(
    database: Database,
    draft: RoundDraft,
    cohesion: Instrument,
    part: str,
    content: dict[str, Any],
) -> None:
    mine = signed(database, draft, cohesion)
    change(database, mine, part, content)
    (gap,) = gate_gaps(mine.document, modules_of(cohesion, "short"))
    assert "were changed since" in gap.words
    assert gap.values == {"email": "ana@example.org"}


def test_a_changed_day_voids_nothing(
    database: Database, draft: RoundDraft, cohesion: Instrument
) -> None:
    before = fingerprint(signed(database, draft, cohesion).document)
    change(database, draft, "days", {"closes_on": "2040-01-01"})
    assert fingerprint(draft.document) == before


def test_places_where_few_are_expected_are_named() -> None:
    document = {
        "places": {"rows": [{"code": "A", "names": {}}, {"code": "B", "names": {}}]},
        "allocation": {"rows": [{"stratum": "A", "n": 59}, {"stratum": "B", "n": 30}]},
        "quotas": {"B": "60", "A": ""},
    }
    assert small_strata(document, 60) == ["A"]
