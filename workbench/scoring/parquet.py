"""Reads Parquet bytes under limits: what a small file unfolds to is known before it is unfolded."""

from __future__ import annotations

import io
from collections import Counter
from typing import TYPE_CHECKING

import pandas as pd

from workbench.errors import Problem
from workbench.scoring.bounds import Bounds
from workbench.scoring.parquet_pages import DELTA_BYTE_ARRAY, Footer
from workbench.scoring.raw import RawTable, as_raw, shown

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

_LONGEST_TEXT = 1000
_LONGEST_NUMBER = 32  # bytes of the longest decimal
_MOST_PAGES = 20_000


def read_parquet_bytes(content: bytes, name: str, bounds: Bounds | None = None) -> RawTable:
    """Return the table of Parquet bytes; what is wrong with them is listed in ``problems``.

    Args:
        content: The bytes.
        name: What to call the file in messages.
        bounds: How much the table may unfold to; None for no limit.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        problem = None if bounds is None else _size_problem(Footer(content), bounds)
        if problem is None:
            file = pq.ParquetFile(io.BytesIO(content))
            problem = _column_problem(file, bounds)
        if problem is None:
            texts = [f.name for f in file.schema_arrow if _is_text(f.type)]
            file = pq.ParquetFile(io.BytesIO(content), read_dictionary=texts)
            table = file.read(use_threads=False)
            problem = None if bounds is None else _long_text(table, texts)
        if problem is None:
            return as_raw(_frame(table), name)
    except (pa.ArrowException, OSError, ValueError) as error:
        message = f"broken Parquet file: {shown(' '.join(str(error).split()), 200)}"
        problem = Problem("broken-parquet", message, name, "write the file again")
    return RawTable(name, pd.DataFrame(), problems=[problem])


def _is_text(kind: pa.DataType) -> bool:
    """Say whether a column holds text."""
    import pyarrow as pa

    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    tests = (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view)
    return any(test(kind) for test in (*tests, pa.types.is_binary))


def _is_number(kind: pa.DataType) -> bool:
    """Say whether a column holds numbers, truth values or nothing."""
    import pyarrow as pa

    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    tests = (pa.types.is_integer, pa.types.is_floating, pa.types.is_decimal)
    return any(test(kind) for test in (*tests, pa.types.is_boolean, pa.types.is_null))


def _column_problem(file: pq.ParquetFile, bounds: Bounds | None) -> Problem | None:
    """Look at the columns as the file describes them: plain text and numbers only.

    Another type is no answer, and may be one that unfolds (a fixed width of a megabyte) or fails
    (a time zone that is none) where the cells are read.
    """
    import pyarrow as pa

    names = file.schema_arrow.names
    if not names:
        return Problem("empty-file", "the file has no column", "", "write one row a case")
    if bounds is not None and len(names) > bounds.columns:
        return bounds.too_many_columns(len(names))
    counts = Counter(names)
    twice = sorted(name for name, times in counts.items() if times > 1)
    if twice:
        return Problem("duplicate-column", f"column '{shown(twice[0])}' stands twice", "header")
    nested = [f.name for f in file.schema_arrow if pa.types.is_nested(f.type)]
    if nested:
        message = f"column '{shown(nested[0])}' holds lists or records, expected plain values"
        return Problem("nested-column", message, "", "write one value a cell")
    for place, column in enumerate(file.schema_arrow):
        stored = file.schema.column(place)
        fits = stored.physical_type != "BYTE_ARRAY" and stored.length <= _LONGEST_NUMBER
        if not (_is_text(column.type) or (_is_number(column.type) and fits)):
            message = f"column '{shown(column.name)}' holds {shown(column.type)}"
            return Problem("column-type", message, "header", "write text or numbers")
    return None


def _size_problem(footer: Footer, bounds: Bounds) -> Problem | None:
    """Look at what the file says of itself before anything is unfolded."""
    if footer.rows > bounds.rows:
        return bounds.too_many_rows
    size = 0
    for number, page in enumerate(footer.pages()):
        size += page.unpacked
        if page.encoding == DELTA_BYTE_ARRAY:  # each text goes on from the one before: no bound
            message = "a column is written as DELTA_BYTE_ARRAY, which is not read here"
            return Problem("column-type", message, "", "write it with the encoding PLAIN")
        if size > bounds.size_bytes or number > _MOST_PAGES:
            return _unfolds(bounds)
    return None


def _unfolds(bounds: Bounds) -> Problem:
    message = (
        f"the file unfolds to over {bounds.size_bytes:,} bytes, more than an answer to all "
        "cases needs"
    )
    return Problem("too-large", message, "", "one row a case and the expected columns only")


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
