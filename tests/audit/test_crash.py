"""What a crash leaves is told from what a hand leaves, and nothing is lost in the repair."""

import base64
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from workbench.audit import AuditLog
from workbench.audit.record import Link
from workbench.errors import DataError

Fill = Callable[[int], list[bytes]]
Codes = Callable[[], list[str]]


@pytest.mark.parametrize("torn", [b"{", b'{"seq":4,"ts":"20', b"\0" * 300, "é".encode()[:1]])
def test_a_torn_line_is_recognised_then_moved_aside(
    log: AuditLog, fill: Fill, codes: Codes, torn: bytes
) -> None:
    whole = b"".join(fill(3))
    log.path.write_bytes(whole + torn)
    assert codes() == ["torn-last-line"]
    record = log.append({"action": "next"})
    aside = list(log.records())[3]
    assert aside["action"] == "audit.torn-line-moved-aside"
    assert base64.b64decode(aside["torn"]) == torn
    assert record["seq"] == 5 and codes() == []
    assert log.path.read_bytes().startswith(whole)


def test_the_very_first_line_may_be_torn(log: AuditLog, codes: Codes) -> None:
    log.path.parent.mkdir(parents=True)
    log.path.write_bytes(b'{"seq":1')
    assert log.append({"action": "next"})["seq"] == 2
    assert codes() == []


@pytest.mark.parametrize("length", [70_000, 200_000])
def test_records_longer_than_a_block_are_read_back(log: AuditLog, length: int) -> None:
    log.append({"action": "a", "text": "x" * length})
    with log.path.open("ab") as handle:
        handle.write(b"y" * length)
    assert log.append({"action": "b"})["seq"] == 3
    assert log.verify() == []


@pytest.mark.parametrize("before", [0, 3])
def test_a_crash_between_log_and_head_is_mended_by_the_next_append(
    log: AuditLog, fill: Fill, codes: Codes, before: int
) -> None:
    if before:
        fill(before)
        head = log.heads.file.read_bytes()
        fill(1)
        log.heads.file.write_bytes(head)
    else:
        fill(1)
        log.heads.file.unlink()
    assert codes() == []
    assert log.append({"action": "next"})["seq"] == before + 2
    assert codes() == []


def test_a_torn_slot_leaves_the_head_before_it(log: AuditLog, fill: Fill, codes: Codes) -> None:
    fill(4)
    content = log.heads.file.read_bytes()
    log.heads.file.write_bytes(b"\0" * 100 + content[100:])  # the even slot, written last
    assert codes() == []
    assert log.append({"action": "next"})["seq"] == 5
    assert codes() == []


def _cut(log: AuditLog, lines: list[bytes]) -> None:
    log.path.write_bytes(b"".join(lines[:-1]))


def _empty(log: AuditLog, lines: list[bytes]) -> None:
    log.path.write_bytes(b"")


def _cut_within_the_last_record(log: AuditLog, lines: list[bytes]) -> None:
    log.path.write_bytes(b"".join(lines)[:-1])


def _alter_last(log: AuditLog, lines: list[bytes]) -> None:
    log.path.write_bytes(b"".join([*lines[:-1], lines[-1].replace(b"test", b"text")]))


def _remove_head(log: AuditLog, lines: list[bytes]) -> None:
    log.heads.file.unlink()


def _break_head(log: AuditLog, lines: list[bytes]) -> None:
    log.heads.file.write_text("3 abc")


def _turn_head_back_by_two(log: AuditLog, lines: list[bytes]) -> None:
    first = next(log.records())
    log.heads.file.unlink()
    log.heads.write(Link(1, first["prev"], first["hash"]))


@pytest.mark.parametrize(
    "damage",
    [
        _cut,
        _empty,
        _cut_within_the_last_record,
        _alter_last,
        _remove_head,
        _break_head,
        _turn_head_back_by_two,
    ],
)
def test_what_no_crash_leaves_stops_the_append_and_stays_as_evidence(
    log: AuditLog, fill: Fill, damage: Callable[[AuditLog, list[bytes]], None]
) -> None:
    damage(log, fill(3))
    after = log.path.read_bytes()
    with pytest.raises(DataError) as caught:
        log.append({"action": "next"})
    assert caught.value.remedy
    assert log.path.read_bytes() == after


def test_a_log_moved_aside_is_followed_by_one_that_records_the_loss(
    log: AuditLog, fill: Fill, codes: Codes
) -> None:
    fill(3)
    last = list(log.records())[-1]
    log.path.rename(log.path.with_name("evidence.jsonl"))
    assert log.append({"action": "next"})["seq"] == 2
    first = next(log.records())
    assert first["action"] == "audit.log-missing"
    assert first["lost"] == {"count": 3, "hash": last["hash"]}
    assert codes() == ["log-removed"]
    log.path.unlink()
    log.append({"action": "again"})
    assert codes() == ["log-removed", "log-removed"]


def test_a_log_moved_with_its_folder_finds_its_head(log: AuditLog, fill: Fill) -> None:
    fill(3)
    log.path.parent.rename(log.path.parent.with_name("moved"))
    moved = AuditLog(log.path.parent.with_name("moved") / "log.jsonl", log.heads.folder)
    assert moved.verify() == []
    assert moved.append({"action": "next"})["seq"] == 4
    assert moved.verify() == []
    assert log.verify() == []  # no log is missing at the old place


def test_a_cut_log_finds_no_head_at_a_new_place(log: AuditLog, fill: Fill) -> None:
    _cut(log, fill(3))
    moved = AuditLog(log.path.rename(log.path.with_name("new.jsonl")), log.heads.folder)
    with pytest.raises(DataError, match="head is missing"):
        moved.append({"action": "next"})


_WRITER = """
import sys
from workbench.audit import AuditLog
log = AuditLog(sys.argv[1], sys.argv[2])
for number in range(int(sys.argv[3])):
    record = log.append({"action": "test", "writer": sys.argv[4], "text": "x" * 2000})
    print(record["seq"], flush=True)
"""


def _writer(log: AuditLog, count: int, name: str) -> "subprocess.Popen[str]":
    arguments = [str(log.path), str(log.heads.folder), str(count), name]
    return subprocess.Popen(
        [sys.executable, "-c", _WRITER, *arguments], stdout=subprocess.PIPE, text=True
    )


def test_several_processes_write_one_whole_chain(log: AuditLog) -> None:
    writers = [_writer(log, 40, f"w{number}") for number in range(4)]
    acknowledged = [int(seq) for writer in writers for seq in writer.communicate()[0].split()]
    assert sorted(acknowledged) == list(range(1, 161))
    assert log.verify() == []


def test_several_threads_write_one_whole_chain(log: AuditLog) -> None:
    with ThreadPoolExecutor(8) as pool:
        records = list(pool.map(lambda n: log.append({"action": "test", "n": n}), range(80)))
    assert sorted(record["seq"] for record in records) == list(range(1, 81))
    assert log.verify() == []


def test_a_log_reached_through_a_link_has_one_head(log: AuditLog, tmp_path: Path) -> None:
    log.append({"action": "test"})
    (tmp_path / "link").symlink_to(log.path.parent)
    linked = AuditLog(tmp_path / "link" / "log.jsonl", log.heads.folder)
    assert [log.append({"action": "test"})["seq"] for log in (linked, log, linked)] == [2, 3, 4]
    assert log.verify() == linked.verify() == []


def test_writers_killed_at_any_moment_lose_nothing_they_acknowledged(log: AuditLog) -> None:
    moments = random.Random(0)
    acknowledged: list[int] = []
    for number in range(6):
        writers = [_writer(log, 10_000, f"{number}-{name}") for name in "ab"]
        assert all(writer.stdout and writer.stdout.readline() for writer in writers)
        time.sleep(moments.uniform(0.0, 0.2))
        for writer in writers:
            writer.send_signal(signal.SIGKILL)
            acknowledged += [int(seq) for seq in writer.communicate()[0].split()]
    log.append({"action": "after"})
    assert log.verify() == []
    assert set(acknowledged) <= {record["seq"] for record in log.records()}
    assert len(acknowledged) == len(set(acknowledged))


def test_a_log_on_another_machine_can_be_checked_without_its_lock(
    log: AuditLog, fill: Fill, tmp_path: Path
) -> None:
    lines = fill(2)
    copy = AuditLog(tmp_path / "copy" / "log.jsonl", log.heads.folder)
    copy.path.parent.mkdir()
    copy.path.write_bytes(b"".join(lines))
    assert copy.verify() == []
    copy.path.write_bytes(lines[0].replace(b"set-0", b"set-9") + lines[1])
    assert [problem.code for problem in copy.verify()] == ["altered"]
    assert not list(copy.path.parent.glob("*.lock"))
