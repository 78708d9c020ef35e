"""The answers of a round as a table for the team, in which nobody stands out.

The rows come in an order drawn anew for each file. Free text is never in it: only a key opens
that. Whatever stands in a row beside the answers is judged as a key answer is: the cluster (with
its stratum, where the place is kept) and the weight. For whom the key answers are withheld,
stratum and cluster are empty, and the weight is the mean of all these people, so that totals stay
right. Language and mode are left out: few estimates need them, and as keys they would have the
answers of whole languages withheld.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from sqlalchemy.orm import Session

from analysis.disclosure.microdata import Hiding
from questionnaires import Instrument, Item, Level, Nonanswer, Text, item_type
from questionnaires.check.singling import demographics
from survey.formats.table import Place, Table, Variable, told_apart
from survey.languages import words
from survey.messages import _
from survey.models import Wave
from survey.operations.export_people import People, people_of
from survey.operations.export_rows import WITHHELD, Raked, Reader, drawn_people
from survey.operations.small_counts import shown_places
from survey.operations.waves import fielded_instrument, localities_of, place_item
from survey.operations.weighing import raked_by_answers, weighed_now

#: What can be known of a person from outside (scoring.md C.8): gender, age, residence.
_KEYS = ("D2", "D3", "D4")
#: Of so many key variables at most every set is offered; a file keeps none of the others.
_MOST = 6


@dataclass(frozen=True)
class Choice:
    """Which key variables a file keeps, and how well people hide in it then."""

    kept: tuple[str, ...]
    hiding: Hiding


def key_items(instrument: Instrument, form: str) -> list[Item]:
    """Return the items by which somebody could be known: the place first.

    An instrument that does not ask the usual ones is judged by all that describe a person.
    """
    usual = [item for item in instrument.asked(form) if item.name in _KEYS]
    return [place_item(instrument), *(usual or demographics(instrument, form))]


def offered_keys(wave: Wave) -> list[str]:
    """Return the names of the key variables that a file of `wave` may keep."""
    return [item.name for item in key_items(fielded_instrument(wave), wave.form)][:_MOST]


def choices_of(session: Session, wave: Wave) -> list[Choice]:
    """Return every set of key variables that a file could keep, those that keep more first."""
    names = offered_keys(wave)
    people = people_of(session, wave, names)
    sets = [kept for size in range(len(names), -1, -1) for kept in combinations(names, size)]
    return [Choice(kept, people.hide(kept)) for kept in sets]


def choice_of(session: Session, wave: Wave, kept: Sequence[str]) -> Choice:
    """Return how well people hide when a file keeps the key variables `kept`."""
    return Choice(tuple(kept), people_of(session, wave, kept).hide(kept))


def table_of(session: Session, wave: Wave, language: str, kept: Sequence[str]) -> Table:
    """Return the answers of `wave`, with words in `language` and the key variables `kept`."""
    instrument = fielded_instrument(wave)
    text = instrument.texts[language]
    every = [item.name for item in key_items(instrument, wave.form)]
    items = [
        item
        for item in instrument.asked(wave.form)
        if item_type(item.type).level is not Level.TEXT
        and (item.name in kept or item.name not in every)
    ]
    places = [(place.code, place.name(language)) for place in localities_of(session, wave)]
    names = [item.name for item in items]
    raked = _raked(session, wave, names)
    told = words(language).gettext(_("withheld"))
    variables = (
        *DESIGN,
        *([RAKED] if raked else ()),
        *(_variable(item, text, places, kept, told) for item in items),
    )
    known = list(dict.fromkeys((*kept, *(raked.items if raked else ()))))
    people, drawn = drawn_people(session, wave, known)
    reader = Reader(session, names, people, kept, raked)
    return Table(
        wave.fact(language, "title"),
        _named(variables),
        len(drawn.ids),
        lambda: reader.rows(drawn),
        tuple(_places(session, wave, people, language)),
        people.left_out,
        is_unweighed=raked is None and weighed_now(session, wave) is not None,
    )


def _raked(session: Session, wave: Wave, names: Sequence[str]) -> Raked | None:
    """Return the weights of the team, if they tell nothing that is not in the columns `names`."""
    weighed = weighed_now(session, wave)
    if weighed is None:
        return None
    items = tuple(known.item for known in weighed.scheme.known)
    if not {*items} <= {*names}:
        return None
    found = raked_by_answers(session, wave, weighed.scheme)
    return None if found is None else Raked(items, found)


#: What stands behind the design weight in a round that its team has weighed.
RAKED = Variable("weight_raked", "weight_raked", is_number=True, tag="#meta+weight+raked")
#: What stands before the answers.
DESIGN = (
    Variable("stratum", "stratum", tag="#meta+stratum"),
    Variable("psu", "psu", tag="#meta+psu"),
    Variable("weight", "weight", is_number=True, tag="#meta+weight"),
)


def _named(variables: Sequence[Variable]) -> tuple[Variable, ...]:
    """Return `variables` with a name each; a round may ask what a column of the design is called.

    New questionnaires cannot (`COLUMNS`), those that were frozen before may.
    """
    names = told_apart(each.name for each in variables)
    return tuple(replace(each, name=name) for each, name in zip(variables, names, strict=True))


def _variable(
    item: Item, text: Text, places: Sequence[tuple[str, str]], kept: Sequence[str], withheld: str
) -> Variable:
    kind = item_type(item.type)
    codes = [code for code, _ in places] if item.type == "place" else item.codes
    is_coded = kind.level in {Level.NOMINAL, Level.ORDINAL} and bool(codes)
    labels = {code: kind.label(item, code, text, places) for code in codes} if is_coded else {}
    missing = {str(code): text.get(f"answer.{code}") or str(code) for code in Nonanswer}
    if item.name in kept:
        missing |= {WITHHELD: withheld}
    return Variable(
        item.name,
        kind.question(item, text),
        labels,
        missing,
        kind.level is Level.INTERVAL,
        "#loc+code" if item.type == "place" else f"#indicator+{_tag(item.name)}",
        item.name,
    )


def _tag(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalnum() or letter == "_")


def _places(session: Session, wave: Wave, people: People, language: str) -> Iterator[Place]:
    """Yield the localities, with as many counts as the page that watches the round shows."""
    places = localities_of(session, wave)
    counts = dict.fromkeys((place.code for place in places), 0)
    for group in people.groups:
        counts[group.locality] += group.people
    told = shown_places(counts, {place.code: place.stratum for place in places})
    for each in places:
        name = each.name(language)
        yield Place(each.code, name, each.population, each.geometry, told[each.code] or 0)
