"""Dates as whole days since 1970-01-01: integers mean the same in every engine."""

from __future__ import annotations

import datetime as dt
from typing import Any

EPOCH = dt.date(1970, 1, 1)


def day_number(date: dt.date) -> int:
    """Return the days from 1970-01-01 to a date.

    >>> day_number(dt.date(1970, 1, 2))
    1
    """
    return (date - EPOCH).days


def days(date: Any) -> Any:
    """Return a column of dates as days since 1970-01-01."""
    import ibis

    return date.delta(ibis.literal(EPOCH), unit="day").cast("int64")


def date_of(number: Any) -> Any:
    """Return a column of days since 1970-01-01 as dates."""
    import ibis

    return (ibis.literal(EPOCH) + number.as_interval("D")).cast("date")
