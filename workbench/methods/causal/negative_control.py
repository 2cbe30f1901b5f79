"""An outcome that treatment cannot change: what is found there is confounding."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbench.errors import DataError, Problem
from workbench.methods.causal.balancing import Weighting
from workbench.methods.causal.cohort import Cohort
from workbench.methods.causal.estimate import Estimate
from workbench.methods.causal.plain_effects import weighted_difference
from workbench.methods.causal.propensity import Propensity, fit_propensity

_PLAIN = Weighting()


@dataclass(frozen=True)
class NegativeControl:
    """Effect on the negative-control outcome.

    Attributes:
        estimate: Weighted risk difference; its truth is 0.
        suspicious: Whether the interval leaves 0 out: the weights did not take away all
            confounding that both outcomes share.
        reading: The same in words.
    """

    estimate: Estimate
    suspicious: bool
    reading: str


def negative_control(
    cohort: Cohort,
    treated: NDArray[np.bool_],
    *,
    weighting: Weighting = _PLAIN,
    propensity: Propensity | None = None,
    level: float = 0.95,
) -> NegativeControl:
    """Estimate the effect on the cohort's negative-control outcome with the same weights.

    Lipsitch, Tchetgen Tchetgen and Cohen 2010, Epidemiology 21:383.

    Args:
        cohort: With ``negative_control``.
        treated: Arm of each person, ``(n,)``.
        weighting: The one of the main analysis.
        propensity: A model fitted before.
        level: Of the interval.

    Raises:
        DataError: ``no-negative-control``; the faults of the weights.
    """
    seen = cohort.negative_control
    if seen is None:
        raise DataError(
            "no negative control",
            problems=[
                Problem(
                    "no-negative-control",
                    "the cohort has no outcome that treatment cannot change",
                    remedy="name one in the protocol, such as a fracture",
                )
            ],
        )
    model = propensity or fit_propensity(cohort.baseline, treated)
    found = weighted_difference(seen.astype(np.float64), model, weighting=weighting, level=level)
    suspicious = not found.low <= 0.0 <= found.high
    reading = (
        "treatment seems to change an outcome it cannot change: confounding is left"
        if suspicious
        else "no sign of confounding that both outcomes share; this proves none absent"
    )
    return NegativeControl(found, suspicious, reading)
