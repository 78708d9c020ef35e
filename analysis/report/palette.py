"""Colours that mean something in a figure. None means it alone: words or positions say it too."""

from __future__ import annotations

from collections.abc import Sequence

#: From low to high; what is withheld is hatched instead.
SEQUENTIAL = ("#f3ead8", "#c5d8cf", "#7fb6b5", "#3c8790", "#0b5563")
#: The two sides of a scale, each from the middle outwards, and what leans to neither.
LOWER, HIGHER, NEITHER = ("#dfc27d", "#a6611a"), ("#80cdc1", "#018571"), "#d9d9d9"

_DARK, _BLACK, _LIGHT = "#1f2a2e", "#000000", "#ffffff"


def shade(value: int, scale: tuple[int, int] = (0, 100)) -> str:
    """Return the sequential shade of `value`: five steps of equal width."""
    low, high = scale
    return SEQUENTIAL[min(4, max(0, 5 * (value - low) // (high - low)))]


def side(colours: tuple[str, str], count: int) -> list[str]:
    """Return `count` colours from the middle of a scale to its end."""
    if count == 1:
        return [colours[1]]
    return [_between(*colours, place / (count - 1)) for place in range(count)]


def ink_on(field: str) -> str:
    """Return the ink that can be read on `field`: ours where it is enough, else what is best."""
    if _contrast(_DARK, field) >= 4.5:
        return _DARK
    return max(_LIGHT, _BLACK, key=lambda ink: _contrast(ink, field))


def _between(one: str, other: str, share: float) -> str:
    mixed = (
        round(a + (b - a) * share) for a, b in zip(_channels(one), _channels(other), strict=True)
    )
    return "#" + "".join(f"{each:02x}" for each in mixed)


def _contrast(one: str, other: str) -> float:
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    """Return the relative luminance as WCAG 2 defines it."""
    parts = [each / 255 for each in _channels(colour)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _channels(colour: str) -> Sequence[int]:
    return [int(colour[place : place + 2], 16) for place in (1, 3, 5)]
