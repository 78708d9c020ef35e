"""Who may read what: the limits of one audience."""

from __future__ import annotations

from dataclasses import dataclass, replace

#: No limit of any policy may be set lower.
FLOOR = 5


@dataclass(frozen=True)
class Policy:
    """The disclosure limits for one audience.

    Attributes
    ----------
    audience : str
        Who reads it, as ``programme``.
    smallest : int
        People that a cell needs, unweighted.
    smallest_sensitive : int
        People that a cell of a sensitive item needs.
    outside : int
        People that the other cells of a sensitive item need: nobody should learn that everyone
        in a place is of one group.
    base : int
        Counts of people are rounded to a multiple of it.
    few : int
        A published cell with fewer people carries the note "few answers".
    crossed : bool
        Whether a place may be crossed with one group.
    sensitive : tuple of str
        Breakdown items that count as sensitive besides those that the instrument marks so.

    Raises
    ------
    ValueError
        If a limit is below 5, or a sensitive cell would need fewer people than any other.
    """

    audience: str
    smallest: int
    smallest_sensitive: int
    outside: int
    base: int
    few: int
    crossed: bool
    sensitive: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse limits that protect nobody."""
        for name in ("smallest", "smallest_sensitive", "outside", "base"):
            if getattr(self, name) < FLOOR:
                message = f"policy '{self.audience}': '{name}' is {getattr(self, name)}"
                raise ValueError(f"{message}; limits can be raised, but never below {FLOOR}")
        if self.smallest_sensitive < self.smallest:
            message = f"policy '{self.audience}': 'smallest_sensitive' is below 'smallest'"
            raise ValueError(f"{message}; raise it to at least {self.smallest}")


#: For programme teams, who work with the report.
PROGRAMME = Policy("programme", 10, 30, 10, base=5, few=30, crossed=True)

#: For everybody.
COMMUNITY = Policy("community", 30, 30, 10, base=10, few=30, crossed=False)


def raised(policy: Policy, smallest: int) -> Policy:
    """Return `policy` with a larger smallest cell; a smaller one than its own changes nothing."""
    k = max(policy.smallest, smallest)
    return replace(policy, smallest=k, smallest_sensitive=max(policy.smallest_sensitive, k))
