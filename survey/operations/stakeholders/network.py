"""Who works with whom: ties between organisations, who has none, and whom others hang on.

A conflict is shown and is no tie: nobody is reached through it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from statistics import median

from survey.messages import _
from survey.operations.stakeholders.register import Doubt, Stakeholder, key_of_code

CONFLICT = "conflict"


@dataclass(frozen=True)
class Relation:
    """What one organisation has to do with another; `strength` is the median of those who said."""

    source: str
    target: str
    kind: str
    strength: float | None


@dataclass(frozen=True)
class Network:
    """The organisations of a map and their relations.

    Attributes
    ----------
    names : mapping of str to str
        The name of each organisation by its key, in order.
    relations : tuple of Relation
        Every relation once, of whichever kind.
    neighbours : mapping of str to set of str
        With whom each organisation has a tie; conflicts left out.
    doubts : tuple of Doubt
        Relations that lead nowhere.
    """

    names: Mapping[str, str]
    relations: tuple[Relation, ...]
    neighbours: Mapping[str, frozenset[str]]
    doubts: tuple[Doubt, ...]

    @property
    def isolates(self) -> list[str]:
        """The organisations without a tie."""
        return [key for key in self.names if not self.neighbours[key]]


def network_of(
    stakeholders: Sequence[Stakeholder], known: Sequence[Stakeholder] | None = None
) -> Network:
    """Read the relations of some organisations with one another.

    Parameters
    ----------
    stakeholders : sequence of Stakeholder
        The organisations that are looked at.
    known : sequence of Stakeholder, optional
        The whole map, where only a part of it is looked at. A relation to one of these others is
        not drawn. A relation to nobody, to the organisation itself, or of no kind is none; the
        list of doubts names it.
    """
    everybody = {each.key for each in (stakeholders if known is None else known)}
    names: dict[str, str] = {}
    for each in stakeholders:
        names.setdefault(each.key, each.name)
    strengths: dict[tuple[str, str, str], list[int]] = {}
    doubts = []
    for each in stakeholders:
        for entry in each.entries:
            for code, kind, strength in entry.turns("relation_to", "relation", "relation_strength"):
                other = key_of_code(code)
                words = _wrong(each.key, other, kind, everybody)
                if words:
                    doubts.append(Doubt(entry.id, each.name, words))
                if words or other not in names:
                    continue
                found = strengths.setdefault((each.key, other, kind), [])
                found += [int(strength)] if strength.isdigit() else []
    relations = tuple(Relation(*ends, _middle(said)) for ends, said in strengths.items())
    return Network(names, relations, _neighbours(names, relations), tuple(doubts))


def parts_of(network: Network) -> list[list[str]]:
    """Return the organisations that ties hold together, the largest part first."""
    parts, seen = [], set[str]()
    for key in network.names:
        if key not in seen:
            parts.append(_reached(network, key))
            seen.update(parts[-1])
    return sorted(parts, key=len, reverse=True)


def cut_points_of(network: Network) -> dict[str, int]:
    """Return the organisations that alone hold others to the rest, and how many others.

    Without one, the part of the network it stands in falls apart; the number says how many
    organisations lose touch with the largest piece that is left.
    """
    found: dict[str, int] = {}
    for root in (part[0] for part in parts_of(network)):
        found |= _cut_points_from(network, root)
    return found


def _cut_points_from(network: Network, root: str) -> dict[str, int]:
    """Find the cut points of one part by one walk in depth, without recursion (Tarjan's rule).

    `lowest` is the earliest organisation that a branch reaches without its own way in: a branch
    that reaches none before the organisation it hangs on falls off without it.
    """
    number, lowest, size = {root: 0}, {root: 0}, {root: 1}
    falling: dict[str, list[int]] = {}
    way = [(root, "", iter(sorted(network.neighbours[root])))]
    while way:
        key, above, rest = way[-1]
        for other in rest:
            if other not in number:
                number[other] = lowest[other] = len(number)
                size[other] = 1
                way.append((other, key, iter(sorted(network.neighbours[other]))))
                break
            if other != above:
                lowest[key] = min(lowest[key], number[other])
        else:
            way.pop()
            if above:
                size[above] += size[key]
                lowest[above] = min(lowest[above], lowest[key])
                if lowest[key] >= number[above]:
                    falling.setdefault(above, []).append(size[key])
    return {
        key: sum(pieces) - max(pieces)
        for key, branches in falling.items()
        for pieces in ([*branches, len(number) - 1 - sum(branches)],)
        if key != root or len(branches) > 1
    }


def _reached(network: Network, start: str) -> list[str]:
    """Return what ties lead to from `start`, the nearest first."""
    order: dict[str, None] = {start: None}
    for key in (queue := [start]):
        for other in sorted(network.neighbours[key]):
            if other not in order:
                order[other] = None
                queue.append(other)
    return list(order)


def _neighbours(names: Iterable[str], relations: Iterable[Relation]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {key: set() for key in names}
    for each in relations:
        if each.kind != CONFLICT:
            found[each.source].add(each.target)
            found[each.target].add(each.source)
    return {key: frozenset(others) for key, others in found.items()}


def _middle(said: Sequence[int]) -> float | None:
    return median(said) if len(said) > 1 else next(iter(said), None)


def _wrong(key: str, other: str, kind: str, everybody: Set[str]) -> str:
    if other == key:
        return _("A relation names the organisation itself. Write the code of the other one.")
    if other not in everybody:
        return _("A relation names a code that no record here has. Mend it, or add the record.")
    if not kind:
        return _("A relation does not say of what kind it is. Choose one.")
    return ""
