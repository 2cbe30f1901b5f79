"""Resamples of estimators of a treatment decided once: persons by counts, without copies.

Every model is fitted again in each resample. An interval by influence functions takes models to
reach where few were treated; a resample shows how far they swing there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from workbench.errors import DataError
from workbench.methods.causal.balancing import Weighting, balancing_weights
from workbench.methods.causal.cohort import Cohort
from workbench.methods.causal.cohort_outcome import cohort_outcome
from workbench.methods.causal.contrast import Contrast, with_resamples
from workbench.methods.causal.cross_fitting import Columns, cross_fitted
from workbench.methods.causal.drawn import Drawn
from workbench.methods.causal.estimate import Emulated
from workbench.methods.causal.person_bootstrap import together
from workbench.methods.causal.predicted_risk import fit_events
from workbench.methods.causal.propensity import fit_propensity
from workbench.methods.causal.starts import Starts
from workbench.methods.causal.weighted_survival import arm_curve
from workbench.metrics.one_thread import one_blas_thread
from workbench.metrics.resampling import unit_weights

_FOLDS = (5, 0)  # as ``aipw`` by default


def with_bootstrap(
    found: Emulated,
    cohort: Cohort,
    treated: NDArray[np.bool_],
    *,
    resamples: int,
    seed: int = 0,
) -> Emulated:
    """Return a result of ``iptw``, ``standardisation`` or ``aipw`` with bootstrap intervals.

    Of the estimator with its default settings. The interval by influences stays in the facts of
    each estimate.

    Args:
        found: What the estimator said of this cohort.
        cohort: The cohort.
        treated: Who followed the strategy, ``(n,)``.
        resamples: How many.
        seed: Of the draw of persons.

    Raises:
        DataError: ``bootstrap-failed``: over a tenth of the resamples cannot be fitted.
    """
    counts = unit_weights(cohort.person, resamples, seed)
    first = found.estimates[0]
    drawn = resampled_point(first.estimator, cohort, treated, first.horizon_days, counts)
    if isinstance(drawn, DataError):
        raise drawn
    facts = {**found.facts, "bootstrap": {"failed": drawn[1], "seed": seed, "unit": "person"}}
    return replace(found, estimates=with_resamples(found.estimates, drawn[0]), facts=facts)


@one_blas_thread()
def resampled_point(
    name: str,
    cohort: Cohort,
    treated: NDArray[np.bool_],
    horizon: float,
    counts: NDArray[np.integer],
) -> tuple[Contrast, int] | DataError:
    """Return the contrast of every resample and how many failed, or ``bootstrap-failed``.

    Args:
        name: Of the estimator.
        cohort: Eligible persons, each once.
        treated: Who followed the strategy, ``(n,)``.
        horizon: Day the risk is read off.
        counts: How often each person was drawn, ``(n, B)``.
    """
    ends, chosen = cohort_outcome(cohort, treated, horizon)
    rows: list[Contrast | DataError] = []
    last, starts = np.array([float(horizon)]), Starts()
    for often in counts.T:
        try:
            rows.append(_ONCE[name](Drawn.of(cohort, ends, chosen, often, starts), last))
        except DataError as error:
            rows.append(error)
    return together(rows)


def _weighted(drawn: Drawn, last: NDArray[np.float64]) -> Contrast:
    """Return what ``iptw`` says, of the horizon as the only day of a curve."""
    model = fit_propensity(drawn.baseline, drawn.treated, counts=drawn.counts, starts=drawn.starts)
    weights = balancing_weights(model, Weighting()).value * drawn.counts
    arms = [
        arm_curve(drawn.ends, weights, who, last, float(last[0]))
        for who in (drawn.treated, ~drawn.treated)
    ]
    return _contrast([arm.survival[0] for arm in arms], [arm.mean for arm in arms])


def _standardised(drawn: Drawn, last: NDArray[np.float64]) -> Contrast:
    """Return what ``standardisation`` says."""
    survival, means = [], []
    for name, who in (("treated", drawn.treated), ("untreated", ~drawn.treated)):
        rows = np.flatnonzero(who)
        own, ends, often = drawn.baseline.iloc[rows], drawn.ends.take(rows), drawn.counts[rows]
        model = fit_events(own, ends, float(last[0]), f"resample, {name}", often, drawn.starts)
        curve, mean = model.of(drawn.baseline).curves(last)
        survival.append(np.average(curve[:, 0], weights=drawn.counts))
        means.append(np.average(mean, weights=drawn.counts))
    return _contrast(survival, means)


def _augmented(drawn: Drawn, last: NDArray[np.float64]) -> Contrast:
    """Return what ``aipw`` says."""
    found = cross_fitted(drawn, last, Columns(), _FOLDS)
    shares = [(part.survival[:, 0], part.mean) for part in found.parts]
    survival, means = (
        [np.average(values, weights=drawn.counts) for values in kind]
        for kind in zip(*shares, strict=True)
    )
    return _contrast(survival, means)


def _contrast(survival: Sequence[float], means: Sequence[float]) -> Contrast:
    """Return both arms' numbers; these estimators give no hazard ratio."""
    return Contrast(1.0 - np.array(survival), np.array(means), np.array(np.nan))


_ONCE: dict[str, Callable[[Drawn, NDArray[np.float64]], Contrast]] = {
    "iptw": _weighted,
    "standardisation": _standardised,
    "aipw": _augmented,
}
