"""What one running application holds: its settings, its database, and what it built once."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, cast

from flask import current_app

from survey.config import Settings
from survey.db import Database
from survey.operations.arrivals import Arrivals


@dataclass(frozen=True)
class Site:
    """The parts that views share.

    `arrivals` stores answers. `built` keeps what is the same for everybody (questionnaires, pages
    without answers), by key.
    """

    settings: Settings
    database: Database
    arrivals: Arrivals
    built: dict[Any, Any] = field(default_factory=dict)


def site() -> Site:
    """Return the site of the application that serves this request."""
    return cast("Site", current_app.extensions["sixfold"])


def today() -> date:
    """Return the day, in UTC so that it is the same for every server."""
    return datetime.now(UTC).date()
