"""Flags periods whose reports were stimulated, as by the media: more of them, and others.

A period stands out by its rate against the periods before it. Where, beside that, the share of
serious reports falls or the share of reports by patients rises, people reported what they would
not have reported otherwise; a spike of serious reports by doctors looks like harm, and is not
flagged as stimulated.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from workbench.errors import DataError
from workbench.methods.rates.counted import Counted, Floats, counted
from workbench.methods.rates.ratio import rate_ratio, share_limits
from workbench.metrics.arrays import numbers
from workbench.metrics.choices import check_positive, check_share, check_whole

_SHARES = ("share", "before", "low", "high")


def stimulated_reporting(
    cases: ArrayLike,
    exposure: ArrayLike,
    *,
    serious: ArrayLike | None = None,
    by_patients: ArrayLike | None = None,
    baseline: int = 6,
    least_ratio: float = 2.0,
    alpha: float = 0.01,
) -> pd.DataFrame:
    """Return one row a period with a flag: ``none``, ``spike`` or ``stimulated``.

    A spike is a period whose rate is at least ``least_ratio`` times that of the periods before it,
    by an exact conditional test with Holm's correction over all periods. It is ``stimulated`` where
    a mark of its reports changed as well: serious ones are a smaller share, or those by patients a
    larger one, their exact 99 % intervals in the spike leaving out the share before. A spike that
    stands Bonferroni's correction as well is no baseline of later periods.

    Args:
        cases: Of each period, in order of time, ``(n,)``.
        exposure: Patients or person-years of each period, ``(n,)``.
        serious: Of the cases, the serious ones, ``(n,)``.
        by_patients: Of the cases, those reported by patients, ``(n,)``.
        baseline: Most periods before that are compared with.
        least_ratio: Smallest ratio of rates that counts.
        alpha: Of the test, after Holm's correction.

    Returns:
        ``period, cases, rate_ratio, p, p_holm, serious_share, serious_before, patient_share,
        patient_before, flag, reason``; no ratio for a period without one before it.

    Raises:
        DataError: As :func:`~workbench.methods.rates.counted.counted`; parts that are more than the
            cases of their period.
        UsageError: Parameters without meaning.

    >>> table = stimulated_reporting([5, 6, 5, 40, 6], [100] * 5, serious=[3, 3, 3, 4, 3])
    >>> table["flag"].tolist()
    ['none', 'none', 'none', 'stimulated', 'none']
    """
    check_whole("baseline", baseline, 1)
    check_positive("least_ratio", least_ratio)
    check_share("stimulated reporting", "alpha", alpha)
    given = counted(cases, exposure)
    parts = {
        "serious": _part(serious, "serious", given),
        "patient": _part(by_patients, "by_patients", given),
    }
    rows: list[dict[str, float]] = []
    calm: list[int] = []
    for place in range(len(given)):
        before = np.array(calm[-baseline:], dtype=np.int64)
        row = _compare(given, parts, place, before)
        spike = row["rate_ratio"] >= least_ratio and row["p"] < alpha / len(given)
        if not spike and given.exposure[place] > 0:
            calm.append(place)
        rows.append(row)
    table = pd.DataFrame(rows)
    table.insert(4, "p_holm", _holm(table["p"].to_numpy()))
    found = [_flag(row, least_ratio, alpha) for _, row in table.iterrows()]
    table["flag"] = [flag for flag, _ in found]
    table["reason"] = [reason for _, reason in found]
    return table.drop(columns=["serious_low", "serious_high", "patient_low", "patient_high"])


def _part(values: ArrayLike | None, name: str, given: Counted) -> Floats | None:
    """Return a part of the cases of each period."""
    if values is None:
        return None
    part = np.atleast_1d(numbers(values, name))
    if part.shape != given.cases.shape or not ((part >= 0) & (part <= given.cases)).all():
        raise DataError(f"{name} must be a part of the cases of each period, from 0 to all of them")
    return part


def _compare(
    given: Counted, parts: dict[str, Floats | None], place: int, before: NDArray[np.int64]
) -> dict[str, float]:
    """Return a period's rate and shares beside those of the periods before."""
    row: dict[str, float] = {
        "period": place,
        "cases": int(given.cases[place]),
        "rate_ratio": np.nan,
        "p": np.nan,
    }
    if len(before) and given.exposure[place] > 0:
        ratio = rate_ratio(
            (int(given.cases[place]), int(given.cases[before].sum())),
            (float(given.exposure[place]), float(given.exposure[before].sum())),
        )
        row |= {"rate_ratio": ratio.value, "p": ratio.p_value}
    for name, part in parts.items():
        row |= dict.fromkeys([f"{name}_{what}" for what in _SHARES], np.nan)
        if part is not None:
            row |= _shares(name, part, given, place, before)
    return row


def _shares(
    name: str, part: Floats, given: Counted, place: int, before: NDArray[np.int64]
) -> dict[str, float]:
    """Return the share of a part of the cases, its 99 % interval, and the share before."""
    now, then = float(given.cases[place]), float(given.cases[before].sum())
    low, high = share_limits(float(part[place]), now, 0.005, 0.0)
    share = float(part[place]) / now if now else np.nan
    earlier = float(part[before].sum()) / then if then else np.nan
    return dict(
        zip([f"{name}_{what}" for what in _SHARES], (share, earlier, low, high), strict=True)
    )


def _holm(p: Floats) -> Floats:
    """Return p-values corrected by Holm's steps; those that are missing are not counted."""
    known = np.flatnonzero(np.isfinite(p))
    order = known[np.argsort(p[known], kind="stable")]
    steps = p[order] * np.arange(len(order), 0, -1)
    found = np.full(len(p), np.nan)
    found[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return found


def _flag(row: pd.Series, least_ratio: float, alpha: float) -> tuple[str, str]:
    """Return the flag of a period and why it has it."""
    if not (row["rate_ratio"] >= least_ratio and row["p_holm"] < alpha):
        return "none", ""
    spike = f"{row['rate_ratio']:.1f} times the rate before"
    marks = []
    if row["serious_high"] < row["serious_before"]:
        marks.append("fewer of them serious")
    if row["patient_low"] > row["patient_before"]:
        marks.append("more of them by patients")
    return ("stimulated" if marks else "spike"), "; ".join([spike, *marks])
