"""Checks the key column of a submission: every case once, no other, ids untouched."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath
from typing import Any

from workbench.errors import Problem, did_you_mean
from workbench.scoring.bounds import first_of
from workbench.scoring.cells import Fault, number
from workbench.scoring.raw import RawTable, shown

# Close-match search is quadratic: a file with all keys wrong gets hints for the first ones only.
MOST_HINTS = 20
_MOST_OPTIONS = 2000
# So much longer than any id, folders and marks included, and a key is no slip of the pen.
_MOST_FOLDED = 100


@dataclass(frozen=True)
class SubmissionProblem(Problem):
    """A problem of one cell or row, with its parts apart for machines.

    Attributes:
        row: Number of the data row, from 1; None for a row that is not there.
        column: Column, or several joined by commas.
        key: Key of the case.
        value: What was written, cut to one short line.
    """

    row: int | None = None
    column: str = ""
    key: str = ""
    value: str = ""


def key_text(cell: Any) -> str:
    """Return a key as text; a whole number loses its ``.0``, text stays as written.

    >>> key_text("007"), key_text(7), key_text(7.0), key_text(None)
    ('007', '7', '7', '')
    """
    if isinstance(cell, str):
        return cell.strip()
    value = number(cell)
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(cell)


def cell_problem(
    raw: RawTable, given: Sequence[str], row: int, column: str, cell: Any, fault: Fault
) -> SubmissionProblem:
    """Name one cell of a submission and what is wrong with it."""
    key = shown(given[row])
    return SubmissionProblem(
        fault.code,
        fault.message,
        f"{raw.place(row)}, case {key}, column {column}",
        fault.remedy,
        row=row + 1,
        column=column,
        key=key,
        value=shown(cell),
    )


def check_keys(
    given: Sequence[str],
    expected: Sequence[str],
    column: str,
    place: Callable[[int], str],
    *,
    missing_allowed: bool,
) -> list[Problem]:
    """Return the problems of the key column.

    Args:
        given: Keys of the submission, in file order.
        expected: Keys the challenge asks for.
        column: Name of the key column in the file.
        place: Names a row number (from 0) for people.
        missing_allowed: Whether the challenge fills in missing cases by its policy.
    """
    wanted = set(expected)
    kept = set(given)
    if len(kept) == len(given) and (kept == wanted or (missing_allowed and kept < wanted)):
        return []
    absent = wanted.difference(kept)
    problems = first_of(_wrong_rows(given, wanted, _Near(absent), column, place))
    if not missing_allowed:
        problems += first_of(_missing(key) for key in sorted(absent))
    return problems


def _wrong_rows(
    given: Sequence[str], wanted: set[str], near: _Near, column: str, place: Callable[[int], str]
) -> Iterator[Problem]:
    """Name the rows of no case, of a case that has a row already, and without a key."""
    seen: dict[str, int] = {}
    for row, key in enumerate(given):
        if key in wanted and key not in seen:
            seen[key] = row
            continue
        if not key:
            code, message, remedy = "empty-key", "the key is empty", "write the case's id"
        elif key in seen:
            code, remedy = "duplicate-row", "keep one"
            message = f"case {shown(key)} stands here again, first in {place(seen[key])}"
        else:
            code, remedy = near.explain(key)
            message = f"case {shown(key)} is not part of this challenge"
        where = f"{place(row)}, column {column}"
        parts: dict[str, Any] = {"row": row + 1, "column": column}
        parts |= {"key": shown(key), "value": shown(key)}
        yield SubmissionProblem(code, message, where, remedy, **parts)


def _missing(key: str) -> SubmissionProblem:
    """Name a case without a row."""
    return SubmissionProblem(
        "missing-row", "no row for this case", f"case {key}", "add it", key=key
    )


class _Near:
    """Finds what an unknown key was probably meant to be."""

    def __init__(self, absent: set[str]) -> None:
        self.absent = absent
        self.hints = 0
        self.longest = _MOST_FOLDED + 2 * max(map(len, absent), default=0)

    @cached_property
    def forms(self) -> dict[str, str]:
        """What each absent key looks like in its plain form: the key."""
        found: dict[str, str] = {}
        for key in sorted(self.absent):
            found.setdefault(_plain(key), key)
            found.setdefault(_plain(key).lstrip("0"), key)
        return found

    def explain(self, key: str) -> tuple[str, str]:
        """Return a code and a remedy for a key that is not expected."""
        if len(key) > self.longest:
            return "extra-row", "remove the row"
        stripped = _plain(key).lstrip("0")
        meant = self.forms.get(_plain(key)) or self.forms.get(stripped)
        if meant and meant.lstrip("0") == key.lstrip("0"):
            return "leading-zeros", f"did you mean '{meant}'? keep the id column as text"
        if meant:
            return "extra-row", f"did you mean '{meant}'?"
        self.hints += 1
        if self.hints > MOST_HINTS or len(self.absent) > _MOST_OPTIONS:
            return "extra-row", "remove the row"
        return "extra-row", did_you_mean(key[:80], self.absent) or "remove the row"


def _plain(key: str) -> str:
    """Return a key without folder, file ending, case, and marks that cannot be seen."""
    seen = key[:1000]
    if not seen.isascii():
        seen = unicodedata.normalize("NFKC", seen)
        seen = "".join(c for c in seen if unicodedata.category(c) != "Cf")
    return PurePosixPath(seen.replace("\\", "/")).stem.casefold() if seen else ""
