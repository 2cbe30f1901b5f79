"""The time of a store. It never runs back: phases and limits are decided by it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol

from workbench.audit.record import timestamp
from workbench.errors import DataError

_STEP = timedelta(microseconds=1)
TOLERANCE = timedelta(seconds=5)
"""How far machines that share a store may be apart."""


class Clock(Protocol):
    """Something that knows the time."""

    def now(self) -> datetime:
        """Return the time, with its zone."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the time in UTC."""
        return datetime.now(UTC)


class SetClock:
    """A clock that stands where it is put: for tests, simulations and boards of another day.

    >>> clock = SetClock(datetime(2026, 3, 1, tzinfo=UTC))
    >>> clock.forward(hours=2).now().hour
    2
    """

    def __init__(self, moment: datetime) -> None:
        self.put(moment)

    def put(self, moment: datetime) -> SetClock:
        """Set the clock; the moment must name its zone."""
        if moment.tzinfo is None:
            raise ValueError("a moment without a time zone")
        self._moment = moment.astimezone(UTC)
        return self

    def forward(self, **interval: float) -> SetClock:
        """Move the clock by an interval such as ``hours=2``; a negative one sets it back."""
        return self.put(self._moment + timedelta(**interval))

    def now(self) -> datetime:
        """Return where the clock stands."""
        return self._moment


def read_timestamp(text: str) -> datetime:
    """Return the moment an event's time names."""
    return datetime.fromisoformat(text)


def time_after(last: str | None, clock: Clock) -> datetime:
    """Return the time for what comes after an event: the clock's, never before that event.

    Args:
        last: Time of the last event; None in an empty store.
        clock: The clock. Up to :data:`TOLERANCE` behind the last event it is taken as the skew of
            two machines, and the event's time is used.

    Raises:
        DataError: The clock is further behind: it was set back, or the event's machine was ahead.
    """
    now = clock.now().astimezone(UTC)
    if last is None:
        return now
    before = read_timestamp(last)
    if now < before - TOLERANCE:
        raise DataError(
            f"the clock says {timestamp(now)}, the last event was at {last}: a clock that is set "
            "back decides no phase and no limit",
            where="clock",
            remedy="set the machine's clock (timedatectl, NTP); where the last event's machine was "
            "ahead, an organiser records it with store.correct_clock(reason)",
        )
    return max(now, before)


def time_of_next(last: str | None, clock: Clock) -> datetime:
    """Return the time for what is written after an event: later than it, if by a microsecond.

    While a clock within the tolerance waits, no two transactions share a moment: a board of one of
    them can be asked for again.

    Raises:
        DataError: As :func:`time_after`.
    """
    now = time_after(last, clock)
    if last is None or now > read_timestamp(last):
        return now
    return read_timestamp(last) + _STEP
