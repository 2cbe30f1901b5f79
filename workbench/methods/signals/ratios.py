"""Ratios of reporting without shrinkage: PRR, ROR and chi-square."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc, ndtr, ndtri

from workbench.methods.signals.estimate import Estimate, first_reason
from workbench.methods.signals.two_by_two import TwoByTwo
from workbench.metrics.choices import check_level

Floats = NDArray[np.float64]
_NO_DRUG = "nobody has the drug"
_ALL_DRUG = "everybody has the drug"
_ONLY_HERE = "the event is reported with no other drug"
_NEVER = "no interval: the event is not reported with the drug"
_ALWAYS = "every case of the drug has the event"


def prr(table: TwoByTwo, level: float = 0.95) -> Estimate:
    """Return the proportional reporting ratio with its interval.

    An event that is reported with this drug alone has none: there is nothing to compare with, and
    no floor is put in its place.

    Args:
        table: The pairs.
        level: Of the interval.
    """
    check_level(level)
    n, others = table.both, table.event_only
    rest = table.event_only + table.neither
    with np.errstate(divide="ignore", invalid="ignore"):
        value = (n / table.n_drug) / (others / rest)
        error = np.sqrt(1 / n - 1 / table.n_drug + 1 / others - 1 / rest)
    no_value = [
        (table.n_drug == 0, _NO_DRUG),
        (rest == 0, _ALL_DRUG),
        (others == 0, _ONLY_HERE),
    ]
    formula = (
        "PRR = (n / n_drug) / ((n_event - n) / (n_total - n_drug)) (Evans, Waller and Davis 2001); "
        f"interval exp(log PRR +- z s), s^2 = 1/n - 1/n_drug + 1/(n_event - n) "
        f"- 1/(n_total - n_drug), {level:.0%}"
    )
    return _on_log_scale("prr", value, error, no_value, [(n == 0, _NEVER)], level, formula)


def ror(table: TwoByTwo, level: float = 0.95) -> Estimate:
    """Return the reporting odds ratio with its interval.

    Args:
        table: The pairs.
        level: Of the interval.
    """
    check_level(level)
    a, b, c, d = table.both, table.drug_only, table.event_only, table.neither
    with np.errstate(divide="ignore", invalid="ignore"):
        value = (a * d) / (b * c)
        error = np.sqrt(1 / a + 1 / b + 1 / c + 1 / d)
    no_value = [
        (table.n_drug == 0, _NO_DRUG),
        (c + d == 0, _ALL_DRUG),
        (c == 0, _ONLY_HERE),
        (b == 0, _ALWAYS),
    ]
    no_interval = [
        (a == 0, _NEVER),
        (d == 0, "no interval: every case without the drug has the event"),
    ]
    formula = (
        "ROR = n d / (b c), b = n_drug - n, c = n_event - n, d = the other cases "
        "(van Puijenbroek 2002); interval exp(log ROR +- z s), s^2 = 1/n + 1/b + 1/c + 1/d "
        f"(Woolf 1955), {level:.0%}"
    )
    return _on_log_scale("ror", value, error, no_value, no_interval, level, formula)


def chi_square(table: TwoByTwo) -> tuple[Floats, Floats, str]:
    """Return Yates's chi-square, its p value with one degree of freedom, and the formula.

    The correction is at most the distance it corrects, as in R ``chisq.test``. A pair whose drug or
    event nobody or everybody has gives NaN.
    """
    a, b, c, d = table.both, table.drug_only, table.event_only, table.neither
    distance = np.maximum(np.abs(a * d - b * c) - table.total / 2, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        # Divided one margin at a time: the product of four of them may leave the range.
        scaled = distance / (a + b) / (c + d)
        value = scaled * (distance / (a + c) / (b + d)) * table.total
    formula = (
        "chi-square = N (|n d - b c| - N/2)^2 / (n_drug (N - n_drug) n_event (N - n_event)), "
        "not corrected below 0 (Yates 1934)"
    )
    return value, np.asarray(chdtrc(1, value)), formula


def one_sided_p(ratio: Estimate) -> Floats:
    """Return the p value of a ratio of at most 1, by the normal distribution of its logarithm.

    Args:
        ratio: PRR or ROR; pairs without an interval give NaN.
    """
    z = float(ndtri((1 + ratio.level) / 2))
    with np.errstate(divide="ignore", invalid="ignore"):
        error = (np.log(ratio.high) - np.log(ratio.low)) / (2 * z)
        return np.asarray(ndtr(-np.log(ratio.value) / error))


def _on_log_scale(
    name: str,
    value: Floats,
    error: Floats,
    no_value: list[tuple[NDArray[np.bool_], str]],
    no_interval: list[tuple[NDArray[np.bool_], str]],
    level: float,
    formula: str,
) -> Estimate:
    """Return an estimate with a normal interval of its logarithm."""
    why = first_reason(len(value), *no_value, *no_interval)
    has_value = first_reason(len(value), *no_value) == ""
    reach = np.exp(float(ndtri((1 + level) / 2)) * np.where(why == "", error, 0.0))
    return Estimate(
        name,
        np.where(has_value, value, np.nan),
        np.where(why == "", value / reach, np.nan),
        np.where(why == "", value * reach, np.nan),
        level,
        why,
        formula,
    )
