"""How a format says how far it is."""

from __future__ import annotations

from collections.abc import Callable

#: Told how many rows are written; may raise to stop the writing.
Progress = Callable[[int], None]

#: Rows between two words of progress.
STEP = 1000
