"""How benchmarks count time."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any


def cpu(work: Callable[[], Any]) -> tuple[float, Any]:
    """Return the CPU seconds of a call, and what it returned."""
    start = time.process_time()
    found = work()
    return time.process_time() - start, found
