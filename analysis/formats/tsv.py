"""Tab-separated values: CSV, whose header tells what separates, under another name."""

from __future__ import annotations

from analysis.formats.csv import header, read

__all__ = ["header", "read"]
