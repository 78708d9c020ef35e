"""How many people the demographic items of an instrument would single out, place by place.

Of N people spread over the combinations of answers with shares p, the expected number of those
who are alone in their combination is the sum of N p (1 - p)^(N - 1): each person is in one with
chance p, and nobody else is with chance (1 - p)^(N - 1). The shares are a guess: the items are
taken as independent of one another, and the codes of each as equally common unless shares are
given. Nonanswers are left out. Real answers hang together, so the preview warns; it proves nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from questionnaires.check.localities import Place
from questionnaires.errors import QuestionnaireError
from questionnaires.model import Instrument, Item, Level
from questionnaires.types import item_type

#: The most different shares that are told apart; beyond, the preview would take too long.
_MOST = 300_000

Shares = Mapping[str, Mapping[str, float]]


def demographics(instrument: Instrument, form: str) -> list[Item]:
    """Return the items of `form` by which people can be told apart: those with a short name."""
    return [
        item
        for item in instrument.asked(form)
        if item_type(item.type).level is Level.NOMINAL
        and item.choices
        and all(text.get(f"domain.{item.name}") for text in instrument.texts.values())
    ]


def combinations_of(items: Sequence[Item], shares: Shares) -> Counter[float]:
    """Return how many combinations of answers have each share of the people."""
    found: Counter[float] = Counter({1.0: 1})
    for item in items:
        codes = _shares_of(item, shares.get(item.name, {}))
        total = sum(codes)
        grown: Counter[float] = Counter()
        for share, number in found.items():
            for code, times in Counter(codes).items():
                if code:
                    grown[share * code / total] += number * times
        if len(grown) > _MOST:
            raise QuestionnaireError(
                f"too many combinations; give shares for fewer than {item.name}"
            )
        found = grown
    return found


def _shares_of(item: Item, given: Mapping[str, float]) -> list[float]:
    for code in given:
        if code not in item.codes:
            listed = ", ".join(item.codes)
            raise QuestionnaireError(
                f"[shares.{item.name}] names '{code}', which {item.name} does not offer; "
                f"choose from: {listed}"
            )
    return [given.get(code, 0.0) for code in item.codes] if given else [1.0] * len(item.codes)


def expected_alone(people: int, shares: Counter[float]) -> float:
    """Return how many of `people` are expected to be alone in their combination of answers."""
    return sum(
        number * people * share * (1 - share) ** (people - 1) for share, number in shares.items()
    )


def preview(
    instrument: Instrument, form: str, places: Sequence[Place], names: Sequence[str], shares: Shares
) -> Iterator[str]:
    """Yield the preview line by line: by the items called `names`, in each place."""
    items = [item for item in demographics(instrument, form) if item.name in names]
    if not items:
        yield "No demographic item is asked, so only the place can single people out."
        return
    found = combinations_of(items, shares)
    yield (
        f"{', '.join(item.name for item in items)}: {sum(found.values()):,} combinations. "
        "Expected number of people who would be alone in theirs, if all answered:"
    )
    for place in places:
        alone = expected_alone(place.population, found)
        yield f"  {place.code}: about {alone:,.0f} of {place.population:,}"
