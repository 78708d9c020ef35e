"""Barriers: what keeps people from services, counted by kind of service or by place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from survey.operations.services.register import Service

#: Shades of the table: none, and four quarters.
SHADES = 5


@dataclass(frozen=True)
class Barrier:
    """How many services of a row have a barrier.

    Attributes
    ----------
    count : int
        Services that say so.
    known : int
        Services that say anything of it; 0 is shown as not known, never as none.
    shade : int
        How dark the cell is: 0 for none, then by quarters of those that say anything.
    """

    count: int
    known: int
    shade: int


@dataclass(frozen=True)
class BarrierRow:
    """A kind of service or a place: its services, and a cell for each of `BARRIERS`."""

    code: str
    services: int
    cells: tuple[Barrier, ...]


def _one_of(item: str, *codes: str) -> Callable[[Service], bool | None]:
    def has(service: Service) -> bool | None:
        said = service.filed.marked(item)
        return bool(set(said) & set(codes)) if said else None

    return has


def _asks_papers(service: Service) -> bool | None:
    said = service.filed.marked("papers")
    return said != ["none"] if said else None


def _has_step(service: Service) -> bool | None:
    said = service.filed.marked("accessible")
    return not set(said) & {"step_free", "home", "remote"} if said else None


#: What counts as a barrier, by name; each tells of a service whether it has it, or None if unsaid.
BARRIERS: dict[str, Callable[[Service], bool | None]] = {
    "returned": _one_of("open_returned", "no", "unclear"),
    "papers": _asks_papers,
    "cost": _one_of("cost", "small", "full"),
    "waiting": _one_of("waiting", "quarter", "longer", "closed"),
    "referral": _one_of("self_referral", "no"),
    "steps": _has_step,
    "going": _one_of("risk_going", "1", "2"),
    "seen": _one_of("risk_seen", "1", "2"),
    "records": _one_of("risk_records", "1", "2"),
    "security": _one_of("shares_security", "yes"),
    "complaints": _one_of("complaints", "no", "unknown_to_users"),
}


def barriers(services: Iterable[Service], codes: Sequence[str], by: str) -> list[BarrierRow]:
    """Return a row for each of `codes` that has services; `by` is ``kind`` or ``place``."""
    found: dict[str, list[Service]] = {}
    for each in services:
        if each.is_counted:
            found.setdefault(each.place if by == "place" else each.kind, []).append(each)
    return [
        BarrierRow(code, len(found[code]), tuple(_cell(found[code], has) for has in _tests()))
        for code in codes
        if code in found
    ]


def _tests() -> list[Callable[[Service], bool | None]]:
    return list(BARRIERS.values())


def _cell(services: Sequence[Service], has: Callable[[Service], bool | None]) -> Barrier:
    said = [each for each in map(has, services) if each is not None]
    count, known = sum(said), len(said)
    quarters = SHADES - 1
    return Barrier(count, known, -(-quarters * count // known) if known else 0)
