"""What successive releases of a round tell together, checked with the answers at hand."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from analysis import Domain
from analysis.disclosure import Release as Published
from analysis.disclosure.audit import name
from survey.errors import ReleaseError
from survey.models import Release, Wave
from survey.operations.figures import scored_people
from survey.operations.opening import OpenedResponse

Key = tuple[str, Domain]

#: So many numbers are named in a refusal.
_NAMED = 5


def small_gains(
    wave: Wave,
    earlier: Sequence[Release],
    responses: Sequence[OpenedResponse],
    *,
    smallest: int,
    is_correction: bool,
) -> set[Key]:
    """Return the numbers of earlier releases that would gain some people, but fewer than k.

    The difference of two releases is a statistic of those who came between them. A number that
    loses some is found as well: their answers would be the difference.

    Raises
    ------
    ReleaseError
        If nothing is new, and nothing is corrected either.
    """
    if not earlier:
        return set()
    found: set[Key] = set()
    now = _scored(wave, responses)
    for release in earlier:
        before = _scored(wave, [each for each in responses if each.batch <= release.through_batch])
        if before == now and not is_correction:
            raise ReleaseError("nothing new has been sealed since an earlier release")
        for cell in Published.from_json(release.document).programme.cells:
            key = (cell.dimension, cell.domain)
            if cell.withheld is None and 0 < now.get(key, 0) - before.get(key, 0) < smallest:
                found.add(key)
    return found


def refuse_small_gains(published: Published, gains: Collection[Key]) -> None:
    """Refuse a release that shows numbers which gained too few people.

    Raises
    ------
    ReleaseError
        If it does; the message names some of them, and the cheapest change.
    """
    shown = {(c.dimension, c.domain) for c in published.programme.cells if c.withheld is None}
    small = [name(key) for key in sorted(shown.intersection(gains))]
    if small:
        k = published.programme.policy.smallest
        more = f" and {len(small) - _NAMED} more" if len(small) > _NAMED else ""
        raise ReleaseError(
            f"numbers of an earlier release would gain fewer than {k} people, and the "
            "difference would show their answers: "
            f"{', '.join(small[:_NAMED])}{more}; wait until more have answered, or withhold them"
        )


def _scored(wave: Wave, responses: Sequence[OpenedResponse]) -> dict[Key, int]:
    """Return how many people are scored in each cell."""
    return {(each.dimension, each.domain): each.mean.n for each in scored_people(wave, responses)}
