from __future__ import annotations

import pytest

from tests.analysis.rounds import Round, cohesion, households


@pytest.fixture(scope="session")
def two_rounds() -> tuple[Round, Round]:
    return cohesion()[1:]


@pytest.fixture(scope="session")
def needs_round() -> Round:
    return households()
