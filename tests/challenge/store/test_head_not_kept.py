"""A disk that is full, or a folder of heads that is read-only, after the database has committed."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import Any

import pytest

from workbench.audit.heads import Heads
from workbench.challenge.store import Store
from workbench.challenge.store.events import SettingsChanged
from workbench.challenge.store.head import HeadNotKept
from workbench.challenge.store.verify import verify
from workbench.challenge.submissions import entry, submit, work
from workbench.errors import DataError

from ..submissions.world import answer, make_world  # noqa: TID252

NOTE = SettingsChanged(name="note", value=1, reason="test")


def write(store: Store) -> None:
    with store.writing() as transaction:
        transaction.append(NOTE)


def full_disk(*_: Any) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_what_was_recorded_is_said_to_be_recorded(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(store)
    with monkeypatch.context() as broken:
        broken.setattr(Heads, "write", full_disk)
        with pytest.raises(HeadNotKept, match=r"recorded \(event 2\).*No space left") as caught:
            write(store)
        assert "do not do it again" in caught.value.remedy
        assert store.head().seq == 2
        # As long as it lasts nothing more is taken: one transaction at most has no head.
        with pytest.raises(DataError, match="cannot be reached: No space left") as refused:
            write(store)
        assert not isinstance(refused.value, HeadNotKept)
        assert store.head().seq == 2
    write(store)
    assert store.head().seq == 3
    assert verify(store).problems == []


def test_heads_that_cannot_be_written_are_known_before_anything_is_recorded(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(store)

    def refuse(_: Heads) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(store.heads.file))

    with monkeypatch.context() as broken:
        broken.setattr(Heads, "check_writable", refuse)
        with pytest.raises(DataError, match="Permission denied"):
            write(store)
    assert store.head().seq == 1
    assert verify(store).problems == []


def test_a_head_file_that_cannot_be_opened_refuses(tmp_path: Path) -> None:
    heads = Heads(tmp_path / "heads", tmp_path / "log")
    heads.check_writable()  # makes the folder
    heads.file.mkdir()
    with pytest.raises(OSError, match="directory"):
        heads.check_writable()


def test_a_participant_is_told_that_the_file_was_taken(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = make_world(store, tmp_path / "challenge")
    with monkeypatch.context() as broken:
        broken.setattr(Heads, "write", full_disk)
        receipt = submit(store, world.team, "demo", answer(), filename="a.csv")
        assert (receipt.state, receipt.known) == ("queued", False)
        with pytest.raises(DataError, match="No space left"):
            submit(store, world.team, "demo", answer(0.001), filename="b.csv")
        again = submit(store, world.team, "demo", answer(), filename="a.csv")
        assert (again.id, again.known) == (receipt.id, True)
    assert [done.outcome for done in work(store, world.worker, idle_s=None)] == ["scored"]
    assert entry(store, world.team, receipt.id).state == "scored"
    assert verify(store).problems == []
