"""Put an application together: settings, database, doors, headers, error pages."""

from __future__ import annotations

from datetime import date

from babel.dates import format_date
from flask import Flask, Response
from sqlalchemy import text

from survey import failures, reports, respond
from survey.config import Settings
from survey.db import Database
from survey.forms import BODY_LIMIT
from survey.languages import words
from survey.security import compress, secure, stylesheet
from survey.site import Site, site


def create_app(settings: Settings) -> Flask:
    """Return the application for an installation.

    Raises
    ------
    ConfigurationError
        If it has no secret key.
    """
    app = Flask("survey", static_folder=None)
    settings.required_key()
    app.config["MAX_CONTENT_LENGTH"] = BODY_LIMIT
    app.extensions["sixfold"] = Site(settings, Database(settings.database_url))
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    app.jinja_env.globals["style"] = _Style("respond")
    app.jinja_env.filters["day"] = _day
    app.register_blueprint(respond.blueprint)
    app.register_blueprint(reports.blueprint)
    app.add_url_rule("/healthz", view_func=healthz)
    app.add_url_rule("/", view_func=failures.front_door)
    failures.register(app)
    app.after_request(secure)
    app.after_request(compress)
    return app


def healthz() -> Response:
    """Tell that the database answers, and nothing else."""
    with site().database.reading() as session:
        session.execute(text("SELECT 1"))
    return Response("ok", mimetype="text/plain")


class _Style:
    """A stylesheet that goes into a page as it is: it is ours, and CSS knows no escapes."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __html__(self) -> str:
        return stylesheet(self._name)


def _day(value: date, language: str) -> str:
    return format_date(value, "long", locale=words(language).locale)
