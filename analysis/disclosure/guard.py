"""Make a release, attack it with all before it, and withhold more until nothing gives way."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from analysis.disclosure.audit import Exposure, audit
from analysis.disclosure.checks import UNCHECKED, Checks
from analysis.disclosure.facts import Facts
from analysis.disclosure.outline import Outline
from analysis.disclosure.policy import COMMUNITY, PROGRAMME, Policy
from analysis.disclosure.published import Release
from analysis.disclosure.release import release
from analysis.disclosure.tables import Key, keys
from analysis.profile import Measured

#: So often a release is attacked and mended; what is left then is for a person to decide.
_TIMES = 20

#: So many exposures are named in a message.
_NAMED = 5


class ExposedError(Exception):
    """Something withheld can be worked out; each exposure says from what, and what to do.

    Attributes
    ----------
    exposures : tuple of Exposure
        What the audit found.
    """

    def __init__(self, exposures: Sequence[Exposure]) -> None:
        super().__init__("; ".join(str(each) for each in exposures[:_NAMED]))
        self.exposures = tuple(exposures)


def guarded(
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

    Raises
    ------
    ExposedError
        If something withheld can be worked out, whatever else is withheld.
    """
    hidden, hidden_from_public = set(further), set[Key]()
    for _ in range(_TIMES):
        made = release(
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
        together = [*same_round, made]
        found = [each for each in audit(together, by_hand=True) if each.change]
        found = found or audit(together)
        if not found:
            return made
        before = len(hidden) + len(hidden_from_public)
        for each in found:
            if each.change:
                public_only = each.audience == COMMUNITY.audience
                (hidden_from_public if public_only else hidden).add(each.change)
        if len(hidden) + len(hidden_from_public) == before and not _give_up_tables(
            found, keys(outline, with_crossings=True), hidden
        ):
            break
    raise ExposedError(found)


def _give_up_tables(found: Sequence[Exposure], every: Sequence[Key], hidden: set[Key]) -> bool:
    """Withhold whole tables of what is exposed, the narrowest that are left; tell whether any was.

    Where few people answered, one number less is not enough: the cells of a small group are
    bounded by how few it has in all. First goes the table the cell stands in, then every other of
    its measure that tells the same items apart, then all of the measure, at last with everyone.
    """
    before = len(hidden)
    for each in found:
        measure, domain = each.cell
        mine = [(key, {item for item, _ in key[1]}) for key in every if key[0] == measure]
        items = {item for item, _ in domain}
        tables = (
            {key for key, told in mine if told == items},
            {key for key, told in mine if told & items},
            {key for key, told in mine if told},
            {key for key, _ in mine},
        )
        hidden |= next((table for table in tables if table - hidden), set())
    return len(hidden) > before
