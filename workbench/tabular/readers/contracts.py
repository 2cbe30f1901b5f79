"""Which columns a source must have: by name, whatever the case, with the names of each year.

A column is never found by its position: a file with one column more would be read as another table.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from workbench.errors import DataError, Problem, UsageError, did_you_mean


@dataclass(frozen=True)
class Column:
    """One column of a source.

    Attributes:
        name: Its name here, lower case.
        names: Its names in files, in any case; the year variants of its header.
        needed: False where a source may lack it.
    """

    name: str
    names: tuple[str, ...] = ()
    needed: bool = True

    def written(self) -> tuple[str, ...]:
        """Return every header that means this column, folded to lower case."""
        return tuple(dict.fromkeys(name.lower() for name in (self.name, *self.names)))


@dataclass(frozen=True)
class Variant:
    """Headers of some years that mean something else than in others.

    Attributes:
        first: First year.
        last: Last year.
        renamed: Header in those years, lower case, to the column's name here.
    """

    first: int
    last: int
    renamed: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Contract:
    """What one table of a source must hold.

    Attributes:
        name: The table.
        columns: Its columns; others are ignored and named in the reading.
        variants: Years whose headers differ.
    """

    name: str
    columns: tuple[Column, ...]
    variants: tuple[Variant, ...] = ()

    def resolve(self, header: Sequence[str], where: str, year: int | None = None) -> dict[str, str]:
        """Return the header of each column: name here to name in the file.

        Args:
            header: The file's header.
            where: The file, for messages.
            year: Year of the file, for sources whose headers changed their meaning.

        Raises:
            DataError: ``missing-column``, ``ambiguous-column``, ``repeated-column``: all at once.
        """
        renamed = self._renamed(year)
        folded = [renamed.get(_folded(name), _folded(name)) for name in header]
        problems = list(_repeated(header, where))
        found: dict[str, str] = {}
        for column in self.columns:
            at = [n for n, name in enumerate(folded) if name in column.written()]
            if len(at) > 1:
                names = ", ".join(f"'{header[n]}'" for n in at)
                message = f"{names} all mean '{column.name}', expected one of them"
                problems.append(Problem("ambiguous-column", message, where, "remove the others"))
            elif at:
                found[column.name] = header[at[0]]
            elif column.needed:
                problems.append(self._missing(column, folded, where))
        if problems:
            raise DataError(
                f"the header is not that of {self.name}",
                where=where,
                problems=problems,
                remedy="see docs/adverse_event_inputs.md for the columns of each source",
            )
        return found

    def renamed(self, headers: Mapping[str, str]) -> Contract:
        """Return the contract of a source whose headers the user translates.

        Args:
            headers: Header in the source to the name of a column here.

        Raises:
            UsageError: The contract has no such column.
        """
        known = [column.name for column in self.columns]
        strange = [name for name in headers.values() if name not in known]
        if strange:
            hint = did_you_mean(strange[0], known) or f"columns: {', '.join(known)}"
            raise UsageError(f"{self.name} has no column '{strange[0]}'; {hint}")
        own = {name: tuple(h for h, n in headers.items() if n == name) for name in known}
        columns = tuple(
            replace(column, names=(*own[column.name], *column.names)) for column in self.columns
        )
        return replace(self, columns=columns)

    def _renamed(self, year: int | None) -> dict[str, str]:
        """Return the headers that mean another column in a year."""
        chosen = [v for v in self.variants if year is not None and v.first <= year <= v.last]
        return {old: new for variant in chosen for old, new in variant.renamed}

    def _missing(self, column: Column, header: Sequence[str], where: str) -> Problem:
        """Return the problem of a column that is not there."""
        hint = did_you_mean(column.written()[-1], header) or f"columns: {', '.join(header)[:200]}"
        message = f"there is no column '{' or '.join(column.written())}'; {hint}"
        return Problem("missing-column", message, where)


def check_tables(sources: Iterable[str], needed: Sequence[str], where: str) -> None:
    """Refuse a source that lacks tables, all at once.

    Raises:
        DataError: ``missing-table``.
    """
    given = list(sources)
    hints = {
        name: did_you_mean(name, given) or f"given: {', '.join(given) or 'none'}"
        for name in needed
        if name not in given
    }
    if hints:
        problems = [
            Problem("missing-table", f"there is no table '{name}'; {hint}", where)
            for name, hint in hints.items()
        ]
        raise DataError("tables are missing", where=where, problems=problems)


def _folded(name: str) -> str:
    """Return a header without case, blanks around it and byte order mark."""
    return str(name).lstrip("\ufeff").strip().strip('"').lower()


def _repeated(header: Sequence[str], where: str) -> Iterator[Problem]:
    """Yield the headers that stand more than once."""
    for name, count in Counter(map(_folded, header)).items():
        if count > 1:
            message = f"'{name}' stands {count} times, expected once"
            yield Problem("repeated-column", message, where, "rename or remove one")
