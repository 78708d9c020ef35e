"""What tests of plans share: a plan over the synthetic survey, changed by each test, and run."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from analysis.plan import PlanError, render, run_plan

Run = Callable[[str], dict[str, Any]]
Refused = Callable[[str], list[str]]


def _run(folder: Path, plan: str) -> dict[str, Any]:
    (folder / "plan.toml").write_text(plan, encoding="utf-8")
    found: dict[str, Any] = json.loads(render(run_plan(folder / "plan.toml"), "json"))
    return found


@pytest.fixture
def folder(tmp_path: Path, golden_folder: Path) -> Path:
    """A folder with the data of the synthetic survey, for a plan to lie beside."""
    shutil.copy(golden_folder / "cohesion.csv", tmp_path)
    return tmp_path


@pytest.fixture
def run(folder: Path) -> Run:
    return lambda plan: _run(folder, plan)


@pytest.fixture
def refused(folder: Path) -> Refused:
    """Run a plan that must be refused, and give the lines that say why."""

    def refused(plan: str) -> list[str]:
        with pytest.raises(PlanError) as caught:
            _run(folder, plan)
        assert os.fspath(folder) not in str(caught.value)
        return str(caught.value).splitlines()

    return refused
