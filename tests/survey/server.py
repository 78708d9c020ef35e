"""A real server of a test's installation, to be killed and started again."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from urllib.parse import urlencode

from survey.config import Settings

#: Seconds that a server may take to start, or to stop, on a busy machine.
PATIENCE = 120
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


class Server:
    """``sixfold serve`` in a process group of its own."""

    def __init__(
        self,
        settings: Settings,
        workers: int = 2,
        tracer: Sequence[str] = (),
        *,
        has_team: bool = False,
    ) -> None:
        self.port = free_port()
        self.team_port = free_port() if has_team else self.port
        self.settings = settings
        self._workers = workers
        self._tracer = tracer
        self._environment = os.environ | {
            "SIXFOLD_INSTANCE": str(settings.instance),
            "SIXFOLD_SECRET_KEY": settings.secret_key,
            "SIXFOLD_DATABASE_URL": settings.database_url,
        }
        self.log = b""

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> Server:
        command = [
            *self._tracer,
            sys.executable,
            "-c",
            "from survey.cli import main; main()",
            "serve",
        ]
        command += ["--bind", f"127.0.0.1:{self.port}", "--workers", str(self._workers)]
        if self.team_port != self.port:
            command += ["--team", f"127.0.0.1:{self.team_port}"]
        self._process = subprocess.Popen(
            command,
            env=self._environment,
            start_new_session=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                if self.get("/healthz")[0] == self.ask_team("/healthz")[0] == 200:
                    return self
            except OSError:
                time.sleep(0.05)
        self.kill()
        raise AssertionError(f"the server did not start: {self.log.decode()}")

    def kill(self) -> None:
        """Kill the server and its workers at once, as a power cut would."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self.log += self._process.communicate()[0]

    def stop(self) -> None:
        """Ask the server to stop, and wait until it has."""
        self._process.terminate()
        self.log += self._process.communicate(timeout=PATIENCE)[0]

    def get(self, path: str) -> tuple[int, str]:
        return self._request("GET", path)

    def ask_team(self, path: str) -> tuple[int, str]:
        """Ask at the address of staff and readers, the same as `get` where they have none."""
        return self._request("GET", path, port=self.team_port)

    def post(self, path: str, fields: dict[str, str]) -> tuple[int, str]:
        return self._request("POST", path, urlencode(fields), FORM)

    def _request(
        self,
        method: str,
        path: str,
        body: str | None = None,
        headers: dict[str, str] | None = None,
        port: int | None = None,
    ) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", port or self.port, timeout=10)
        try:
            connection.request(method, path, body, headers or {})
            reply = connection.getresponse()
            return reply.status, reply.read().decode()
        except http.client.HTTPException as error:
            raise ConnectionError from error
        finally:
            connection.close()
