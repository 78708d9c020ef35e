"""The clusters that were drawn for a round, which interviews belong to."""

from __future__ import annotations

from sqlalchemy.orm import Session

from survey.models import Wave
from survey.operations.drafts import draft_of_round


def drawn_clusters(session: Session, wave: Wave) -> list[str]:
    """Return the clusters that were drawn for a round, each once; none when none were.

    An interview in one of them carries its name as the PSU, so that errors know the clusters.
    """
    draft = draft_of_round(session, wave)
    drawn = (draft.document.get("draw") or {}).get("clusters", []) if draft else []
    return sorted({str(each["cluster"]) for each in drawn})
