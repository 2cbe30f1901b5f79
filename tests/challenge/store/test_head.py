"""The head kept elsewhere: after a crash, a move, a loss, and on another machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from workbench.challenge.store import Store, open_store
from workbench.challenge.store.events import SettingsChanged
from workbench.challenge.store.verify import verify

NOTE = SettingsChanged(name="note", value=1, reason="test")


def write(store: Store, count: int = 1) -> None:
    for _ in range(count):
        with store.writing() as transaction:
            transaction.append(NOTE)


def codes(store: Store) -> list[str]:
    return [problem.code for problem in verify(store).problems]


def test_a_crash_between_log_and_head_is_mended_by_the_next_event(store: Store) -> None:
    write(store, 2)
    head = store.heads.file.read_bytes()
    write(store)
    store.heads.file.write_bytes(head)
    assert codes(store) == (["ahead-of-head"] if store.place.is_file else [])
    write(store)
    assert codes(store) == []
    assert store.head().seq == 4  # the mending is no event


def test_a_machine_without_a_head_records_that_it_adopts_the_log(
    store: Store, place: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    write(store, 3)
    monkeypatch.setenv("WORKBENCH_AUDIT_HEADS", str(tmp_path / "other machine"))
    with open_store(place, clock=store.clock) as elsewhere:
        assert codes(elsewhere) == ["head-missing"]
        write(elsewhere)
        adopted = list(elsewhere.events())[3]
        assert (adopted.kind, adopted.payload["count"]) == ("head-adopted", 3)
        assert codes(elsewhere) == []
    if not store.place.is_file:  # several machines write to one PostgreSQL database
        assert codes(store) == []
        write(store)
        assert store.head().seq == 6


def test_a_store_moved_with_its_folder_finds_its_head(tmp_path: Path) -> None:
    with open_store(tmp_path / "old") as store:
        write(store, 2)
    (tmp_path / "old").rename(tmp_path / "new")
    with open_store(tmp_path / "new") as moved:
        assert codes(moved) == []
        write(moved)
        assert codes(moved) == []
        assert moved.head().seq == 3


def test_a_store_that_was_removed_leaves_its_head(tmp_path: Path) -> None:
    with open_store(tmp_path / "store") as store:
        write(store, 3)
    for file in (tmp_path / "store").iterdir():
        file.unlink()
    with open_store(tmp_path / "store") as empty:
        assert codes(empty) == ["cut"]
        write(empty)
        first = next(empty.events())
        assert (first.kind, first.payload["count"]) == ("log-missing", 3)
        assert codes(empty) == ["log-removed"]


def test_the_store_is_for_its_owner_alone(tmp_path: Path) -> None:
    with open_store(tmp_path / "store") as store:
        write(store)
        assert store.place.name.parent.stat().st_mode & 0o077 == 0
