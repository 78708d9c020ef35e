"""The codebook as a whole: the document, the study, the file, and the groups of variables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from xml.etree.ElementTree import Element

from questionnaires.formats.ddi.described import Described
from questionnaires.formats.ddi.element import add, add_words
from questionnaires.formats.ddi.variable import Variables, variable_id
from questionnaires.model import Instrument, Item
from questionnaires.text import Text

_NAMESPACE = "ddi:codebook:2_5"
_FILE = "F1"


def codebook(instrument: Instrument, texts: Sequence[Text], answers: Described | None) -> Element:
    """Return the root of the codebook in the languages of `texts`."""
    root = Element("codeBook", {"xmlns": _NAMESPACE, "version": "2.5"})
    document = add(root, "docDscr")
    _add_citation(document, instrument, texts)
    study = add(root, "stdyDscr")
    _add_citation(study, instrument, texts)
    _add_study(study, instrument, texts)
    if answers:
        _add_file(root, answers)
    names = answers.columns if answers else [item.name for item in instrument.items]
    held = answers.held if answers else {name: name for name in names}
    described = add(root, "dataDscr")
    _add_groups(described, instrument, texts, {item: name for name, item in held.items()})
    variables = Variables(instrument, texts, answers, _FILE if answers else "")
    for name in names:
        variables.add_to(described, name, held.get(name, ""))
    return root


def _add_citation(parent: Element, instrument: Instrument, texts: Sequence[Text]) -> None:
    """Add what the work is called: a title, the same in other languages, and how to name it."""
    citation = add(parent, "citation")
    titles = add(citation, "titlStmt")
    add_words(titles, "titl", texts[:1], "title")
    add_words(titles, "parTitl", texts[1:], "title")
    add(titles, "IDNo", instrument.name, agency="Sixfold")
    add(titles, "IDNo", instrument.sha256, agency="SHA-256")
    if parent.tag == "docDscr":
        add(add(citation, "prodStmt"), "software", "Sixfold")
    add(add(citation, "verStmt"), "version", instrument.version)


def _add_study(study: Element, instrument: Instrument, texts: Sequence[Text]) -> None:
    about = add(study, "stdyInfo")
    for opening in ("consent", "record"):  # an instrument has one of them
        add_words(about, "abstract", texts, f"{opening}.about")
    add(add(about, "sumDscr"), "anlyUnit", str(instrument.unit))


def _add_file(root: Element, answers: Described) -> None:
    told = add(add(root, "fileDscr", ID=_FILE), "fileTxt")
    add(told, "fileName", answers.name)
    sizes = add(told, "dimensns")
    if answers.cases is not None:
        add(sizes, "caseQnty", str(answers.cases))
    add(sizes, "varQnty", str(len(answers.columns)))


def _add_groups(
    parent: Element, instrument: Instrument, texts: Sequence[Text], columns: Mapping[str, str]
) -> None:
    """Add the groups: sections, grids, turns of groups, and what is measured together.

    `columns` are those that hold an item, by its name.
    """

    def group(kind: str, name: str, items: Iterable[Item], label: str, about: str = "") -> None:
        members = [variable_id(columns[item.name]) for item in items if item.name in columns]
        ident = f"G_{kind}_{name}"
        element = add(parent, "varGrp", ID=ident, type=kind, name=name, var=" ".join(members))
        add_words(element, "labl", texts, label)
        add_words(element, "txt", texts, about)

    for section in instrument.sections:
        asked = [item for item in instrument.items if item.section == section.name]
        words = f"section.{section.name}"
        group("section", section.name, asked, f"{words}.title", f"{words}.intro")
    for grid in dict.fromkeys(item.words for item in instrument.items if _is_row(item)):
        rows = [item for item in instrument.items if _is_row(item) and item.words == grid]
        group("grid", grid, rows, f"item.{grid}")
    for turns in instrument.groups:
        members = [item for item in instrument.items if item.group == turns.name]
        group("repetition", turns.name, members, f"group.{turns.name}.title")
    for dimension in instrument.dimensions:
        measured = [instrument.item(name) for name in dimension.items]
        words = f"dimension.{dimension.name}"
        group("subject", dimension.name, measured, f"{words}.name", f"{words}.meaning")


def _is_row(item: Item) -> bool:
    """Tell whether `item` is one of several that a question was taken apart into."""
    return bool(item.row)
