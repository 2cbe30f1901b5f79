"""The opt-out list: who objected to the use of their data, since when and for what.

CSV with the header ``pseudonym,scope,since``: the pseudonym as in the data, ``all`` or the name of
one data set, and an ISO date. It lies at ``opt_outs.csv`` under ``WORKBENCH_HOME``. A list that
cannot be read stops every opening: no data without knowing who objected.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from workbench.audit import home
from workbench.digests import of_bytes
from workbench.errors import DataError, Problem, did_you_mean

HEADER = ("pseudonym", "scope", "since")
EVERYWHERE = "all"
_REMEDY = "mend the list: until then no data opens"


@dataclass(frozen=True)
class OptOut:
    """One objection: who, against what (``all`` or a data set's name), since when."""

    pseudonym: str
    scope: str
    since: date


@dataclass(frozen=True)
class OptOutList:
    """The whole list and the sha256 of its file (of nothing, when there is no file)."""

    entries: tuple[OptOut, ...]
    sha256: str

    def persons(self, dataset: str, on: date | None = None) -> frozenset[str]:
        """Return the pseudonyms to leave out of ``dataset`` on a day (today, UTC)."""
        on = on or datetime.now(UTC).date()
        return frozenset(
            entry.pseudonym
            for entry in self.entries
            if entry.scope in (EVERYWHERE, dataset) and entry.since <= on
        )


def load_opt_outs(path: Path | str | None = None) -> OptOutList:
    """Read the opt-out list.

    Args:
        path: The list; by default ``opt_outs.csv`` under ``WORKBENCH_HOME``. No file: nobody
            objected.

    Raises:
        DataError: The list is unreadable or broken; every broken row is named.
    """
    path = Path(path) if path is not None else home() / "opt_outs.csv"
    try:
        content = path.read_bytes()
        text = content.decode("utf-8-sig")
    except FileNotFoundError:
        return OptOutList((), of_bytes(b""))
    except (OSError, UnicodeDecodeError) as error:
        message = f"the opt-out list cannot be read as UTF-8 text: {error}"
        raise DataError(message, where=str(path), remedy=_REMEDY) from error
    problems: list[Problem] = []
    entries = tuple(_entries(text, str(path), problems))
    if problems:
        message = "the opt-out list is broken"
        raise DataError(message, where=str(path), remedy=_REMEDY, problems=problems)
    return OptOutList(entries, of_bytes(content))


def _entries(text: str, where: str, problems: list[Problem]) -> Iterator[OptOut]:
    """Yield the entries; collect what is wrong in ``problems``."""
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = tuple(name.strip() for name in next(rows, ()))
        if sorted(header) != sorted(HEADER):
            problems.append(_wrong_header(header, where))
            return
        for row in rows:
            if row:
                entry = _entry(row, header, f"{where}, line {rows.line_num}", problems)
                if entry:
                    yield entry
    except csv.Error as error:
        place = f"{where}, line {rows.line_num}"
        problems.append(Problem("broken-csv", f"not CSV: {error}", place, "mend the quotes"))


def _entry(
    row: list[str], header: tuple[str, ...], place: str, problems: list[Problem]
) -> OptOut | None:
    """Return the entry of one row, or None after noting what is wrong with it."""
    if len(row) != len(header):
        message = f"{len(row)} values, expected {len(header)}: {', '.join(header)}"
        problems.append(Problem("wrong-columns", message, place, "write all three values"))
        return None
    values = dict(zip(header, (value.strip() for value in row), strict=True))
    empty = [name for name in ("pseudonym", "scope") if not values[name]]
    for name in empty:
        remedy = "write the person's pseudonym" if name == "pseudonym" else "write 'all' or a name"
        problems.append(Problem(f"empty-{name}", f"the {name} is empty", place, remedy))
    try:
        since = date.fromisoformat(values["since"])
    except ValueError:
        message = f"since is '{values['since']}', not a date"
        problems.append(Problem("bad-date", message, place, "write it as 2025-03-31"))
        return None
    return None if empty else OptOut(values["pseudonym"], values["scope"], since)


def _wrong_header(header: tuple[str, ...], where: str) -> Problem:
    """Return the problem of a header that lacks a column or has another one."""
    missing = [name for name in HEADER if name not in header]
    hints = " ".join(filter(None, (did_you_mean(name, header) for name in missing)))
    message = f"the header is '{','.join(header)}', expected '{','.join(HEADER)}'; {hints}"
    return Problem("missing-column", message.rstrip("; "), f"{where}, line 1", "mend the header")
