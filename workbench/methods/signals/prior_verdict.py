"""Whether a likelihood has a maximum that the data determine, or one that runs to a boundary."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, ndtri

from workbench.methods.signals.gamma_mixture import PARAMETERS, GammaMixture
from workbench.methods.signals.mixture_likelihood import MixtureLikelihood

Floats = NDArray[np.float64]
_STEP = 1e-4  # of differences of the gradient, in free coordinates
_EDGE = 1e-3  # shapes and rates below it, or above its inverse, are no longer told from the limit
_NOBODY = 1e-4  # a share this small, or this near 1, is one component alone
_FLAT = 3.0  # standard error of a logarithm: the interval spans a factor of more than 100 000
_SAME_VALUE = 0.01  # log likelihoods this near are equal as far as the data tell
_UNCLIMBED = 0.01  # of log likelihood left, by the last Newton step


class Peak(NamedTuple):
    """Where a search ended: free coordinates and log likelihood."""

    free: Floats
    value: float


def reasons(function: MixtureLikelihood, peak: Peak, others: Sequence[Peak]) -> tuple[str, ...]:
    """Return why the prior is not identified, in words; nothing where it is.

    Coordinates of ``peak`` are :func:`ordered`. Four things are asked: whether a parameter has run
    to a boundary; whether the search came to rest; whether the likelihood bends down in every
    direction, and by enough; and whether another start ended as high at another prior.
    """
    found = _at_edge(peak.free)
    covariance = error_matrix(function, peak.free)
    if covariance is None:
        found.append("the likelihood does not bend down in every direction where the search ended")
        return tuple(found)
    found += _flat(function, peak.free, covariance)
    return tuple(found or _as_high(peak, others, covariance))


def ordered(free: Floats) -> Floats:
    """Return the same prior with the component of the larger mean first."""
    swapped = np.append(free[[2, 3, 0, 1]], -free[4])
    return free if free[0] - free[1] >= free[2] - free[3] else swapped


def error_matrix(function: MixtureLikelihood, free: Floats) -> Floats | None:
    """Return the covariance of the free coordinates, or None where the likelihood gives none."""
    with np.errstate(all="ignore"):
        curvature = _curvature(function, free)
    if not np.isfinite(curvature).all() or np.linalg.eigvalsh(curvature)[0] <= 0:
        return None
    return np.asarray(np.linalg.inv(curvature))


def natural_intervals(prior: GammaMixture, errors: Floats, level: float) -> tuple[Floats, Floats]:
    """Return intervals made on the free scale, so that they stay within what can be."""
    values = np.array(prior.values())
    z = float(ndtri((1.0 + level) / 2.0))
    reach = np.exp(z * errors[:4] / values[:4])
    logit = np.log(values[4]) - np.log1p(-values[4])
    half = z * errors[4] / (values[4] * (1.0 - values[4]))
    low = np.append(values[:4] / reach, expit(logit - half))
    return low, np.append(values[:4] * reach, expit(logit + half))


def _at_edge(free: Floats) -> list[str]:
    """Return which parameters ended at the edge of what can be."""
    found = []
    for name, value in zip(PARAMETERS[:4], np.exp(free[:4]), strict=True):
        if not _EDGE <= value <= 1.0 / _EDGE:
            end = "0" if value < 1.0 else "infinity"
            found.append(f"{name} runs to {end} (the search ended at {value:.2g})")
    share = float(expit(-abs(free[4])))
    if share < _NOBODY:
        end = "0" if free[4] < 0 else "1"
        found.append(f"share runs to {end} (the search ended {share:.2g} from it)")
    return found


def _flat(function: MixtureLikelihood, free: Floats, covariance: Floats) -> list[str]:
    """Return whether the search stopped on a slope, or on a ridge that data do not bound."""
    _, gradient = function.value(free)
    left = float(gradient @ covariance @ gradient) / 2.0
    found = []
    if left > _UNCLIMBED:
        found.append(f"the search stopped on a slope ({left:.2g} of log likelihood to go)")
    errors = np.sqrt(np.diag(covariance))
    widest = int(np.argmax(errors))
    if errors[widest] > _FLAT:
        found.append(
            f"the likelihood is flat in {PARAMETERS[widest]}: its standard error on the "
            f"{'logit' if widest == 4 else 'log'} scale is {errors[widest]:.2g}"
        )
    return found


def _as_high(peak: Peak, others: Sequence[Peak], covariance: Floats) -> list[str]:
    """Return whether another start ended as high, beyond what the bend of this peak allows."""
    bend = np.linalg.inv(covariance)
    for other in others:
        away = ordered(other.free) - peak.free
        if peak.value - other.value < _SAME_VALUE and away @ bend @ away / 2.0 > 1.0:
            values = f"{peak.value:.3f} and {other.value:.3f}"
            return [f"two priors fit alike (log likelihoods {values})"]
    return []


def _curvature(function: MixtureLikelihood, free: Floats) -> Floats:
    """Return minus the second derivatives, by differences of the exact gradient, ``(5, 5)``."""
    rows = []
    for place in range(5):
        step = np.zeros(5)
        step[place] = _STEP
        ahead, behind = function.value(free + step)[1], function.value(free - step)[1]
        rows.append((behind - ahead) / (2.0 * _STEP))
    matrix = np.array(rows)
    return np.asarray((matrix + matrix.T) / 2.0)
