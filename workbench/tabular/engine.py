"""The engine that runs table expressions: DuckDB on one machine, Spark by configuration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import gettempdir
from typing import Any
from uuid import uuid4

import pandas as pd

from workbench.errors import DataError, UsageError, did_you_mean
from workbench.tabular.sessions import most_memory, spark_session

ENGINES = ("duckdb", "pyspark")


@dataclass(frozen=True, eq=False)
class Engine:
    """A connection of Ibis and the name of what stands behind it.

    Attributes:
        name: ``duckdb`` or ``pyspark``.
        connection: The Ibis backend.
    """

    name: str
    connection: Any

    def frame(self, rows: pd.DataFrame, types: Mapping[str, str]) -> Any:
        """Return rows in memory as a table with stated types; missing values become null.

        Args:
            rows: One column a key of ``types`` at least.
            types: Ibis type of each column to take.

        Raises:
            DataError: A column is absent, or a value does not fit its type.
        """
        import ibis
        import pyarrow as pa

        absent = [column for column in types if column not in rows.columns]
        if absent:
            raise DataError(f"columns are absent: {absent}", where=f"of {list(rows.columns)}")
        schema = ibis.schema(dict(types))
        try:
            table = pa.Table.from_pandas(
                rows[list(types)], schema=schema.to_pyarrow(), preserve_index=False
            )
        except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
            raise DataError(f"a column does not fit its type: {error}") from None
        if self.name == "duckdb":
            name = ibis.util.gen_name("rows")
            self.connection.con.register(name, table)
            return self.connection.table(name)
        return self._spark_view(table, schema)

    def parquet(self, path: Path | str) -> Any:
        """Return a Parquet file, or all files of a pattern, as a table; nothing is read yet.

        Raises:
            DataError: There is no such file.
        """
        path = Path(path)
        if not path.exists() and not any(path.parent.glob(path.name)):
            raise DataError("there is no such Parquet file", where=str(path))
        return self.connection.read_parquet(str(path))

    def table(self, expression: Any) -> Any:
        """Return the rows of an expression as an Arrow table: a null stays one in every type."""
        import pyarrow as pa

        if self.name == "duckdb":
            return self.connection.to_pyarrow(expression)
        # Ibis takes Spark's rows through pandas, where whole numbers with a null turn real.
        rows = self.connection._session.sql(self.sql(expression)).collect()
        return pa.Table.from_pylist(
            [row.asDict() for row in rows], schema=expression.as_table().schema().to_pyarrow()
        )

    def run(self, expression: Any) -> pd.DataFrame:
        """Return the rows of an expression, read into memory."""
        found: pd.DataFrame = self.table(expression).to_pandas()
        return found

    def one(self, expression: Any) -> dict[str, Any]:
        """Return the one row of an expression (its counts and sums) by column."""
        return dict(self.table(expression).to_pylist()[0])

    def write_parquet(self, expression: Any, path: Path) -> None:
        """Write the rows of an expression as Parquet, in its order: a file, by Spark a folder."""
        if self.name == "duckdb":
            self.connection.to_parquet(expression, path, compression="zstd")
        else:
            rows = self.connection._session.sql(self.sql(expression))
            rows.write.parquet(str(path), compression="zstd")

    def kept(self, expression: Any) -> Any:
        """Compute an expression once; return its rows as a table of the engine."""
        import ibis

        name = ibis.util.gen_name("kept")
        if self.name == "duckdb":
            self.connection.raw_sql(f'CREATE TEMP TABLE "{name}" AS {self._typed(expression)}')
        else:
            rows = self.connection._session.sql(self.sql(expression)).cache()
            rows.createOrReplaceTempView(name)
        return self.connection.table(name)

    def sql(self, expression: Any) -> str:
        """Return the SQL of an expression, for auditors."""
        return str(self.connection.compile(expression))

    def _typed(self, expression: Any) -> str:
        """Return DuckDB's SQL of an expression with the types Ibis states.

        DuckDB's sum of whole numbers has 128 bits; Ibis takes it for 64 and leaves a cast out.
        """
        from ibis.backends.sql.datatypes import DuckDBType

        columns = ", ".join(
            f'CAST("{name}" AS {DuckDBType.to_string(kind)}) AS "{name}"'
            for name, kind in expression.schema().items()
        )
        return f"SELECT {columns} FROM ({self.sql(expression)})"

    def _spark_view(self, table: Any, schema: Any) -> Any:
        """Return an Arrow table as a view of the Spark session, value by value."""
        import ibis
        from ibis.backends.pyspark.datatypes import PySparkSchema

        rows = [tuple(row.values()) for row in table.to_pylist()]
        frame = self.connection._session.createDataFrame(rows, PySparkSchema.from_ibis(schema))
        name = ibis.util.gen_name("rows")
        frame.createOrReplaceTempView(name)
        return self.connection.table(name)


def open_engine(
    name: str = "duckdb",
    *,
    threads: int | None = None,
    memory_gb: float | None = None,
    settings: Mapping[str, str] | None = None,
) -> Engine:
    """Open an engine. Sessions keep time in UTC, so that the year of a date depends on no machine.

    Args:
        name: ``duckdb`` or ``pyspark``.
        threads: How many at once; all cores where not given.
        memory_gb: Most memory, GB. Where not given, ``sessions.MEMORY_GB``, or what DuckDB takes
            of a smaller machine; on Spark what its configuration says.
        settings: More settings in the engine's own words, such as ``temp_directory``.

    Raises:
        UsageError: The engine is unknown, or its packages are not installed.
    """
    if name not in ENGINES:
        raise UsageError(
            f"engine is one of {list(ENGINES)}; got '{name}'", remedy=did_you_mean(name, ENGINES)
        )
    try:
        import ibis
    except ImportError:
        raise UsageError(
            "tables of claims need Ibis, which is not installed",
            remedy="pip install 'clinical-ai-workbench[claims]'",
        ) from None
    if name == "duckdb":
        connection = ibis.duckdb.connect()
        chosen: dict[str, Any] = {"TimeZone": "UTC", "default_null_order": "nulls_last"}
        chosen |= {} if threads is None else {"threads": threads}
        most = most_memory(connection) if memory_gb is None else memory_gb
        chosen["memory_limit"] = f"{most:g}GB"
        # DuckDB's own choice is the current folder, which is the user's.
        chosen["temp_directory"] = str(Path(gettempdir()) / f"workbench-{uuid4().hex}")
        for key, value in (chosen | dict(settings or {})).items():
            connection.raw_sql(f"SET {key} = '{value}'")
        return Engine(name, connection)
    return Engine(name, ibis.pyspark.connect(spark_session(threads, memory_gb, settings or {})))
