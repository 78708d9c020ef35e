"""JSON: every number with all its digits, null where there is none."""

from __future__ import annotations

import json

from analysis.plan.results import Results


def render(results: Results) -> str:
    """Return `results` as one JSON object, indented."""
    return json.dumps(results.record(), ensure_ascii=False, allow_nan=False, indent=1) + "\n"
