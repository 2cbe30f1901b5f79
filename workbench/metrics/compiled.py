"""Gives the compiled kernels where they pay; elsewhere NumPy gives the same digits."""

from __future__ import annotations

import importlib
import os
import sys
from collections import Counter
from functools import lru_cache
from typing import Any

from workbench.errors import UsageError, did_you_mean

# Below this many steps NumPy is done before numba is even imported (or, once, has compiled);
# a module that is there already pays at any size.
_WORTHWHILE = 5_000_000
# Steps that NumPy has done in each module's place: many small calls pay together.
_done: Counter[str] = Counter()


def kernels(steps: int, module: str = "workbench.metrics.kernels") -> Any | None:
    """Return a module of compiled kernels, or None where numba is absent or does not pay.

    The environment variable ``WORKBENCH_NUMBA`` may be ``auto`` (the default), ``always`` or
    ``never``; results do not depend on it.

    Args:
        steps: How many elementary steps the work has.
        module: Which module of kernels.

    Raises:
        UsageError: The environment variable holds something else.
    """
    choice = os.environ.get("WORKBENCH_NUMBA", "auto")
    if choice not in ("auto", "always", "never"):
        hint = did_you_mean(choice, ("auto", "always", "never"))
        raise UsageError(f"WORKBENCH_NUMBA is auto, always or never; got '{choice}'", remedy=hint)
    small = _done[module] + steps < _WORTHWHILE and module not in sys.modules
    if choice == "never" or (choice == "auto" and small):
        _done[module] += steps
        return None
    return _imported(module)


@lru_cache
def _imported(module: str) -> Any | None:
    """Import a module of numba's kernels once."""
    try:
        return importlib.import_module(module)
    except (ImportError, RuntimeError):
        # RuntimeError: numba finds no folder that it may keep compiled code in.
        return None
