"""From the structure of an instrument to the lines of the survey sheet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any

from questionnaires.formats.xlsform import columns as c
from questionnaires.formats.xlsform.choices import list_of
from questionnaires.formats.xlsform.expressions import Names
from questionnaires.formats.xlsform.lines import (
    Line,
    Table,
    appearance,
    command,
    framed,
    is_framed,
    limits,
    made,
    ways_out,
)
from questionnaires.model import Instrument
from questionnaires.types import item_type

_END = {"type": "end_group"}
#: What people read before the first question. Promises that another server may not keep are left
#: out: what it does with answers, whoever runs it must say.
_OPENINGS = {
    "participants": ("consent", ("about", "voluntary", "care")),
    "staff": ("record", ("about", "care")),
}


def is_on(row: Table) -> bool:
    """Tell whether something is asked, offered or used."""
    return bool(row.get("enabled", True))


class Survey:
    """The lines of one instrument.

    Parameters
    ----------
    instrument : Instrument
        The instrument.
    words : collection of str
        The keys that any of its languages has.
    """

    def __init__(self, instrument: Instrument, words: Iterable[str]) -> None:
        self.structure: Mapping[str, Any] = instrument.document["instrument"]
        self.words = frozenset(words)
        self.items = [row for row in self.structure["item"] if is_on(row)]
        self._names = _names(instrument, self.items)
        used = {item["section"] for item in self.items}
        self.sections = [each for each in self.structure["section"] if each["name"] in used]
        self.groups = [
            each
            for each in self.structure.get("group", [])
            if any(item.get("group") == each["name"] for item in self.items)
        ]
        self._places = self._out_of_order()

    def lines(self) -> Iterator[Line]:
        """Yield the lines from the first to the last."""
        audience = self.structure.get("audience", "participants")
        yield from self._opening(*_OPENINGS[audience])
        for section in self.sections:
            yield from self._section(section)
        if audience == "participants":
            yield dict(_END)
        for each in self.structure.get("calculation", []):
            stored = {f"{c.OURS}stored": c.written(each["stored"])} if "stored" in each else {}
            yield {
                "type": "calculate",
                "name": each["name"],
                "calculation": self._names.written(each["expression"], each["name"]),
                c.KIND: "calculation",
                **stored,
            }

    def _out_of_order(self) -> dict[str, Mapping[str, int]]:
        order = [i for s in self.sections for i in self.items if i["section"] == s["name"]]
        seen = list(dict.fromkeys(item["group"] for item in order if item.get("group")))
        groups = [each["name"] for each in self.structure.get("group", [])]
        items = [each["name"] for each in self.structure["item"]]
        return {
            "group": c.out_of_order(seen, groups),
            "item": c.out_of_order([item["name"] for item in order], items),
        }

    def _opening(self, table: str, parts: tuple[str, ...]) -> Iterator[Line]:
        yield made("begin_group", f"{table}-words", f"{table}.title", appearance="field-list")
        for part in parts:
            yield made("note", f"{table}-{part}", f"{table}.{part}")
        if table == "consent":
            yield made("select_one consent", "consent", "consent.agree", required="yes")
        yield dict(_END)
        if table == "consent":
            yield made("begin_group", "consent-given", relevant="${consent} = 'yes'")

    def _section(self, section: Table) -> Iterator[Line]:
        name = section["name"]
        yield {
            "type": "begin_group",
            "name": f"section-{name}",
            "label": f"section.{name}.title",
            "relevant": self._names.written(section.get("ask_if", ""), name),
            c.KIND: "section",
        }
        if f"section.{name}.intro" in self.words:
            yield made("note", f"section-{name}-intro", f"section.{name}.intro")
        own = [item for item in self.items if item["section"] == name]
        for group, run in groupby(own, key=lambda item: str(item.get("group", ""))):
            yield from self._run(group, list(run))
        yield dict(_END)

    def _run(self, group: str, run: list[Table]) -> Iterator[Line]:
        """Yield the lines of items that stand together in a group, or in none."""
        table: Table = next((each for each in self.groups if each["name"] == group), {})
        if table:
            yield self._group(table)
        for item in run:
            yield from self._item(item)
        if table:
            yield {"type": "end_repeat"}

    def _group(self, table: Table) -> Line:
        name, most = table["name"], table["maximum"]
        line = {
            "type": "begin_repeat",
            "name": f"group-{name}",
            "label": f"group.{name}.title",
            c.KIND: "group",
            f"{c.OURS}maximum": c.written(most),
        }
        if name in self._places["group"]:
            line[c.PLACE] = str(self._places["group"][name])
        if "count" in table:
            line[f"{c.OURS}count"] = table["count"]
            line["repeat_count"] = f"min(coalesce(${{{table['count']}}}, 0), {most})"
        return line

    def _item(self, item: Table) -> Iterator[Line]:
        list_name = list_of(item, self.words)
        line = self._own_cells(item) | self._hint(item)
        if item["type"] == "text":
            yield made("note", f"{item['name']}-warning", "answer.no_names")
        if not is_framed(item):
            kind = command(item, list_name)
            yield {"type": kind, "name": item["name"], "label": f"item.{item['name']}"} | line
            return
        frame = f"item-{item['name']}"
        yield {"type": "begin_group", "name": frame, "label": f"item.{item['name']}"} | line
        for row in filter(is_on, item.get("row", [])):
            yield self._row(item, row, list_name)
        yield from framed(item, list_name)
        yield dict(_END)

    def _hint(self, item: Table) -> Line:
        key = f"hint.{item['name']}"
        return {"hint": key} if key in self.words else {}

    def _own_cells(self, item: Table) -> Line:
        """Return what an item says for itself in columns."""
        name = item["name"]
        line = {f"{c.OURS}{k}": c.written(v) for k, v in item.items() if k not in c.ELSEWHERE}
        line[c.KIND] = "item"
        chosen = [each for each in item.get("choice", []) if is_on(each)]
        line[c.EXCLUSIVE] = " ".join(each["code"] for each in chosen if each.get("exclusive"))
        secret = [each["code"] for each in chosen if each.get("sensitive")]
        line[c.SENSITIVE_CHOICE] = " ".join(secret)
        line["relevant"] = self._names.written(item.get("ask_if", ""), name)
        line["required"] = "yes" if item.get("required") else ""
        line["appearance"] = appearance(item)
        if "random" in item:
            line["parameters"] = f"randomize={'true' if item['random'] else 'false'}"
        if name in self._places["item"]:
            line[c.PLACE] = str(self._places["item"][name])
        return line | ({} if is_framed(item) else self._constraint(item, limits(item)))

    def _row(self, item: Table, row: Table, list_name: str) -> Line:
        line = {f"{c.OURS}{k}": c.written(v) for k, v in row.items() if k not in {"code", "ask_if"}}
        return line | {
            "type": f"select_one {list_name}",
            "name": f"{item['name']}_{row['code']}",
            "label": f"row.{item['name']}.{row['code']}",
            "relevant": self._names.written(row.get("ask_if", ""), item["name"]),
            c.KIND: "row",
            **self._constraint(item, ""),
        }

    def _constraint(self, item: Table, limit: str) -> Line:
        """Return the constraint: what the type knows by itself, and what the item says."""
        own = item.get("constraint", "")
        rule = self._names.constraint(own, ways_out(item), item["name"]) if own else ""
        if not (rule or limit):
            return {}
        both = f"({limit}) and ({rule})" if rule and limit else rule or limit
        key = f"constraint.{item['name']}" if own else item_type(item["type"]).refusal
        return {"constraint": both, "constraint_message": key}


def _names(instrument: Instrument, items: list[Table]) -> Names:
    written = {item["name"]: ways_out(item) for item in items}
    coded: dict[str, tuple[str, ...]] = {}
    turns: dict[str, tuple[str, str, int]] = {}
    for item in instrument.items:
        kind = written.get(item.words, ())
        name = item.name
        if item.instance:
            before, _, after = name.removeprefix(item.words).partition(f"_{item.instance}")
            name = f"{item.words}{before}{after}"
            turns[item.name] = (name, f"group-{item.group}", item.instance)
        coded[name] = kind
    return Names(coded, turns)
