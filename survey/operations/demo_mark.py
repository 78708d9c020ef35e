"""The file that tells a demo from an installation of a team."""

from __future__ import annotations

from pathlib import Path

#: Written last, so that an interrupted demo has none.
MARK = "demo.json"


def is_demo(instance: Path) -> bool:
    """Tell whether an instance folder holds a demo."""
    return (instance / MARK).exists()
