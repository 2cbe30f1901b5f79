"""One typed way to compile a kernel: same arithmetic on every machine, threads run side by side."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

import numba

P = ParamSpec("P")
R = TypeVar("R")


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function with numba, on first use, and keep the machine code on disk.

    No fast-math: sums keep their order, so results agree to the bit between machines. A compiled
    function calls only compiled functions of its own file, because numba notices a change of that
    file alone and would run stale code of another.
    """
    return cast("Callable[P, R]", numba.njit(cache=True, nogil=True)(function))
