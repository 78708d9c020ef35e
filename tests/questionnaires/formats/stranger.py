"""What a file could make a program do, for tests of the process that reads it."""

from __future__ import annotations

import os
import time
from pathlib import Path
from tempfile import gettempdir


def sleep(content: bytes) -> str:
    time.sleep(60)
    return ""


def burn(content: bytes) -> str:
    while True:
        pass


def hoard(content: bytes) -> int:
    return len(bytearray(700 * 1024 * 1024))


def litter(content: bytes) -> list[str]:
    (Path(gettempdir()) / "left").write_bytes(content)
    Path("here").write_bytes(content)
    return [gettempdir(), str(Path.cwd())]


def fail(content: bytes) -> str:
    raise RuntimeError


def environment(content: bytes) -> list[str]:
    return sorted(os.environ)
