"""Records are chained, complete and durable; what cannot be written stops the caller."""

import json
import os
import resource
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from workbench.audit import AuditLog
from workbench.errors import DataError


@contextmanager
def file_size_limit(limit: int) -> Iterator[None]:
    """Let the kernel refuse files above ``limit`` bytes, as a full disk would."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


def test_a_record_holds_what_was_given_and_its_place_in_the_chain(log: AuditLog) -> None:
    before = datetime.now(UTC)
    first = log.append({"action": "data.open", "counts": {"persons": 3}, "name": "Zoë\n"})
    second = log.append({"action": "data.open"})
    assert (first["seq"], second["seq"]) == (1, 2)
    assert first["actor"] == "tester"
    assert first["counts"] == {"persons": 3} and first["name"] == "Zoë\n"
    assert before <= datetime.fromisoformat(first["ts"]) <= datetime.now(UTC)
    assert second["prev"] == first["hash"] != second["hash"]
    assert list(log.records()) == [first, second]
    assert json.loads(log.path.read_bytes().splitlines()[1]) == second


def test_the_head_names_count_and_last_hash(log: AuditLog) -> None:
    log.append({"action": "a"})
    last = log.append({"action": "b"})
    head = log.heads.read()
    assert head is not None
    assert (head.count, head.hash) == (2, last["hash"])


def test_an_event_cannot_pose_as_part_of_the_chain(log: AuditLog) -> None:
    with pytest.raises(ValueError, match="seq, hash"):
        log.append({"action": "a", "seq": 7, "hash": "0"})
    with pytest.raises(ValueError):
        log.append({"value": float("nan")})
    assert not log.path.exists()


def test_home_and_heads_come_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKBENCH_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("WORKBENCH_AUDIT_HEADS", str(tmp_path / "elsewhere"))
    AuditLog.default().append({"action": "a"})
    assert (tmp_path / "state/audit/log.jsonl").is_file()
    assert len(list((tmp_path / "elsewhere").glob("*.head"))) == 1


@pytest.mark.parametrize("in_the_way", ["log", "folder", "heads", "lock"])
def test_something_in_the_way_stops_the_append(log: AuditLog, in_the_way: str) -> None:
    if in_the_way == "log":
        log.path.mkdir(parents=True)
    elif in_the_way == "lock":
        (log.path.parent / "log.jsonl.lock").mkdir(parents=True)
    elif in_the_way == "folder":
        log.path.parent.write_text("a file")
    else:
        log.heads.folder.write_text("a file")
    with pytest.raises(DataError) as caught:
        log.append({"action": "a"})
    assert str(log.path.parent) in caught.value.where or "heads" in caught.value.where


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_folder_stops_the_append(log: AuditLog) -> None:
    log.path.parent.mkdir(parents=True)
    log.path.parent.chmod(0o500)
    with pytest.raises(DataError, match="without an audit line no data opens"):
        log.append({"action": "a"})


@pytest.mark.parametrize("room", [0, 1, 100])
def test_a_full_disk_stops_the_append_and_leaves_the_log_as_it_was(
    log: AuditLog, fill: Callable[[int], list[bytes]], room: int
) -> None:
    before = b"".join(fill(3))
    with file_size_limit(len(before) + room), pytest.raises(DataError, match="disk"):
        log.append({"action": "a", "text": "x" * 500})
    assert log.path.read_bytes() == before
    assert log.verify() == []
    assert log.append({"action": "b"})["seq"] == 4


def test_a_full_disk_during_a_repair_keeps_the_torn_bytes(
    log: AuditLog, fill: Callable[[int], list[bytes]]
) -> None:
    whole = b"".join(fill(2))
    torn = b'{"seq":3,"ts":"2025'
    log.path.write_bytes(whole + torn)
    with file_size_limit(len(whole) + 50), pytest.raises(DataError):
        log.append({"action": "a"})
    assert log.path.read_bytes() == whole + torn
