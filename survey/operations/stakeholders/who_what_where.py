"""Who does what where: one row for each organisation, activity and place, and its file for others.

Organisations whose contact could put somebody at high risk, or of which nobody has said, leave in
no file. What raters wrote in their own words, and the posts that are contacts, do not either.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from survey.formats import Table, Variable, format_of
from survey.operations.stakeholders.register import Stakeholder

#: The words of the answer to an item, in the language of the file.
Label = Callable[[str, str], str]

_TAGS = {
    "organisation": "#org+name",
    "code": "#org+code",
    "kind": "#org+type",
    "level": "#org+level",
    "topic": "#sector+name",
    "activity": "#activity+name",
    "activity_code": "#activity+code",
    "served": "#beneficiary+type",
    "place": "#adm2+code",
    "place_name": "#adm2+name",
    "start": "#date+start",
    "end": "#date+end",
    "checked": "#date+updated",
}


@dataclass(frozen=True)
class Doing:
    """One activity of an organisation in one place; both may be empty."""

    stakeholder: Stakeholder
    activity: str
    served: str
    start: str
    end: str
    place: str


def who_what_where(stakeholders: Iterable[Stakeholder]) -> list[Doing]:
    """Return who does what where, by organisation.

    Where raters tell of the same activity, the one who checked last is believed. An organisation
    that covers no place of the project, as one of the whole country, stands in one row without it.
    """
    return [
        Doing(each, *doing, place)
        for each in stakeholders
        for doing in _activities(each)
        for place in each.places or [""]
    ]


def write_who_what_where(rows: Sequence[Doing], label: Label, folder: Path) -> bytes:
    """Return what may leave of `rows` as CSV with a row of HXL tags; `folder` holds it a moment."""
    leaving = [each for each in rows if each.stakeholder.may_leave]
    table = Table(
        "",
        tuple(Variable(name, name, tag=tag) for name, tag in _TAGS.items()),
        len(leaving),
        lambda: (_cells(each, label) for each in leaving),
    )
    found = format_of("hxl")
    with TemporaryDirectory(dir=folder, prefix=".records-") as made:  # made with mode 0700
        file = Path(made) / f"who{found.suffix}"
        found.write(table, file, lambda _done: None)
        return file.read_bytes()


def _activities(stakeholder: Stakeholder) -> Iterable[tuple[str, str, str, str]]:
    found: dict[str, tuple[str, str, str, str]] = {}
    for entry in stakeholder.entries:
        names = ("activity", "activity_for", "activity_start", "activity_end")
        mine: dict[str, list[tuple[str, str, str, str]]] = {}
        for activity, served, start, end in entry.turns(*names):
            mine.setdefault(activity, []).append((activity, served, start, end))
        for activity, told in mine.items():
            for number, each in enumerate(told):
                found.setdefault(f"{activity} {number}", each)
    return found.values()


def _cells(row: Doing, label: Label) -> list[str | None]:
    told = row.stakeholder
    cells = (
        told.name,
        told.said("record_code"),
        label("kind", told.said("kind")),
        label("level", told.said("level")),
        label("topic", told.topic),
        label("activity_1", row.activity),
        row.activity,
        label("activity_for_1", row.served),
        row.place,
        label("covers_1", row.place),
        row.start,
        row.end,
        max((each.said("verified_in") for each in told.entries), default=""),
    )
    return [each or None for each in cells]
