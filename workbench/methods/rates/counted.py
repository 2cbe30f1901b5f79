"""Cases and exposure of groups, checked once; every estimate of a rate starts from them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workbench.errors import DataError, Problem
from workbench.metrics.arrays import numbers
from workbench.metrics.choices import check_choice

Floats = NDArray[np.float64]
Unit = Literal["patients", "person-years"]
PER: dict[str, float] = {"patients": 100_000.0, "person-years": 1_000.0}
"""What a rate is printed per: 100,000 exposed patients, or 1,000 person-years."""


@dataclass(frozen=True, eq=False)
class Counted:
    """Groups, such as drugs or years.

    Attributes:
        cases: Whole numbers from 0, ``(n,)``.
        exposure: Patients or person-years, not negative; 0 only where there is no case, ``(n,)``.
    """

    cases: Floats
    exposure: Floats

    def __len__(self) -> int:
        """Number of groups."""
        return len(self.cases)

    @property
    def pooled(self) -> float:
        """The rate of all groups together, per unit of exposure; NaN without exposure."""
        total = float(self.exposure.sum())
        return float(self.cases.sum()) / total if total > 0 else float("nan")

    def exposed(self) -> Counted:
        """Return the groups that have exposure: an empty one says nothing about a rate."""
        some = self.exposure > 0
        return Counted(self.cases[some], self.exposure[some])


def counted(cases: ArrayLike, exposure: ArrayLike, what: str = "exposure") -> Counted:
    """Check cases and exposure and return them.

    Args:
        cases: Reported cases of each group, ``(n,)``.
        exposure: Patients or person-years of each group, ``(n,)``.
        what: Name of the exposure, for the error.

    Raises:
        DataError: Names every group with the problem, by code: ``bad-count`` (no whole number from
            0), ``bad-exposure`` (negative, missing or infinite: a masked number is an interval, see
            :mod:`~workbench.methods.rates.masked`), ``cases-without-exposure``; or lengths differ,
            or there is no group.

    >>> counted([3, 0], [100, 50]).pooled
    0.02
    """
    k, n = np.atleast_1d(numbers(cases, "cases")), np.atleast_1d(numbers(exposure, what))
    if k.ndim != 1 or k.shape != n.shape or not len(k):
        raise DataError(f"cases {k.shape} and {what} {n.shape} must be one number a group each")
    whole = np.isfinite(k) & (k >= 0) & (k == np.floor(k))
    usable = np.isfinite(n) & (n >= 0)
    problems = [
        Problem("bad-count", f"{k[i]:g} cases; a count is a whole number from 0", f"group {i}")
        for i in np.flatnonzero(~whole)
    ]
    problems += [
        Problem(
            "bad-exposure",
            f"{what} is {n[i]:g}; it is a number from 0",
            f"group {i}",
            "give a masked number as an interval, see rate_table",
        )
        for i in np.flatnonzero(~usable)
    ]
    problems += [
        Problem(
            "cases-without-exposure",
            f"{k[i]:g} cases among nobody exposed",
            f"group {i}",
            "look for a code that the two sources write differently",
        )
        for i in np.flatnonzero(whole & usable & (k > 0) & (n == 0))
    ]
    if problems:
        raise DataError(f"{len(problems)} problem(s) with cases and {what}", problems=problems)
    return Counted(k, n)


def per(unit: str) -> tuple[float, str]:
    """Return what rates are multiplied by, and the unit in words.

    Raises:
        UsageError: The unit is not known.

    >>> per("patients")
    (100000.0, 'per 100,000 exposed patients')
    """
    check_choice("a rate", "unit", unit, PER)
    return PER[unit], f"per {PER[unit]:,.0f} {'exposed patients' if unit == 'patients' else unit}"
