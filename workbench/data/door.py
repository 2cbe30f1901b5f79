"""The data door: the only way rows and files reach code.

Opening finds the card, checks the files against the manifest, applies the opt-out list and writes
one line to the audit log, in this order; when any of it fails, nothing opens.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

import pandas as pd

from workbench.audit import AuditLog
from workbench.data.card import DataCard, Table
from workbench.data.exposure import refuse_exposed_labels
from workbench.data.finding import find
from workbench.data.manifest import Entry
from workbench.data.opt_outs import load_opt_outs
from workbench.data.patterns import matching
from workbench.data.rows import Rows
from workbench.data.screening import screen
from workbench.digests import of_json
from workbench.errors import DataError, UsageError, did_you_mean

Purpose = Literal[
    "train", "predict", "evaluate", "score", "describe", "validate", "emulate", "report"
]


@dataclass(frozen=True)
class OpenedData:
    """A data set that was opened for a purpose.

    Attributes:
        card: Its data card.
        folder: Its folder, absolute.
        opening: The audit record of this opening.
        opted_out: How many persons of the data set were left out.
        digest: Digest of card, files and left-out persons: the same digest, the same data.
    """

    card: DataCard
    folder: Path
    opening: dict[str, Any]
    opted_out: int
    digest: str
    _rows: Rows = field(repr=False)
    _entries: tuple[Entry, ...] = field(repr=False)
    _owners: dict[str, str] = field(repr=False)

    def table(self, name: str) -> pd.DataFrame:
        """Return a table without the rows of opted-out persons, sorted by its key.

        Columns have the card's types: ``string`` and ``category`` as str, ``integer`` as int64
        (Int64 with gaps), ``number`` as float64, ``date`` as datetime64. Empty cells are missing.

        Raises:
            UsageError: The card has no such table.
            DataError: A value breaks the card.
        """
        return self._rows.frame(self._table(name))

    def parquet(self, name: str, folder: Path, *, memory_gb: float = 1.0) -> Path:
        """Write a table as :meth:`table` gives it to a Parquet file, for one too large for memory.

        Rows stand in the order of the data set's file. The file holds rows about persons: it
        belongs in a folder that is removed.

        Args:
            name: The table.
            folder: Where to write ``<name>.parquet``.
            memory_gb: Most memory for it, GB.

        Raises:
            UsageError: The card has no such table.
            DataError: A value breaks the card.
        """
        path = folder / f"{name}.parquet"
        self._rows.write(self._table(name), path, memory_gb)
        return path

    def files(self, name: str) -> pd.DataFrame:
        """Return the files of a set without those of opted-out persons.

        Returns:
            Columns ``file`` (relative, forward slashes), ``path`` (absolute), ``bytes``,
            ``sha256`` and ``person`` (missing where it is not known), sorted by ``file``.

        Raises:
            UsageError: The card has no such file set.
        """
        sets = {files.name: files for files in self.card.files}
        if name not in sets:
            raise _no_such("file set", name, list(sets))
        names = matching(self._loose_files(), sets[name].pattern)
        frame = self.manifest()
        frame = frame[frame["file"].isin(names)].reset_index(drop=True)
        frame.insert(1, "path", [str(self.folder / file) for file in names])
        frame["person"] = pd.Series([self._owners.get(file) for file in names], dtype="object")
        return frame

    def path(self, relative: str | Path) -> Path:
        """Return the absolute path of one file of the data set.

        Raises:
            DataError: The file is not in the manifest, belongs to a person who opted out, or holds
                a table, whose rows come from :meth:`table` only.
        """
        name = Path(relative).as_posix()
        for table in self.card.tables:
            if name == table.path:
                remedy = f"read it with .table('{table.name}'), which leaves opted-out persons out"
                raise DataError(f"'{name}' holds a table", where=str(self.folder), remedy=remedy)
        known = self._loose_files()
        if name not in known:
            raise DataError(
                f"'{name}' is not a file of this data set, or its person opted out",
                where=str(self.folder),
                remedy=did_you_mean(name, known) or "see .manifest() for the files",
            )
        return self.folder / name

    def manifest(self) -> pd.DataFrame:
        """Return file, bytes and sha256 of every file that may be used, sorted by file."""
        return pd.DataFrame(list(self._entries), columns=list(Entry._fields))

    def _table(self, name: str) -> Table:
        """Return the card of a table."""
        tables = {table.name: table for table in self.card.tables}
        if name not in tables:
            raise _no_such("table", name, list(tables))
        return tables[name]

    def _loose_files(self) -> list[str]:
        """Return the files that hold no table: a table's file has the rows of everyone in it."""
        tables = {table.path for table in self.card.tables}
        return [entry.file for entry in self._entries if entry.file not in tables]


def open(
    source: str | Path | Sequence[str | Path],
    purpose: str,
    *,
    config_digest: str = "",
    person: str | None = None,
) -> OpenedData:
    """Open a data set: card, manifest, opt-outs, audit line; then its tables and files.

    Args:
        source: Folder with ``card.yaml``, a card, a name; or, without a card, a folder of slides,
            a file or a list of files.
        purpose: train, predict, evaluate, score, describe, validate, emulate or report.
        config_digest: Digest of the run's configuration, for the audit log.
        person: Column that names the person, for a CSV without a card.

    Raises:
        UsageError: The purpose is not one of those.
        DataError: Card, files or opt-out list are broken, or the audit log cannot be written.
    """
    if purpose not in get_args(Purpose):
        raise _no_such("purpose", purpose, list(get_args(Purpose)))
    bundle = find(source, person)
    card, folder = bundle.card, bundle.folder.absolute()
    opt_outs = load_opt_outs()
    listed = opt_outs.persons(card.name) if card.opt_out.applies else frozenset[str]()
    rows = Rows(card, folder, listed)
    screened = screen(bundle, rows)
    refuse_exposed_labels(card, rows, screened.owners)
    digest = of_json([card.model_dump(mode="json"), screened.entries, screened.left_out])
    counts = {
        "persons": screened.persons,
        "rows": sum(rows.select(table, "count(*)")[0][0] for table in card.tables),
        "files": len(screened.entries),
        "opted_out": len(screened.left_out),
    }
    opening = AuditLog.default().append(
        {
            "action": "data.open",
            "object": card.name,
            "version": card.version,
            "purpose": purpose,
            "counts": counts,
            "config_digest": config_digest,
            "data_digest": digest,
            "opt_out_list": opt_outs.sha256,
        }
    )
    out = counts["opted_out"]
    return OpenedData(card, folder, opening, out, digest, rows, screened.entries, screened.owners)


def _no_such(what: str, name: str, known: list[str]) -> UsageError:
    """Return the error for a name that does not exist."""
    hint = did_you_mean(name, known) or f"known: {', '.join(known) or 'none'}"
    return UsageError(f"there is no {what} '{name}'; {hint}")
