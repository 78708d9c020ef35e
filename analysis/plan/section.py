"""Reads one part of a plan key by key, and collects everything that is wrong with it."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from math import inf, isfinite
from typing import Any, TypeGuard

from analysis.columns import normal, written

#: No number of a plan is larger.
LARGEST = 1e15


class Section:
    """One table of a TOML file.

    Parameters
    ----------
    given : object
        What the file holds there.
    place : str
        Where that is, for messages; empty for the plan itself.
    problems : list of str
        Every problem is added here, with its place and its remedy.
    """

    def __init__(self, given: object, place: str, problems: list[str]) -> None:
        self.place = place
        self.problems = problems
        self._asked: set[str] = set()
        self._given: Mapping[str, Any] = given if isinstance(given, Mapping) else {}
        if not isinstance(given, Mapping):
            self.problem("write it as a table of keys")

    def __contains__(self, key: str) -> bool:
        """Whether the file has `key` here."""
        return key in self._given

    def problem(self, remedy: str, key: str = "") -> None:
        """Add a problem of this section, or of one of its keys."""
        place = ".".join(part for part in (self.place, key) if part)
        self.problems.append(f"{place}: {remedy}" if place else remedy)

    def raw(self, key: str) -> Any:  # noqa: ANN401  whatever the file holds
        """Return what stands under `key`; None without it."""
        self._asked.add(key)
        return self._given.get(key)

    def text(self, key: str, example: str) -> str:
        """Return a name that must be there."""
        found = self.raw(key)
        if isinstance(found, str) and found.strip():
            return found.strip()
        self.problem(f"write a text in quotes, as {key} = {example}", key)
        return ""

    def optional_text(self, key: str, example: str) -> str | None:
        """Return a name, or None without one."""
        return self.text(key, example) if key in self else self.raw(key)

    def choice(self, key: str, offered: Sequence[str], otherwise: str = "") -> str:
        """Return one of the words `offered`; without the key `otherwise`, if there is that."""
        found = self.raw(key)
        if found is None and otherwise:
            return otherwise
        if found in offered:
            return str(found)
        self.problem(f"choose one of {', '.join(offered)}", key)
        return ""

    def names(self, key: str, example: str) -> tuple[str, ...]:
        """Return names of columns, none without the key; one may stand without a list."""
        found = self.raw(key)
        if found is None:
            return ()
        listed = [found] if isinstance(found, str) else found
        if isinstance(listed, list) and all(isinstance(each, str) and each for each in listed):
            names = tuple(each.strip() for each in listed)
            self._check_once(key, names)
            return names
        self.problem(f"list names of columns, as {key} = {example}", key)
        return ()

    def some_names(self, key: str, example: str) -> tuple[str, ...]:
        """Return at least one name of a column."""
        found, before = self.names(key, example), len(self.problems)
        if not found and len(self.problems) == before and not self._given.get(key):
            self.problem(f"name at least one column, as {key} = {example}", key)
        return found

    def codes(self, key: str) -> frozenset[str]:
        """Return codes: texts or numbers, one or a list of them."""
        found = self.raw(key)
        listed = found if isinstance(found, list) else [] if found is None else [found]
        if all(is_code(each) for each in listed):
            return frozenset(map(code_text, listed))
        self.problem(f'list codes, as {key} = ["8", "9"]', key)
        return frozenset()

    def number(
        self,
        key: str,
        otherwise: float | None,
        fits: Callable[[float], bool] = isfinite,
        remedy: str = "write a number",
    ) -> float:
        """Return a number that `fits`; without the key `otherwise`, if there is that."""
        found = self.raw(key)
        if found is None and otherwise is not None:
            return otherwise
        if is_number(found) and fits(found):
            return float(found)
        self.problem(remedy, key)
        return otherwise if otherwise is not None else 0.0

    def switch(self, key: str) -> bool:
        """Return true or false; false without the key."""
        found = self.raw(key)
        if found is None or isinstance(found, bool):
            return bool(found)
        self.problem("write true or false, without quotes", key)
        return False

    def done(self) -> None:
        """Add a problem for each key that nobody asked for."""
        for key in self._given:
            if key not in self._asked:
                near = difflib.get_close_matches(key, self._asked, n=1)
                remedy = f"; did you mean {near[0]}?" if near else "; leave it out"
                self.problem(f"unknown key{remedy}", key)

    def _check_once(self, key: str, names: Sequence[str]) -> None:
        for name in sorted({name for name in names if names.count(name) > 1}):
            self.problem(f"{name} stands twice; name it once", key)


def is_number(value: object) -> bool:
    """Whether a value of a TOML file is a number that can be reckoned with."""
    return _is_numeric(value) and -LARGEST <= value <= LARGEST


def is_code(value: object) -> bool:
    """Whether a value of a TOML file can be a code: a text or a number."""
    return isinstance(value, str) or (_is_numeric(value) and -inf < value < inf)


def _is_numeric(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def code_text(value: str | float) -> str:
    """Return a code as text: 8, 8.0 and "8" are equal."""
    return normal(written(value) if isinstance(value, float) else str(value))
