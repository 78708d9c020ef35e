"""A network that fails: it stands between a browser and a server, and does what it is told."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from enum import Enum

PORTAL = b"<!doctype html><title>Free Wi-Fi</title>"


class Weather(Enum):
    """How the network is."""

    FAIR = "everything passes"
    LOST_REPLIES = "what is sent arrives, and its reply does not"
    CUT = "nothing passes"
    PORTAL = "every request is answered by somebody else, with 200"


class Network:
    """A door of its own before a server on this machine."""

    def __init__(self, port: int) -> None:
        self.weather = Weather.FAIR
        self.lost = 0
        self._behind = port
        self._door = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._door.getsockname()[1]}"

    def close(self) -> None:
        self._door.close()

    def _serve(self) -> None:
        with suppress(OSError):  # the door was closed
            while True:
                caller, _ = self._door.accept()
                threading.Thread(target=self._pass, args=(caller,), daemon=True).start()

    def _pass(self, caller: socket.socket) -> None:
        """Pass one request on, and its reply if the weather is fair."""
        with caller, suppress(OSError, ValueError):
            caller.settimeout(30)
            request = _whole(caller)
            if self.weather is Weather.CUT or not request:
                return
            if self.weather is Weather.PORTAL:
                head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n"
                caller.sendall(head + b"Content-Length: %d\r\n\r\n" % len(PORTAL) + PORTAL)
                return
            with socket.create_connection(("127.0.0.1", self._behind), timeout=30) as server:
                server.sendall(request)
                reply = b""
                while part := server.recv(65536):
                    reply += part
            if self.weather is Weather.LOST_REPLIES and request.startswith(b"POST"):
                self.lost += 1
                return
            caller.sendall(reply)


def _whole(caller: socket.socket) -> bytes:
    """Return a whole request that asks for a connection of its own."""
    content = b""
    while b"\r\n\r\n" not in content:
        if not (part := caller.recv(65536)):
            return b""
        content += part
    head, _, body = content.partition(b"\r\n\r\n")
    lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"connection:")]
    lengths = [line for line in lines if line.lower().startswith(b"content-length:")]
    while lengths and len(body) < int(lengths[0].split(b":")[1]):
        if not (part := caller.recv(65536)):
            return b""
        body += part
    return b"\r\n".join([*lines, b"Connection: close"]) + b"\r\n\r\n" + body
