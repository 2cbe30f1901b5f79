"""Exact distinct counts from a patient-partitioned store, in one walk over its dispensings.

All dispensings of a block of persons stand together, so that who was seen under which code and in
which period is one bit each in a table that a cache holds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.errors import DataError
from workbench.metrics.compiled import kernels
from workbench.tabular.grains import Codes
from workbench.tabular.partitioned.lookup import Ints, Lookup, lookup
from workbench.tabular.partitioned.store import BLOCK_BITS, PartitionedClaims
from workbench.tabular.periods import Period
from workbench.tabular.strata import Strata

_BATCH = 1 << 19
# Beyond this many bytes of bits (packs by month, say) sorting each batch is the better way.
_MOST_BITS = 256 << 20
_MODULE = "workbench.tabular.partitioned.kernels"
Batch = tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]


def count_distinct(
    store: PartitionedClaims, codes: Codes, periods: Sequence[Period], strata: Strata
) -> pd.DataFrame:
    """Return the distinct persons of each code, period and stratum in which there is any.

    Raises:
        DataError: Rows of the store are not sorted by block.
    """
    tables = lookup(store, codes, periods, strata)
    shape = (len(tables.codes), len(periods), len(tables.strata))
    counts = np.zeros(shape, np.int64)
    words = max((shape[0] * shape[1]) << BLOCK_BITS >> 6, 1)
    compiled = kernels(store.rows, _MODULE) if words * 8 <= _MOST_BITS else None
    if compiled is None:
        _count_sorting(store, tables, counts)
    else:
        block, seen = -1, np.zeros(words, np.uint64)
        for person, pack, day in _batches(store):
            block = compiled.walk(
                person, pack, day, BLOCK_BITS, tables.first_day, tables.day_starts,
                tables.day_periods, tables.pack_starts, tables.pack_codes, tables.kind,
                tables.stratum, seen, counts, block,
            )  # fmt: skip
            _refuse_unsorted(block == -2, store)
    code, period, stratum = np.nonzero(counts)
    found = tables.strata.take(stratum).reset_index(drop=True)
    found.insert(0, "period", np.array([p.name for p in periods], dtype=object)[period])
    found.insert(0, "code", np.array(tables.codes, dtype=object)[code])
    found["exposed_patients"] = counts[code, period, stratum]
    return found


def _batches(store: PartitionedClaims) -> Iterator[Batch]:
    """Give person, pack and day of all dispensings, batch by batch."""
    import pyarrow.parquet as pq

    for path in store.files:
        with pq.ParquetFile(path) as file:
            columns = ["number", "pack", "day"]
            for batch in file.iter_batches(_BATCH, columns=columns, use_threads=False):
                number, pack, day = (batch[name].to_numpy() for name in columns)
                yield number, pack, day


def _count_sorting(store: PartitionedClaims, tables: Lookup, counts: Ints) -> None:
    """Add to the counts without compiled code: whole blocks at once, made distinct by sorting."""
    kept: list[NDArray[np.int32]] = []
    last = -1
    for batch in _batches(store):
        rows = (
            [np.concatenate(pair) for pair in zip(kept, batch, strict=True)] if kept else [*batch]
        )
        block = rows[0] >> BLOCK_BITS
        _refuse_unsorted(bool(block[0] < last or (np.diff(block) < 0).any()), store)
        last = int(block[-1])
        # The last block may go on in the next batch.
        whole = int(np.searchsorted(block, last))
        _add(tables, counts, *(column[:whole] for column in rows))
        kept = [column[whole:] for column in rows]
    if kept:
        _add(tables, counts, *kept)


def _add(
    tables: Lookup,
    counts: Ints,
    person: NDArray[np.int32],
    pack: NDArray[np.int32],
    day: NDArray[np.int32],
) -> None:
    """Add the distinct persons of whole blocks."""
    when = day.astype(np.int64) - tables.first_day
    rows = np.flatnonzero((when >= 0) & (when < len(tables.day_starts) - 1))
    rows, period = _expanded(rows, when[rows], tables.day_starts, tables.day_periods)
    places, code = _expanded(
        np.arange(len(rows)), pack[rows].astype(np.int64), tables.pack_starts, tables.pack_codes
    )
    cells = counts.shape[0] * counts.shape[1]
    cell = code * counts.shape[1] + period[places]
    once = np.unique(person[rows[places]].astype(np.int64) * cells + cell)
    number, cell = np.divmod(once, cells)
    stratum = tables.stratum[tables.kind[number], cell % counts.shape[1]]
    flat = cell * counts.shape[2] + stratum
    counts += np.bincount(flat, minlength=counts.size).reshape(counts.shape)


def _expanded(rows: Ints, group: Ints, starts: Ints, values: Ints) -> tuple[Ints, Ints]:
    """Return each row once for every value of its group, and the values."""
    many = starts[group + 1] - starts[group]
    first = np.repeat(starts[group] - (np.cumsum(many) - many), many)
    return np.repeat(rows, many), values[first + np.arange(many.sum())]


def _refuse_unsorted(unsorted: bool, store: PartitionedClaims) -> None:
    """Raise where the rows of a store do not stand block by block."""
    if unsorted:
        raise DataError(
            "dispensings are not sorted by block of persons",
            where=str(store.folder),
            remedy="write the store again with write_partitioned",
        )
