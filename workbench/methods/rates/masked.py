"""Rates of cells, some masked: a masked number is an interval, never 0.

Public extracts hide numbers below a threshold. A hidden number read as 0 makes an infinite rate;
read as missing it drops the cell. Here it is everything it may be, and so is the rate.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from workbench.errors import DataError, Problem
from workbench.methods.rates.counted import Floats, per
from workbench.methods.rates.poisson import METHODS, Method, count_interval
from workbench.metrics.choices import check_choice, check_level, check_whole

THRESHOLD = 11
"""Numbers from 1 to 10 are masked."""


def rate_table(
    cells: pd.DataFrame,
    *,
    unit: str = "patients",
    level: float = 0.95,
    method: Method = "garwood",
    threshold: int = THRESHOLD,
) -> pd.DataFrame:
    """Return the reporting rate of each cell with its interval; masked numbers become intervals.

    Args:
        cells: Columns ``cases`` and ``exposed``; missing where masked. Optional ``masked`` (true
            where ``exposed`` is) with ``low`` and ``high``, what the exposed may be; without them a
            missing number of patients is 1 to ``threshold - 1``. All other columns are kept.
        unit: ``patients`` or ``person-years`` of ``exposed``.
        level: Confidence level.
        method: ``garwood`` or ``mid-p``.
        threshold: Numbers of patients or cases from 1 to below it are masked.

    Returns:
        The cells with ``cases_low, cases_high, exposed_low, exposed_high`` and the rate:
        ``rate`` (missing where a number is masked), ``rate_low, rate_high`` (all it may be),
        ``low, high`` (interval, over all it may be), ``unit``, ``note``.

    Raises:
        DataError: All cells that are wrong, by code: ``masked-as-zero`` (marked as masked, but 0 is
            given), ``missing-not-masked``, ``bad-count``, ``bad-exposure``, ``bad-bounds``,
            ``cases-without-exposure``; or columns are missing.
        UsageError: Unknown unit or method, or parameters without meaning.

    >>> cells = pd.DataFrame({"cases": [3, 3], "exposed": [60, None], "masked": [False, True]})
    >>> rate_table(cells)[["rate_low", "rate_high"]].round().astype(int).values.tolist()
    [[5000, 5000], [30000, 300000]]
    """
    check_choice("an interval", "method", method, METHODS)
    check_level(level)
    check_whole("threshold", threshold, 2)
    scale, words = per(unit)
    k, n = _bounds(cells, unit, threshold)
    known = (k[0] == k[1]) & (n[0] == n[1])
    low = _over(count_interval(k[0], level=level, method=method)[0], n[1]) * scale
    high = _over(count_interval(k[1], level=level, method=method)[1], n[0]) * scale
    ends = _over(k[0], n[1]) * scale, _over(k[1], n[0]) * scale
    empty = n[1] == 0
    return cells.drop(columns=["low", "high"], errors="ignore").assign(
        cases_low=k[0].astype(np.int64),
        cases_high=k[1].astype(np.int64),
        exposed_low=n[0],
        exposed_high=n[1],
        rate=np.where(known, ends[0], np.nan),
        rate_low=ends[0],
        rate_high=ends[1],
        low=low,
        high=high,
        unit=words,
        note=np.where(empty, "nobody exposed: no rate", np.where(known, "", "masked: an interval")),
    )


def _bounds(
    cells: pd.DataFrame, unit: str, threshold: int
) -> tuple[tuple[Floats, Floats], tuple[Floats, Floats]]:
    """Return what cases and exposed may be, or name every cell that is wrong."""
    absent = [name for name in ("cases", "exposed") if name not in cells]
    if absent:
        raise DataError(f"cells lack the column(s) {', '.join(absent)}; got {list(cells.columns)}")
    cases = pd.to_numeric(cells["cases"]).to_numpy(dtype=np.float64, na_value=np.nan)
    exposed = pd.to_numeric(cells["exposed"]).to_numpy(dtype=np.float64, na_value=np.nan)
    masked = cells["masked"].to_numpy(dtype=bool) if "masked" in cells else np.isnan(exposed)
    lows, highs = (
        pd.to_numeric(cells[name]).to_numpy(dtype=np.float64, na_value=np.nan)
        if name in cells
        else np.full(len(cells), np.nan)
        for name in ("low", "high")
    )
    least = np.where(np.isnan(lows), 1.0, lows)
    most = np.where(np.isnan(highs), threshold - 1.0, highs)
    unbounded = masked & (np.isnan(lows) | np.isnan(highs)) & (unit != "patients")
    n = np.where(masked, least, exposed), np.where(masked, most, exposed)
    hidden = np.isnan(cases)
    k = np.where(hidden, 1.0, cases), np.where(hidden, threshold - 1.0, cases)
    rules = (
        ("masked-as-zero", masked & (exposed == 0), "marked as masked, but 0 exposed is given"),
        ("masked-and-given", masked & (exposed > 0), "marked as masked, but a number is given"),
        ("missing-not-masked", ~masked & np.isnan(exposed), "exposed is missing, but not masked"),
        ("bad-exposure", ~masked & ~(np.isnan(exposed) | ((exposed >= 0) & np.isfinite(exposed))),
         "exposed is no number from 0"),
        ("bad-count", ~hidden & ~((cases >= 0) & (cases == np.floor(cases)) & np.isfinite(cases)),
         "cases are no whole number from 0"),
        ("bad-bounds", masked & (unbounded | ~((least > 0) & (least <= most) & np.isfinite(most))),
         "bounds of a masked number are two numbers, 0 < low <= high; person-years need them"),
        ("cases-without-exposure", ~masked & (exposed == 0) & (k[1] > 0),
         "cases among nobody exposed"),
    )  # fmt: skip
    problems = [
        Problem(code, words, f"cell {i}")
        for code, wrong, words in rules
        for i in np.flatnonzero(wrong)
    ]
    if problems:
        raise DataError(
            f"{len(problems)} problem(s) with cells",
            problems=problems,
            remedy="leave a masked number missing and mark it; never write 0 for it",
        )
    return k, n


def _over(cases: Floats, exposed: Floats) -> Floats:
    """Return cases over exposed; nothing where nobody was."""
    empty = np.full(len(cases), np.nan)
    return np.asarray(np.divide(cases, exposed, out=empty, where=exposed > 0))
