"""The one door out: from estimates at full precision to a release."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from analysis.disclosure import rounding, tables
from analysis.disclosure.clusters import has_few_clusters, steady
from analysis.disclosure.facts import DesignType, Facts
from analysis.disclosure.judge import is_sensitive, own_reason, sensitive_items
from analysis.disclosure.outline import Outline
from analysis.disclosure.policy import COMMUNITY, PROGRAMME, Policy
from analysis.disclosure.published import Cell, Edition, Release, Remark, Withheld
from analysis.disclosure.suppression import complement
from analysis.disclosure.tables import EVERYONE, Key
from analysis.profile import Measured

#: Below this, shares of a sensitive group stop at "<10" and ">90".
SMALL = 30

Reasons = dict[Key, Withheld]


def release(
    estimates: Sequence[Measured],
    facts: Facts,
    outline: Outline,
    programme: Policy = PROGRAMME,
    community: Policy = COMMUNITY,
) -> Release:
    """Return what may leave the team: few-clusters rule, then suppression, then rounding.

    Parameters
    ----------
    estimates : sequence of Measured
        Every dimension in every domain that `outline` names, and in everyone. A cell without an
        estimate is withheld like one with few people; other domains are not looked at.
    facts : Facts
        Where the numbers come from.
    outline : Outline
        What is published, fixed before fieldwork.
    programme, community : Policy
        The limits of both editions. Whatever programme teams may not see, nobody sees.

    Raises
    ------
    ValueError
        If a breakdown has a category that `outline` does not name.
    """
    door = _Door(estimates, facts, outline, sensitive_items(outline, programme, community))
    first = door.withheld(programme, {})
    second = door.withheld(community, first)
    return Release(facts, outline, door.edition(programme, first), door.edition(community, second))


class _Door:
    """The estimates of one release, looked up by cell."""

    def __init__(
        self, estimates: Sequence[Measured], facts: Facts, outline: Outline, sensitive: set[str]
    ) -> None:
        self.book = tables.index(estimates, outline)
        self.facts = facts
        self.outline = outline
        self.sensitive = sensitive

    def keys(self, policy: Policy) -> list[Key]:
        """Return the cells of an edition in the order of the outline."""
        where = tables.domains(self.outline, with_crossings=policy.crossed)
        return [(each.name, domain) for each in self.outline.dimensions for domain in where]

    def withheld(self, policy: Policy, already: Mapping[Key, Withheld]) -> Reasons:
        """Return why each withheld cell is withheld; cells withheld `already` stay so."""
        keys = self.keys(policy)
        reasons: Reasons = {}
        for key in keys:
            own = own_reason(key, self.book, self.outline, policy, self.sensitive)
            reason = own or already.get(key)
            if reason:
                reasons[key] = reason
        sums = tables.lines(self.outline, with_crossings=policy.crossed)
        further = complement(tables.sizes(self.book, keys), sums, reasons)
        return reasons | dict.fromkeys(further, Withheld.PROTECTS)

    def edition(self, policy: Policy, reasons: Mapping[Key, Withheld]) -> Edition:
        """Return the cells of an edition, rounded or withheld."""
        cells = (self._cell(key, policy, reasons.get(key)) for key in self.keys(policy))
        return Edition(policy, self._people(policy), tuple(cells))

    def _people(self, policy: Policy) -> int | None:
        everyone = [each.people for each in self.book.values() if each.domain == EVERYONE]
        people = max(everyone, default=0)
        return rounding.to_base(people, policy.base) if people >= policy.smallest else None

    def _cell(self, key: Key, policy: Policy, reason: Withheld | None) -> Cell:
        dimension, domain = key
        if reason:
            return Cell(dimension, domain, withheld=reason)
        measured = self.book[key]
        n = measured.mean.n
        low, high, notes = self._interval(measured)
        guarded = is_sensitive(domain, self.sensitive) and n < SMALL
        edge = 10 if guarded else 5
        shown = rounding.to_base(n, policy.base)
        few = (Remark.FEW_ANSWERS,) if shown < policy.few else ()
        return Cell(
            dimension,
            domain,
            n=shown,
            mean=rounding.score(measured.mean.point),
            low=low,
            high=high,
            lowest=rounding.share(measured.lowest.point, edge),
            highest=rounding.share(measured.highest.point, edge),
            notes=few + notes,
        )

    def _interval(self, measured: Measured) -> tuple[int | None, int | None, tuple[Remark, ...]]:
        """Return the interval of a mean; a convenience sample has none to give."""
        if self.facts.design is DesignType.CONVENIENCE:
            return None, None, ()
        everyone = self.book.get((measured.dimension, EVERYONE), measured).mean
        low, high = steady(measured, everyone).interval(level=0.95, kind="t")
        notes = (Remark.FEW_CLUSTERS,) if has_few_clusters(measured.mean) else ()
        return rounding.score(low), rounding.score(high), notes
