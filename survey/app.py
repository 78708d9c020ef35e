"""Put an application together: settings, database, doors, headers, error pages."""

from __future__ import annotations

from datetime import date

from flask import Flask, Response
from sqlalchemy import text

from survey import failures, field, reports, respond, sync
from survey.config import Settings
from survey.db import Database
from survey.forms import BODY_LIMIT
from survey.languages import words
from survey.operations.arrivals import Arrivals
from survey.policy import Audience, check_policies, open_to
from survey.privacy import privacy
from survey.respond import complain, doors
from survey.respond.shortcut import Shortcut
from survey.security import Inline, compress, refuse_foreign, secure, trusted_hosts
from survey.site import Site, site
from survey.staff_door import StaffDoor


def create_app(settings: Settings, *, for_team: bool = True) -> Flask:
    """Return the application for an installation.

    Parameters
    ----------
    settings : Settings
        The installation.
    for_team : bool, default True
        Whether staff and readers are answered as well as participants. Where they have a server
        of their own, the processes that participants meet know none of their pages, and load
        nothing of what those need.

    Raises
    ------
    ConfigurationError
        If it has no secret key, or an address does not say who may use it.
    """
    app = Flask("survey", static_folder=None)
    settings.required_key()
    app.config["MAX_CONTENT_LENGTH"] = BODY_LIMIT
    app.config["TRUSTED_HOSTS"] = trusted_hosts(settings)
    database = Database(settings.database_url)
    app.extensions["sixfold"] = Site(settings, database, Arrivals(database))
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    app.jinja_env.globals["style"] = Inline("respond.css")
    app.jinja_env.filters["day"] = _day
    app.register_blueprint(respond.blueprint)
    app.register_blueprint(doors.blueprint)
    app.register_blueprint(complain.blueprint)
    if for_team:
        app.register_blueprint(reports.blueprint)
    app.register_blueprint(sync.blueprint)
    app.register_blueprint(field.blueprint)
    app.add_url_rule("/healthz", view_func=healthz)
    app.add_url_rule("/", view_func=open_to(Audience.PUBLIC)(failures.front_door))
    for address in ("/leave", "/leave/<language>"):
        app.add_url_rule(address, view_func=open_to(Audience.PUBLIC)(failures.leave))
    for address in ("/privacy", "/privacy/<language>"):
        app.add_url_rule(address, view_func=privacy)
    failures.register(app)
    app.before_request(refuse_foreign)
    app.after_request(secure)
    app.after_request(compress)
    check_policies(app)
    app.wsgi_app = Shortcut(app)  # type: ignore[method-assign]
    if for_team:
        app.wsgi_app = StaffDoor(app)  # type: ignore[method-assign]
    return app


@open_to(Audience.PUBLIC)
def healthz() -> Response:
    """Tell that the database answers, and nothing else."""
    with site().database.reading() as session:
        session.execute(text("SELECT 1"))
    return Response("ok", mimetype="text/plain")


def _day(value: date, language: str) -> str:
    return words(language).day(value)
