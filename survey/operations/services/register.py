"""Services of a project, read quickly and closed by default."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from survey.operations.records.documents import Filed, list_filed
from survey.operations.records.instruments import instrument_of

#: The register that is read here.
REGISTER = "service_map"
#: Being seen on the way to these can put people at risk: they are in no public list.
CLOSED_KINDS = frozenset({"gbv", "probation_exit", "legal"})
#: What a service can be of, in the order of the register.
KINDS_OF_SERVICE: tuple[str, ...] = instrument_of(REGISTER).item("service_type").codes
_PARTS = frozenset(section.name for section in instrument_of(REGISTER).sections)
#: A service in one of these states helps nobody today.
_IDLE = frozenset({"paused", "planned", "closed"})


@dataclass(frozen=True)
class Service:
    """One record of the register.

    Attributes
    ----------
    filed : Filed
        Its answers.
    kind, place : str
        What it is and where; empty where the record does not say, or says what is not offered.
    """

    filed: Filed
    kind: str
    place: str

    @property
    def id(self) -> int:
        """The number of its record."""
        return self.filed.id

    @property
    def name(self) -> str:
        """What it is called."""
        return self.filed.said("service")

    @property
    def works(self) -> bool:
        """Whether it helps somebody today; a record that says nothing of it counts as working."""
        return self.filed.said("status") not in _IDLE

    @property
    def is_closed(self) -> bool:
        """Whether it will not be opened again."""
        return self.filed.said("status") == "closed"

    @property
    def is_counted(self) -> bool:
        """Whether it works and says what it is and where."""
        return self.works and bool(self.kind and self.place)

    @property
    def is_online_only(self) -> bool:
        """Whether it has no door: its place is only that of its provider."""
        return self.filed.said("online") == "only"

    @property
    def audience(self) -> str:
        """Who may read of it: ``internal``, ``partners`` or ``public``.

        Without an answer, half written, or without a kind or a place, it is internal; of a closed
        kind it is never public.
        """
        said = self.filed.said("publish")
        if not (self.kind and self.place) or not self.filed.parts >= _PARTS:
            return "internal"
        if said == "public" and self.kind in CLOSED_KINDS:
            return "internal"
        return said if said in {"partners", "public"} else "internal"


def list_services(session: Session, project_id: int, places: Sequence[str]) -> list[Service]:
    """Return the services of a project in the order of their records.

    Parameters
    ----------
    session : Session
        A reading session.
    project_id : int
        Whose register.
    places : sequence of str
        The codes of the places of the project; a record that names another one names none.
    """
    known, kinds = frozenset(places), frozenset(KINDS_OF_SERVICE)
    return [_service(each, kinds, known) for each in list_filed(session, project_id, REGISTER)]


def _service(filed: Filed, kinds: frozenset[str], places: frozenset[str]) -> Service:
    kind, place = filed.said("service_type"), filed.said("place")
    return Service(filed, kind if kind in kinds else "", place if place in places else "")
