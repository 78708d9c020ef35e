"""The shipped files keep the promise: nginx and the server run, and write nothing down."""

from __future__ import annotations

import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from questionnaires import Instrument, screens
from survey.config import Settings
from survey.db import Database
from survey.models import Wave
from survey.respond.visit import Seal, Visit
from tests.conftest import answers
from tests.survey.disk import content_of
from tests.survey.server import free_port

DEPLOY = Path(__file__).parents[2] / "docs" / "guide" / "deploy"
GUIDE = DEPLOY.parent / "operate.md"
HOST = "survey.example.org"
MARK = "canary7c1e"
#: A file that is made, or opened to be written to.
_WRITTEN = re.compile(r'open(?:at)?\((?:AT_FDCWD, )?"([^"]+)", [^)]*O_(?:CREAT|WRONLY|RDWR)')
pytestmark = pytest.mark.slow


@dataclass
class Deployed:
    """The shipped nginx before the shipped way to start the server, in a folder of its own."""

    folder: Path
    port: int
    https: int
    nginx: subprocess.Popen[bytes]
    server: subprocess.Popen[bytes]

    def send(self, raw: bytes, *, https: bool = True) -> bytes:
        """Send bytes and return all that comes back."""
        context = ssl.create_default_context(cafile=str(self.folder / "cert.pem"))
        port = self.https if https else self.port
        with socket.create_connection(("127.0.0.1", port), timeout=20) as plain:
            wrapped = context.wrap_socket(plain, server_hostname=HOST) if https else plain
            with wrapped as connection:
                connection.sendall(raw)
                return b"".join(iter(lambda: connection.recv(65536), b""))

    def ask(self, method: str, path: str, body: bytes = b"", *more: str) -> tuple[int, str]:
        """Send a request as a browser that tells a lot of itself; return status and page."""
        head = [f"{method} {path} HTTP/1.1", f"Host: {HOST}", "Connection: close"]
        head += [f"User-Agent: {MARK}", f"X-Forwarded-For: {MARK}"]
        head += [f"Referer: https://{HOST}/{MARK}", *more]
        names = {line.partition(":")[0] for line in more}
        if "Cookie" not in names:
            head.append(f"Cookie: seen={MARK}")
        if "Transfer-Encoding" not in names:
            head.append(f"Content-Length: {len(body)}")
        reply = self.send("\r\n".join([*head, "", ""]).encode() + body)
        return int(reply.split(b" ", 2)[1]), reply.decode(errors="replace")

    def post(self, path: str, body: bytes, *more: str) -> tuple[int, str]:
        return self.ask(
            "POST", path, body, "Content-Type: application/x-www-form-urlencoded", *more
        )

    def stop_server(self) -> None:
        self.server.terminate()
        self.server.wait(30)


@pytest.fixture
def deployed(settings: Settings, database: Database, tmp_path: Path) -> Iterator[Deployed]:
    if not (nginx := shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")):
        pytest.fail("nginx is missing; install it: apt-get install nginx-light")
    database.dispose()  # the server opens the file itself
    folder = tmp_path / "deployed"
    folder.mkdir()
    (folder / "spool").mkdir()
    certificate(folder)
    port, https = free_port(), free_port()
    (folder / "nginx.conf").write_text(fitted(folder, port, https))
    trace = ["strace", "-D", "-f", "-qq", "-s", "300", "-e", "trace=open,openat,creat"]
    commands = {
        "nginx": [nginx, "-c", str(folder / "nginx.conf"), "-g", "daemon off;"],
        "server": [sys.executable, "-c", *served(folder)],
    }
    started = []
    for name, command in commands.items():
        with (folder / f"{name}.log").open("wb") as log:
            traced = [*trace, "-o", str(folder / f"{name}.trace"), *command]
            given = environment(settings, folder)
            started.append(subprocess.Popen(traced, env=given, stdout=log, stderr=log))
    running = Deployed(folder, port, https, *started)
    try:
        wait_for(running)
        yield running
    finally:
        for process in started:
            process.terminate()
            process.wait(30)


def environment(settings: Settings, folder: Path) -> dict[str, str]:
    settings.instance.joinpath("config.toml").write_text(f'hosts = ["{HOST}"]\n')
    return os.environ | {
        "SIXFOLD_INSTANCE": str(settings.instance),
        "SIXFOLD_SECRET_KEY": settings.secret_key,
        "TMPDIR": str(folder / "spool"),
    }


def served(folder: Path) -> list[str]:
    """Return how the shipped unit starts the server, with the socket of a test."""
    unit = (DEPLOY / "sixfold.service").read_text()
    (command,) = re.findall(r"^ExecStart=/opt/sixfold/\.venv/bin/sixfold (.+)$", unit, re.MULTILINE)
    words = command.replace("/run/sixfold/", f"{folder}/").split()
    return ["from survey.cli import main; main()", *words]


def fitted(folder: Path, port: int, https: int) -> str:
    """Return the shipped nginx.conf with the paths, ports and user of a test, no more."""
    changes = {
        "user www-data;": "user root;" if os.geteuid() == 0 else "",
        "/run/nginx.pid": str(folder / "nginx.pid"),
        "/var/lib/nginx/": f"{folder}/spool/",
        "/run/sixfold/": f"{folder}/",
        f"/etc/letsencrypt/live/{HOST}/fullchain.pem": str(folder / "cert.pem"),
        f"/etc/letsencrypt/live/{HOST}/privkey.pem": str(folder / "key.pem"),
        "listen 80": f"listen 127.0.0.1:{port}",
        "listen 443": f"listen 127.0.0.1:{https}",
    }
    text = (DEPLOY / "nginx.conf").read_text()
    for old, new in changes.items():
        assert old in text, old
        text = text.replace(old, new)
    return text


def certificate(folder: Path) -> None:
    """Make a certificate of `HOST` for an hour."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    form = serialization.PrivateFormat.PKCS8
    (folder / "key.pem").write_bytes(key.private_bytes(serialization.Encoding.PEM, form, plain))


def wait_for(running: Deployed) -> None:
    deadline = time.monotonic() + 60
    reply: object = None
    while time.monotonic() < deadline:
        try:
            replies = [running.ask("GET", path) for path in ("/healthz", "/account/sign-in")]
            if [status for status, _page in replies] == [200, 200]:
                return
            reply = replies
        except (OSError, IndexError) as error:
            reply = error
        time.sleep(0.2)
    raise AssertionError((reply, (running.folder / "server.log").read_text()))


def test_whatever_goes_wrong_nothing_of_a_visitor_is_written_down(
    deployed: Deployed, settings: Settings, wave: Wave, cohesion: Instrument
) -> None:
    state = Seal(settings.secret_key, wave.link).close(
        Visit("en", len(screens(cohesion, "long")), answers(cohesion, T1="5"))
    )
    page = f"/s/{wave.link}"
    received = deployed.post(page, f"state={state}&note={MARK}".encode())
    assert received[0] == 200
    assert "data-received" in received[1]
    assert "strict-transport-security" in received[1].lower()
    assert "set-cookie" not in received[1].lower()
    assert deployed.ask("GET", f"/s/{MARK}?code={MARK}")[0] == 404
    assert deployed.post(page, b"a=" + MARK.encode() * 29_000)[0] == 413  # more than a page takes
    assert deployed.post(page, b"a=" + MARK.encode() * 50_000)[0] == 413  # more than nginx takes
    assert deployed.post(page, f"a={MARK}%00".encode())[0] == 400
    body = f"a={MARK}".encode() + b"x" * 200_000
    chunk = f"{len(body):x}\r\n".encode() + body + b"\r\n0\r\n\r\n"
    assert deployed.post(page, chunk, "Transfer-Encoding: chunked")[0] == 422
    assert deployed.ask("GET", f"/{'y' * 3000}{MARK}")[0] in {400, 404, 414}
    assert deployed.ask("GET", f"/{'y' * 9000}{MARK}")[0] == 414
    assert b" 400 " in deployed.send(f"{MARK}\r\n\r\n".encode())
    deployed.stop_server()
    status, away = deployed.post(page, f"state={MARK}".encode())
    assert (status, "Nothing was stored" in away) == (503, True)
    deployed.nginx.terminate()
    deployed.nginx.wait(30)
    assert written(deployed) == []
    assert MARK.encode() not in content_of(settings.instance)
    logs = b"".join((deployed.folder / f"{name}.log").read_bytes() for name in ("nginx", "server"))
    assert b"127.0.0.1" not in logs


def written(deployed: Deployed) -> list[str]:
    """Return the files that nginx wrote, but for its process number, and what both left behind."""
    spool = deployed.folder / "spool"
    left = [str(path) for path in spool.rglob("*") if path.is_file()]
    traced = (deployed.folder / "nginx.trace").read_text()
    opened = {path for path in _WRITTEN.findall(traced) if not path.startswith("/dev/")}
    return left + sorted(opened - {str(deployed.folder / "nginx.pid")})


def test_other_hosts_get_no_reply_and_http_leads_to_https(deployed: Deployed, wave: Wave) -> None:
    strange = f"GET /s/{wave.link} HTTP/1.1\r\nHost: evil.example\r\n\r\n".encode()
    assert deployed.send(strange) == b""
    assert deployed.send(strange, https=False) == b""
    plain = f"GET /s/x HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n".encode()
    reply = deployed.send(plain, https=False).decode()
    assert " 301 " in reply
    assert f"Location: https://{HOST}/s/x" in reply


def test_staff_sign_in_through_the_shipped_server(deployed: Deployed) -> None:
    status, page = deployed.ask("GET", "/account/sign-in")
    assert status == 200
    assert "__Host-sixfold=" in page
    token = re.findall(r'name="csrf_token" value="([^"]+)"', page)[0]
    cookie = re.findall(r"(__Host-sixfold=[^;]+)", page)[0]
    body = f"csrf_token={token}&email=a@example.org&password=twelve-letters".encode()
    assert deployed.post("/account/sign-in", body, f"Cookie: {cookie}")[0] == 422
    assert deployed.post("/account/sign-in", body, "Cookie: x=y")[0] == 400


def test_the_unit_is_locked_in() -> None:
    unit = (DEPLOY / "sixfold.service").read_text()
    for line in ("IPAddressDeny=any", "ProtectSystem=strict", "MemorySwapMax=0", "LimitCORE=0"):
        assert f"\n{line}\n" in unit
    if shutil.which("systemd-analyze"):
        command = ["systemd-analyze", "security", "--offline=true", str(DEPLOY / "sixfold.service")]
        said = subprocess.run(command, capture_output=True, text=True, check=False).stdout
        (exposure,) = re.findall(r"exposure level for sixfold.service: ([0-9.]+)", said)
        assert float(exposure) <= 1.5


def test_the_guide_leads_from_a_bare_host_to_https_in_ten_commands() -> None:
    first = re.findall(r"```sh\n(.*?)```", GUIDE.read_text(), re.DOTALL)[0]
    commands = [line for line in first.replace("\\\n", "").splitlines() if line.strip()]
    assert len(commands) <= 10
    assert subprocess.run(["sh", "-n"], input=first, text=True, check=False).returncode == 0
    for named in re.findall(r"/opt/sixfold/(docs/\S+\.(?:conf|service))", first):
        assert (Path(__file__).parents[2] / named).is_file()
