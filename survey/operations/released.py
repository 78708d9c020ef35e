"""The figures that a project has published and that still hold: all that maps may join.

It reads the libraries of analysis; whoever shows a page imports it when the first page needs it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.disclosure import Cell, Edition, Labels
from analysis.disclosure import Release as Published
from survey.models import ProjectRound, Release, Wave
from survey.models.release import ReleaseState


@dataclass(frozen=True)
class Source:
    """A release of a round that is named by its link."""

    link: str
    release: Published

    @property
    def edition(self) -> Edition:
        """What programme teams may read."""
        return self.release.programme

    def cell(self, measure: str, place: str = "") -> Cell | None:
        """Return a number for everyone or for a place; None when the release has none."""
        item = self.place_item
        if place and not item:
            return None
        domain = ((item, place),) if place else ()
        return self.edition.cell(measure, domain) if self.edition.has(measure, domain) else None

    def words_of(self, language: str) -> Labels:
        """Return its words in a language, or in the first that it has."""
        labels = self.release.outline.labels
        return labels.get(language) or next(iter(labels.values()))

    @property
    def place_item(self) -> str:
        """The question that asks for the locality; empty if the release shows none."""
        found = (each.item for each in self.release.outline.breakdowns if each.place)
        return next(found, "")


def latest_release(session: Session, project_id: int, instrument: str) -> Source | None:
    """Return the release of the newest round that asked `instrument`, where it still holds."""
    rows = session.execute(
        select(Wave.link, Release.document)
        .join(Release, Release.wave_id == Wave.id)
        .join(ProjectRound, ProjectRound.wave_id == Wave.id)
        .where(
            ProjectRound.project_id == project_id,
            ProjectRound.deleted_on.is_(None),
            Release.state == ReleaseState.PUBLISHED,
            Release.document.contains(f'"instrument":"{instrument}"'),  # canonical JSON
        )
        .order_by(Wave.opens_on.desc(), Release.made_on.desc(), Release.id.desc())
        .limit(1)
    ).one_or_none()
    return Source(rows[0], _read(rows[1])) if rows else None


@lru_cache(maxsize=8)
def _read(document: str) -> Published:
    """Return a release; reading one takes longer than all the rest of a page, and none changes."""
    return Published.from_json(document)
