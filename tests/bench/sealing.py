"""What it costs to seal one response to the keys of a team, beside its limit. CPU time."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from questionnaires import read_instrument
from survey.keys import new_identity, public_key, unseal
from survey.models import Wave
from survey.operations.sealing import TELLING, body_hash, seal_row
from tests.conftest import answers

Row = tuple[str, str, str, str]
TIMES = 2_000


def rows() -> list[Row]:
    """Measure sealing to one, two and four keys, and opening; what, measured, limit, peer."""
    cohesion = read_instrument("social_cohesion")
    given = answers(cohesion) | {item.name: item.codes[0] for item in cohesion.items if item.codes}
    row = dict.fromkeys(TELLING, "P1") | {"wave_id": 1, "weight": 1_000_000, "answers": given}
    identities = [new_identity() for _ in range(4)]
    found = [sealing(row, [public_key(each) for each in identities[:many]]) for many in (1, 2, 4)]
    wave = Wave(protection="sealed", recipients=[public_key(identities[0])])
    sealed = seal_row(row, frozenset(), wave)["sealed"]
    opening = cpu(lambda: unseal(sealed, identities[:1]))
    return [*found, ("opening one sealed response", f"{opening:.2f} ms", "", "")]


def sealing(row: dict[str, Any], recipients: list[str]) -> Row:
    """Measure what `record_response` does more in a sealed round."""
    wave = Wave(protection="sealed", recipients=recipients)
    spent = cpu(lambda: (seal_row(row, frozenset(), wave), body_hash(row, b"n" * 16, b"k" * 32)))
    keys = "1 key" if len(recipients) == 1 else f"{len(recipients)} keys"
    limit = "0.5 ms" if len(recipients) <= 2 else ""
    return f"sealing one long response to {keys}", f"{spent:.2f} ms", limit, ""


def cpu(action: Callable[[], object]) -> float:
    """Return the CPU time of one `action` in milliseconds, the best of three runs."""
    action()
    found = []
    for _ in range(3):
        start = time.process_time()
        for _ in range(TIMES // 3):
            action()
        found.append((time.process_time() - start) / (TIMES // 3))
    return min(found) * 1000


if __name__ == "__main__":
    for each in rows():
        print(*each, sep="  ")
