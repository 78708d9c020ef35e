"""How an answer is given on paper: boxes to mark, cells for digits, and lines to write on.

What can be answered comes from the form field of the item, so the paper offers what a page offers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from wtforms import Field, SelectField
from wtforms.fields import SelectChoice

from questionnaires.model import Item
from questionnaires.text import Text, Words
from questionnaires.types.base import ButtonsField, choice_label
from questionnaires.types.boxes import Box, BoxesField
from questionnaires.types.multiple import CheckboxField

#: What the template draws: plain values that JSON can hold.
Piece = dict[str, Any]

#: Cells for the digits of a number nobody limited.
_MOST_CELLS = 6


def answer_pieces(item: Item, field: Field, text: Text, words: Words) -> Piece:
    """Return what stands under the question of `item`."""
    outs = [_mark(code, choice_label(item, code, text)) for code in map(str, item.ways_out)]
    if isinstance(field, BoxesField):
        return _boxes(field, words) | {"outs": outs}
    if isinstance(field, ButtonsField):
        offered = _marks(field.choices, {*item.ways_out})
        return _piece(statements=list(field.statements), marks=offered, outs=outs)
    if isinstance(field, SelectField) and not isinstance(field, CheckboxField):
        places = _marks(field.choices)
        return _piece(marks=places, lines=[] if places else [{"label": "", "count": 1}])
    if item.type == "another":  # its only box says it all, and asks nothing that can be refused
        return _piece(marks=_marks(field.choices))
    is_told = bool(text.get(f"hint.{item.words}"))
    note = "" if is_told else words.gettext("You can mark several.")
    return _piece(note=note, marks=_marks(field.choices, {*item.ways_out}), outs=outs)


def column_pieces(field: Field, item: Item, text: Text) -> list[Piece]:
    """Return the columns of a grid: its choices, then the ways out."""
    outs = [_mark(code, choice_label(item, code, text)) for code in map(str, item.ways_out)]
    return [*_marks(field.choices, {*item.ways_out}), *outs]


def _piece(**parts: object) -> Piece:
    empty: Piece = {"note": "", "statements": [], "options": [], "columns": [], "rows": []}
    return empty | {"marks": [], "outs": [], "cells": [], "lines": []} | parts


def _marks(choices: Iterable[SelectChoice], without: Iterable[str] = ()) -> list[Piece]:
    left_out = {"", *without}
    return [_mark(each.value, each.label) for each in choices if each.value not in left_out]


def _mark(code: str, label: str) -> Piece:
    """Return a box to mark. Only digits are printed in it: other codes repeat the words."""
    return {"code": code if code.isdigit() and len(code) <= 2 else "", "label": label}


def _boxes(field: BoxesField, words: Words) -> Piece:
    shared = _shared(field.boxes)
    if shared and len(field.boxes) == 2:
        columns = [_mark("", box.label) for box in field.boxes]
        rows = [{"number": "", "words": label, "condition": ""} for label in shared]
        return _piece(note=field.note, columns=columns, rows=rows)
    if shared:
        note = words.gettext("Write the answers in your order, the first on line 1.")
        return _piece(note=note, options=shared, lines=[_line(box) for box in field.boxes])
    cells = [_cells(box) for box in field.boxes if box.digits or box.choices]
    lines = [_line(box) for box in field.boxes if not box.digits and not box.choices]
    return _piece(note=field.note, cells=cells, lines=lines)


def _shared(boxes: Sequence[Box]) -> list[str]:
    """Return the list that every box offers, as the ranks of a ranking do; empty for none."""
    first, *others = (box.choices for box in boxes)
    is_shared = bool(others) and all(each == first for each in others)
    return [each.label for each in first if each.value] if is_shared else []


def _cells(box: Box) -> Piece:
    """Return cells for digits; a list, as of months, is written by its numbers."""
    widest = max((len(each.value) for each in box.choices), default=box.digits)
    return {"label": box.label, "count": min(widest, _MOST_CELLS)}


def _line(box: Box) -> Piece:
    return {"label": box.label, "count": box.lines}
