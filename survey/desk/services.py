"""The service map: the register of services read as a whole, for the team and as a directory."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, request

from questionnaires import Item, Text, item_type
from survey.desk.drafting import spoken
from survey.desk.guard import place
from survey.desk.pages import TEAM, page, pdf_reply
from survey.desk.record_pages import words_in_use
from survey.desk.wording import BARRIERS_OF_SERVICES, REASONS_TO_CHECK, SEXES
from survey.languages import words
from survey.models import Role
from survey.operations.records.instruments import instrument_of
from survey.operations.records.reading import project_places
from survey.operations.services import KINDS_OF_SERVICE, Service, list_services
from survey.operations.services.barriers import BARRIERS, barriers
from survey.operations.services.coverage import coverage
from survey.operations.services.directory import AUDIENCES, FILTERS, SHOWN, Directory, directory
from survey.operations.services.recheck import recheck
from survey.operations.services.register import REGISTER
from survey.policy import allow
from survey.site import site, today

blueprint = Blueprint("services", __name__, url_prefix="/desk/projects/<int:project_id>/services")
#: Lines that a page of the desk shows; paper has all of them.
LINES = 100


@blueprint.get("")
@allow(*TEAM, on="project")
def covered(project_id: int) -> str:
    """Show how many services of each kind every place has, and where none is known."""
    register = Register(project_id)
    matrix = coverage(register.services, list(register.places))
    return page("services/coverage", **register.shown("covered"), matrix=matrix)


@blueprint.get("/directory")
@allow(*TEAM, on="project")
def listed(project_id: int) -> str:
    """Show the services to which people can be referred, all or those that fit a need."""
    register = Register(project_id)
    found, searched = _search(register.services)
    return page(
        "services/directory",
        **register.shown("listed"),
        **searched,
        found=found,
        services=found.services[:LINES],
        choices={name: _choices(register, item) for name, item in FILTERS.items()},
        told=register.told,
        tongues=register.tongues(),
        arguments=_arguments(),
    )


@blueprint.get("/directory/paper/<tongue>")
@allow(*TEAM, on="project")
def paper(project_id: int, tongue: str) -> str:
    """Show the same directory in one language, as it is printed."""
    if tongue not in instrument_of(REGISTER).languages:
        abort(404)
    register = Register(project_id, tongue)
    found, searched = _search(register.services)
    spoken_there = words(tongue)
    return page(
        "services/paper",
        **register.shown("listed"),
        **searched,
        found=found,
        told=register.told,
        arguments=_arguments(),
        _=spoken_there.gettext,
        language=tongue,
        direction=spoken_there.direction,
    )


@blueprint.get("/directory/paper/<tongue>/pdf")
@allow(*TEAM, on="project")
def paper_pdf(project_id: int, tongue: str) -> Response:
    """Hand out the same directory as a PDF."""
    from survey.operations import desk_papers as papers  # noqa: PLC0415 - loads what typesets

    if tongue not in instrument_of(REGISTER).languages:
        abort(404)
    register = Register(project_id, tongue)
    found, searched = _search(register.services)
    entries = [register.listed(each) for each in found.services]
    report = papers.directory_report(entries, searched["audience"], words(tongue))
    return pdf_reply(papers.as_pdf(report, today()), "services")


@blueprint.get("/barriers")
@allow(*TEAM, on="project")
def hindered(project_id: int) -> str:
    """Show what keeps people from services, by kind of service or by place."""
    register = Register(project_id)
    by = "place" if request.args.get("by") == "place" else "kind"
    codes = list(register.places) if by == "place" else list(KINDS_OF_SERVICE)
    return page(
        "services/barriers",
        **register.shown("hindered"),
        by=by,
        rows=barriers(register.services, codes, by),
        names=[BARRIERS_OF_SERVICES[name] for name in BARRIERS],
    )


@blueprint.get("/quality")
@allow(*TEAM, on="project")
def rated(project_id: int) -> str:
    """Show what providers think of their services beside what users said in a release."""
    # They load numpy: at the first such page, no earlier.
    from survey.operations.released import latest_release  # noqa: PLC0415
    from survey.operations.services.quality_gap import ASKED, quality_gap  # noqa: PLC0415

    register = Register(project_id)
    with site().database.reading() as reading:
        source = latest_release(reading, project_id, ASKED)
    return page(
        "services/quality",
        **register.shown("rated"),
        rows=quality_gap(register.services, source),
        source=source,
    )


@blueprint.get("/check-again")
@allow(*TEAM, on="project")
def due(project_id: int) -> str:
    """Show which services must be checked again, and why."""
    register = Register(project_id)
    found = recheck(register.services, today())
    return page(
        "services/recheck",
        **register.shown("due"),
        rows=found[:LINES],
        due=len(found),
        reasons=REASONS_TO_CHECK,
    )


class Register:
    """The register of a project with its words, in the reader's language or in another."""

    def __init__(self, project_id: int, language: str = "") -> None:
        self.instrument = instrument_of(REGISTER)
        self.text: Text = (
            self.instrument.texts[language] if language else words_in_use(self.instrument)
        )
        wished = language or spoken()
        with site().database.reading() as reading:
            places = project_places(reading, project_id)
            self.places = {
                code: names.get(wished) or next(iter(names.values())) for code, names in places
            }
            self.services = list_services(reading, project_id, list(self.places))
        self._items = {item.name: item for item in self.instrument.items}
        self._pairs = list(self.places.items())
        self._questions = {name: self.question(name) for name in SHOWN}
        self._labels: dict[tuple[str, str], str] = {}

    def shown(self, tab: str) -> dict[str, object]:
        """Return what every page of the map shows; `tab` is the page that is open."""
        return {
            "project": place().project,
            "text": self.text,
            "tab": tab,
            "places": self.places,
            "kinds": dict(self.choices("service_type")),
            "register": REGISTER,
            "count": len(self.services),
        }

    def told(self, service: Service) -> list[tuple[str, str]]:
        """Return what a directory says of a service: questions with their answers."""
        said = [(words, self._said(service, name)) for name, words in self._questions.items()]
        return [(words, answer) for words, answer in said if answer]

    def listed(self, service: Service) -> tuple[str, str, list[tuple[str, str]]]:
        """Return what a paper says of a service: its name, its kind and place, and the rest."""
        kind = self._label(self._items["service_type"], service.kind)
        where = f"{kind} · {self.places[service.place]}"
        return service.name or kind, where, self.told(service)

    def _said(self, service: Service, name: str) -> str:
        """Return the words of an answer, each found once; empty when there is none."""
        answer = service.filed.said(name)
        if answer and (name, answer) not in self._labels:
            self._labels[name, answer] = self._label(self._items[name], answer)
        return self._labels.get((name, answer), "")

    def _label(self, item: Item, answer: str) -> str:
        if item.codes and not set(answer.split()) <= set(item.codes):
            return ""
        return item_type(item.type).label(item, answer, self.text, self._pairs)

    def question(self, name: str) -> str:
        """Return the words of a question."""
        item = self._items[name]
        return item_type(item.type).question(item, self.text)

    def choices(self, name: str) -> list[tuple[str, str]]:
        """Return the codes of an item with their words."""
        item = self._items[name]
        return [(code, item_type(item.type).label(item, code, self.text)) for code in item.codes]

    def tongues(self) -> list[tuple[str, str]]:
        """Return the languages of the directory by their own names."""
        return [(code, words(code).name) for code in self.instrument.languages]


def _search(services: list[Service]) -> tuple[Directory, dict[str, Any]]:
    """Return the services that the address asks for, and what it asks for.

    Kinds that are closed by default need an owner who asks for them, each time anew.
    """
    wished = {name: request.args.get(name, "")[:40] for name in FILTERS}
    audience = request.args.get("audience", "")
    audience = audience if audience in AUDIENCES else AUDIENCES[0]
    is_owner = Role.OWNER in place().roles
    with_closed = is_owner and audience == "partners" and request.args.get("closed") == "yes"
    found = directory(services, wished, audience, with_closed=with_closed)
    searched = {"wished": wished, "audience": audience, "with_closed": with_closed}
    return found, {**searched, "is_owner": is_owner}


def _arguments() -> dict[str, str]:
    """Return what the address asks for, to ask for the same elsewhere."""
    asked = {name: request.args.get(name, "") for name in (*FILTERS, "audience", "closed")}
    return {name: given for name, given in asked.items() if given}


def _choices(register: Register, item: str) -> list[tuple[str, str]]:
    if item == "place":
        return list(register.places.items())
    if item == "for_sex":
        return list(SEXES.items())
    return [(code, label) for code, label in register.choices(item) if code not in {"all", "none"}]
