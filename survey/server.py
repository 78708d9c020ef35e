"""The production server: gunicorn, told to say nothing of those who come.

Gunicorn writes the address of a client into its warnings, even with the access log off, so only
errors of the server itself are logged, and those at a door of ours hold no address.

Memory of two workers: `python -m tests.bench.staff`.
"""

from __future__ import annotations

import gc
import logging
import os
import signal
import socket
import time
from contextlib import suppress
from dataclasses import replace
from functools import partial
from importlib import import_module
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.workers.gthread import ThreadWorker

from survey.app import create_app
from survey.config import Settings
from survey.errors import ConfigurationError
from survey.operations.worker import Beside

#: Seconds that somebody may take to close a connection that has ended.
_FAREWELL = 2.0


class _Arbiter(Arbiter):  # type: ignore[misc]  # gunicorn has no types
    """Gunicorn's first process, which looks after what runs beside its workers as well."""

    beside: tuple[Beside, ...] = ()
    follows: int | None = None

    def manage_workers(self) -> None:
        """Do what gunicorn does once a second, and start again what has died beside it."""
        super().manage_workers()
        for program in self.beside:
            program.look()
        if self.follows is not None and os.getppid() != self.follows:
            os.kill(os.getpid(), signal.SIGTERM)


class _Worker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """Gunicorn's worker, whose first thread takes those who come and waits for nobody who leaves.

    Once a connection ends, gunicorn waits until the other side has closed it too, in that thread:
    for one far away, or one that never closes, everybody else would stand at the door.
    """

    def handle(self, conn: Any) -> Any:  # noqa: ANN401 - no types
        """Answer, and see off whoever does not stay, in the thread that answered."""
        stays = super().handle(conn)
        if stays is False:
            see_off(conn.sock)
        return stays


def see_off(line: socket.socket) -> None:
    """Send no more, and read what still comes until the other side has closed the connection.

    A connection that is closed while something comes takes the page away that was sent over it.
    """
    end = time.monotonic() + _FAREWELL
    with suppress(OSError):
        line.shutdown(socket.SHUT_WR)
        while (left := end - time.monotonic()) > 0:
            line.settimeout(left)
            if not line.recv(4096):
                break
    with suppress(OSError):
        line.shutdown(socket.SHUT_RD)


class _Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """Gunicorn, configured here and by nothing else."""

    def __init__(self, settings: Settings, options: dict[str, Any], *, for_team: bool) -> None:
        self._settings = settings
        self._options = options
        self._for_team = for_team
        super().__init__()

    def load_config(self) -> None:
        """Take our options; no file, no command line, no environment."""
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Make the application in the worker that will use it."""
        app = create_app(self._settings, for_team=self._for_team)
        app.logger.disabled = True
        return app

    def run(self) -> None:
        """Serve until the process is stopped."""
        _Arbiter(self).run()


def serve(
    settings: Settings, bind: str, workers: int, team: str = "", beside: int | None = None
) -> None:
    """Serve until the process is stopped.

    Parameters
    ----------
    settings : Settings
        The installation.
    bind : str
        Address and port, or ``unix:`` and a path.
    workers : int
        Processes that answer, each with a few threads.
    team : str, optional
        Another address, where one more process answers staff and readers. Those at `bind` then
        answer participants alone. Without it everybody is answered at `bind`.
    beside : int, optional
        The process with which this one ends; that one looks after the jobs.

    Raises
    ------
    ConfigurationError
        If `workers` is no number of processes, or somebody else listens at an address.
    """
    if workers < 1:
        raise ConfigurationError(f"{workers} workers cannot serve; give 1 or more")
    logging.raiseExceptions = False
    for address in (bind, team):
        _check_free(address)
    settings = replace(settings, hosts=_hosts(settings, bind))
    options = {
        "bind": bind,
        "workers": workers,
        # With threads, phones that send slowly do not keep the others waiting.
        "worker_class": _Worker,
        "threads": 8,
        "accesslog": None,
        "errorlog": "-",
        "loglevel": "critical",
        "limit_request_line": 2048,
        "timeout": 60,
        "graceful_timeout": 10,
        "proc_name": "sixfold",
        "when_ready": partial(_get_ready, team=team, follows=beside),
    }
    _Server(settings, options, for_team=not team).run()


def _get_ready(arbiter: Any, *, team: str, follows: int | None) -> None:  # noqa: ANN401 - no types
    """Start what runs beside the workers, and load once what all of them share.

    They are forked from this process, so a page of memory that nobody writes to is there once.
    Staff's libraries are loaded here too, though their application is made when they come; and
    collecting garbage must leave alone what was loaded, or it would copy every page.
    """
    arbiter.follows = follows
    programs = [] if follows is not None else [["work"]]
    if team:
        programs.append(["serve", "--bind", team, "--workers", "1"])
    else:
        import_module("survey.desk.app")
    arbiter.beside = tuple(Beside(arbiter.pid, *program) for program in programs)
    gc.collect()
    gc.freeze()


def _hosts(settings: Settings, bind: str) -> tuple[str, ...]:
    """Return the hosts that requests may name: those of the configuration and of `bind`."""
    name = "" if bind.startswith("unix:") else bind.rpartition(":")[0]
    if name in {"", "0.0.0.0", "[::]"} and not settings.hosts:  # noqa: S104 - it is refused
        raise ConfigurationError(
            f"at {bind} requests can name any host; say under which names people come, in "
            f'config.toml: hosts = ["survey.example.org"]'
        )
    return (*settings.hosts, name) if name else settings.hosts


def _check_free(bind: str) -> None:
    """Make sure that nobody listens at `bind`: gunicorn would fail without a word."""
    host, _, port = bind.rpartition(":")
    if not port.isdigit():
        return
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host or "127.0.0.1", int(port)))
        except OSError as error:
            reason = error.strerror
            raise ConfigurationError(f"{bind} cannot be used ({reason}); choose --bind") from None
