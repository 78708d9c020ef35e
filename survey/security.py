"""What every reply says to the browser, and how it travels."""

from __future__ import annotations

import base64
import gzip
import hashlib
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import Response, request
from werkzeug.exceptions import RequestURITooLarge
from werkzeug.sansio.utils import host_is_trusted

from survey.config import Settings
from survey.errors import BadEncodingError, ForeignPageError
from survey.forms import UNCLEAN
from survey.shells import FilledPage

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

_STATIC = Path(__file__).parent / "static"
_SMALLEST_TO_COMPRESS = 500
_HTML = "text/html; charset=utf-8"
_PACKED = {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
_ONLY_HTTPS = "max-age=31536000"
_STAFF_SCRIPTS = ("passkey.js", "entry.js", "workshop.js")
_THIS_MACHINE = ("localhost", "127.0.0.1")
_CHANGING = {"POST", "PUT", "PATCH", "DELETE"}
#: Bytes of the longest address.
PATH_LIMIT = 2048


@cache
def stylesheet(name: str) -> str:
    """Return a stylesheet, to be inlined: a page arrives in one request."""
    return static_text(f"{name}.css")


@cache
def static_text(file: str) -> str:
    """Return a file that goes into a page as it is."""
    return (_STATIC / file).read_text(encoding="utf-8")


class Inline:
    """A file of ours that goes into a page unescaped: CSS and scripts know no escapes."""

    def __init__(self, file: str) -> None:
        self._file = file

    def __html__(self) -> str:
        """Return the file."""
        return static_text(self._file)


@cache
def source_hash(style: str) -> str:
    """Return the Content-Security-Policy source that allows this inline stylesheet alone.

    A hash, not a nonce, so that a page is the same for everybody.
    """
    digest = hashlib.sha256(style.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


#: Asks the browser to forget what it kept of a visit. Not its storage: these pages keep nothing
#: there, and parcels of other people may wait in it.
FORGET = {"Clear-Site-Data": '"cache"'}


def content_policy(style: str) -> str:
    """Return a Content-Security-Policy that allows one inline stylesheet and nothing else."""
    return (
        f"default-src 'none'; style-src {style}; img-src data:; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    )


def secure(response: Response) -> Response:
    """Add the headers that keep a page to itself: nothing cached, nothing loaded, nothing told."""
    said = {name.lower() for name, _ in response.headers}
    response.headers.extend([each for each in _own_headers() if each[0].lower() not in said])
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", _ONLY_HTTPS)
    return response


def page_headers(
    environ: WSGIEnvironment, length: int, *, is_packed: bool
) -> list[tuple[str, str]]:
    """Return the headers that a page of `length` bytes has after `secure` and `compress`."""
    headers = [("Content-Type", _HTML), ("Content-Length", str(length)), *_own_headers()]
    if environ["wsgi.url_scheme"] == "https":
        headers.append(("Strict-Transport-Security", _ONLY_HTTPS))
    return [*headers, *_PACKED.items()] if is_packed else headers


@cache
def _own_headers() -> tuple[tuple[str, str], ...]:
    return (
        ("Cache-Control", "no-store"),
        ("Content-Security-Policy", content_policy(source_hash(stylesheet("respond")))),
        ("Referrer-Policy", "same-origin"),
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
    )


def refuse_foreign() -> None:
    """Refuse what a page of somebody else sends in a person's name, and addresses that are none.

    Participants have no session and hence no token against this; the browser says where a form
    stood. One that says nothing is old, or protects its user, and is let in.

    Raises
    ------
    ForeignPageError
        If a page of another site, or of a sister site, sends something.
    BadEncodingError
        If the address holds characters that no address of ours has.
    RequestURITooLarge
        If it is longer than any of ours.
    """
    if len(request.environ.get("RAW_URI", request.full_path)) > PATH_LIMIT:
        raise RequestURITooLarge
    if UNCLEAN.search(request.path):
        raise BadEncodingError
    if request.method not in _CHANGING:
        return
    if is_foreign(request.environ, request.host):
        raise ForeignPageError


def is_foreign(environ: WSGIEnvironment, host: str) -> bool:
    """Tell whether the browser says that a page of another site than `host` sent a request."""
    if environ.get("HTTP_SEC_FETCH_SITE", "none") not in {"none", "same-origin"}:
        return True
    origin = environ.get("HTTP_ORIGIN", "null")
    return origin != "null" and urlsplit(origin).netloc != host


@lru_cache(maxsize=64)
def is_ours(host: str | None, hosts: tuple[str, ...]) -> bool:
    """Tell whether a request that names `host` is for one of `hosts`."""
    return host_is_trusted(host, hosts)


def trusted_hosts(settings: Settings) -> list[str]:
    """Return the hosts that requests may name: those of the configuration, and this machine."""
    return [*settings.hosts, *_THIS_MACHINE]


def secure_staff(response: Response) -> Response:
    """Add the policy of staff pages: their stylesheet, their scripts, nothing else."""
    response.headers.setdefault("Content-Security-Policy", staff_policy())
    return response


def staff_policy() -> str:
    """Return the Content-Security-Policy of a staff page."""
    style = source_hash(static_text("desk.css"))
    scripts = " ".join(source_hash(static_text(file)) for file in _STAFF_SCRIPTS)
    return f"{content_policy(style)}; script-src {scripts}"


def let_frame(response: Response) -> Response:
    """Let a staff page show pages of ours in a frame."""
    response.headers["Content-Security-Policy"] = f"{staff_policy()}; frame-src 'self'"
    return response


def let_be_framed(response: Response) -> Response:
    """Let a page stand in a frame of ours, where it can send nothing and run nothing."""
    policy = content_policy(source_hash(stylesheet("respond")))
    own = policy.replace("frame-ancestors 'none'", "frame-ancestors 'self'")
    response.headers["Content-Security-Policy"] = f"{own}; sandbox"
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


def compress(response: Response) -> Response:
    """Send text compressed to a browser that takes it."""
    is_text = (response.mimetype or "").startswith("text/")
    is_long = (response.content_length or 0) > _SMALLEST_TO_COMPRESS
    if is_text and is_long and request.accept_encodings["gzip"] > 0:
        if isinstance(response, FilledPage):
            response.set_data(response.packed())
        else:
            response.set_data(gzip.compress(response.get_data(), 5, mtime=0))
        response.headers.update(_PACKED)
    return response
