"""The clusters that were drawn for a round, which interviews belong to."""

from __future__ import annotations

from sqlalchemy.orm import Session

from survey.models import Wave
from survey.operations.draft_documents import clusters_in
from survey.operations.drafts import draft_of_round


def drawn_clusters(session: Session, wave: Wave) -> list[str]:
    """Return the clusters that were drawn for a round, each once; none when none were.

    An interview in one of them carries its name as the PSU, so that errors know the clusters.
    """
    draft = draft_of_round(session, wave)
    return clusters_in(draft.document) if draft else []
