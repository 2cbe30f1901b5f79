"""How strong an unmeasured confounder must be to explain an effect away: the E-value."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from workbench.errors import DataError, Problem
from workbench.methods.causal.estimate import Estimate

Scale = Literal["risk_ratio", "hazard_ratio", "odds_ratio"]


@dataclass(frozen=True)
class EValue:
    """Strength of confounding, as a risk ratio with treatment and with the outcome alike.

    Attributes:
        point: To move the estimate to no effect.
        limit: To move the nearer end of the interval there; 1 where the interval holds no effect
            already; NaN without an interval.
        risk_ratio: The estimate as a risk ratio.
        convention: How it became one.
    """

    point: float
    limit: float
    risk_ratio: float
    convention: str


def e_value(
    value: float,
    low: float = math.nan,
    high: float = math.nan,
    *,
    scale: Scale = "risk_ratio",
    rare: bool | None = None,
) -> EValue:
    """Return the E-value of a ratio and of the end of its interval nearer to 1.

    VanderWeele and Ding 2017, Ann Intern Med 167:268: RR + sqrt(RR (RR - 1)), of the inverse below
    1. Where the outcome is rare (under 15 % at the end of follow-up) hazard and odds ratios are
    read as risk ratios; else a hazard ratio becomes (1 - 0.5^sqrt(HR)) / (1 - 0.5^sqrt(1/HR)), an
    odds ratio its square root.

    Args:
        value: The ratio, above 0.
        low: Lower end of its interval.
        high: Upper end.
        scale: What kind of ratio.
        rare: Whether the outcome is rare; needed for hazard and odds ratios.

    Raises:
        DataError: ``bad-ratio``: not above 0, or ends in the wrong order; ``rare-unknown``.

    >>> found = e_value(3.9, 1.8, 8.7)  # the first example of the paper
    >>> round(found.point, 2), round(found.limit, 2)
    (7.26, 3.0)
    """
    known = [x for x in (low, value, high) if not math.isnan(x)]
    if not known or math.isnan(value) or min(known) < 0 or value <= 0 or known != sorted(known):
        text = f"a ratio above 0 within its interval is expected, got {value} [{low}, {high}]"
        raise DataError("no E-value", problems=[Problem("bad-ratio", text)])
    if scale != "risk_ratio" and rare is None:
        raise DataError(
            "no E-value",
            problems=[
                Problem(
                    "rare-unknown",
                    f"a {scale.replace('_', ' ')} is read as a risk ratio only of a rare outcome",
                    remedy="say whether fewer than 15 % have the outcome by the end of follow-up",
                )
            ],
        )
    ratio, words = _as_risk_ratio(value, scale, bool(rare))
    nearer = low if value >= 1 else high
    if math.isnan(nearer):
        limit = math.nan
    elif (value >= 1 and nearer <= 1) or (value < 1 and nearer >= 1):
        limit = 1.0
    else:
        limit = _bound(_as_risk_ratio(nearer, scale, bool(rare))[0])
    return EValue(_bound(ratio), limit, ratio, words)


def e_value_of(estimate: Estimate, *, rare: bool | None = None) -> EValue:
    """Return the E-value of an estimated ratio.

    A risk difference has none of its own: give the risk ratio that stands beside it.

    Raises:
        DataError: ``no-ratio``; the faults of :func:`e_value`.
    """
    if estimate.estimand not in ("risk_ratio", "hazard_ratio"):
        text = f"{estimate.estimand} is no ratio"
        remedy = "give the risk ratio of the same estimator, or risk_difference_e_value"
        raise DataError("no E-value", problems=[Problem("no-ratio", text, remedy=remedy)])
    scale: Scale = "hazard_ratio" if estimate.estimand == "hazard_ratio" else "risk_ratio"
    return e_value(estimate.value, estimate.low, estimate.high, scale=scale, rare=rare)


def risk_difference_e_value(difference: float, low: float, high: float, untreated: float) -> EValue:
    """Return the E-value of a risk difference, through the risk without treatment.

    VanderWeele and Ding 2017 read risks p1 and p0 as the ratio p1 / p0; p0 is held fixed for the
    ends of the interval, which is short of its uncertainty.

    Args:
        difference: Risk with treatment minus without.
        low: Lower end of its interval.
        high: Upper end.
        untreated: Risk without treatment, within 0..1.

    Raises:
        DataError: ``bad-risk``: a risk outside 0..1.
    """
    ends = [untreated + change for change in (low, difference, high)]
    if not 0 < untreated < 1 or not 0 < ends[1] <= 1:
        text = f"risks within 0..1 are expected, got {untreated:g} and {ends[1]:g}"
        raise DataError("no E-value", problems=[Problem("bad-risk", text)])
    ratios = [max(end, 0.0) / untreated for end in ends]
    found = e_value(ratios[1], ratios[0], ratios[2])
    words = "risk difference over the risk without treatment, which is held fixed"
    return EValue(found.point, found.limit, found.risk_ratio, words)


def _bound(ratio: float) -> float:
    """Return the E-value of a risk ratio."""
    above = ratio if ratio >= 1 else 1.0 / ratio
    return above + math.sqrt(above * (above - 1.0))


def _as_risk_ratio(ratio: float, scale: Scale, rare: bool) -> tuple[float, str]:
    """Return a ratio as a risk ratio, and how it was made one."""
    if scale == "risk_ratio":
        return ratio, "risk ratio"
    name = scale.replace("_", " ")
    if rare:
        return ratio, f"{name}, outcome rare: read as risk ratio"
    if scale == "odds_ratio":
        return math.sqrt(ratio), "odds ratio, outcome common: square root"
    if ratio == 0:
        return 0.0, "hazard ratio of 0"
    common = (1 - 0.5 ** math.sqrt(ratio)) / (1 - 0.5 ** math.sqrt(1 / ratio))
    return common, "hazard ratio, outcome common: (1 - 0.5^sqrt(HR)) / (1 - 0.5^sqrt(1/HR))"
