"""What a renderer is given: a release, and the report that is composed from it in one language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Protocol

from analysis.disclosure import Release
from analysis.report.blocks import Report
from analysis.report.compose import compose


class Printed(Protocol):
    """What is set on paper or in Word: blocks, and what the file says about itself."""

    @property
    def report(self) -> Report:
        """Its blocks."""

    @property
    def figures(self) -> Mapping[str, str]:
        """Its drawn figures by name."""

    @property
    def language(self) -> str:
        """Its language."""

    @property
    def title(self) -> str:
        """Its title."""

    @property
    def made_on(self) -> date:
        """Its day."""


@dataclass(frozen=True)
class Paper:
    """A report that no single release gave: a page that joins several sources."""

    report: Report
    made_on: date
    figures: Mapping[str, str] = field(default_factory=dict)

    @property
    def language(self) -> str:
        """The language of its report."""
        return self.report.language

    @property
    def title(self) -> str:
        """The title of its report and what it is, for the properties of a file."""
        return f"{self.report.title} – {self.report.kind}"


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
        return compose(self.release, self.language, "programme").shown(self.figures)

    @property
    def title(self) -> str:
        """The title of the round and what is read of it, for the properties of a file."""
        return f"{self.report.title} – {self.report.kind}"

    @property
    def made_on(self) -> date:
        """The day of its release."""
        return self.release.facts.made_on
