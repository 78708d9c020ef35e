"""Make a release, attack it together with all before it, and withhold more until nothing gives way."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from analysis.disclosure.audit import audit
from analysis.disclosure.checks import UNCHECKED, Checks
from analysis.disclosure.facts import Facts
from analysis.disclosure.outline import Outline
from analysis.disclosure.policy import COMMUNITY, PROGRAMME, Policy
from analysis.disclosure.published import Release
from analysis.disclosure.release import release as unguarded
from analysis.disclosure.tables import Key
from analysis.profile import Measured

#: So often a release is attacked and mended; what is left then is for a person to decide.
_TIMES = 20


def release(
    estimates: Sequence[Measured],
    facts: Facts,
    outline: Outline,
    programme: Policy = PROGRAMME,
    community: Policy = COMMUNITY,
    *,
    checks: Checks = UNCHECKED,
    earlier: Release | None = None,
    same_round: Sequence[Release] = (),
    further: Collection[Key] = (),
) -> Release:
    """Return what may leave the team: suppression, rounding, and the outsider's attack.

    The parameters are those of `analysis.disclosure.release.release`, and:

    Parameters
    ----------
    same_round : sequence of Release
        Releases of the same round that readers already have, the oldest first.
    further : collection of Key
        Cells that the team withholds besides.
    """
    hidden, hidden_from_public = set(further), set[Key]()
    for _ in range(_TIMES):
        made = unguarded(
            estimates,
            facts,
            outline,
            programme,
            community,
            checks=checks,
            earlier=earlier,
            further=hidden,
            further_public=hidden_from_public,
        )
        before = len(hidden) + len(hidden_from_public)
        for each in audit([*same_round, made]):
            if each.change:
                (hidden if each.audience == PROGRAMME.audience else hidden_from_public).add(
                    each.change
                )
        if len(hidden) + len(hidden_from_public) == before:
            break
    return made
