"""What a reporting rate means if only a part of the cases is reported: scenarios, no estimate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbench.errors import UsageError
from workbench.methods.rates.counted import counted, per
from workbench.methods.rates.poisson import Method, count_interval


@dataclass(frozen=True)
class Scenario:
    """A part of the cases that is reported.

    Attributes:
        name: In words.
        fraction: Reported over all, above 0 and at most 1.
        source: Where it comes from.
    """

    name: str
    fraction: float
    source: str


SCENARIOS = (
    Scenario("all cases are reported", 1.0, "lower bound"),
    Scenario("one in two is reported", 0.5, "assumed"),
    Scenario("one in ten is reported", 0.1, "assumed"),
    Scenario("one in a hundred is reported", 0.01, "assumed"),
    Scenario("U-coefficient of severe reactions", 1 / 605, "published U-coefficient 605"),
    Scenario("U-coefficient of all reactions", 1 / 1144, "published U-coefficient 1144"),
    Scenario("U-coefficient of mild reactions", 1 / 1209, "published U-coefficient 1209"),
)
"""The U-coefficient is the number of reactions behind one report."""


def under_reporting(
    cases: int,
    exposure: float,
    *,
    unit: str = "patients",
    scenarios: Sequence[Scenario] = SCENARIOS,
    level: float = 0.95,
    method: Method = "garwood",
) -> pd.DataFrame:
    """Return the incidence behind a reporting rate, one row a scenario.

    The interval holds the chance of the count only, not what is unknown about the fraction; the
    rows together show that. A scenario whose incidence exceeds everybody exposed is impossible for
    a first case a patient, and is said so.

    Args:
        cases: Reported cases.
        exposure: Patients or person-years.
        unit: ``patients`` or ``person-years``.
        scenarios: Parts that are reported.
        level: Confidence level.
        method: ``garwood`` or ``mid-p``.

    Returns:
        ``scenario, fraction, incidence, low, high, unit, possible, source``.

    Raises:
        DataError: As :func:`~workbench.methods.rates.counted.counted`, or nobody exposed.
        UsageError: A fraction that is not above 0 and at most 1.

    >>> under_reporting(20, 100_000)["incidence"].round().tolist()[:3]
    [20.0, 40.0, 200.0]
    """
    scale, words = per(unit)
    given = counted(cases, exposure)
    wrong = [one.name for one in scenarios if not 0 < one.fraction <= 1]
    if wrong:
        raise UsageError(f"a reported fraction is above 0 and at most 1: {', '.join(wrong)}")
    low, high = (
        end[0] / exposure * scale if exposure > 0 else np.nan
        for end in count_interval(given.cases, level=level, method=method)
    )
    fraction = np.array([one.fraction for one in scenarios])
    incidence = given.pooled * scale / fraction
    return pd.DataFrame(
        {
            "scenario": [one.name for one in scenarios],
            "fraction": fraction,
            "incidence": incidence,
            "low": low / fraction,
            "high": high / fraction,
            "unit": words,
            "possible": (incidence <= scale) if unit == "patients" else True,
            "source": [one.source for one in scenarios],
        }
    )
