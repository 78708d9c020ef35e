"""What searches the disk for traces sees every byte, and does not fall over what is deleted."""

from __future__ import annotations

import zipfile
from pathlib import Path
from threading import Event, Thread

from tests.survey.disk import content_of


def test_backups_are_unpacked_and_only_what_is_named_is_left_out(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "all.backup", "w", zipfile.ZIP_DEFLATED) as backup:
        backup.writestr("answers", "packed " * 100)
    for name in ("base/1", "base/2"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "file").write_text(f"kept in {name}")
    assert content_of(tmp_path).count(b"packed ") == 100
    left = content_of(tmp_path, without={tmp_path / "base/2"})
    assert (b"kept in base/1" in left, b"kept in base/2" in left) == (True, False)


def test_files_that_vanish_while_they_are_read_are_no_error(tmp_path: Path) -> None:
    (tmp_path / "stays").write_text("stays")
    fleeting, is_over = tmp_path / "fleeting", Event()

    def come_and_go() -> None:
        while not is_over.is_set():
            fleeting.touch()
            fleeting.unlink()

    other = Thread(target=come_and_go)
    other.start()
    try:
        found = {content_of(tmp_path) for _ in range(2_000)}
    finally:
        is_over.set()
        other.join()
    assert found == {b"stays"}
