"""The installation that a command works on."""

from __future__ import annotations

from survey.config import Settings
from survey.db import Database
from survey.errors import ConfigurationError
from survey.migrate import is_current


def ready_database(settings: Settings) -> Database:
    """Return the database of an installation that has been set up.

    Raises
    ------
    ConfigurationError
        If it has no tables, or those of another version.
    """
    database = Database(settings.database_url)
    if not is_current(database):
        database.dispose()
        raise ConfigurationError(
            f"the database of {settings.instance} is empty or of another version; "
            "run `sixfold init` for a new one, or `sixfold migrate` after an upgrade"
        )
    return database
