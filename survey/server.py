"""The production server: gunicorn, told to say nothing of those who come.

Gunicorn writes the address of a client into its warnings, even with the access log off, so only
errors of the server itself are logged, and those at a door of ours hold no address.

Memory of two workers: `python -m tests.bench.staff`.
"""

from __future__ import annotations

import gc
import logging
import socket
from dataclasses import replace
from importlib import import_module
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter

from survey.app import create_app
from survey.config import Settings
from survey.errors import ConfigurationError
from survey.operations.worker import Beside


class _Arbiter(Arbiter):  # type: ignore[misc]  # gunicorn has no types
    """Gunicorn's first process, which looks after the worker of the jobs as well."""

    def manage_workers(self) -> None:
        """Do what gunicorn does once a second, and start a worker of the jobs that has died."""
        super().manage_workers()
        self.beside.look()


class _Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """Gunicorn, configured here and by nothing else."""

    def __init__(self, settings: Settings, options: dict[str, Any]) -> None:
        self._settings = settings
        self._options = options
        super().__init__()

    def load_config(self) -> None:
        """Take our options; no file, no command line, no environment."""
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Make the application in the worker that will use it."""
        app = create_app(self._settings)
        app.logger.disabled = True
        return app

    def run(self) -> None:
        """Serve until the process is stopped."""
        _Arbiter(self).run()


def serve(settings: Settings, bind: str, workers: int) -> None:
    """Serve until the process is stopped.

    Parameters
    ----------
    settings : Settings
        The installation.
    bind : str
        Address and port, or ``unix:`` and a path.
    workers : int
        Processes that answer, each with a few threads.

    Raises
    ------
    ConfigurationError
        If `workers` is no number of processes, or somebody else listens at `bind`.
    """
    if workers < 1:
        raise ConfigurationError(f"{workers} workers cannot serve; give 1 or more")
    logging.raiseExceptions = False
    _check_free(bind)
    settings = replace(settings, hosts=_hosts(settings, bind))
    options = {
        "bind": bind,
        "workers": workers,
        # With threads, phones that send slowly do not keep the others waiting.
        "worker_class": "gthread",
        "threads": 8,
        "accesslog": None,
        "errorlog": "-",
        "loglevel": "critical",
        "limit_request_line": 2048,
        "timeout": 60,
        "graceful_timeout": 10,
        "proc_name": "sixfold",
        "when_ready": _get_ready,
    }
    _Server(settings, options).run()


def _get_ready(arbiter: Any) -> None:  # noqa: ANN401 - gunicorn has no types
    """Start the worker that does the jobs, and load once what all workers share.

    They are forked from this process, so a page of memory that nobody writes to is there once.
    Staff's libraries are loaded here too, though their application is made when they come; and
    collecting garbage must leave alone what was loaded, or it would copy every page.
    """
    arbiter.beside = Beside(arbiter.pid)
    import_module("survey.desk.app")
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
