"""Where a reporting rate changed: the best cut of a series, and a test that pays for the search."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import xlogy

from workbench.errors import DataError
from workbench.methods.rates.counted import Counted, Floats, counted
from workbench.methods.rates.ratio import RateRatio, rate_ratio
from workbench.metrics.choices import check_whole

BLOCK = 2000


@dataclass(frozen=True)
class ChangePoint:
    """The best cut of a series.

    Attributes:
        first_after: Place of the first period after the cut, counted from 0.
        ratio: Rate after over rate before; its interval takes the cut as known and is too narrow.
        statistic: Largest likelihood ratio of two rates against one, over all cuts.
        p_value: Share of series without a change, of the same total, whose best cut is as good.
        resamples: Series drawn.
    """

    first_after: int
    ratio: RateRatio
    statistic: float
    p_value: float
    resamples: int


def change_point(
    cases: ArrayLike,
    exposure: ArrayLike,
    *,
    resamples: int = 4999,
    seed: int = 0,
    level: float = 0.95,
) -> ChangePoint:
    """Return the cut of a series that best separates two rates, and how sure a change is.

    Given the total, a series without change is multinomial with the shares of exposure; the p-value
    counts how many of such series have a cut as good as the best one seen, so that the search is
    paid for. It takes counts as Poisson: look at the spread first.

    Args:
        cases: Of each period, in order of time, ``(n,)``.
        exposure: Patients or person-years of each period, ``(n,)``.
        resamples: Series drawn for the p-value, which is at least ``1 / (resamples + 1)``.
        seed: Of the draws.
        level: Of the interval of the ratio.

    Raises:
        DataError: As :func:`~workbench.methods.rates.counted.counted`; ``too-few``: fewer than two
            periods with exposure, or no case.
        UsageError: A number of resamples or a level without meaning.

    >>> found = change_point([5, 4, 6, 15, 17, 14], [100] * 6)
    >>> found.first_after, round(found.ratio.value, 2), found.p_value < 0.01
    (3, 3.07, True)
    """
    check_whole("resamples", resamples, 99)
    given = counted(cases, exposure)
    seen = given.exposed()
    total = int(seen.cases.sum())
    if len(seen) < 2 or total == 0:
        raise DataError(
            f"a change needs two periods with exposure and a case, got {len(seen)} with {total} "
            "case(s) [too-few]"
        )
    share = seen.exposure / seen.exposure.sum()
    gains = _gains(seen.cases[None, :], share)[0]
    cut = int(gains.argmax()) + 1
    statistic = float(gains.max())
    rng = np.random.default_rng(seed)
    as_good = 0
    for start in range(0, resamples, BLOCK):
        drawn = rng.multinomial(total, share, size=min(BLOCK, resamples - start))
        as_good += int((_gains(drawn, share).max(axis=1) >= statistic * (1 - 1e-9)).sum())
    place = int(np.flatnonzero(given.exposure > 0)[cut])
    ratio = _after_over_before(seen, cut, level)
    return ChangePoint(place, ratio, statistic, (as_good + 1) / (resamples + 1), resamples)


def _gains(cases: np.ndarray, share: Floats) -> Floats:
    """Return twice the gain in log likelihood of each cut, ``(series, n - 1)``."""
    total = cases.sum(axis=1, keepdims=True)
    before = np.cumsum(cases, axis=1)[:, :-1]
    exposed = np.cumsum(share)[:-1]
    after = total - before
    gain = xlogy(before, before / (total * exposed)) + xlogy(after, after / (total * (1 - exposed)))
    return np.asarray(2 * gain)


def _after_over_before(seen: Counted, cut: int, level: float) -> RateRatio:
    """Return the ratio of the rates on both sides of a cut."""
    cases, exposure = seen.cases, seen.exposure
    return rate_ratio(
        (int(cases[cut:].sum()), int(cases[:cut].sum())),
        (float(exposure[cut:].sum()), float(exposure[:cut].sum())),
        level=level,
    )
