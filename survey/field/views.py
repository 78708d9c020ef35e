"""The door for phones that ask without a network: one page, our modules, a worker that keeps them.

All of it lies below ``/s/<link>/field/``, which is as far as the worker can see.
"""

from __future__ import annotations

import json

from flask import Blueprint, Response, abort, redirect, render_template, url_for
from werkzeug.wrappers import Response as Reply

from survey.errors import ParcelError
from survey.failures import show
from survey.field.kit import MODULES, kit_of, module_text, version_of
from survey.languages import choose_language, words
from survey.messages import _
from survey.policy import Audience, open_to
from survey.respond.questionnaire import open_questionnaire
from survey.security import content_policy, source_hash, stylesheet
from survey.site import site

blueprint = Blueprint("field", __name__)

#: What the worker keeps beside the modules; the page is first because it is the address itself.
_KEPT = ("./", "kit.js", "form.webmanifest", *MODULES)
_WITHOUT_KEYS = (
    404,
    _("This questionnaire needs a connection"),
    _("It cannot be answered on a phone without one. Please use the address without “field”."),
)


@blueprint.get("/s/<link>/field")
@open_to(Audience.PARTICIPANT)
def front(link: str) -> Reply:
    """Lead to the page; the slash tells the browser how far its worker can see."""
    return redirect(url_for(".page", link=link))


@blueprint.get("/s/<link>/field/")
@open_to(Audience.PARTICIPANT)
def page(link: str) -> Response:
    """Show the page that works without a network from the second visit on."""
    kit_of(link)
    return _strict(Response(_page(link), mimetype="text/html"))


@blueprint.get("/s/<link>/field/<path:file>")
@open_to(Audience.PARTICIPANT)
def part(link: str, file: str) -> Response:
    """Give one of the files that the page is made of."""
    parts = {"kit.js": kit_of, "worker.js": _worker, "form.webmanifest": _manifest}
    if file in parts:
        content = parts[file](link)
    elif file in MODULES:
        kit_of(link)
        content = module_text(file)
    else:
        abort(404)
    kind = "application/manifest+json" if file.endswith("manifest") else "text/javascript"
    return _strict(Response(content, mimetype=kind))


@blueprint.errorhandler(ParcelError)
def _keyless(_error: Exception) -> Response:
    return show(_WITHOUT_KEYS)


def _page(link: str, language: str | None = None) -> str:
    wave, _questionnaire = open_questionnaire(link)
    spoken = words(choose_language(wave.languages, language))
    return render_template(
        "field/page.html",
        _=spoken.gettext,
        language=spoken.language,
        direction=spoken.direction,
        address=f"/s/{link}/{spoken.language}",
    )


def _worker(link: str) -> str:
    """Return the worker of a round; it differs as soon as one of the files does."""
    built = site().built
    key = ("field version", link)
    if key not in built:
        wave, _questionnaire = open_questionnaire(link)
        built[key] = version_of(link, _page(link, wave.languages[0]))
    kept = json.dumps([built[key], _KEPT])
    return f"const [VERSION, FILES] = {kept};\n{module_text('worker.js')}"


def _manifest(link: str) -> str:
    """Return what a phone shows of the page on its home screen: nothing telling."""
    wave, _questionnaire = open_questionnaire(link)
    spoken = words(choose_language(wave.languages))
    name = spoken.gettext(_("Form"))
    return json.dumps(
        {
            "name": name,
            "short_name": name,
            "lang": spoken.language,
            "dir": spoken.direction,
            "start_url": "./",
            "scope": "./",
            "display": "standalone",
            "background_color": "#fbf8f3",
            "theme_color": "#0b5563",
        }
    )


def _strict(response: Response) -> Response:
    """Allow the scripts, the worker and the sending of this site, and nothing else."""
    style = content_policy(source_hash(stylesheet("respond")))
    closed = style.replace("form-action 'self'", "form-action 'none'")
    own = "script-src 'self'; worker-src 'self'; connect-src 'self'; manifest-src 'self'"
    response.headers["Content-Security-Policy"] = f"{closed}; {own}"
    return response
