"""What a phone must know of each item to read its answer as the server would."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from questionnaires import Item, item_type, orders
from questionnaires.forms import field_names
from questionnaires.types.boxes import Boxed
from questionnaires.types.multiple import Multiple
from questionnaires.types.repeat import Another

#: The largest number that a page takes when an item names none.
_MOST = 999_999_999


#: By type, ``place`` or ``area``: the area of each code that a list offers.
Offered = Mapping[str, Mapping[str, str]]


def item_facts(item: Item, places: Offered, every: Mapping[str, Item]) -> Any:  # noqa: ANN401 - JSON
    """Return what a phone knows of `item`, as JSON.

    Parameters
    ----------
    item : Item
        One that a form asks, or that is kept beside its answers.
    places : mapping of str to mapping of str to str
        What its lists offer.
    every : mapping of str to Item
        The items of the form by name; an order belongs to one of them.
    """
    kind = item_type(item.type)
    facts: dict[str, Any] = {
        "name": item.name,
        "words": item.words,
        "type": item.type,
        "isAsked": kind.is_asked,
        "codes": list(item.codes),
        "instance": item.instance,
    }
    if item.type == "order":
        return facts | {"orders": list(orders(every[item.name.removesuffix("_order")]))}
    if not kind.is_asked:
        return facts | {"codes": list(kind.fixed)}
    return facts | {
        "fields": list(field_names(item)),
        "waysOut": [] if item.type == Another.name else list(map(str, item.ways_out)),
        "alone": [choice.code for choice in item.choices if choice.exclusive],
        "required": item.required,
        "isMultiple": isinstance(kind, Multiple),
        "random": item.random,
        "sensitive": next((n for n, choice in enumerate(item.choices) if choice.sensitive), -1),
        "offered": _offered(item, places),
        "isList": item.type in places,
        "parents": places.get(item.type, {}),
        "refusal": kind.refusal,
        **(_boxed(item, kind) if isinstance(kind, Boxed) else {}),
    }


def _offered(item: Item, places: Offered) -> list[str]:
    """Return the codes that a list, or a row of buttons, offers beside the ways out."""
    if item.type in places:
        return list(places[item.type])
    if item.type == "list_experiment":
        return [str(number) for number in range(len(item.choices) + 1)]
    return list(item.codes)


def _boxed(item: Item, kind: Boxed) -> dict[str, Any]:
    """Return what limits the boxes of `item`."""
    options = item.options
    number = item.type == "number"
    return {
        "parts": list(kind.parts(item)),
        "least": options.minimum if options.minimum is not None else (0 if number else ""),
        "most": options.maximum if options.maximum is not None else (_MOST if number else ""),
        "limit": options.limit,
        "lines": options.lines,
        "voters": options.voters,
        "tokens": options.tokens,
    }
