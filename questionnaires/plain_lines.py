"""Files of words: nearly all their lines are plain, and plain lines are read much faster than TOML.

A line is plain that is empty, a comment, the head of a table, or a key with a text in quotation
marks. A file with any other line, or with a mistake, is left to `tomllib`, which reads everything
and tells mistakes. So there is one language of files, and both readers understand it alike.
"""

from __future__ import annotations

import re

#: What a table holds: texts, and tables.
Words = dict[str, "str | Words"]

#: No control characters but the tab.
_ANY = r"[^\x00-\x08\x0a-\x1f\x7f]"
_IN_QUOTES = r'[^"\\\x00-\x08\x0a-\x1f\x7f]'

_LINE = re.compile(
    rf"""[ \t]*
    (?: \[ (?P<path>[A-Za-z0-9_-]+ (?:\.[A-Za-z0-9_-]+)*) \]
      | (?: (?P<key>[A-Za-z0-9_-]+) | "(?P<quoted>{_IN_QUOTES}*)" )
        [ \t]* = [ \t]* "(?P<said>{_IN_QUOTES}*(?:\\["\\]{_IN_QUOTES}*)*)"
    )?
    [ \t]* (?:\#{_ANY}*)?""",
    re.VERBOSE,
)
_ESCAPED = re.compile(r"\\(.)")


def read_lines(text: str) -> Words | None:
    """Return what a file of plain lines holds, or None if it takes a reader of TOML to say."""
    root: Words = {}
    table, heads = root, set()
    for line in text.split("\n"):
        found = _LINE.fullmatch(line)
        if not found:
            return None
        path, key, quoted, said = found.groups()
        if path:
            below = None if path in heads else _below(root, path)
            if below is None:
                return None
            heads.add(path)
            table = below
        elif said is not None:
            name = quoted if key is None else key
            if name in table:
                return None
            table[name] = _ESCAPED.sub(r"\1", said) if "\\" in said else said
    return root


def _below(root: Words, path: str) -> Words | None:
    """Return the table at `path`, made if it is not there; None where a text stands in its way."""
    table = root
    for name in path.split("."):
        below = table.setdefault(name, {})
        if isinstance(below, str):
            return None
        table = below
    return table
