"""Read a stranger's file where it can hurt nothing: in a process with little time and memory.

A spreadsheet of a few kilobytes can hold gigabytes. So whatever reads one runs in a process of its
own, which is stopped when it takes too long, and works in a folder that is gone afterwards.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from importlib import import_module
from tempfile import TemporaryDirectory
from typing import Any

from questionnaires.formats.errors import FormatError

SECONDS = 10
MEGABYTES = 512

_START = "from questionnaires.formats.limited import main; main()"
_TOO_LONG = "it takes longer than {} seconds to read; make it smaller, or split it"
_TOO_LARGE = "it needs more than {} MB of memory to read; make it smaller, or split it"
_BROKEN = "it cannot be read; open it in a spreadsheet program and save it again as .xlsx"


def run_limited(
    function: str, content: bytes, *, seconds: int = SECONDS, megabytes: int = MEGABYTES
) -> Any:  # noqa: ANN401  # whatever JSON can say
    """Return what `function` makes of `content`, in a process with limits.

    Parameters
    ----------
    function : str
        Where it is found, as ``questionnaires.formats.xlsform.read:read_content``. It takes bytes
        and returns what JSON can say.
    content : bytes
        The file.
    seconds, megabytes : int
        The most time, by the clock and of the processor, and the most memory.

    Raises
    ------
    FormatError
        If the file breaks a limit or cannot be read.
    """
    with TemporaryDirectory() as folder:
        command = [sys.executable, "-P", "-c", _START, function, str(seconds), str(megabytes)]
        try:
            done = subprocess.run(  # noqa: S603  # our own interpreter, our own words
                command,
                input=content,
                capture_output=True,
                cwd=folder,
                env=_environment(folder),
                timeout=seconds,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise FormatError(_TOO_LONG.format(seconds)) from None
    if done.returncode < 0:  # the system stopped it
        raise FormatError(_TOO_LONG.format(seconds))
    if done.returncode:
        raise FormatError(_BROKEN)
    found = json.loads(done.stdout)
    if "refused" in found:
        raise FormatError(found["refused"])
    return found["result"]


def _environment(folder: str) -> dict[str, str]:
    """Return what the process may know: where the code is, and where to leave what it must."""
    return {
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        "PYTHONUTF8": "1",
        "OPENBLAS_NUM_THREADS": "1",  # each thread of it would reserve memory
        "TMPDIR": folder,
    }


def main() -> None:
    """Run the function that the command line names on what stands in stdin."""
    sys.modules["numpy"] = None  # type: ignore[assignment]  # openpyxl would load it for nothing
    function, seconds, megabytes = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    memory = megabytes * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    module, _, name = function.partition(":")
    try:
        answer = {"result": getattr(import_module(module), name)(sys.stdin.buffer.read())}
    except FormatError as error:
        answer = {"refused": str(error)}
    except MemoryError:
        answer = {"refused": _TOO_LARGE.format(megabytes)}
    sys.stdout.write(json.dumps(answer))
