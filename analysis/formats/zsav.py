"""Compressed SPSS: the same under another name."""

from __future__ import annotations

from analysis.formats.sav import header, read

__all__ = ["header", "read"]
