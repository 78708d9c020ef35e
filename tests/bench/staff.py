"""What staff cost: signing in, and the memory of a server before and after they come."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from questionnaires import read_instrument
from survey.app import create_app
from survey.config import Settings, make_instance
from survey.db import Database
from survey.migrate import migrate
from survey.models import Role
from survey.operations.waves import open_wave
from tests.conftest import localities, plan
from tests.survey.server import Server
from tests.survey.staff import Colleague, employ

Row = tuple[str, str, str, str]
EMAIL = "ana@example.org"


def rows() -> list[Row]:
    """Return the rows of this table."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        settings = make_instance(Settings(folder, f"sqlite:///{folder}/sixfold.sqlite3", ""))
        database = Database(settings.database_url)
        migrate(database)
        with database.writing() as session:
            open_wave(session, read_instrument("social_cohesion"), plan(), localities())
        employ(database, EMAIL, Role.OWNER)
        database.dispose()
        return [*sign_in_rows(settings), *memory_rows(settings)]


def sign_in_rows(settings: Settings) -> list[Row]:
    """Measure the request that checks the password, page by page to be fair: best of three."""
    browser = Colleague(create_app(settings))
    walls, cpus = [], []
    for _ in range(3):
        token = browser.token()
        start, spent = time.perf_counter(), time.process_time()
        reply = browser.client.post(
            "/account/sign-in",
            data={"csrf_token": token, "email": EMAIL, "password": "four plain words here"},
        )
        walls.append(time.perf_counter() - start)
        cpus.append(time.process_time() - spent)
        assert reply.status_code == 303
        browser.post("/account/sign-out")
    return [
        ("sign in, argon2id 64 MiB x 3, wall", f"{min(walls) * 1000:.0f} ms", "400 ms", ""),
        ("sign in, CPU", f"{min(cpus) * 1000:.0f} ms", "", ""),
    ]


def memory_rows(settings: Settings) -> list[Row]:
    """Measure the memory of two workers, shared pages counted once, before and after staff."""
    server = Server(settings).start()
    try:
        for _ in range(40):
            server.get("/s/round-one")
        before = memory(server)
        for _ in range(40):
            server.get("/account/sign-in")
        after = memory(server)
    finally:
        server.stop()
    return [
        ("two workers, participants only, PSS", f"{before:.0f} MiB", "150 MiB", ""),
        ("the same, staff have come to both", f"{after:.0f} MiB", "150 MiB", ""),
    ]


def memory(server: Server) -> float:
    """Return the proportional memory of the workers that serve people, in MiB."""
    found = [
        int(line.split()[1])
        for worker in workers(server)
        for line in Path(f"/proc/{worker}/smaps_rollup").read_text(encoding="ascii").splitlines()
        if line.startswith("Pss:")
    ]
    return sum(found) / 1024


def workers(server: Server) -> list[str]:
    """Return the processes that answer at the server's address; what runs beside them does not."""
    return [
        child
        for child in children(str(server.pid))
        if b"--beside" not in Path(f"/proc/{child}/cmdline").read_bytes()
    ]


def children(process: str) -> list[str]:
    """Return the processes that a process has started."""
    return Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii").split()


if __name__ == "__main__":
    for each in rows():
        print(*each, sep="  ")
