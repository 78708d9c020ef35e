"""The one door out: from estimates at full precision to a release."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from analysis.disclosure import rounding, tables
from analysis.disclosure.checks import UNCHECKED, Checks
from analysis.disclosure.clusters import has_few_clusters, steady
from analysis.disclosure.facts import DesignType, Facts
from analysis.disclosure.judge import is_sensitive, own_reason, sensitive_items
from analysis.disclosure.kinds import Chapter, Direction, Row, Statistic, Topic
from analysis.disclosure.outline import Outline
from analysis.disclosure.policy import COMMUNITY, PROGRAMME, Policy
from analysis.disclosure.published import Cell, Edition, Release, Remark, Withheld
from analysis.disclosure.suppression import complement
from analysis.disclosure.tables import EVERYONE, Key
from analysis.estimate import Estimate
from analysis.profile import Measured

#: Below this, shares of a sensitive group stop at "<10" and ">90".
SMALL = 30

#: A difference is told when chance, over all differences of its table, gives it less often.
CLEAR = 0.05

Reasons = dict[Key, Withheld]


def release(
    estimates: Sequence[Measured],
    facts: Facts,
    outline: Outline,
    programme: Policy = PROGRAMME,
    community: Policy = COMMUNITY,
    *,
    checks: Checks = UNCHECKED,
    earlier: Release | None = None,
    further: Collection[Key] = (),
    further_public: Collection[Key] = (),
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
    checks : Checks
        How far the numbers can be relied on; what they say of a withheld cell is left out.
    earlier : Release, optional
        The release that changes are measured from: what it withholds has no change either.
    further, further_public : collection of Key
        Cells to withhold besides: from everybody, and from the community page alone.

    Raises
    ------
    ValueError
        If a breakdown has a category that `outline` does not name.
    """
    door = _Door(estimates, facts, outline, sensitive_items(outline, programme, community))
    before = (earlier.programme, earlier.community) if earlier else (None, None)
    asked = dict.fromkeys(further, Withheld.PROTECTS)
    first = door.withheld(programme, asked, before[0])
    asked = dict.fromkeys(further_public, Withheld.PROTECTS)
    second = door.withheld(community, asked, before[1], settled=first)
    shown = set(door.keys(programme)) - first.keys()
    return Release(
        facts,
        outline,
        door.edition(programme, first, before[0]),
        door.edition(community, second, before[1]),
        # What is no cell of the edition is not withheld either: only what is shown stays.
        replace(
            checks, missing=tuple(m for m in checks.missing if (m.dimension, m.domain) in shown)
        ),
    )


class _Door:
    """The estimates of one release, looked up by cell."""

    def __init__(
        self, estimates: Sequence[Measured], facts: Facts, outline: Outline, sensitive: set[str]
    ) -> None:
        self.book = tables.index(estimates, outline)
        self.facts = facts
        self.outline = outline
        self.sensitive = sensitive
        self.tender = {each.name for each in outline.dimensions if each.sensitive}
        self.is_convenience = facts.design is DesignType.CONVENIENCE
        self.topics: dict[str, tuple[Topic, Row]] = {
            topic.measure(row): (topic, row) for topic in outline.topics for row in topic.rows
        }

    def keys(self, policy: Policy) -> list[Key]:
        """Return the cells of an edition in the order of the outline."""
        return tables.keys(self.outline, with_crossings=policy.crossed)

    def withheld(
        self,
        policy: Policy,
        asked: Mapping[Key, Withheld],
        earlier: Edition | None = None,
        settled: Mapping[Key, Withheld] | None = None,
    ) -> Reasons:
        """Return why each withheld cell is withheld.

        What is `settled` keeps its reason: a second one, found with other limits, would tell how
        many people there are. What is `asked` is withheld unless it has a reason of its own.
        """
        settled = settled or {}
        keys = self.keys(policy)
        reasons: Reasons = {}
        for key in keys:
            own = own_reason(key, self.book, self.outline, policy, self.sensitive)
            reason = settled.get(key) or own or asked.get(key)
            if reason:
                reasons[key] = reason
        sums = tables.lines(self.outline, with_crossings=policy.crossed)
        sizes = tables.sizes(self.book, keys)
        bound = self._bound(keys, reasons, earlier)
        while True:  # what is withheld with another may expose a third
            reasons |= bound
            further = complement(sizes, sums, reasons)
            reasons |= dict.fromkeys(further, Withheld.PROTECTS)
            bound = self._bound(keys, reasons, earlier)
            if not bound:
                break
        return reasons

    def _bound(
        self, keys: Sequence[Key], reasons: Mapping[Key, Withheld], earlier: Edition | None
    ) -> Reasons:
        """Return the cells that would tell a withheld one: differences, and parts of a whole."""
        found: Reasons = {}
        for key in keys:
            if key in reasons or key[0] not in self.topics:
                continue
            reason = self._reason_of_base(key, reasons, earlier)
            if reason:
                found[key] = reason
        return found

    def _reason_of_base(
        self, key: Key, reasons: Mapping[Key, Withheld], earlier: Edition | None
    ) -> Withheld | None:
        """Return why what a cell is made of, or belongs to, is withheld; None if it is shown."""
        topic, row = self.topics[key[0]]
        domain = key[1]
        if topic.statistic.is_contrast:
            base = (row.code, domain)
            told = earlier.cell(*base).withheld if earlier and earlier.has(*base) else None
            unknown = topic.statistic is not Statistic.DIFFERENCE and not (
                earlier and earlier.has(*base)
            )
            gone = Withheld.FEW if unknown else None
            return reasons.get(base) or reasons.get((row.code, EVERYONE)) or told or gone
        whole = topic.measures if topic.parts else ()
        return next((reasons[each, domain] for each in whole if (each, domain) in reasons), None)

    def edition(
        self, policy: Policy, reasons: Mapping[Key, Withheld], earlier: Edition | None = None
    ) -> Edition:
        """Return the cells of an edition, rounded or withheld."""
        found = (self._cell(key, policy, reasons.get(key)) for key in self.keys(policy))
        cells = (self._told_before(cell, earlier) for cell in found)
        return Edition(policy, self._people(policy), tuple(cells))

    def _people(self, policy: Policy) -> int | None:
        # Voters, informants and walks are other people than those who answered.
        apart = {name for name, (t, _) in self.topics.items() if t.chapter is Chapter.SOURCES}
        everyone = [
            each.people
            for each in self.book.values()
            if each.domain == EVERYONE and each.dimension not in apart
        ]
        people = max(everyone, default=0)
        # Of fewer, one cell that protects another leaves less than `smallest` for all others.
        enough = 2 * policy.smallest + policy.base
        return rounding.to_base(people, policy.base) if people >= enough else None

    def _cell(self, key: Key, policy: Policy, reason: Withheld | None) -> Cell:
        dimension, domain = key
        if reason:
            return Cell(dimension, domain, withheld=reason)
        measured = self.book[key]
        n = measured.mean.n
        shown = rounding.to_base(n, policy.base)
        few = (Remark.FEW_ANSWERS,) if shown < policy.few else ()
        cell = Cell(dimension, domain, n=shown, notes=few)
        if dimension not in self.topics:
            told = dimension in self.tender or is_sensitive(domain, self.sensitive)
            guarded = n < SMALL and told
            return self._score(cell, measured, 10 if guarded else 5)
        topic, row = self.topics[dimension]
        if topic.statistic.is_contrast:
            return self._contrast(cell, measured)
        if topic.statistic.is_share:
            guarded = n < SMALL and (row.sensitive or is_sensitive(domain, self.sensitive))
            return self._share(cell, measured, 10 if guarded else 5)
        return self._points(cell, measured)

    def _score(self, cell: Cell, measured: Measured, edge: int) -> Cell:
        """Return the cell of a dimension: its mean, its range, and both ends of the scale."""
        return replace(
            self._points(cell, measured),
            lowest=rounding.share(measured.lowest.point, edge),
            highest=rounding.share(measured.highest.point, edge),
        )

    def _points(self, cell: Cell, measured: Measured) -> Cell:
        """Return the cell of a mean from 0 to 100, with its ranks where it has any."""
        low, high = self._steady(measured).interval(level=0.95, kind="t")
        ranged = self._ranged(cell, measured, rounding.score(low), rounding.score(high))
        ranks = None if self.is_convenience else measured.ranks
        return replace(ranged, mean=rounding.score(measured.mean.point), ranks=ranks)

    def _share(self, cell: Cell, measured: Measured, edge: int) -> Cell:
        """Return the cell of a percentage; what is shown as a bound only has no range."""
        share = rounding.share(measured.mean.point, edge)
        ranged = cell
        drawn = self.topics[cell.dimension][0].chapter is not Chapter.SOURCES
        if drawn and share is not None and share.isdigit():
            low, high = self._steady(measured).interval(level=0.95, kind="xlogit")
            bounds = [None if each is None else rounding.score(100 * each) for each in (low, high)]
            ranged = self._ranged(cell, measured, *bounds)
        return replace(ranged, share=share)

    def _contrast(self, cell: Cell, measured: Measured) -> Cell:
        """Return the cell of a difference in points, and what may be said of it."""
        low, high = measured.mean.interval(level=0.95, kind="t")
        bounds = [None if each is None else rounding.whole(each) for each in (low, high)]
        ranged = self._ranged(cell, measured, *bounds)
        point = measured.mean.point
        mean = None if point is None else rounding.whole(point)
        return replace(ranged, mean=mean, direction=self._direction(measured))

    def _told_before(self, cell: Cell, earlier: Edition | None) -> Cell:
        """Return a change with the mean that it began from."""
        topic, row = self.topics.get(cell.dimension, (None, None))
        if topic is None or row is None or not topic.statistic.is_change:
            return cell
        if cell.withheld or earlier is None:
            return cell
        return replace(cell, before=earlier.cell(row.code, cell.domain).mean)

    def _direction(self, measured: Measured) -> Direction | None:
        """Return what may be said; of a convenience sample nothing, and it compares nobody else."""
        point, p = measured.mean.point, measured.p_adjusted
        if self.is_convenience or point is None or p is None:
            return None
        if p >= CLEAR:
            return Direction.NOT_CLEAR
        return Direction.HIGHER if point > 0 else Direction.LOWER

    def _steady(self, measured: Measured) -> Estimate:
        everyone = self.book.get((measured.dimension, EVERYONE), measured).mean
        return steady(measured, everyone)

    def _ranged(self, cell: Cell, measured: Measured, low: int | None, high: int | None) -> Cell:
        """Return the cell with its interval; a convenience sample has none to give."""
        if self.is_convenience:
            return cell
        few = (Remark.FEW_CLUSTERS,) if has_few_clusters(measured.mean) else ()
        return replace(cell, low=low, high=high, notes=cell.notes + few)
