"""Organisations of the map: which records are about the same one, and what is doubtful in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from sqlalchemy.orm import Session

from survey.messages import _
from survey.operations.records.documents import Filed, list_filed

#: The instrument whose records make the map.
INSTRUMENT = "stakeholder_map"
#: How contact with an organisation can be a risk, the worst first.
RISKS = ("high", "some", "none")
#: The most turns that a group of the instrument has.
_MOST_TURNS = 12


@dataclass(frozen=True)
class Entry(Filed):
    """What one rater wrote of one organisation on one topic."""

    def turns(self, *names: str) -> list[tuple[str, ...]]:
        """Return the answers of a group, turn by turn, where the first of `names` is answered."""
        said = self.answers
        return [
            tuple([said.get(name, "") for name in turn])
            for turn in _turns_of(names)
            if turn[0] in said
        ]

    @property
    def code(self) -> str:
        """The code of the organisation in the register, as records refer to it."""
        return folded(self.said("record_code"))


@dataclass(frozen=True)
class Stakeholder:
    """One organisation on one topic.

    Attributes
    ----------
    key : str
        What the records of the organisation share, on whatever topic.
    topic : str
        The code of the topic; empty where the records name none.
    entries : tuple of Entry
        One for each rater, the one that was checked last first.
    risk : str
        The worst that anybody saw in contact with it, on any topic; empty when nobody said.
    """

    key: str
    topic: str
    entries: tuple[Entry, ...]
    risk: str

    def said(self, name: str) -> str:
        """Return the answer of the entry that was checked last among those that give one."""
        return next((each.said(name) for each in self.entries if each.said(name)), "")

    def all_said(self, name: str) -> list[str]:
        """Return every answer to an item, each once, the last checked first."""
        return list(dict.fromkeys(each.said(name) for each in self.entries if each.said(name)))

    @property
    def name(self) -> str:
        """What it is called."""
        return self.said("organisation") or self.said("record_code")

    @property
    def places(self) -> list[str]:
        """The codes of the places that it covers, each once."""
        return list(dict.fromkeys(one for each in self.entries for (one,) in each.turns("covers")))

    @property
    def may_leave(self) -> bool:
        """Whether it may be told to others: somebody looked, and saw no high risk."""
        return self.risk in {"some", "none"}


@dataclass(frozen=True)
class Doubt:
    """Something that people must decide: the record, what it is called there, and the words."""

    record_id: int
    name: str
    words: str


def read_entries(session: Session, project_id: int) -> list[Entry]:
    """Return the records of the map of a project; deleted ones are left out."""
    filed = list_filed(session, project_id, INSTRUMENT)
    return [Entry(each.id, each.answers, each.parts) for each in filed]


def stakeholders_of(entries: Sequence[Entry]) -> list[Stakeholder]:
    """Put together what is said of one organisation on one topic; by name, then topic.

    Records belong together by the code of the organisation, else by its name. A record without a
    code belongs to the code that others give to the same name, if that is one.
    """
    keys = _keys(entries)
    risks = _risks(entries, keys)
    found: dict[tuple[str, str], list[Entry]] = {}
    for entry, key in zip(entries, keys, strict=True):
        if key:
            found.setdefault((key, entry.said("topic")), []).append(entry)
    made = [
        Stakeholder(key, topic, tuple(sorted(group, key=_age, reverse=True)), risks[key])
        for (key, topic), group in found.items()
    ]
    return sorted(made, key=lambda each: (folded(each.name), each.key, each.topic))


def key_of_code(code: str) -> str:
    """Return the key of the organisation that has a code in the register."""
    return f"code {folded(code)}"


def doubts_of(entries: Sequence[Entry]) -> list[Doubt]:
    """Return the records that contradict themselves, or could be about one organisation twice."""
    names: dict[str, set[str]] = {}
    codes: dict[str, set[str]] = {}
    for each in entries:
        name = folded(each.said("organisation"))
        if name and each.code:
            names.setdefault(each.code, set()).add(name)
            codes.setdefault(name, set()).add(each.code)
    doubts = []
    for each in entries:
        name = folded(each.said("organisation"))
        words = _doubtful(name, each.code, names, codes) or _reversed(each)
        if words:
            doubts.append(Doubt(each.id, each.said("organisation") or each.code, words))
    return doubts


def folded(written: str) -> str:
    """Return words without what two people write differently: blanks and large letters."""
    return " ".join(written.split()).casefold()


def count_of(stakeholders: Iterable[Stakeholder]) -> int:
    """Return how many organisations there are; one that stands under two topics is one."""
    return len({each.key for each in stakeholders})


@cache
def _turns_of(names: tuple[str, ...]) -> list[list[str]]:
    """Return the names of a group's items, turn by turn."""
    return [[f"{name}_{turn}" for name in names] for turn in range(1, _MOST_TURNS + 1)]


def _doubtful(
    name: str, code: str, names: Mapping[str, set[str]], codes: Mapping[str, set[str]]
) -> str:
    if not name and not code:
        return _("The record names no organisation, so it is nowhere on the map. Name it.")
    if len(names.get(code, ())) > 1:
        return _("The same code stands for another name as well. Use one name, or two codes.")
    if len(codes.get(name, ())) > 1:
        return _("The same name has another code as well. Use one code, or tell the names apart.")
    return ""


def _reversed(entry: Entry) -> str:
    for _activity, start, end in entry.turns("activity", "activity_start", "activity_end"):
        if start and end and end < start:
            return _("An activity ends before it begins. Mend one of the two months.")
    return ""


def _keys(entries: Sequence[Entry]) -> list[str]:
    """Return the key of each record; empty for one that names no organisation."""
    codes: dict[str, set[str]] = {}
    for each in entries:
        if each.code:
            codes.setdefault(folded(each.said("organisation")), set()).add(each.code)
    keys = []
    for each in entries:
        name = folded(each.said("organisation"))
        known = codes.get(name, set()) if name else set()
        if each.code or len(known) == 1:
            keys.append(key_of_code(each.code or next(iter(known))))
        else:
            keys.append(_key_of_name(each))
    return keys


def _key_of_name(entry: Entry) -> str:
    name = folded(entry.said("organisation"))
    return f"name {name}" if name else ""


def _risks(entries: Sequence[Entry], keys: Sequence[str]) -> dict[str, str]:
    """Return the worst that was seen of each key, or of one that shares a name with it.

    Twins in doubt share their risk at once, over any number of names and codes.
    """
    together: dict[str, set[str]] = {}
    said: dict[str, set[str]] = {}
    for entry, key in zip(entries, keys, strict=True):
        if not key:
            continue
        joined = {key, _key_of_name(entry)} - {""}
        for known in tuple(joined):
            joined |= together.get(known, set())
        for known in joined:
            together[known] = joined
        said.setdefault(key, set()).add(entry.said("contact_risk"))
    return {
        key: _worst(set().union(*(said.get(known, set()) for known in together[key])))
        for key in said
    }


def _age(entry: Entry) -> tuple[str, int]:
    return entry.said("verified_in"), entry.id


def _worst(said: set[str]) -> str:
    return next((risk for risk in RISKS if risk in said), "")
