"""verify() finds what was done to a log and says where."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workbench.audit import AuditLog
from workbench.audit.record import Link, write_line

Fill = Callable[[int], list[bytes]]
Codes = Callable[[], list[str]]


def _found(log: AuditLog, lines: list[bytes]) -> list[tuple[str, str]]:
    """Write these lines as the log; return code and line of each problem."""
    log.path.write_bytes(b"".join(lines))
    return [
        (problem.code, problem.where.rpartition(", ")[2].replace(str(log.path), ""))
        for problem in log.verify()
    ]


def test_a_whole_log_has_no_problem(log: AuditLog, fill: Fill) -> None:
    assert log.verify() == []
    fill(5)
    assert log.verify() == []


def test_an_altered_line_is_named(log: AuditLog, fill: Fill) -> None:
    lines = fill(6)
    lines[2] = lines[2].replace(b"set-2", b"set-9")
    assert _found(log, lines) == [("altered", "line 3")]


def test_two_altered_lines_are_both_named(log: AuditLog, fill: Fill) -> None:
    lines = fill(6)
    lines[1] = lines[1].replace(b"set-1", b"set-9")
    lines[4] = lines[4].replace(b"set-4", b"set-9")
    assert _found(log, lines) == [("altered", "line 2"), ("altered", "line 5")]


def test_a_line_written_anew_with_a_right_hash_breaks_the_chain(log: AuditLog, fill: Fill) -> None:
    lines = fill(5)
    before = list(log.records())[1]
    lines[2], _ = write_line({"action": "forged"}, Link(2, before["prev"], before["hash"]))
    assert _found(log, lines) == [("altered", "line 4")]


def test_a_log_written_anew_to_its_end_does_not_fit_its_head(log: AuditLog, fill: Fill) -> None:
    lines = fill(5)
    first = next(log.records())
    link = Link(1, first["prev"], first["hash"])
    for place in range(1, 5):
        lines[place], link = write_line({"action": "forged"}, link)
    assert _found(log, lines) == [("rewritten", "")]


def test_removed_lines_are_counted_and_placed(log: AuditLog, fill: Fill) -> None:
    lines = fill(8)
    del lines[2:4]
    assert _found(log, lines) == [("removed", "line 3")]
    assert "2 record(s) removed" in log.verify()[0].message


def test_a_removed_first_line_shows(log: AuditLog, fill: Fill) -> None:
    assert _found(log, fill(4)[1:]) == [("removed", "line 1")]


def test_swapped_lines_are_named(log: AuditLog, fill: Fill) -> None:
    lines = fill(6)
    lines[2], lines[3] = lines[3], lines[2]
    assert _found(log, lines) == [("reordered", "line 4")]
    assert log.verify()[0].message == "record 3 stands after record 4"


def test_a_line_that_stands_twice_is_named(log: AuditLog, fill: Fill) -> None:
    lines = fill(4)
    assert ("repeated", "line 3") in _found(log, [*lines[:2], lines[1], *lines[2:]])


@pytest.mark.parametrize("left", [0, 1, 3])
def test_a_cut_tail_shows(log: AuditLog, fill: Fill, left: int) -> None:
    assert _found(log, fill(5)[:left]) == [("cut", "")]
    assert f"ends with record {left}, its head counts 5" in log.verify()[0].message


def test_a_removed_log_shows(log: AuditLog, fill: Fill, codes: Codes) -> None:
    fill(3)
    log.path.unlink()
    assert codes() == ["log-removed"]


def test_a_removed_head_shows(log: AuditLog, fill: Fill, codes: Codes) -> None:
    fill(3)
    log.heads.file.unlink()
    assert codes() == ["head-missing"]


def test_two_records_without_a_head_were_not_left_by_a_crash(log: AuditLog, fill: Fill) -> None:
    fill(2)
    head = log.heads.file.read_bytes()
    lines = fill(2)
    log.heads.file.write_bytes(head)
    assert _found(log, lines) == [("ahead-of-head", "")]


def test_an_absurd_record_number_is_found_at_once(log: AuditLog, fill: Fill) -> None:
    lines = fill(2)
    last = list(log.records())[1]
    forged, _ = write_line({"action": "x"}, Link(10**30, "", last["hash"]))
    found = _found(log, [*lines, forged])
    assert ("removed", "line 3") in found and ("ahead-of-head", "") in found


_LONG = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@_LONG
@given(data=st.data())
def test_any_changed_byte_is_found(log: AuditLog, fill: Fill, data: st.DataObject) -> None:
    content = bytearray(_content(log, fill))
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    assert _found(log, [bytes(content)])


@_LONG
@given(data=st.data())
def test_any_truncation_is_found(log: AuditLog, fill: Fill, data: st.DataObject) -> None:
    content = _content(log, fill)
    assert _found(log, [content[: data.draw(st.integers(0, len(content) - 1))]])


@_LONG
@given(data=st.data())
def test_any_removed_lines_or_other_order_is_found(
    log: AuditLog, fill: Fill, data: st.DataObject
) -> None:
    lines = _content(log, fill).splitlines(keepends=True)
    some = st.lists(st.sampled_from(lines), unique=True, max_size=len(lines))
    other = data.draw(some.filter(lambda chosen: chosen != lines))
    assert _found(log, other)


def _content(log: AuditLog, fill: Fill) -> bytes:
    """Return the bytes of the log as it was written, the same for every example."""
    kept = log.path.with_name("original")
    if not kept.exists():
        kept.write_bytes(b"".join(fill(6)))
    return kept.read_bytes()
