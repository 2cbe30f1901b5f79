"""The compiled walk over dispensings (needs numba); NumPy code gives the same counts."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def walk(
    person: Any,
    pack: Any,
    day: Any,
    block_bits: int,
    first_day: int,
    day_starts: Any,
    day_periods: Any,
    pack_starts: Any,
    pack_codes: Any,
    kind: Any,
    stratum: Any,
    seen: Any,
    counts: Any,
    block: Any,
) -> Any:
    """Count the persons of one batch that were not counted before; return the last block.

    Args:
        person: Number of each row's person, sorted by block, ``(n,)``.
        pack: Number of its pack, ``(n,)``.
        day: Its day, ``(n,)``.
        block_bits: A block has two to this power persons.
        first_day: Day of the first entry of ``day_starts``.
        day_starts: Where each day starts in ``day_periods``, ``(days + 1,)``.
        day_periods: Periods of each day.
        pack_starts: Where each pack starts in ``pack_codes``, ``(packs + 1,)``.
        pack_codes: Codes of each pack.
        kind: Of each person, ``(persons,)``.
        stratum: Of each kind in each period, ``(kinds, periods)``.
        seen: One bit a code, period and person of a block; kept between batches.
        counts: ``(codes, periods, strata)``; added to.
        block: The block of the last row before; -1 at the start.

    Returns:
        The block of the last row, or -2 where rows are not sorted by block.
    """
    periods = stratum.shape[1]
    local = np.uint32((1 << block_bits) - 1)
    for row in range(len(person)):
        number = np.uint32(person[row])
        own = np.int64(number >> np.uint32(block_bits))
        if own != block:
            if own < block:
                return -2
            block = own
            seen[:] = 0
        when = day[row] - first_day
        if when < 0 or when >= len(day_starts) - 1:
            continue
        for i in range(day_starts[when], day_starts[when + 1]):
            period = day_periods[i]
            for j in range(pack_starts[pack[row]], pack_starts[pack[row] + 1]):
                code = pack_codes[j]
                place = ((code * periods + period) << block_bits) + np.int64(number & local)
                word, bit = place >> 6, np.uint64(1) << np.uint64(place & 63)
                if not seen[word] & bit:
                    seen[word] |= bit
                    counts[code, period, stratum[kind[number], period]] += 1
    return block
