"""Gives the compiled kernels, or None where numba is absent or switched off."""

from __future__ import annotations

import importlib
import os
from functools import lru_cache
from typing import Any


def kernels() -> Any | None:
    """Return the module of compiled kernels, or None: callers then use NumPy, to the same digits.

    ``WORKBENCH_NO_NUMBA=1`` switches them off.
    """
    return None if os.environ.get("WORKBENCH_NO_NUMBA") else _imported()


@lru_cache(maxsize=1)
def _imported() -> Any | None:
    """Import numba's kernels once."""
    try:
        return importlib.import_module("workbench.metrics.kernels")
    except (ImportError, RuntimeError):
        # RuntimeError: numba finds no folder that it may keep compiled code in.
        return None
