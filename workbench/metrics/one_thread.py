"""Matrix products on one thread: the work is short, and idle BLAS threads spin at full cost.

OpenBLAS keeps its threads busy-waiting between products. Where products alternate with other work,
as in a bootstrap, that doubles or trebles the CPU time and hardly shortens the wait. Results do not
depend on the number of threads either way: every partial sum is exact.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

# The number of threads belongs to the process: one holder at a time sets it and gives it back.
_HELD = threading.Lock()


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """Hold BLAS libraries to one thread in a block or decorated function (30 microseconds).

    Where somebody holds them already, nothing is done: two Python threads that leave in another
    order than they came would otherwise keep BLAS at one thread for ever.
    """
    if not _HELD.acquire(blocking=False):
        yield
        return
    try:
        with _libraries().limit(limits=1, user_api="blas"):
            yield
    finally:
        _HELD.release()


@cache
def _libraries() -> Any:
    """Return the libraries loaded by now; looking for them takes a millisecond."""
    from threadpoolctl import ThreadpoolController  # type: ignore[import-untyped]

    return ThreadpoolController()
