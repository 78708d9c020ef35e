"""Choices put in order: the first few, or all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from questionnaires.model import Item, Level, Nonanswer
from questionnaires.text import Text
from questionnaires.types.base import Flaw, choice_label
from questionnaires.types.boxes import Box, Boxed, choices


class Ranking(Boxed):
    """One list a rank, best first, stored as codes in that order; the last ranks may stay empty."""

    name = "ranking"
    level = Level.RANKING
    has_choices = True
    options = frozenset({"top", "random"})
    refusal = "answer.rank"
    messages = (*Boxed.messages, "answer.choose", "answer.rank")

    def flaws(self, item: Item) -> Iterable[Flaw]:
        """Refuse more ranks than choices."""
        if item.options.top > len(item.choices):
            yield "bad-length", "'top' asks for more ranks than there are choices; lower it"

    def parts(self, item: Item) -> Iterable[str]:
        """Yield the ranks."""
        ranks = item.options.top or len(item.choices)
        return map(str, range(1, ranks + 1))

    def boxes(self, item: Item, text: Text) -> list[Box]:
        """Return one list a rank."""
        lines = choices(item, text)
        return [Box(rank, rank, lines) for rank in self.parts(item)]

    def join(self, item: Item, parts: Mapping[str, str]) -> str | None:
        """Return the codes, best first; None when a rank is repeated or skipped."""
        ranked = [parts.get(rank, "") for rank in self.parts(item)]
        chosen = list(filter(None, ranked))
        is_whole = ranked[: len(chosen)] == chosen and len(set(chosen)) == len(chosen)
        alone = {choice.code for choice in item.choices if choice.exclusive}
        is_whole = is_whole and (len(chosen) < 2 or alone.isdisjoint(chosen))
        return " ".join(chosen) if is_whole and {*chosen} <= {*item.codes} else None

    def split(self, answer: str) -> dict[str, str]:
        """Return the code of each rank."""
        return {str(rank): code for rank, code in enumerate(answer.split(" "), start=1)}

    def codes(self, answer: str) -> list[str]:
        """Return the codes, best first."""
        return answer.split(" ")

    def kept(self, item: Item, answer: str) -> str:
        """Return `answer` as it may be stored from elsewhere: a broken ranking is invalid."""
        is_whole = answer in set(Nonanswer) or self.join(item, self.split(answer)) == answer
        return answer if is_whole else Nonanswer.INVALID

    def shown(self, item: Item, answer: str, text: Text) -> str:
        """Return the words of the ranked choices with their ranks."""
        words = [choice_label(item, code, text) for code in answer.split(" ")]
        return " · ".join(f"{rank}. {word}" for rank, word in enumerate(words, start=1))
