"""Dimensions: what items are marked with, and how a score is built."""

from __future__ import annotations

from dataclasses import replace

from questionnaires.ledger import Ledger
from questionnaires.model import Dimension, Item, Role, Rule
from questionnaires.schema import DIMENSION

#: The rules that take their items from the parts of a dimension.
_BUILT = frozenset({Rule.COMPOSITE, Rule.FREQUENCY})


def build_dimension(ledger: Ledger, row: object, items: tuple[Item, ...]) -> Dimension:
    """Return the dimension that a table describes, with the items marked with it."""
    checked = ledger.named(row, DIMENSION)
    name = checked["name"]
    dimension = Dimension(
        name=name,
        rule=Rule(checked["rule"]),
        role=Role(checked["role"]),
        headline=checked["headline"],
        parts=tuple(checked["parts"]),
        items=tuple(item.name for item in items if name == item.dimension or name in item.facets),
        minimum=checked["minimum"],
    )
    _check_minimum(ledger, dimension)
    built = dimension.rule in _BUILT
    counted = len(dimension.parts) == 1 or dimension.rule is Rule.COMPOSITE
    if built and (dimension.items or not dimension.parts or not counted):
        number = "one dimension" if dimension.rule is Rule.FREQUENCY else "dimensions"
        remedy = f"it is a {dimension.rule} of the {number} in 'parts', not of marked items"
        ledger.report(name, "needs-parts", remedy)
    if not built and (dimension.parts or not dimension.items):
        remedy = "mark at least one item with this dimension, and leave 'parts' out"
        ledger.report(name, "needs-items", remedy)
    return dimension


def _check_minimum(ledger: Ledger, dimension: Dimension) -> None:
    """Make sure that as many items as must be answered are there, and that the rule counts them."""
    least = dimension.minimum
    if least and dimension.rule is not Rule.MEAN:
        remedy = f"a {dimension.rule} has a rule of its own; take 'minimum' out"
        ledger.report(dimension.name, "bad-minimum", remedy)
    elif least > len(dimension.items):
        remedy = f"{len(dimension.items)} items are marked with it; lower 'minimum', or mark more"
        ledger.report(dimension.name, "bad-minimum", remedy)


def dimensions_of(
    described: tuple[Dimension, ...], items: tuple[Item, ...]
) -> tuple[Dimension, ...]:
    """Return the dimensions that `items` measure; one whose items are all off is off as well."""
    asked = {item.name for item in items}
    kept = {
        each.name: replace(each, items=tuple(name for name in each.items if name in asked))
        for each in described
    }
    off = {each.name for each in described if each.items and not kept[each.name].items}
    return tuple(kept[each.name] for each in described if off.isdisjoint({each.name, *each.parts}))


def check_marks(ledger: Ledger, items: tuple[Item, ...], dimensions: tuple[Dimension, ...]) -> None:
    """Make sure that every mark and every part names a dimension."""
    names = {each.name for each in dimensions}
    listed = ", ".join(sorted(names)) or "none is defined"
    marks = [(item.name, mark) for item in items for mark in (item.dimension, *item.facets)]
    parts = [(each.name, part) for each in dimensions for part in each.parts]
    built = {each.name for each in dimensions if each.rule in _BUILT}
    for owner, mark in marks + parts:
        if mark and mark not in names:
            remedy = f"there is no dimension '{mark}'; choose from: {listed}"
            ledger.report(owner, "unknown-dimension", remedy)
    _check_composites(ledger, dimensions)
    for owner, part in parts:
        if part in built:
            remedy = f"'{part}' is itself built from parts; name dimensions that have items"
            ledger.report(owner, "nested-parts", remedy)


def _check_composites(ledger: Ledger, dimensions: tuple[Dimension, ...]) -> None:
    """Refuse a composite of dimensions: they are not all correlated, and one number hides that."""
    roles = {each.name: each.role for each in dimensions if each.rule not in _BUILT}
    for each in dimensions:
        whole = [part for part in each.parts if roles.get(part) is Role.DIMENSION]
        if each.rule is Rule.COMPOSITE and whole:
            remedy = f"'{whole[0]}' is a dimension of its own; a composite is made of subscales"
            ledger.report(each.name, "no-index", remedy)
