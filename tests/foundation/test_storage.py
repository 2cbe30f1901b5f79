"""Files are whole or absent, whatever happens while they are written."""

import errno
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from workbench import storage
from workbench.errors import DataError


def test_write_replaces_in_one_step(tmp_path: Path) -> None:
    target = tmp_path / "deep" / "a.txt"
    storage.write_text(target, "one")
    storage.write_text(target, "two")
    assert target.read_text() == "two"
    assert [p.name for p in target.parent.iterdir()] == ["a.txt"]


def test_a_failure_keeps_the_old_file(tmp_path: Path) -> None:
    target = storage.write_text(tmp_path / "a.txt", "old")
    with pytest.raises(RuntimeError), storage.writing(target) as aside:
        aside.write_text("half")
        raise RuntimeError
    assert target.read_text() == "old"
    assert len(list(tmp_path.iterdir())) == 1


def test_a_full_disk_is_a_named_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="No space left") as caught, storage.writing(tmp_path / "a"):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    assert caught.value.exit_code == 3
    assert "disk has room" in caught.value.remedy


def test_a_file_in_the_way_of_a_folder_is_a_named_error(tmp_path: Path) -> None:
    (tmp_path / "runs").write_text("in the way")
    with pytest.raises(DataError, match="cannot write"):
        storage.write_text(tmp_path / "runs" / "a.txt", "x")


def test_folder_is_replaced_whole(tmp_path: Path) -> None:
    for content in ("one", "two"):
        with storage.writing_folder(tmp_path / "model") as aside:
            (aside / content).write_text(content)
    assert [p.name for p in (tmp_path / "model").iterdir()] == ["two"]


def test_modes_follow_the_umask(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        target = storage.write_text(tmp_path / "a.txt", "x")
    finally:
        os.umask(before)
    assert target.stat().st_mode & 0o777 == 0o640


def test_killed_writer_leaves_only_a_leftover_that_is_swept(tmp_path: Path) -> None:
    code = (
        "import sys, time\nfrom workbench import storage\n"
        f"with storage.writing({str(tmp_path / 'a.bin')!r}) as aside:\n"
        "    aside.write_bytes(b'half'); print('writing', flush=True); time.sleep(60)\n"
    )
    writer = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    assert writer.stdout is not None
    writer.stdout.readline()
    writer.send_signal(signal.SIGKILL)
    writer.wait()
    time.sleep(0.05)
    assert not (tmp_path / "a.bin").exists()
    assert storage.remove_leftovers(tmp_path) == 1
    assert not list(tmp_path.iterdir())


def test_a_device_or_pipe_is_not_replaced(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("pipe")
    for name in ("pipe", "link"):
        with pytest.raises(DataError, match="a device or pipe stands there"):
            storage.write_bytes(tmp_path / name, b"x")
    assert (tmp_path / "pipe").is_fifo() and sorted(p.name for p in tmp_path.iterdir()) == [
        "link",
        "pipe",
    ]
