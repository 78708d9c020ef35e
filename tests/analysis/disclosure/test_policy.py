from __future__ import annotations

from dataclasses import replace

import pytest

from analysis.disclosure import COMMUNITY, PROGRAMME


def test_programme_teams_see_cells_of_ten_and_sensitive_cells_of_thirty() -> None:
    assert (PROGRAMME.smallest, PROGRAMME.smallest_sensitive, PROGRAMME.outside) == (10, 30, 10)
    assert (PROGRAMME.base, PROGRAMME.few, PROGRAMME.crossed) == (5, 30, True)


def test_everybody_sees_cells_of_thirty_and_no_crossing() -> None:
    assert (COMMUNITY.smallest, COMMUNITY.base, COMMUNITY.crossed) == (30, 10, False)


def test_limits_can_be_raised() -> None:
    assert replace(PROGRAMME, smallest=20).smallest == 20


@pytest.mark.parametrize("limit", ["smallest", "smallest_sensitive", "outside", "base"])
def test_no_limit_goes_below_five(limit: str) -> None:
    with pytest.raises(ValueError, match=f"'{limit}' is 4; .*never below 5"):
        replace(PROGRAMME, **{limit: 4})  # type: ignore[arg-type]


def test_a_sensitive_cell_never_needs_fewer_people_than_any_other() -> None:
    with pytest.raises(ValueError, match="'smallest_sensitive' is below 'smallest'"):
        replace(PROGRAMME, smallest=40)
