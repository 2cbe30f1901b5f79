"""Reads Parquet bytes under limits: what a small file unfolds to is known before it is unfolded."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pandas as pd

from workbench.errors import Problem
from workbench.scoring.raw import RawTable, as_raw, shown

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

_LONGEST_TEXT = 1000


def read_parquet_bytes(content: bytes, name: str, most: int | None = None) -> RawTable:
    """Return the table of Parquet bytes; what is wrong with them is listed in ``problems``.

    Args:
        content: The bytes.
        name: What to call the file in messages.
        most: Most bytes the table may unfold to; None for no limit.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(io.BytesIO(content))
        problem = _problem(file, most)
        if problem is None:
            texts = [f.name for f in file.schema_arrow if _is_text(f.type)]
            file = pq.ParquetFile(io.BytesIO(content), read_dictionary=texts)
            table = file.read(use_threads=False)
            problem = None if most is None else _long_text(table, texts)
        if problem is None:
            return as_raw(_frame(table), name)
    except (pa.ArrowException, OSError, ValueError) as error:
        message = f"broken Parquet file: {' '.join(str(error).split())[:200]}"
        problem = Problem("broken-parquet", message, name, "write the file again")
    return RawTable(name, pd.DataFrame(), problems=[problem])


def _is_text(kind: pa.DataType) -> bool:
    """Say whether a column holds text."""
    import pyarrow as pa

    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    tests = (pa.types.is_string, pa.types.is_large_string, pa.types.is_binary)
    return any(test(kind) for test in tests)


def _problem(file: pq.ParquetFile, most: int | None) -> Problem | None:
    """Look at the file's own description before anything is unfolded."""
    import pyarrow as pa

    names = file.schema_arrow.names
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        return Problem("duplicate-column", f"column '{shown(twice[0])}' stands twice", "header")
    nested = [f.name for f in file.schema_arrow if pa.types.is_nested(f.type)]
    if nested:
        message = f"column '{shown(nested[0])}' holds lists or records, expected plain values"
        return Problem("nested-column", message, "", "write one value a cell")
    about = file.metadata
    cells = about.num_rows * max(about.num_columns, 1)
    said = sum(about.row_group(i).total_byte_size for i in range(about.num_row_groups))
    if most is not None and max(8 * cells, said) > most:
        message = f"the file unfolds to over {most:,} bytes, more than an answer to all cases needs"
        return Problem("too-large", message, "", "one row a case and the expected columns only")
    return None


def _long_text(table: pa.Table, texts: list[str]) -> Problem | None:
    """Find text too long for an id: repeated for every row, it would fill the memory."""
    import pyarrow.compute as pc

    for name in texts:
        for chunk in table[name].chunks:
            longest = pc.max(pc.binary_length(chunk.dictionary)).as_py() or 0
            if longest > _LONGEST_TEXT:
                message = f"column '{shown(name)}' holds a text of {longest:,} bytes"
                remedy = f"ids have at most {_LONGEST_TEXT} bytes"
                return Problem("too-long", message, "", remedy)
    return None


def _frame(table: pa.Table) -> pd.DataFrame:
    """Return the table with text as text, without the unnamed index pandas writes."""
    import pyarrow as pa

    plain = [
        pa.chunked_array([c.dictionary_decode() for c in column.chunks], column.type.value_type)
        if pa.types.is_dictionary(column.type)
        else column
        for column in table.columns
    ]
    frame: pd.DataFrame = pa.Table.from_arrays(plain, names=table.column_names).to_pandas(
        ignore_metadata=True
    )
    return frame[[name for name in frame if not str(name).startswith("__index_level_")]]
