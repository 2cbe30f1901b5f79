"""Reading files: regular ones only, and in the organiser's folder none with a side door."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from workbench.errors import DataError
from workbench.scoring import files
from workbench.scoring.files import read_file, read_within


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    inside = tmp_path / "labels"
    (inside / "deep").mkdir(parents=True)
    (inside / "a.csv").write_bytes(b"a")
    (inside / "deep" / "b.csv").write_bytes(b"b")
    (tmp_path / "secret.csv").write_bytes(b"s")
    return inside


def test_files_are_read(folder: Path) -> None:
    assert read_within(folder, "a.csv") == b"a"
    assert read_within(folder, "deep/b.csv") == b"b"
    assert read_file(folder / "a.csv") == b"a"


def test_a_folder_reached_by_a_link_is_fine(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(folder)
    assert read_within(tmp_path / "link", "a.csv") == b"a"


@pytest.mark.parametrize("name", ["../secret.csv", "/etc/hostname", "", "deep/../../secret.csv"])
def test_a_name_that_leads_out_is_refused(folder: Path, name: str) -> None:
    with pytest.raises(DataError, match="leads out of the folder"):
        read_within(folder, name)


def test_links_are_refused(folder: Path, tmp_path: Path) -> None:
    (folder / "soft.csv").symlink_to(tmp_path / "secret.csv")
    (folder / "way").symlink_to(tmp_path)
    os.link(tmp_path / "secret.csv", folder / "hard.csv")
    (folder / "proc.csv").symlink_to("/proc/self/environ")
    for name in ("soft.csv", "way/secret.csv", "proc.csv"):
        with pytest.raises(DataError, match="symbolic link"):
            read_within(folder, name)
    with pytest.raises(DataError, match="second name"):
        read_within(folder, "hard.csv")
    assert read_file(folder / "soft.csv") == b"s", "one's own links are one's own business"


def test_pipes_devices_and_folders_are_refused_at_once(folder: Path) -> None:
    os.mkfifo(folder / "pipe.csv")
    for path in (folder / "pipe.csv", Path("/dev/zero")):
        with pytest.raises(DataError, match="no regular file"):
            read_file(path)
    with pytest.raises(DataError, match="no regular file"):
        read_within(folder, "pipe.csv")
    with pytest.raises(DataError, match="directory"):
        read_file(folder)


def test_absent_and_impossible_names(folder: Path) -> None:
    for name in ("none.csv", "deep/none.csv", "nul\0byte.csv", "a.csv/b"):
        with pytest.raises(DataError, match="cannot read"):
            read_within(folder, name)


def test_the_limit_holds(folder: Path) -> None:
    with pytest.raises(DataError, match="too large"):
        read_within(folder, "a.csv", 0)


def test_a_file_that_is_swapped_while_it_is_read_is_noticed(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between looking and reading somebody writes into the file."""
    real = files._check_kind

    def meddle(found: os.stat_result, where: str, home: int | None) -> None:
        real(found, where, home)
        (folder / "a.csv").write_bytes(b"other labels")

    monkeypatch.setattr(files, "_check_kind", meddle)
    with pytest.raises(DataError, match="changed while it was read"):
        read_within(folder, "a.csv")
