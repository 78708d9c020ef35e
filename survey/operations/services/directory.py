"""The directory to refer people by: what may be read, by whom, and what fits a person's need."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from survey.operations.services.register import CLOSED_KINDS, Service

#: Who a directory can be for; the first is the default.
AUDIENCES = ("public", "partners")
#: What is searched for, and the item that answers it.
FILTERS = {
    "need": "service_type",
    "place": "place",
    "spoken": "languages",
    "sex": "for_sex",
    "age": "for_age",
    "access": "accessible",
}
#: What a directory says of a service, in order; risks, quality and money stay with the team.
SHOWN = (
    *("online", "for_age", "for_sex", "for_status", "for_residence", "papers", "cost"),
    *("days", "hours", "waiting", "languages", "accessible", "special_hours"),
    *("refer_how", "self_referral", "verified_in"),
)


@dataclass(frozen=True)
class Directory:
    """The services that fit, and how many may fit without saying so.

    Attributes
    ----------
    services : tuple of Service
        By kind, place and name.
    silent : int
        Services that were left out only because their record does not say what was asked for.
    """

    services: tuple[Service, ...]
    silent: int


def directory(
    services: Iterable[Service],
    wished: Mapping[str, str],
    audience: str = AUDIENCES[0],
    *,
    with_closed: bool = False,
) -> Directory:
    """Return the services that `audience` may read of and that fit.

    Parameters
    ----------
    services : iterable of Service
        The register.
    wished : mapping of str to str
        By a name of `FILTERS`, the code that is looked for; empty for whatever there is.
    audience : str
        ``public``, or ``partners`` who read what is public as well.
    with_closed : bool
        Whether partners read of the closed kinds too, as far as a record allows it. The public
        never does.
    """
    readable = [each for each in services if _may_read(each, audience, with_closed=with_closed)]
    answers = [(each, _fits(each, wished)) for each in readable]
    fitting = sorted((each for each, fits in answers if fits), key=_order)
    return Directory(tuple(fitting), sum(fits is None for _each, fits in answers))


def _may_read(service: Service, audience: str, *, with_closed: bool) -> bool:
    readers = {"public"} if audience != "partners" else {"public", "partners"}
    if not service.works or service.audience not in readers:
        return False
    return service.kind not in CLOSED_KINDS or (audience == "partners" and with_closed)


def _fits(service: Service, wished: Mapping[str, str]) -> bool | None:
    """Tell whether a service fits; None when it may, and does not say so."""
    is_silent = False
    for name, item in FILTERS.items():
        code = wished.get(name, "")
        said = service.filed.marked(item)
        if code and not said:
            is_silent = True
        elif code and not _takes(said, code):
            return False
    return None if is_silent else True


def _takes(said: Sequence[str], code: str) -> bool:
    return code in said or "all" in said


def _order(service: Service) -> tuple[str, str, str, int]:
    return service.kind, service.place, service.name.casefold(), service.id
