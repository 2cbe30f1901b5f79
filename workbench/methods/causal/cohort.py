"""An eligible cohort as the estimators see it: one row a person, days counted from time zero."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.errors import DataError, Problem

_MOST_NAMED = 20
WARNING = ["code", "rows", "message", "remedy"]


@dataclass(frozen=True)
class Cohort:
    """Persons who are eligible at time zero, with treatment, follow-up and what confounds them.

    Attributes:
        person: Ids, shape ``(n,)``; each once.
        baseline: Numeric covariates known at time zero, ``(n, p)``, no value missing (a categorical
            one is already dummies; a missing one has its indicator).
        treated_day: Day the treatment starts, ``(n,)``; NaN where it never did under observation.
        end_day: Day follow-up ends, ``(n,)``, above 0.
        event: What ended it, ``(n,)``: 1 the outcome, 2 a competing event, 0 censored.
        administrative: True where censoring is the end of the study and not a loss, ``(n,)``.
        centre: Cluster of each person, or None.
        time_varying: Columns ``person``, ``day`` and covariates measured from that day on, or None.
        negative_control: 1 where an outcome that treatment cannot change was seen, ``(n,)``, or
            None.
        surgery_day: Day of surgery where time zero lies before it, ``(n,)``; NaN where there was
            none under observation. None where surgery is time zero.
        flow: Steps to eligibility with how many each left out.
        warnings: What was odd in the tables it comes from: ``code, rows, message, remedy``.
    """

    person: NDArray[np.str_]
    baseline: pd.DataFrame
    treated_day: NDArray[np.float64]
    end_day: NDArray[np.float64]
    event: NDArray[np.int8]
    administrative: NDArray[np.bool_]
    centre: NDArray[np.str_] | None = None
    time_varying: pd.DataFrame | None = None
    negative_control: NDArray[np.int8] | None = None
    flow: list[dict[str, object]] = field(default_factory=list)
    surgery_day: NDArray[np.float64] | None = None
    warnings: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=WARNING))

    def __len__(self) -> int:
        return len(self.person)

    @cached_property
    def covariates(self) -> NDArray[np.float64]:
        """The baseline covariates as an array ``(n, p)``."""
        return np.ascontiguousarray(self.baseline.to_numpy(dtype=np.float64))

    def take(self, rows: NDArray[np.int64]) -> Cohort:
        """Return some persons in the order given; one that is drawn twice becomes two persons."""
        names = self.person[rows]
        counts = pd.Series(names).groupby(names).cumcount().to_numpy()
        person = np.where(
            counts > 0, np.char.add(np.char.add(names, "#"), counts.astype(str)), names
        )
        moving = self.time_varying
        if moving is not None:
            drawn = pd.DataFrame({"person": names, "as": person})
            moving = drawn.merge(moving, on="person").drop(columns="person")
            moving = moving.rename(columns={"as": "person"})
        return Cohort(
            person=person,
            baseline=self.baseline.iloc[rows].reset_index(drop=True),
            treated_day=self.treated_day[rows],
            end_day=self.end_day[rows],
            event=self.event[rows],
            administrative=self.administrative[rows],
            centre=None if self.centre is None else self.centre[rows],
            time_varying=moving,
            negative_control=None if self.negative_control is None else self.negative_control[rows],
            flow=self.flow,
            warnings=self.warnings,
            surgery_day=None if self.surgery_day is None else self.surgery_day[rows],
        )

    def check(self) -> None:
        """Check every person.

        Raises:
            DataError: Names every person with the problem: ``no-persons``, ``duplicate-person``,
                ``bad-follow-up``, ``bad-event``, ``treated-before-time-zero``,
                ``treated-after-end``, ``surgery-outside``, ``missing-covariate``, ``no-event``.
        """
        if not len(self):
            raise DataError("nobody is eligible [no-persons]", remedy="look at the flow of persons")
        names = self.person
        values = self.covariates
        surgery = np.full(len(self), np.nan) if self.surgery_day is None else self.surgery_day
        rules = [
            ("duplicate-person", pd.Series(names).duplicated().to_numpy(), "stands twice"),
            (
                "bad-follow-up",
                ~(np.isfinite(self.end_day) & (self.end_day > 0)),
                "follow-up must end on a day above 0",
            ),
            ("bad-event", ~np.isin(self.event, (0, 1, 2)), "event must be 0, 1 or 2"),
            (
                "treated-before-time-zero",
                self.treated_day < 0,
                "treatment starts before time zero",
            ),
            (
                "treated-after-end",
                self.treated_day > self.end_day,
                "treatment starts after follow-up ended",
            ),
            (
                "surgery-outside",
                (surgery < 0) | (surgery > self.end_day),
                "surgery lies outside of follow-up",
            ),
            ("missing-covariate", ~np.isfinite(values).all(axis=1), "a covariate has no value"),
        ]
        problems = [
            Problem(code, text, f"person {names[row]}")
            for code, found, text in rules
            for row in np.flatnonzero(found)[:_MOST_NAMED].tolist()
        ]
        if not problems and not (self.event == 1).any():
            problems = [
                Problem(
                    "no-event",
                    "nobody has the outcome",
                    f"{len(self)} persons",
                    "check which deaths or events were linked, and outcome.event of the protocol",
                )
            ]
        if problems:
            raise DataError("the cohort cannot be used", problems=problems)
