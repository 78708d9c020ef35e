"""Instruments that nobody wrote: sound documents of every shape, to test what holds for all."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

Document = dict[str, Any]
Item = dict[str, Any]

LANGUAGES = {"en": "ltr", "ar": "rtl", "sr-Cyrl": "ltr"}

#: Words as people write them, with what spreadsheets and TOML files trip over.
WORDS = (
    st.text(
        st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp", "Co", "Cn"]),
        min_size=1,
        max_size=30,
    )
    .filter(lambda text: "${" not in text)
    .map(lambda text: f"={text}…" if text.startswith("x") else f"{text}?")
)
_CODES = st.lists(st.sampled_from(["a", "b", "c.1", "d+", "e-f", "2"]), min_size=2, unique=True)
_KINDS = (
    *("single", "multiple", "likert", "grid", "number", "date", "text", "ranking", "best_worst"),
    *("crosswise", "list_experiment", "votes"),
)


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """Return the document of a sound instrument of one to five sections."""
    count = draw(st.integers(1, 7))
    items = [draw(_items(number)) for number in range(count)]
    sections = [f"s{n}" for n in range(draw(st.integers(1, 3)))]
    for item in items:
        item["section"] = draw(st.sampled_from(sections))
    _add_logic(draw, items)
    languages = draw(st.lists(st.sampled_from(sorted(LANGUAGES)), min_size=1, unique=True))
    structure: Document = {
        "name": "made",
        "version": "1",
        "languages": languages,
        "forms": ["long", "short"],
        "scale": [{"name": "UP3", "codes": ["1", "2", "3"]}],
        "section": [{"name": name} for name in sections],
        "item": [{"name": "people", "section": sections[0], "type": "number"}, *items],
    }
    marked = [item["name"] for item in items if item.get("dimension")]
    if marked:
        structure["dimension"] = [{"name": "TR", "rule": "mean", "role": "dimension"}]
    return {
        "instrument": structure,
        "text": {code: _text(draw, code, structure) for code in languages},
    }


@st.composite
def _items(draw: st.DrawFn, number: int) -> Item:
    kind = draw(st.sampled_from(_KINDS))
    item: Item = {"name": f"q{number}", "type": kind}
    if kind in {"likert", "grid"}:
        item["scale"] = "UP3"
    if kind == "likert" and draw(st.booleans()):
        item |= {"dimension": "TR", "reverse": draw(st.booleans())}
    if kind == "grid":
        item["row"] = [{"code": code} for code in draw(st.sampled_from([["a"], ["a", "b_2"]]))]
    if kind in {"single", "multiple", "ranking", "best_worst", "list_experiment", "votes"}:
        least = 3 if kind == "best_worst" else 2
        codes = draw(_CODES.filter(lambda each: len(each) >= least))
        item["choice"] = [{"code": code} for code in codes]
    item |= draw(_OPTIONS.get(kind, st.just({})))
    _add_marks(draw, item)
    return item


def _add_marks(draw: st.DrawFn, item: Item) -> None:
    """Mark some choices, and let some items be off, not apply, or be asked in one form only."""
    kind = item["type"]
    if kind == "list_experiment":
        item["choice"][0]["sensitive"] = True
    if kind in {"multiple", "ranking"} and draw(st.booleans()):
        item["choice"][-1]["exclusive"] = True
    if kind in {"single", "likert", "grid", "multiple"} and draw(st.booleans()):
        item["na"] = draw(st.booleans())
    if draw(st.booleans()):
        item["forms"] = ["long"]
    if kind == "text" and draw(st.booleans()):
        item |= {"enabled": False, "reason": "Words can tell who somebody is."}


_OPTIONS: dict[str, st.SearchStrategy[Item]] = {
    "number": st.sampled_from([{}, {"minimum": 1}, {"minimum": 0, "maximum": 9}]),
    "date": st.sampled_from(
        [{}, {"precision": "year"}, {"minimum": "2001-02", "maximum": "2030-12"}]
    ),
    "text": st.sampled_from([{}, {"limit": 20}, {"lines": 3, "limit": 900}]),
    "ranking": st.sampled_from([{}, {"top": 2}, {"random": True}]),
    "multiple": st.sampled_from([{}, {"random": True}]),
    "crosswise": st.sampled_from([{"known": 0.25}, {"known": 0.1, "sensitive": True}]),
    "votes": st.sampled_from([{"voters": "people"}, {"voters": "people", "tokens": 3}]),
}


def _add_logic(draw: st.DrawFn, items: list[Item]) -> None:
    """Let some items depend on how many people there are, in expressions of several shapes."""
    shapes = ("${people} > 2", "${people}  != ''", "count(${people}) = 1 or not(${people} >= 3)")
    for item in items:
        is_on = item.get("enabled", True)
        if is_on and item["type"] not in {"votes"} and draw(st.integers(0, 3)) == 0:
            item["ask_if"] = draw(st.sampled_from(shapes))
            item["forms"] = ["long"]
        if is_on and item["type"] == "multiple" and draw(st.booleans()):
            item["constraint"] = "count-selected(.) <= 2"


def _text(draw: st.DrawFn, language: str, structure: Document) -> Document:
    """Return the words of a language that an instrument of this structure needs."""
    names = (
        "title",
        "about",
        "voluntary",
        "anonymous",
        "use",
        "care",
        "final",
        "agree",
        "yes",
        "no",
    )
    answers = (
        *("dk", "pnta", "skip", "na", "unknown", "choose", "number", "date", "year", "month"),
        *("no_names", "text", "rank", "best", "worst", "best_worst", "votes", "exclusive"),
    )
    consent: Document = {each: draw(WORDS) for each in names}
    consent["minutes"] = {form: draw(WORDS) for form in structure["forms"]}
    words: Document = {
        "name": draw(st.sampled_from(["Language", "A language (its letters)"])),
        "direction": LANGUAGES[language],
        "status": draw(st.sampled_from(["draft", "reviewed"])),
        "title": draw(WORDS),
        "consent": consent,
        "answer": {each: draw(WORDS) for each in answers},
        "section": {each["name"]: {"title": draw(WORDS)} for each in structure["section"]},
        "scale": {"UP3": {code: draw(WORDS) for code in ("1", "2", "3")}},
        "item": {each["name"]: draw(WORDS) for each in structure["item"]},
    }
    if "dimension" in structure:
        words["dimension"] = {"TR": {"name": draw(WORDS), "meaning": draw(WORDS)}}
    for item in structure["item"]:
        _add_words(draw, words, item)
    return words


def _add_words(draw: st.DrawFn, words: Document, item: Item) -> None:
    name = item["name"]
    codes = [each["code"] for each in item.get("choice", [])]
    rows = [each["code"] for each in item.get("row", [])]
    if item["type"] == "crosswise":
        codes, rows = ["same", "different"], ["known", "sensitive"]
    tables = {"choice": codes, "row": rows}
    for table, parts in tables.items():
        if parts:
            words.setdefault(table, {})[name] = {part: draw(WORDS) for part in parts}
    if "constraint" in item:
        words.setdefault("constraint", {})[name] = draw(WORDS)
