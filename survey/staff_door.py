"""The fork in the road: staff go to an application of their own, made when the first one comes.

A worker that only ever serves participants never makes it. Under `survey.server` what it is made
of is loaded once for all workers, before they are forked.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from threading import Lock
from typing import TYPE_CHECKING, cast

from flask import Flask

from survey.security import is_ours

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

STAFF_PATHS = ("/desk", "/account")
_STAFF_DOORS = tuple(f"{path}/" for path in STAFF_PATHS)


class StaffDoor:
    """Sends a request to the participants' application or to that of staff, by its path."""

    def __init__(self, public: Flask) -> None:
        self._public = public
        self._answer_public = public.wsgi_app
        self._hosts = tuple(public.config["TRUSTED_HOSTS"])
        self._staff: Flask | None = None
        self._lock = Lock()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        path = f"{environ.get('PATH_INFO', '')}/"
        # A request for another host is refused by the participants' application, which needs no
        # addresses of pages for that.
        is_trusted = is_ours(environ.get("HTTP_HOST"), self._hosts)
        if is_trusted and path.startswith(_STAFF_DOORS):
            return self.staff.wsgi_app(environ, start_response)
        return self._answer_public(environ, start_response)

    @property
    def staff(self) -> Flask:
        """The application of staff; the first to ask for it waits until it is made."""
        with self._lock:
            if self._staff is None:
                # Not at the top: without `survey.server` participants need none of it.
                desk = import_module("survey.desk.app")
                self._staff = cast("Flask", desk.create_staff_app(self._public))
            return self._staff
