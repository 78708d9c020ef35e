"""Primary suppression: whether one cell may be shown for its own sake."""

from __future__ import annotations

from collections.abc import Mapping

from analysis.disclosure.outline import Outline
from analysis.disclosure.policy import Policy
from analysis.disclosure.published import Withheld
from analysis.disclosure.tables import Key, people_in, siblings
from analysis.estimate import Domain
from analysis.profile import Measured

#: A cell is withheld when one person carries more than this share of its weight.
DOMINANT = 0.5

#: Ten equal weights count for ten people, give or take the last digits.
_ROUNDING = 1e-9


def sensitive_items(outline: Outline, *policies: Policy) -> set[str]:
    """Return the breakdown items that the instrument or any policy calls sensitive."""
    marked = {each.item for each in outline.breakdowns if each.sensitive}
    return marked.union(*(policy.sensitive for policy in policies))


def is_sensitive(domain: Domain, sensitive: set[str]) -> bool:
    """Tell whether a sensitive item is part of `domain`."""
    return any(item in sensitive for item, _ in domain)


def own_reason(
    key: Key, book: Mapping[Key, Measured], outline: Outline, policy: Policy, sensitive: set[str]
) -> Withheld | None:
    """Return why the cell at `key` is withheld for its own sake, or None."""
    measured = book.get(key)
    if measured is None or people_in(measured) < policy.smallest:
        return Withheld.FEW
    if _is_split_too_far(key, book, policy):
        return Withheld.FEW
    if measured.heaviest > DOMINANT or measured.effective_n < policy.smallest - _ROUNDING:
        return Withheld.HEAVY
    exposes = _is_unanimous(measured) or (
        is_sensitive(measured.domain, sensitive)
        and (
            people_in(measured) < policy.smallest_sensitive
            or _outside(key, book, outline, sensitive) < policy.outside
        )
    )
    return Withheld.SENSITIVE if exposes else None


def _is_split_too_far(key: Key, book: Mapping[Key, Measured], policy: Policy) -> bool:
    """Tell whether a place or a group with "few answers" would be split further."""
    dimension, domain = key
    margins = ((dimension, (pair,)) for pair in domain)
    return len(domain) > 1 and any(people_in(book.get(each)) < policy.few for each in margins)


def _is_unanimous(measured: Measured) -> bool:
    """Tell whether everyone in a cell has the same score, so that the mean is each one's own."""
    return measured.variance is not None and measured.variance < 1e-9


def _outside(key: Key, book: Mapping[Key, Measured], outline: Outline, sensitive: set[str]) -> int:
    """Return the people in the other cells of the sensitive item, at the same place."""
    dimension, domain = key
    others = siblings(domain, outline, sensitive)
    return sum(people_in(book.get((dimension, other))) for other in others)
