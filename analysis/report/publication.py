"""What a renderer is given: a release, and the report that is composed from it in one language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from analysis.disclosure import Release
from analysis.report.blocks import Report
from analysis.report.compose import compose


@dataclass(frozen=True)
class Publication:
    """The programme team's report of one release in one language, before it has a format.

    Attributes
    ----------
    release : Release
        What is published; the only source of every number.
    language : str
        One of its languages.
    figures : mapping of str to str
        What `analysis.report.charts.draw_figures` drew of the release, in the same language.
    """

    release: Release
    language: str
    figures: Mapping[str, str]

    @cached_property
    def report(self) -> Report:
        """Its blocks."""
        return compose(self.release, self.language, "programme")

    @property
    def title(self) -> str:
        """The title of the round and what is read of it, for the properties of a file."""
        return f"{self.report.title} – {self.report.kind}"
