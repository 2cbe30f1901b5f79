"""Bootstrap of persons: counts as weights, no person copied, weight models fitted again each time.

A person's clones, and person-time in every model, are drawn together. Fits begin at those of the
whole cohort, so that two or three Newton steps do. The design (knots of splines, scales of columns)
is that of the cohort.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from workbench.errors import DataError, Problem
from workbench.methods.causal.cohort import Cohort
from workbench.methods.causal.contrast import Contrast
from workbench.methods.causal.plans import Plan, PlanFit, fit_plan
from workbench.methods.causal.protocol_parts import Uncertainty
from workbench.methods.causal.weight_models import WeightFits, WeightTasks, fit_weights
from workbench.metrics.one_thread import one_blas_thread
from workbench.metrics.resampling import unit_weights

# A resample may lack what a model needs (starts in an interval, losses); this share may.
_MOST_FAILED = 0.1


@one_blas_thread()
def resampled(
    cohort: Cohort,
    tasks: WeightTasks,
    shared: WeightFits,
    plans: Sequence[tuple[Plan, PlanFit]],
    how: Uncertainty,
) -> tuple[list[Contrast], int]:
    """Return the contrast of every resample for every estimator, and how many resamples failed.

    Args:
        cohort: The cohort.
        tasks: Person-time of the shared weight models.
        shared: Their fits on the whole cohort.
        plans: Estimators and their fits on the whole cohort.
        how: Number of resamples, unit and seed.

    Raises:
        DataError: ``no-centre``: centres are drawn and the cohort has none; ``bootstrap-failed``:
            over a tenth of the resamples cannot be fitted.
    """
    units = cohort.person if how.unit == "person" else cohort.centre
    if units is None:
        raise no_centre()
    drawn = unit_weights(units, how.bootstrap, how.seed)
    rows: list[list[Contrast]] = []
    last: DataError | None = None
    for b in range(how.bootstrap):
        counts = drawn[:, b].astype(np.float64)
        try:
            fits = fit_weights(tasks, counts, shared)
            rows.append([fit_plan(plan, fits, counts, fit).contrast for plan, fit in plans])
        except DataError as error:
            last = error
    failed = how.bootstrap - len(rows)
    if last is not None and failed > _MOST_FAILED * how.bootstrap:
        raise DataError(
            f"{failed} of {how.bootstrap} resamples cannot be fitted; the last: {last.message}",
            problems=[Problem("bootstrap-failed", "a weight model has no fit", "uncertainty")],
            remedy="use fewer covariates or wider intervals, or intervals without a bootstrap",
        )
    return [_together(column) for column in zip(*rows, strict=True)], failed


def no_centre() -> DataError:
    """Return the error of a protocol that counts centres in a cohort without any."""
    return DataError(
        "the unit of uncertainty is the centre, and the cohort has none",
        problems=[Problem("no-centre", "centre is missing", "uncertainty.unit")],
    )


def _together(rows: Sequence[Contrast]) -> Contrast:
    return Contrast(
        np.stack([row.risks for row in rows], axis=-1),
        np.stack([row.means for row in rows], axis=-1),
        np.array([float(row.log_hazard_ratio) for row in rows]),
    )
