"""The outcome of a cohort as one kind of event, after checks that every estimator needs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from workbench.errors import DataError, Problem
from workbench.methods.causal.cohort import Cohort
from workbench.methods.causal.propensity import check_arms
from workbench.metrics.survival.outcome import Outcome


def cohort_outcome(
    cohort: Cohort, treated: NDArray[np.bool_], horizon: float
) -> tuple[Outcome, NDArray[np.bool_]]:
    """Return time and event of each person up to the horizon, and who was treated.

    Who is under observation beyond the horizon is censored there: models of hazards need to hold
    no further.

    Args:
        cohort: Eligible persons; day 0 is where treatment is decided.
        treated: Strategy each person followed from day 0, ``(n,)``. Who started later is no
            business of these estimators: see landmark and clone-censor-weight.
        horizon: Day the risk is read off.

    Raises:
        DataError: The faults of :meth:`Cohort.check`; ``bad-treatment``, ``one-arm-empty``;
            ``competing-events``; ``bad-horizon``; ``horizon-beyond-follow-up`` where nobody of an
            arm was under observation then.
    """
    cohort.check()
    chosen = check_arms(treated, len(cohort))
    time, event = cohort.end_day, cohort.event == 1
    problems = []
    competing = int((cohort.event == 2).sum())
    if competing:
        problems.append(
            Problem(
                "competing-events",
                f"{competing} persons have a competing event; these estimators know one kind",
                remedy="make it part of the outcome, or count it as censored and say so",
            )
        )
    if not (np.isfinite(horizon) and horizon > 0):
        problems.append(Problem("bad-horizon", f"a day above 0 is expected, got {horizon}"))
    for name, arm in (("treated", chosen), ("untreated", ~chosen)):
        last = float(time[arm].max())
        died = bool(event[arm][time[arm] == last].all())
        if last < horizon and not died:
            problems.append(
                Problem(
                    "horizon-beyond-follow-up",
                    f"horizon is day {horizon:g}, the last {name} person was seen on day {last:g}",
                    f"arm {name}",
                    "choose an earlier horizon",
                )
            )
    if problems:
        raise DataError("the effect cannot be read off this cohort", problems=problems)
    return Outcome(np.minimum(time, horizon), event & (time <= horizon)), chosen
