"""How fast tiles were made, for the report."""

from __future__ import annotations

import time
from threading import Lock


class Pace:
    """Counts tiles that were read and turned into features, over the time that took.

    Results recalled from the cache are not counted. Several threads may add.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._tiles = 0
        self._begin = time.perf_counter()
        self._end = self._begin

    def begin(self) -> None:
        """Start the clock of a batch; the time since the last batch does not count."""
        with self._lock:
            self._begin += time.perf_counter() - self._end
            self._end = time.perf_counter()

    def add(self, tiles: int) -> None:
        """Count tiles that are done."""
        with self._lock:
            self._tiles += tiles
            self._end = time.perf_counter()

    @property
    def tiles_per_s(self) -> float | None:
        """Tiles made in a second, all threads together; None when all were recalled."""
        seconds = self._end - self._begin
        return round(self._tiles / seconds, 1) if self._tiles and seconds > 0 else None
