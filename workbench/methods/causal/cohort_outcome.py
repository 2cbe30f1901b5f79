"""How follow-up ended up to a horizon, after checks that every estimator needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.errors import DataError, Problem
from workbench.methods.causal.cohort import Cohort
from workbench.methods.causal.propensity import check_arms

COMPETING = "Aalen-Johansen beside a competing event; mean days are the horizon less days lost"


@dataclass(frozen=True, eq=False)
class Ends:
    """Ends of follow-up.

    Attributes:
        time: Days, at most the horizon, shape ``(n,)``.
        cause: 1 the outcome, 2 a competing event, 0 censored or still observed at the horizon.
    """

    time: NDArray[np.float64]
    cause: NDArray[np.int8]

    def __len__(self) -> int:
        """Number of persons."""
        return len(self.time)

    @property
    def competing(self) -> bool:
        """Whether anybody had a competing event."""
        return bool((self.cause == 2).any())

    def take(self, rows: NDArray[Any]) -> Ends:
        """Return some persons."""
        return Ends(self.time[rows], self.cause[rows])


def cohort_outcome(
    cohort: Cohort, treated: NDArray[np.bool_], horizon: float
) -> tuple[Ends, NDArray[np.bool_]]:
    """Return how each person's follow-up ended up to the horizon, and who was treated.

    Who is under observation beyond the horizon is censored there: models of hazards need to hold
    no further.

    Args:
        cohort: Eligible persons; day 0 is where treatment is decided.
        treated: Strategy each person followed from day 0, ``(n,)``. Who started later is no
            business of these estimators: see landmark and clone-censor-weight.
        horizon: Day the risk is read off.

    Raises:
        DataError: The faults of :meth:`Cohort.check`; ``bad-treatment``, ``one-arm-empty``;
            ``bad-horizon``; ``horizon-beyond-follow-up`` where nobody of an arm was under
            observation then; ``no-event-by-horizon``.
    """
    cohort.check()
    chosen = check_arms(treated, len(cohort))
    time, cause = cohort.end_day, cohort.event
    problems = []
    if not (np.isfinite(horizon) and horizon > 0):
        problems.append(Problem("bad-horizon", f"a day above 0 is expected, got {horizon}"))
    elif not ((cause == 1) & (time <= horizon)).any():
        text = f"nobody has the outcome by day {horizon:g}"
        problems.append(Problem("no-event-by-horizon", text, remedy="choose a later horizon"))
    for name, arm in (("treated", chosen), ("untreated", ~chosen)):
        last = float(time[arm].max())
        ended = bool((cause[arm][time[arm] == last] > 0).all())
        if last < horizon and not ended:
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
    seen = np.where(time <= horizon, cause, 0).astype(np.int8)
    return Ends(np.minimum(time, horizon), seen), chosen
