"""Periods that exposure is counted in: any dates, overlapping or not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from workbench.errors import DataError, Problem


@dataclass(frozen=True)
class Period:
    """A stretch of days, both ends included.

    Attributes:
        name: Stands in tables.
        first: First day.
        last: Last day.
    """

    name: str
    first: dt.date
    last: dt.date


def calendar_years(first: int, last: int) -> tuple[Period, ...]:
    """Return one period a calendar year, from the first to the last.

    >>> [period.name for period in calendar_years(2019, 2021)]
    ['2019', '2020', '2021']
    """
    years = range(first, last + 1)
    return tuple(Period(str(y), dt.date(y, 1, 1), dt.date(y, 12, 31)) for y in years)


def check_periods(periods: Sequence[Period]) -> tuple[Period, ...]:
    """Return periods, checked.

    Raises:
        DataError: ``no-period``, ``reversed-period`` or ``period-twice``.
    """
    names = [period.name for period in periods]
    problems = [
        Problem("reversed-period", f"ends {p.last} before it starts {p.first}", f"period {p.name}")
        for p in periods
        if p.last < p.first
    ]
    twice = sorted({name for name in names if names.count(name) > 1})
    problems += [
        Problem("period-twice", "two periods have this name", f"period {n}") for n in twice
    ]
    if not periods:
        problems.append(Problem("no-period", "no period is given", "periods"))
    if problems:
        raise DataError("the periods cannot be used", problems=problems)
    return tuple(periods)


def layers(periods: Sequence[Period]) -> list[list[Period]]:
    """Return periods in as few lists as it takes for those of one list not to overlap.

    >>> [[p.name for p in layer] for layer in layers(calendar_years(2019, 2020))]
    [['2019', '2020']]
    """
    found: list[list[Period]] = []
    for period in sorted(periods, key=lambda p: p.first):
        for layer in found:
            if layer[-1].last < period.first:
                layer.append(period)
                break
        else:
            found.append([period])
    return found
