"""Votes of a meeting: everybody gives away some tokens."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import inf

from questionnaires.model import Item, Level
from questionnaires.text import Text
from questionnaires.types.base import Flaw, choice_label
from questionnaires.types.boxes import Box, Boxed, whole_number


class Votes(Boxed):
    """How many tokens each choice was given, stored as ``water:12 jobs:5`` in the item's order."""

    name = "votes"
    level = Level.MULTIPLE
    has_choices = True
    options = frozenset({"tokens", "voters"})
    refusal = "answer.votes"
    messages = (*Boxed.messages, "answer.votes")

    def flaws(self, item: Item) -> Iterable[Flaw]:
        """Ask for the number of voters, without which no limit is known."""
        if not item.options.voters:
            yield "no-voters", "name in 'voters' the number item that says how many voted"

    def parts(self, item: Item) -> Iterable[str]:
        """Yield the codes."""
        return item.codes

    def boxes(self, item: Item, text: Text) -> list[Box]:
        """Return one box a choice."""
        return [Box(code, choice_label(item, code, text), digits=4) for code in item.codes]

    def join(self, item: Item, parts: Mapping[str, str]) -> str | None:
        """Return the counts above zero; None when one is no number."""
        written = {code: parts.get(code, "").strip() for code in item.codes}
        counts = {code: whole_number(each, longest=5) for code, each in written.items() if each}
        if None in counts.values() or not {*parts} <= {"", *item.codes}:
            return None
        return " ".join(f"{code}:{count}" for code, count in counts.items() if count)

    def split(self, answer: str) -> dict[str, str]:
        """Return the count of each choice."""
        return {
            code: count for code, _, count in (each.partition(":") for each in answer.split(" "))
        }

    def agrees(self, item: Item, answer: str, answers: Mapping[str, str]) -> bool:
        """Tell whether no more tokens were given away than the voters had, where that is known."""
        voters = whole_number(answers.get(item.options.voters, ""))
        return self.total(answer) <= (inf if voters is None else voters * item.options.tokens)

    def total(self, answer: str) -> int:
        """Return the tokens given away; 0 for a nonanswer."""
        return sum(whole_number(count) or 0 for count in self.split(answer).values())

    def shown(self, item: Item, answer: str, text: Text) -> str:
        """Return the words of the choices with their counts."""
        counts = self.split(answer).items()
        return " · ".join(f"{choice_label(item, code, text)}: {count}" for code, count in counts)
