"""A few words of one's own."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping

from questionnaires.model import Item, Level, Nonanswer
from questionnaires.text import Text
from questionnaires.types.boxes import WHOLE, Box, Boxed

#: Control characters but line ends, and marks that override the direction of text.
_UNCLEAN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")


class Words(Boxed):
    """Free text, with a warning before the box: words can tell who somebody is."""

    name = "text"
    level = Level.TEXT
    options = frozenset({"limit", "lines"})
    refusal = "answer.text"
    messages = (*Boxed.messages, "answer.no_names", "answer.text")

    def parts(self, item: Item) -> Iterable[str]:
        """Yield the only part."""
        return (WHOLE,)

    def boxes(self, item: Item, text: Text) -> list[Box]:
        """Return one box."""
        return [Box(WHOLE, "", lines=item.options.lines, limit=item.options.limit)]

    def note(self, item: Item, text: Text) -> str:
        """Return the warning that stands before the box."""
        return text["answer.no_names"]

    def join(self, item: Item, parts: Mapping[str, str]) -> str | None:
        """Return the text in one form of Unicode; None when it is too long or not clean."""
        typed = parts.get(WHOLE, "").replace("\r\n", "\n").replace("\t", " ").strip()
        written = unicodedata.normalize("NFC", typed)
        is_clean = not _UNCLEAN.search(written) and (item.options.lines > 1 or "\n" not in written)
        is_short = len(written) <= item.options.limit
        # A word that means "no answer" to the archive cannot be an answer as well.
        return written if is_clean and is_short and written not in set(Nonanswer) else None

    def split(self, answer: str) -> dict[str, str]:
        """Return what to write into the box."""
        return {WHOLE: answer}
