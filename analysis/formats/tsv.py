"""Tab-separated values: CSV in which tabs alone separate."""

from __future__ import annotations

from analysis.formats.csv import header, read

__all__ = ["header", "read"]
