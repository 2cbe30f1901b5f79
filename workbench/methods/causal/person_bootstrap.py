"""Bootstrap of persons: counts as weights, no person copied, weight models fitted again each time.

A person's clones, and person-time in every model, are drawn together. Fits begin at those of the
whole cohort, so that two or three Newton steps do. The design (knots of splines, scales of columns)
is that of the cohort.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

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


def draws(cohort: Cohort, how: Uncertainty) -> NDArray[np.integer]:
    """Return how often each person is in each resample, ``(n, B)``: persons, or whole centres.

    Raises:
        DataError: ``no-centre``: centres are drawn and the cohort has none.
    """
    units = cohort.person if how.unit == "person" else cohort.centre
    if units is None:
        raise no_centre()
    return np.asarray(unit_weights(units, how.bootstrap, how.seed))


@one_blas_thread()
def resampled(
    tasks: WeightTasks,
    shared: WeightFits,
    plans: Sequence[tuple[Plan, PlanFit]],
    drawn: NDArray[np.integer],
) -> list[tuple[Contrast, int] | DataError]:
    """Return of each estimator the contrast of every resample and how many failed, or the error.

    Args:
        tasks: Person-time of the shared weight models.
        shared: Their fits on the whole cohort.
        plans: Estimators and their fits on the whole cohort.
        drawn: How often each person was drawn, ``(n, B)``.

    Returns:
        ``bootstrap-failed`` of an estimator where over a tenth of its resamples cannot be fitted.
    """
    rows: list[list[Contrast | DataError]] = []
    for often in drawn.T:
        counts = often.astype(np.float64)
        try:
            fits = fit_weights(tasks, counts, shared)
        except DataError as error:
            rows.append([error] * len(plans))
            continue
        rows.append([_once(plan, fits, counts, fit) for plan, fit in plans])
    return [together(column) for column in zip(*rows, strict=True)]


def _once(
    plan: Plan, fits: WeightFits, counts: NDArray[np.float64], start: PlanFit
) -> Contrast | DataError:
    """Return the contrast of one resample, or why there is none."""
    try:
        return fit_plan(plan, fits, counts, start).contrast
    except DataError as error:
        return error


def together(drawn: Sequence[Contrast | DataError]) -> tuple[Contrast, int] | DataError:
    """Return the resamples of one estimator as one contrast, and how many failed.

    Too many failures are the error ``bootstrap-failed``: the rest would be a choice of resamples.
    What failed in them follows it by code, such as ``no-overlap``, the commonest first.
    """
    failed = [one for one in drawn if isinstance(one, DataError)]
    rows = [one for one in drawn if isinstance(one, Contrast)]
    if len(failed) > _MOST_FAILED * len(drawn):
        return DataError(
            f"{len(failed)} of {len(drawn)} resamples cannot be fitted; "
            f"the last: {failed[-1].message}",
            problems=[
                Problem("bootstrap-failed", "a model has no fit", "uncertainty"),
                *_causes(failed),
            ],
            remedy="use fewer covariates or wider intervals; where persons are always treated or "
            "never, there is no overlap and no interval mends it",
        )
    made = Contrast(
        np.stack([row.risks for row in rows], axis=-1),
        np.stack([row.means for row in rows], axis=-1),
        np.array([float(row.log_hazard_ratio) for row in rows]),
    )
    return made, len(failed)


def _causes(failed: Sequence[DataError]) -> list[Problem]:
    """Return what failed in the resamples, each code once with how often."""
    codes = Counter(one.problems[0].code for one in failed if one.problems)
    of = len(failed)
    return [
        Problem(code, f"the cause in {n} of the {of} resamples that failed", "uncertainty")
        for code, n in codes.most_common()
    ]


def no_centre() -> DataError:
    """Return the error of a protocol that counts centres in a cohort without any."""
    return DataError(
        "the unit of uncertainty is the centre, and the cohort has none",
        problems=[Problem("no-centre", "centre is missing", "uncertainty.unit")],
    )
