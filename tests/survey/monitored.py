"""What a team writes into its monitoring, for the tests."""

from __future__ import annotations

INDICATOR = {
    "code": "O1",
    "level": "outcome",
    "name": "Trust between neighbours",
    "unit": "points",
    "owner": "Office of the valley",
    "direction": "up",
    "baseline": "40",
    "baseline_day": "2025-01-01",
    "target": "60",
    "target_day": "2027-01-01",
}
ACTIVITY = {
    "code": "A1",
    "name": "Meetings of neighbours",
    "owner": "Health centre",
    "begins": "2026-01-01",
    "ends": "2026-06-30",
    "state": "under way",
    "currency": "EUR",
    "budget": "1000",
    "spent": "250.50",
}
RISK = {
    "code": "R1",
    "kind": "risk",
    "what": "People feel watched",
    "likelihood": "possible",
    "impact": "serious",
    "mitigation": "Say what is asked and why, before and after",
    "owner": "Office of the valley",
    "review": "",
    "state": "open",
}
