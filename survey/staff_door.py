"""The fork in the road: staff go to an application of their own, made when the first one comes.

A worker that only ever serves participants never loads what accounts need.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from threading import Lock
from typing import TYPE_CHECKING, cast

from flask import Flask

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

STAFF_PATHS = ("/desk", "/account")


class StaffDoor:
    """Sends a request to the participants' application or to that of staff, by its path."""

    def __init__(self, public: Flask) -> None:
        self._public = public
        self._answer_public = public.wsgi_app
        self._staff: Flask | None = None
        self._lock = Lock()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        path = f"{environ.get('PATH_INFO', '')}/"
        if path.startswith(tuple(f"{door}/" for door in STAFF_PATHS)):
            return self.staff.wsgi_app(environ, start_response)
        return self._answer_public(environ, start_response)

    @property
    def staff(self) -> Flask:
        """The application of staff; the first to ask for it waits until it is made."""
        with self._lock:
            if self._staff is None:
                # Not at the top: this is the import that participants' workers never make.
                desk = import_module("survey.desk.app")
                self._staff = cast("Flask", desk.create_staff_app(self._public))
            return self._staff
