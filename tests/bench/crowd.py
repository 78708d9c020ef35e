"""People who answer at once, as `tests.bench.load` sends them: ``crowd.py PORT PEOPLE VISITS``.

A process of its own that loads nothing but sockets, so that little of what they wait for is its
own work. They begin together; it prints how long each page took in milliseconds, and its CPU time.
"""

from __future__ import annotations

import json
import re
import socket
import sys
import time
from threading import Barrier, Thread
from urllib.parse import urlencode

_STATE = re.compile(rb'name="state" value="([^"]+)"')
_HEAD = (
    "POST /s/round-one/en HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n"
    "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n\r\n"
)


class Person:
    """Somebody who takes no time to read, and how long they waited for pages and for the last."""

    def __init__(self, port: int, visits: int) -> None:
        self._port = port
        self._visits = visits
        self.pages: list[float] = []
        self.last: list[float] = []

    def answer(self, start: Barrier) -> None:
        """Answer the long form some times, once all the others have come."""
        start.wait()
        for _ in range(self._visits):
            page = self._page({"consent": "yes"})
            while b"data-received" not in page:
                state = _STATE.search(page)
                assert state is not None, page[:200]
                given = {"state": state[1].decode(), "D1": "P1", "T1": "4", "B1": "3"}
                page = self._page(given)
            self.last.append(self.pages[-1])

    def _page(self, fields: dict[str, str]) -> bytes:
        body = urlencode(fields)
        request = _HEAD.format(port=self._port, length=len(body)) + body
        parts = []
        start = time.perf_counter()
        with socket.create_connection(("127.0.0.1", self._port), timeout=60) as line:
            line.sendall(request.encode())
            while part := line.recv(65536):
                parts.append(part)
        self.pages.append((time.perf_counter() - start) * 1000)
        return b"".join(parts)


def main() -> None:
    """Be the crowd."""
    port, people, visits = map(int, sys.argv[1:])
    crowd = [Person(port, visits) for _ in range(people)]
    start = Barrier(people)
    running = [Thread(target=person.answer, args=(start,)) for person in crowd]
    for each in running:
        each.start()
    for each in running:
        each.join()
    pages = [each for person in crowd for each in person.pages]
    last = [each for person in crowd for each in person.last]
    print(json.dumps({"pages": pages, "last": last, "cpu": time.process_time()}))


if __name__ == "__main__":
    main()
