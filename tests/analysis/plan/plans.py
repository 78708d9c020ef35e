"""Plans over the synthetic survey, written as a person would."""

from __future__ import annotations

from collections.abc import Iterable

#: Items of each scale that are reversed.
REVERSED = {
    "trust": (3, 6),
    "belonging": (3,),
    "identity": (2,),
    "attitudes": (2, 5),
    "norms": (3,),
    "engagement": (3,),
}

#: Strata and PSU of the designs that R's cases name.
DESIGNS = {
    "A": ("stratum", "cluster"),
    "B": ("locality", "cluster"),
    "C": ("stratum", "locality"),
}


def listed(words: Iterable[str]) -> str:
    return "[" + ", ".join(f'"{word}"' for word in words) + "]"


def scale(name: str) -> str:
    items = listed(f"{name}_{number}" for number in range(1, 7))
    reverse = listed(f"{name}_{number}" for number in REVERSED[name])
    return f"[scales.{name}]\nitems = {items}\nreverse = {reverse}\nminimum = 1\nmaximum = 5\n"


def cohesion(design: str, keep: str = "") -> str:
    """Return the head of a plan: data, one of R's designs, and all scales."""
    top = 'data = "cohesion.csv"\nmissing = ["8", "9"]\n'
    kept = {"1": 'wave = "1"', "2": 'wave = "2"', "W": ""}[design[1]]
    kept = ", ".join(part for part in (kept, keep) if part)
    top += f"keep = {{{kept}}}\n" if kept else ""
    if design[0] != "U":
        strata, psu = DESIGNS[design[0]]
        top += f'[design]\nweight = "w_base"\nstrata = ["{strata}"]\npsu = ["{psu}"]\n'
    return top + "".join(map(scale, REVERSED))


def table(statistic: str, of: Iterable[str], by: Iterable[str] = (), more: str = "") -> str:
    head = f'[[tables]]\nname = "asked"\nstatistic = "{statistic}"\n'
    return head + f"of = {listed(of)}\nby = {listed(by)}\n{more}\n"
