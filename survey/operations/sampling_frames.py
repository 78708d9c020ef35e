"""Share a sample out over the strata of a file, and draw clusters from a frame in a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from analysis.columns import written
from analysis.errors import FrameError, Misfit
from analysis.formats import Columns, read_table
from analysis.planning import Allocation, Cluster, Draw, Stratum, allocate, draw_clusters
from analysis.planning.size import LARGEST
from survey.errors import SurveyError
from survey.operations.planning import said_plainly


def plan_allocation(
    file: Path, total: int, method: str, *, minimum: int = 0, exponent: float = 0.5
) -> Allocation:
    """Share `total` people out over the strata of a table with columns stratum, size and sd.

    Raises
    ------
    SurveyError
        With one line for each problem of the file, or if `total` cannot be shared out.
    """
    with said_plainly():
        table = _Table(file, ("stratum", "size"))
        names, sizes = table.names("stratum"), table.numbers("size")
        spreads = table.numbers("sd") if "sd" in table.columns else [None] * len(names)
        table.check()
        strata = [Stratum(*each) for each in zip(names, sizes, spreads, strict=True)]
        return allocate(total, strata, method, minimum=minimum, power=exponent)


def plan_shares(sizes: Mapping[str, float], total: int, method: str, *, minimum: int) -> Allocation:
    """Share `total` people out over strata, of which `sizes` has the people by name.

    Raises
    ------
    SurveyError
        If `total` cannot be shared out.
    """
    with said_plainly():
        strata = [Stratum(*each) for each in sizes.items()]
        return allocate(total, strata, method, minimum=minimum)


def plan_draw(file: Path, clusters: int, method: str, seed: int, *, minimum: int = 2) -> Draw:
    """Draw clusters of a frame with columns cluster and size, and stratum where there are strata.

    Clusters are shared out over strata by size, at least `minimum` to each.

    Raises
    ------
    SurveyError
        With one line for each problem of the file, or if the draw cannot be made.
    """
    with said_plainly():
        table = _Table(file, ("cluster", "size"))
        names, sizes = table.names("cluster"), table.numbers("size")
        strata = table.strata()
        table.check()
        frame = [Cluster(*each) for each in zip(names, sizes, strata, strict=True)]
        return _drawn(frame, clusters, method, seed, minimum)


def plan_draw_of(
    rows: Iterable[tuple[str, float, str]], clusters: int, method: str, seed: int, *, minimum: int
) -> Draw:
    """Draw clusters of a frame whose rows are name, size and stratum, as `plan_draw` does.

    Raises
    ------
    SurveyError
        If the draw cannot be made.
    """
    with said_plainly():
        # A size is a float as in a table: the hash of the frame is to be the same.
        frame = [Cluster(name, float(size), stratum) for name, size, stratum in rows]
        return _drawn(frame, clusters, method, seed, minimum)


def _drawn(frame: Sequence[Cluster], clusters: int, method: str, seed: int, minimum: int) -> Draw:
    return draw_clusters(frame, _over_strata(frame, clusters, minimum), seed, method)


def size_text(size: float) -> str:
    """Return a size as tables have it, with all its digits: 10000000 and not 1e+07."""
    return written(size)


def _over_strata(frame: Sequence[Cluster], clusters: int, minimum: int) -> dict[str, int] | int:
    members: dict[str, list[float]] = {}
    for each in frame:
        members.setdefault(each.stratum, []).append(each.size)
    if len(members) < 2:
        return clusters
    strata = [Stratum(name, sum(sizes), most=len(sizes)) for name, sizes in members.items()]
    shared = allocate(clusters, strata, minimum=minimum)
    return dict(zip(members, shared.n, strict=True))


class _Table:
    """A table of strata or clusters; finds everything that is wrong with it before it is used."""

    def __init__(self, file: Path, needed: Sequence[str]) -> None:
        self.columns: Columns = read_table(file)
        self.problems: list[Misfit] = []
        missing = [name for name in needed if name not in self.columns]
        if missing:
            raise SurveyError(
                f"{file.name}: no column {missing[0]}; the header must name {' and '.join(needed)}"
            )
        if not len(self.columns[needed[0]]):
            raise SurveyError(f"{file.name}: no rows below the header; add one for each")

    def texts(self, name: str) -> list[str]:
        """Return the cells of a column."""
        return [cell.strip() for cell in self.columns[name].texts()]

    def names(self, name: str) -> list[str]:
        """Return the cells of a column that names each row once."""
        cells, seen = self.texts(name), set()
        for row, cell in enumerate(cells, start=2):
            if not cell or cell in seen:
                self.problems.append(Misfit(row, name, "is empty or there twice; give it one name"))
            seen.add(cell)
        return cells

    def strata(self) -> list[str]:
        """Return the stratum of each row; all are empty where the table has none."""
        if "stratum" not in self.columns:
            return [""] * len(next(iter(self.columns.values())))
        cells = self.texts("stratum")
        if any(cells):
            self.problems += [
                Misfit(row, "stratum", "is empty; name its stratum")
                for row, cell in enumerate(cells, start=2)
                if not cell
            ]
        return cells

    def numbers(self, name: str) -> list[float]:
        """Return the cells of a column of numbers above 0."""
        found = []
        for row, cell in enumerate(self.texts(name), start=2):
            try:
                number = float(cell)
            except ValueError:
                number = 0.0
            if not 0 < number < float("inf"):
                self.problems.append(Misfit(row, name, "is no number above 0; mend it"))
            elif not 1 / LARGEST <= number <= LARGEST:
                self.problems.append(Misfit(row, name, "is beyond what can be counted; mend it"))
            found.append(number)
        return found

    def check(self) -> None:
        """Raise FrameError with every problem that was found."""
        if self.problems:
            raise FrameError(self.problems)
