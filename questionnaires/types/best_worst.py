"""Best-worst scaling: of a few options at a time, which matters most and which least."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from questionnaires.model import Item, Level
from questionnaires.text import Text
from questionnaires.types.base import Flaw, Row, choice_label
from questionnaires.types.boxes import Box, Boxed, choices

#: Balanced sets (scoring.md C.9): any two options meet in one set.
_SEVEN = ("012", "034", "056", "135", "146", "236", "245")
_START, _THIRTEEN = (0, 1, 3, 9), 13

_PARTS = ("best", "worst")


class BestWorst(Boxed):
    """Each set of options becomes an item, ``<item>_<set>``, with an answer "best worst"."""

    name = "best_worst"
    level = Level.RANKING
    has_choices = True
    refusal = "answer.best_worst"
    messages = (
        *Boxed.messages,
        "answer.best",
        "answer.worst",
        "answer.choose",
        "answer.best_worst",
    )

    def expand(self, row: Row) -> Iterable[Row]:
        """Yield one row a set; options beyond those there are drop out of their sets."""
        offered = [choice for choice in row["choice"] if choice["enabled"]]
        sets = best_worst_sets(len(offered))
        if not sets:
            yield row
        for number, places in enumerate(sets, start=1):
            yield row | {
                "name": f"{row['name']}_{number}",
                "part": str(number),
                "choice": [offered[place] for place in places],
            }

    def flaws(self, item: Item) -> Iterable[Flaw]:
        """Refuse numbers of options for which there is no balanced plan."""
        if not item.row:
            yield "bad-length", "a best_worst item needs 3 to 13 choices; add some or drop some"

    def parts(self, item: Item) -> Iterable[str]:
        """Yield the two questions."""
        return _PARTS

    def boxes(self, item: Item, text: Text) -> list[Box]:
        """Offer the options of the set twice."""
        lines = choices(item, text)
        return [Box(part, text[f"answer.{part}"], lines) for part in _PARTS]

    def join(self, item: Item, parts: Mapping[str, str]) -> str | None:
        """Return "best worst"; both must be chosen, and differ."""
        pair = [parts.get(part, "") for part in _PARTS]
        if pair == ["", ""]:
            return ""
        return " ".join(pair) if len({*pair} & {*item.codes}) == len(pair) else None

    def split(self, answer: str) -> dict[str, str]:
        """Return the two chosen options."""
        return dict(zip(_PARTS, answer.split(" "), strict=False))

    def shown(self, item: Item, answer: str, text: Text) -> str:
        """Return the two chosen options with their words."""
        chosen = self.split(answer).items()
        lines = (f"{text[f'answer.{part}']}: {choice_label(item, c, text)}" for part, c in chosen)
        return " · ".join(lines)

    def codes(self, answer: str) -> list[str]:
        """Return the two chosen codes."""
        return answer.split(" ")


def best_worst_sets(options: int) -> list[tuple[int, ...]]:
    """Return the sets of positions in which 3 to 13 options are shown; none for other numbers."""
    if not 3 <= options <= _THIRTEEN:
        return []
    if options <= len(_SEVEN):
        plan = [tuple(map(int, each)) for each in _SEVEN]
    else:
        plan = [
            tuple(sorted((place + shift) % _THIRTEEN for place in _START))
            for shift in range(_THIRTEEN)
        ]
    sets = [tuple(place for place in each if place < options) for each in plan]
    return [each for each in sets if len(each) > 1]
