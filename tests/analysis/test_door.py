"""The public door opens fast and lets in nothing that belongs elsewhere."""

from __future__ import annotations

import subprocess
import sys

import analysis

LOOK = "import sys, analysis; print(*(name for name in {names} if name in sys.modules))"


def test_everything_the_door_promises_is_there() -> None:
    for name in analysis.__all__:
        promised = getattr(analysis, name)
        assert promised.__doc__ or name in ("Domain", "Estimator")  # names of types


def test_importing_analysis_loads_neither_web_nor_heavy_libraries() -> None:
    names = [
        "pyarrow",
        "openpyxl",
        "pyreadstat",
        "babel.messages",
        "flask",
        "sqlalchemy",
        "pandas",
        "scipy.stats",
        "scipy.optimize",
        "scipy.special",
    ]
    done = subprocess.run(
        [sys.executable, "-c", LOOK.format(names=names)], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == ""
