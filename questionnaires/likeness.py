"""A language that differs from another in some words, or in its letters alone.

A text file with ``like = "bs"`` holds only what its language says otherwise, and the rest comes
from the file it names. With ``script = "Cyrl"`` the rest is also written in Cyrillic letters.
This is settled when the files are read: a document, and so the frozen copy of a wave, holds
every word as people read it, and leans on no other file and on no rule of spelling.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from questionnaires.cyrillic import SCRIPTS
from questionnaires.errors import Problem
from questionnaires.schema import INSTRUMENT
from questionnaires.text import merge
from questionnaires.wording import text_file

#: What a file says of its language; it is not for reading aloud.
_FACTS = ("name", "direction", "status")

Table = Mapping[str, Any]


def complete_text(
    language: str,
    read: Callable[[str], Table | None],
    problems: list[Problem],
    behind: tuple[str, ...] = (),
) -> Table | None:
    """Return what the file of `language` holds, with the words of the one it is like.

    Parameters
    ----------
    language : str
        Code of the language.
    read : callable
        Returns what the file of a language holds, or None when it cannot be read.
    problems : list of Problem
        Takes what is wrong with ``like`` and ``script``.
    behind : tuple of str
        The languages that are like this one, and for which it is read.

    Returns
    -------
    Mapping or None
        The whole table, without ``like`` and ``script``; None when there is a problem.
    """
    own = read(language)
    if own is None or "like" not in own:
        return own
    remedy = _remedy(own, (*behind, language))
    model = None if remedy else complete_text(own["like"], read, problems, (*behind, language))
    if model is None:
        file = text_file(language)
        remedy = remedy or f"its words come from {text_file(own['like'])}; mend or add that file"
        if file not in {each.file for each in problems}:
            problems.append(Problem(file, "", "bad-likeness", remedy))
        return None
    letters = SCRIPTS[own["script"]] if "script" in own else str
    shared = {
        key: value if key in _FACTS else _in_letters(value, letters)
        for key, value in model.items()
        if key != "name"
    }
    return merge(shared, {key: own[key] for key in own if key not in {"like", "script"}})


def _remedy(own: Table, languages: tuple[str, ...]) -> str:
    """Return how to mend ``like`` and ``script``, or nothing if they are right."""
    like, script = own["like"], own.get("script", "Cyrl")
    if not INSTRUMENT.keys["languages"].accepts([like]) or like in languages:
        return "write `like` as the code of another language, which is not like this one in turn"
    if script not in SCRIPTS:
        return f"write `script` as one of: {', '.join(SCRIPTS)}"
    return ""


def _in_letters(words: object, letters: Callable[[str], str]) -> object:
    if isinstance(words, str):
        return letters(words)
    if isinstance(words, Mapping):
        return {key: _in_letters(each, letters) for key, each in words.items()}
    return words
