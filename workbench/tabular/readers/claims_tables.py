"""Claims as lazy Ibis tables of text: too many rows for frames; the engine is the tables' own.

A Parquet file or a table of any Ibis backend stays where it is; a frame or a delimited file goes
through memory. Steps are counted in one query each, whatever their number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from workbench.errors import DataError, Problem, UsageError

from .canonical import Reading, canonical
from .contracts import Contract
from .delimited import Renamed, read_table
from .ledger import Ledger

Claims = Any
"""A table of Ibis; Ibis is not typed for us."""


@dataclass(frozen=True)
class ClaimsReading:
    """Canonical tables that are computed when they are asked for.

    Attributes:
        tables: Ibis tables by name.
        ledger: Attrition flow, rejects and decisions.
    """

    tables: Mapping[str, Claims]
    ledger: Ledger

    def frames(self) -> Reading:
        """Return the tables in memory, typed."""
        frames = {name: canonical(t.execute(), name) for name, t in self.tables.items()}
        return Reading(frames, self.ledger)


def claims_table(
    source: Claims,
    contract: Contract,
    ledger: Ledger,
    backend: Any,
    *,
    year: int | None = None,
    typed: Sequence[str] = (),
) -> Claims:
    """Return the columns of a contract as an Ibis table of text, empty cells missing.

    Args:
        source: An Ibis table, a Parquet file, a delimited file or a frame.
        contract: What it must hold.
        ledger: Where the flow of the table starts.
        backend: Where the table is to live; see :func:`backend_of`.
        year: Year of the file, for headers that changed their meaning.
        typed: Columns that stay whole numbers and days where the source has them so, which takes
            a fraction of the memory of text.

    Raises:
        DataError: No file, or the header is not that of the contract.
        UsageError: Ibis is not installed, or files are mixed with tables of another engine.
    """
    ibis = _ibis()
    if isinstance(source, Renamed):
        contract, source = contract.renamed(source.headers), source.source
    if isinstance(source, str | Path | pd.DataFrame) and backend.name != "duckdb":
        raise UsageError(
            f"{contract.name} is a file or a frame, other tables are of {backend.name}",
            remedy="give every table as a table of that engine",
        )
    parquet = isinstance(source, str | Path) and Path(source).suffix == ".parquet"
    if isinstance(source, str | Path | pd.DataFrame) and not parquet:
        frame = read_table(source, contract, ledger, year=year)
        import pyarrow as pa

        schema = pa.schema([(name, pa.string()) for name in frame.columns])
        name = ibis.util.gen_name(contract.name)
        backend.con.register(name, pa.Table.from_pandas(frame, schema, preserve_index=False))
        return backend.table(name)
    if parquet and not Path(source).is_file():
        raise DataError("there is no such file", where=str(source), remedy="check the path")
    table = backend.read_parquet(source) if parquet else source
    where = str(source) if parquet else contract.name
    found = contract.resolve(list(table.columns), where, year)
    cells = {name: table[header] for name, header in found.items()}
    text = {
        name: cell if name in typed and _is_plain(cell) else cell.cast("string").strip().nullif("")
        for name, cell in cells.items()
    }
    absent = [c.name for c in contract.columns if c.name not in found]
    table = table.select(**text, **{name: ibis.null("string") for name in absent})
    ledger.start(contract.name, int(table.count().execute()))
    return table


def backend_of(sources: Mapping[str, Claims]) -> Any:
    """Return the backend that the tables of Ibis among some sources are of; else the default one.

    Raises:
        UsageError: Ibis is not installed.
    """
    ibis = _ibis()
    inner = [s.source if isinstance(s, Renamed) else s for s in sources.values()]
    tables = [s for s in inner if not isinstance(s, str | Path | pd.DataFrame)]
    return tables[0].get_backend() if tables else ibis.get_backend()


def alike(left: Claims, right: Claims, columns: Sequence[str]) -> tuple[Claims, Claims]:
    """Return two tables whose columns can be compared: as text where their types differ."""
    other = [name for name in columns if left[name].type() != right[name].type()]
    as_text = [{name: table[name].cast("string") for name in other} for table in (left, right)]
    return left.mutate(**as_text[0]), right.mutate(**as_text[1])


def _is_plain(cells: Claims) -> bool:
    """Say whether cells are whole numbers or days, which need no text."""
    return bool(cells.type().is_integer() or cells.type().is_date())


def leave_out(
    rows: Claims,
    reasons: Sequence[tuple[Claims, str, str]],
    table: str,
    ledger: Ledger,
    volume: str = "boxes",
) -> Claims:
    """Leave out rows for the first reason that holds, count each, and return the others.

    Args:
        rows: The table.
        reasons: Condition, stable code and words of each, in order; a null condition holds not.
        table: Whose flow it is.
        ledger: Where steps and decisions go.
        volume: Column with the volume.
    """
    ibis = _ibis()
    why = ibis.cases(
        *[(condition.fill_null(False), code) for condition, code, _ in reasons], else_=""
    )
    marked = rows.mutate(why=why).cache()
    amount = marked[volume].fill_null(0)
    found = marked.group_by("why").agg(rows=marked.count(), volume=amount.sum()).execute()
    counts = {str(why): (int(n), float(v)) for why, n, v in found.itertuples(index=False)}
    after = sum(n for n, _ in counts.values())
    left = sum(v for _, v in counts.values())
    for _, code, words in reasons:
        rows_out, volume_out = counts.get(code, (0, 0.0))
        after, left = after - rows_out, left - volume_out
        ledger.step(table, words, after, left)
        ledger.decide(code, table, rows_out, f"{words}: left out")
    return marked.filter(marked.why == "").drop("why")


def without_repeats(rows: Claims, table: str, ledger: Ledger) -> Claims:
    """Return a table's different rows; whole rows sent twice are counted."""
    different = rows.distinct().cache()
    before = next(s.after for s in reversed(ledger.steps) if s.table == table)
    after = int(different.count().execute())
    ledger.step(table, "the same row again (duplicated flow)", after)
    ledger.decide("duplicated-flow", table, before - after, "whole rows sent twice: one is kept")
    return different


def refuse_repeated(rows: Claims, key: Sequence[str], table: str, source: str, code: str) -> None:
    """Refuse a table in which rows that differ share a key: a join on it would make rows.

    Raises:
        DataError: With ``code`` and the number of keys.
    """
    counted = rows.group_by(list(key)).agg(times=rows.count())
    repeated = int(counted.filter(counted.times > 1).count().execute())
    if repeated:
        message = f"{repeated} keys stand in rows that differ, expected one row a key"
        remedy = "find out which row is right; a join on this key would make rows"
        problem = Problem(code, message, f"{table}, columns {', '.join(key)}", remedy)
        raise DataError("a key stands more than once", where=source, problems=[problem])


def _ibis() -> Any:
    """Return Ibis.

    Raises:
        UsageError: It is not installed.
    """
    try:
        import ibis
    except ImportError as error:
        remedy = "pip install 'clinical-ai-workbench[claims]'"
        raise UsageError("claims need Ibis, which is not installed", remedy=remedy) from error
    return ibis
