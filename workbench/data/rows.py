"""Rows of a data set's tables, read through DuckDB without those of persons who opted out.

The opt-out filter is part of the query that reads the file: no other code, and no check, sees a row
of a person who objected.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pandas as pd

from workbench.audit import home
from workbench.data.card import DataCard, Table
from workbench.data.columns import literal, quoted, typed
from workbench.data.row_checks import ROW, repeated_keys, wrong_values
from workbench.data.sources import Source, open_source, row_number, unreadable
from workbench.errors import DataError, Problem
from workbench.storage import writing

if TYPE_CHECKING:
    import pyarrow as pa


class Rows:
    """The rows of a data set.

    Args:
        card: The data set's card.
        folder: Folder of the card.
        opted_out: Pseudonyms whose rows are left out.
    """

    def __init__(self, card: DataCard, folder: Path, opted_out: frozenset[str]) -> None:
        self.card = card
        self.folder = folder
        self.opted_out = opted_out

    def persons(self) -> frozenset[str]:
        """Return every pseudonym in the data, opted out or not; for counting and matching only."""
        found: set[str] = set()
        for table in self.card.tables:
            if table.person:
                with self._reading(table) as (connection, source):
                    person = f"trim({quoted(table.person)})"
                    query = f"SELECT DISTINCT {person} FROM {source.sql} WHERE {person} <> ''"
                    found.update(str(row[0]) for row in connection.execute(query).fetchall())
        return frozenset(found)

    def owners(self) -> dict[str, set[str]]:
        """Return the persons of each file a table names, opted out or not; for screening only."""
        found: dict[str, set[str]] = {}
        for table in self.card.tables:
            for column in table.names("file") if table.person else []:
                with self._reading(table) as (connection, source):
                    file, person = quoted(column), f"trim({quoted(str(table.person))})"
                    query = f"SELECT {file}, {person} FROM {source.sql} WHERE {file} IS NOT NULL"
                    for name, owner in connection.execute(query).fetchall():
                        found.setdefault(str(name), set()).add(str(owner or ""))
        return found

    def select(self, table: Table, what: str, condition: str = "true") -> list[tuple[Any, ...]]:
        """Return values of the rows of ``table`` that may be used.

        Args:
            table: The table's card.
            what: What to select, as SQL over the columns as stored.
            condition: Which rows, as SQL.
        """
        with self._reading(table) as (connection, source):
            kept = self._kept(connection, table, source)
            query = f"SELECT {what} FROM ({kept}) WHERE {condition}"
            return list(connection.execute(query).fetchall())

    def frame(self, table: Table) -> pd.DataFrame:
        """Return the rows of ``table`` that may be used, typed by its card and sorted by its key.

        Raises:
            DataError: A value breaks the card; problems name file, row, column and value.
        """
        where = str(self.folder / table.path)
        with self._reading(table) as (connection, source):
            kept = self._kept(connection, table, source)
            connection.execute(f"CREATE TEMP TABLE kept AS {kept}")
            self._refuse_broken(connection, table, source, where)
            values = typed(table, source.stored)
            order = ", ".join(f"kept.{quoted(name)}" for name in (*table.key, ROW))
            found = connection.sql(f"SELECT {values} FROM kept ORDER BY {order}").to_arrow_table()
        return _to_pandas(found)

    def write(self, table: Table, path: Path, memory_gb: float) -> None:
        """Write the rows of ``table`` that may be used as Parquet, in the order of its file.

        Nothing but what DuckDB needs is held in memory, for tables too large for it.

        Raises:
            DataError: A value breaks the card; problems name file, row, column and value.
        """
        where = str(self.folder / table.path)
        with self._reading(table) as (connection, source):
            connection.execute(f"SET memory_limit = '{memory_gb:g}GB'")
            kept = self._kept(connection, table, source)
            connection.execute(f"CREATE TEMP VIEW kept AS {kept}")
            self._refuse_broken(connection, table, source, where)
            query = f"SELECT {typed(table, source.stored)} FROM kept"
            with writing(path) as aside:
                target = literal(str(aside))
                connection.execute(f"COPY ({query}) TO {target} (FORMAT parquet, CODEC zstd)")

    def _refuse_broken(
        self, connection: duckdb.DuckDBPyConnection, table: Table, source: Source, where: str
    ) -> None:
        """Refuse rows that break the card, all problems at once."""
        problems = wrong_values(connection, table, source.stored, where)
        problems += repeated_keys(connection, table, where)
        problems += self._orphans(connection, table, where)
        if problems:
            message = f"table '{table.name}' breaks its card"
            raise DataError(message, where=where, problems=problems)

    @contextmanager
    def _reading(self, table: Table) -> Iterator[tuple[duckdb.DuckDBPyConnection, Source]]:
        """Give a connection that knows the opt-outs, and the table's file."""
        spill = home() / "cache" / "duckdb"
        with suppress(OSError):  # needed by few data sets; DuckDB says so where it is
            spill.parent.mkdir(parents=True, exist_ok=True)
        # No extension is fetched from the network, whatever a file asks for.
        config: dict[str, Any] = {
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            # By default rows too many for memory would be spilled to the working folder.
            "temp_directory": str(spill),
        }
        with duckdb.connect(config=config) as connection:
            connection.execute("CREATE TEMP TABLE opted_out (person VARCHAR)")
            persons = pd.DataFrame({"person": sorted(self.opted_out)}, dtype="object")
            connection.append("opted_out", persons)
            try:
                yield connection, open_source(connection, self.folder, table)
            except duckdb.Error as error:
                raise unreadable(self.folder / table.path, error) from error

    def _kept(self, connection: duckdb.DuckDBPyConnection, table: Table, source: Source) -> str:
        """Return the query of the rows that may be used, numbered as in the file."""
        numbered = (
            f"(SELECT {row_number(source)} AS {quoted(ROW)}, * FROM {source.sql}) AS numbered"
        )
        objected = "IN (SELECT person FROM opted_out)"
        if table.person:
            person = f"trim({quoted(table.person)})"
            return f"SELECT * FROM {numbered} WHERE coalesce({person}, '') NOT {objected}"
        if table.person_from:
            owner, same = self._owner(connection, table, "numbered")
            gone = f"SELECT 1 FROM {owner} WHERE {same} AND trim(owner.person) {objected}"
            return f"SELECT * FROM {numbered} WHERE NOT EXISTS ({gone})"
        return f"SELECT * FROM {numbered}"

    def _owner(
        self, connection: duckdb.DuckDBPyConnection, table: Table, rows: str
    ) -> tuple[str, str]:
        """Return, as SQL, the table that says whose rows these are, and how its rows match."""
        other = self.card.table(str(table.person_from))
        source = open_source(connection, self.folder, other)
        keys = [quoted(key) for key in other.key]
        columns = ", ".join([f"{quoted(str(other.person))} AS person", *keys])
        same = " AND ".join(f"owner.{key} = {rows}.{key}" for key in keys)
        return f"(SELECT {columns} FROM {source.sql}) AS owner", same

    def _orphans(
        self, connection: duckdb.DuckDBPyConnection, table: Table, where: str
    ) -> list[Problem]:
        """Return the rows whose person the other table does not tell."""
        if table.person or not table.person_from:
            return []
        owner, same = self._owner(connection, table, "kept")
        known = f"SELECT 1 FROM {owner} WHERE {same} AND owner.person IS NOT NULL"
        query = f"SELECT {quoted(ROW)} FROM kept WHERE NOT EXISTS ({known}) ORDER BY 1 LIMIT 20"
        message = f"table '{table.person_from}' does not say whose row this is"
        return [
            Problem("missing-person", message, f"{where}, row {row}", "add the person there")
            for (row,) in connection.execute(query).fetchall()
        ]


def _to_pandas(table: pa.Table) -> pd.DataFrame:
    """Return a frame of plain types: text as str, dates as datetime64, Int64 only with gaps."""
    import pyarrow as pa

    nullable = {pa.int64(): pd.Int64Dtype(), pa.bool_(): pd.BooleanDtype()}
    frame: pd.DataFrame = table.to_pandas(
        types_mapper=nullable.get, coerce_temporal_nanoseconds=True
    )
    plain = {"Int64": "int64", "boolean": "bool"}
    whole = [name for name in frame if str(frame[name].dtype) in plain]
    complete = [name for name in whole if not frame[name].isna().any()]
    return frame.astype({name: plain[str(frame[name].dtype)] for name in complete})
