"""What tests of estimates share: the instrument, and the two synthetic data sets."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis import Frame
from questionnaires import Instrument, read_instrument


@pytest.fixture(scope="session")
def golden_folder() -> Path:
    return Path(__file__).parents[1] / "golden"


@pytest.fixture(scope="session")
def cohesion_instrument() -> Instrument:
    return read_instrument("social_cohesion")


@pytest.fixture(scope="session")
def golden_frame(golden_folder: Path, cohesion_instrument: Instrument) -> Frame:
    return Frame.read(golden_folder / "golden_data.csv", cohesion_instrument)
