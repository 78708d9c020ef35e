"""The application of staff, beside the participants' one: sessions, accounts, the desk.

It answers under ``/desk`` and ``/account`` only, and is made at the first request there. So the
pages of participants and readers have no session, no cookie and none of the libraries that staff
need, whatever happens here.
"""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import IO, Any, cast

from flask import Flask, Request, Response, redirect, render_template, request, session, url_for
from flask_wtf.csrf import CSRFProtect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug.exceptions import HTTPException
from werkzeug.routing import IntegerConverter, Map

from survey.account import own, views
from survey.account.accounts import install_accounts
from survey.desk import (
    codes,
    complaints,
    drafts,
    entry,
    exports,
    gate,
    interview,
    localities,
    material,
    projects,
    protocol,
    record_files,
    records,
    releases,
    rounds,
    sample,
    services,
    situation,
    stakeholders,
    start,
    watch,
    weights,
)
from survey.desk.guard import guard
from survey.desk.monitoring import files, registers, safety, values
from survey.desk.workshop import drafts as workshop
from survey.desk.workshop import preview as workshop_preview
from survey.desk.workshop import things as workshop_things
from survey.desk.workshop import versions as workshop_versions
from survey.desk.workshop import words as workshop_words
from survey.errors import BadEncodingError, BusyError, ForeignPageError
from survey.forms import refuse_unclean
from survey.languages import LANGUAGES, choose_language, words
from survey.messages import _
from survey.policy import Audience, check_policies, open_to
from survey.security import Inline, compress, refuse_foreign, secure, secure_staff
from survey.sessions import StaffSessions

_DESK = (
    releases,
    watch,
    exports,
    codes,
    complaints,
    interview,
    entry,
    projects,
    drafts,
    localities,
    sample,
    protocol,
    gate,
    rounds,
    records,
    record_files,
    safety,  # before the registers, whose addresses are wider
    registers,
    values,
    files,
    workshop,
    workshop_things,
    workshop_words,
    workshop_versions,
    workshop_preview,
    weights,
    material,
    stakeholders,
    services,
    situation,
)
#: Addresses that take a file, which is longer than any form.
_WIDE = {
    "localities.look",
    "localities.keep",
    "sample.draw_clusters",
    "record_files.look",
    "record_files.keep",
    "register_files.look",
    "register_files.keep",
    "workshop.look",
    "workshop.keep",
}


def create_staff_app(public: Flask) -> Flask:
    """Return the application of staff that shares the site of the `public` one.

    Raises
    ------
    ConfigurationError
        If an address does not say who may use it.
    """
    app = Flask("survey", static_folder=None)
    app.request_class = _Request
    app.url_map.converters |= {**public.url_map.converters, "int": _Number}
    keys = public.extensions["sixfold"].settings.signing_keys()
    for limit in ("MAX_CONTENT_LENGTH", "TRUSTED_HOSTS"):
        app.config[limit] = public.config[limit]
    app.config["WTF_CSRF_TIME_LIMIT"] = None  # the token lives and dies with the session
    app.config["TESTING"] = public.config["TESTING"]
    app.extensions["sixfold"] = public.extensions["sixfold"]
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    app.jinja_env.globals |= {"style": Inline("desk.css"), "passkey_script": Inline("passkey.js")}
    app.jinja_env.globals["entry_script"] = Inline("entry.js")
    app.jinja_env.globals["workshop_script"] = Inline("workshop.js")
    app.extensions["participants"] = public  # whose pages the workshop shows
    app.jinja_env.filters["day"] = public.jinja_env.filters["day"]
    app.jinja_env.filters["as_day"] = date.fromisoformat
    app.before_request(_make_room)
    # Before whatever reads the form: the first to read it decides how strictly.
    app.before_request(refuse_foreign)
    app.before_request(refuse_unclean)
    app.session_interface = StaffSessions(keys)
    install_accounts(app, keys)
    CSRFProtect(app)
    for blueprint in (views, own, start, *_DESK):
        app.register_blueprint(blueprint.blueprint)
    app.add_url_rule("/desk", "front", open_to(Audience.VISITOR)(_front))
    app.add_url_rule("/account", "account_front", open_to(Audience.VISITOR)(_front))
    check_policies(app)
    for rule in public.url_map.iter_rules():
        app.url_map.add(_only_linked(rule))
    app.before_request(guard)
    app.context_processor(_spoken)
    _register_failures(app)
    # Flask calls the last one first: ours sets the policy before `secure` would.
    app.after_request(secure)
    app.after_request(secure_staff)
    app.after_request(compress)
    return app


def _make_room() -> None:
    """Let a few pages take a file that is longer than a form may be."""
    if request.endpoint in _WIDE:
        request.max_content_length = request.max_form_memory_size = 2 * localities.LARGEST


def _front() -> Response:
    return cast("Response", redirect(url_for("desk.start"), 303))


def _only_linked(rule: Any) -> Any:  # noqa: ANN401 - Werkzeug's rules have many forms
    """Return an address of the participants' application, to be linked to and not answered."""
    copy = rule.empty()
    copy.build_only = True
    return copy


def _spoken() -> dict[str, object]:
    """Give every template its language."""
    spoken = words(choose_language(LANGUAGES, session.get("language")))
    return {
        "_": spoken.gettext,
        "language": spoken.language,
        "direction": spoken.direction,
        "languages": [(code, words(code).name) for code in LANGUAGES],
        "here": request.path,
    }


_PROBLEMS = {
    400: (
        _("This page was open for too long, or came from elsewhere"),
        _("Nothing was changed. Go back, load the page again and repeat what you did."),
    ),
    401: (
        _("You are not signed in any more"),
        _("Nothing was changed. Sign in again; half an hour without use ends a session."),
    ),
    403: (
        _("Your role does not allow this"),
        _("Nothing was changed. An owner of the project can give you another role."),
    ),
    404: (
        _("There is no such page for you"),
        _("Check the address. Projects of other teams cannot be seen from here."),
    ),
    413: (
        _("This is too much at once"),
        _("Nothing was changed. Send a smaller file: simplify the borders, or leave them out."),
    ),
    503: (
        _("The database does not answer at the moment"),
        _("Nothing was changed. Wait a minute and try again."),
    ),
}
_BUSY = (
    _("Many people are signing in at this moment"),
    _("Nothing was changed. Wait a minute and try again."),
)
_OTHER = (
    _("Something went wrong on our side"),
    _("Nothing was stored. Please go back, wait a minute and try again."),
)


def _register_failures(app: Flask) -> None:
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(BusyError, _busy)
    for kind in (BadEncodingError, ForeignPageError):
        app.register_error_handler(kind, _unfit)
    app.register_error_handler(DBAPIError, _storage)
    app.register_error_handler(PoolTimeoutError, _storage)


def _busy(_error: Exception) -> Response:
    return _show(503, _BUSY)


def _unfit(_error: Exception) -> Response:
    return _show(400)


def _http(error: HTTPException) -> Response:
    return _show(error.code or 500)


def _storage(_error: Exception) -> Response:
    return _show(503)


def _show(status: int, message: tuple[str, str] | None = None) -> Response:
    heading, explanation = message or _PROBLEMS.get(status, _OTHER)
    shown = render_template("desk/message.html", heading=heading, explanation=explanation)
    return Response(shown, status, mimetype="text/html")


class _Request(Request):
    """A request whose files stay in memory: a long one would be written to the disk in clear."""

    def _get_file_stream(self, *_described: object, **_more: object) -> IO[bytes]:
        return BytesIO()


class _Number(IntegerConverter):
    """The number of a row in an address: one that no database can hold is no address of ours."""

    def __init__(self, known: Map) -> None:
        super().__init__(known, max=2**31 - 1)
