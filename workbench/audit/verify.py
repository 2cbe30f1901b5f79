"""Find what was done to a log: altered, removed, reordered, repeated, cut or rewritten lines."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator

from workbench.audit.heads import NO_HEAD, Head
from workbench.audit.record import START, read_link
from workbench.errors import Problem


def check_chain(lines: Iterable[bytes], head: Head | None, where: str) -> list[Problem]:
    """Return the problems of a log by line number, in one pass over its lines.

    Args:
        lines: The log's lines with their line breaks.
        head: The head kept elsewhere; None when there is none.
        where: Name of the log in the problems.
    """
    problems: list[Problem] = []
    numbers: list[int] = []  # record number of each whole line, 0 where it cannot be read
    expected = head or NO_HEAD
    at_head = NO_HEAD.hash if expected.count == 0 else ""
    seq, prev = START.seq, START.hash
    for line_number, line in enumerate(lines, 1):
        place = f"{where}, line {line_number}"
        if not line.endswith(b"\n"):
            problems.append(_torn(place))
            break
        link = read_link(line)
        if link is None:
            problems.append(Problem("altered", "the line was changed after it was written", place))
            numbers.append(0)
            prev = ""
            continue
        if link.seq == seq + 1 and prev and link.prev != prev:
            message = f"the line does not continue line {line_number - 1}: one was written anew"
            problems.append(Problem("altered", message, place))
        if link.seq == expected.count:
            at_head = link.hash
        seq, prev = link.seq, link.hash
        numbers.append(seq)
    problems += _misplaced(numbers, where)
    return problems + list(against_head(max(numbers, default=0), at_head, head, where))


def _misplaced(numbers: list[int], where: str) -> list[Problem]:
    """Return the records that stand out of order, and the gaps no unreadable line accounts for."""
    problems = []
    present = sorted(number for number in numbers if number)
    highest = unreadable = 0
    for line_number, number in enumerate(numbers, 1):
        place = f"{where}, line {line_number}"
        if number == 0:
            unreadable += 1
        elif number == highest + 1:
            highest, unreadable = number, 0
        elif number > highest:
            later = bisect_left(present, number) - bisect_right(present, highest)
            gone = number - highest - 1 - later - unreadable
            if gone > 0:
                between = f"between record {highest} and record {number}"
                message = f"{gone} record(s) removed before this line, {between}"
                problems.append(Problem("removed", message, place))
            highest, unreadable = number, 0
        elif bisect_right(present, number) - bisect_left(present, number) > 1:
            problems.append(Problem("repeated", f"record {number} stands here again", place))
        else:
            message = f"record {number} stands after record {highest}"
            problems.append(Problem("reordered", message, place))
    return problems


def against_head(last: int, at_head: str, head: Head | None, where: str) -> Iterator[Problem]:
    """Yield where the log disagrees with its head; one record ahead is what a crash leaves."""
    if head is None:
        if last > 1:
            message = "no head was found, so a cut tail would not show"
            yield Problem("head-missing", message, where, "restore the folder of heads")
        return
    if last < head.count:
        message = f"the log ends with record {last}, its head counts {head.count}: the tail was cut"
        yield Problem("cut", message, where, "restore the log from a backup")
    if last > head.count + 1:
        message = f"the log ends with record {last}, its head counts only {head.count}"
        yield Problem("ahead-of-head", message, where, "restore the head from a backup")
    if at_head and at_head != head.hash:
        message = f"record {head.count} is not the one its head names: the log was written anew"
        yield Problem("rewritten", message, where, "restore the log from a backup")


def _torn(place: str) -> Problem:
    """Return the problem of a line whose writer was stopped."""
    message = "the line is incomplete: its writer was stopped"
    return Problem("torn-last-line", message, place, "the next opening moves it aside and says so")
