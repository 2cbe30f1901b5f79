"""The seven parts of a target trial's protocol, as typed sections of one file."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

EstimatorName = Literal[
    "naive",
    "landmark",
    "sequential_trials",
    "clone_censor_weight",
    "iptw",
    "standardisation",
    "aipw",
]
Effect = Literal[
    "risk_difference", "rmst_difference", "risk_ratio", "hazard_ratio_descriptive_only"
]
_HORIZON = re.compile(r"_(\d+)y$")


class Section(BaseModel):
    """A part of the protocol: unknown keys are refused, values do not change afterwards."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Strategy(Section):
    """One treatment strategy: something starts in time, or it does not start.

    Attributes:
        start: What must start: ATC codes joined by ``|``, a code standing for all below it, or
            ``surgery``.
        grace_days: Last day on which it may start; whoever has not by then has deviated.
        never_within_days: Instead of ``start``: the other strategy's treatment does not start up to
            this day; later it may.
        then: What must follow (``surgery`` after chemotherapy), or nothing.
        then_within_days: Last day, from time zero, on which that may happen.
    """

    start: str | None = None
    grace_days: int | None = Field(default=None, gt=0)
    never_within_days: int | None = Field(default=None, gt=0)
    then: Literal["surgery"] | None = None
    then_within_days: int | None = Field(default=None, gt=0)

    @model_validator(mode="after")
    def _one_rule(self) -> Strategy:
        if (self.start is None) == (self.never_within_days is None):
            raise ValueError("give 'start' with 'grace_days', or 'never_within_days'")
        if (self.start is None) != (self.grace_days is None):
            raise ValueError("'start' and 'grace_days' belong together")
        if (self.then is None) != (self.then_within_days is None):
            raise ValueError("'then' and 'then_within_days' belong together")
        if self.then and (self.then_within_days or 0) <= (self.grace_days or 0):
            raise ValueError("'then_within_days' must lie after 'grace_days'")
        return self

    @property
    def window_days(self) -> int:
        """Last day on which somebody can deviate from the strategy."""
        return int(self.then_within_days or self.grace_days or self.never_within_days or 0)


class Assignment(Section):
    """The main estimator, and others that are reported beside it."""

    method: EstimatorName
    alt: list[EstimatorName] = []


class OutcomePart(Section):
    """What is counted, until when.

    Attributes:
        event: ``death``, or a composite such as ``relapse_or_death``.
        horizon_days: Day the risk is read off and the mean is restricted to.
        competing: Name of the event that ends the chance of the outcome, or None.
    """

    event: Literal["death", "relapse", "relapse_or_death"]
    horizon_days: int = Field(gt=0)
    competing: Literal["death"] | None = None

    @model_validator(mode="after")
    def _apart(self) -> OutcomePart:
        if self.competing is not None and self.event != "relapse":
            raise ValueError(f"death is part of the outcome '{self.event}': it cannot compete")
        if self.competing is None and self.event == "relapse":
            raise ValueError("relapse needs 'competing: death': the dead do not relapse")
        return self


class Adjustment(Section):
    """Covariates that treatment and drop-out depend on.

    Attributes:
        baseline: Names of covariates at time zero, or ``all`` that the cohort has.
        time_varying: Names of covariates that change.
    """

    baseline: list[str] | Literal["all"] = []
    time_varying: list[str] = []


def _quantiles(pair: tuple[float, float]) -> tuple[float, float]:
    if not 0 <= pair[0] < pair[1] <= 1:
        raise ValueError("two quantiles, rising, within 0 and 1")
    return pair


class WeightModels(Section):
    """How the weights are modelled.

    Attributes:
        model: Pooled logistic regression over person-time.
        time_terms: ``spline3``: a natural cubic spline of time with 3 degrees of freedom where a
            model has more than six intervals, else one level an interval; ``intervals``: always one
            level an interval.
        interval_days: Width of the intervals of person-time.
        forced_from: When the start is made sure of. ``time_zero``: the day of the start is drawn
            from all starts in time of patients alike at time zero: smaller weights.
            ``last_interval``: whoever has not started by the last interval of the grace period
            starts in it, and before it patients start as they do (Cain et al. 2010, Int J Biostat
            6(2):18); the only way that knows time-varying covariates, and the default with them.
        drop_out: Whether those lost are stood for by alike patients who stayed.
        stabilise: ``arm_only_baseline``: weights times the chance given strategy and time alone.
            It changes no curve of a strategy (the factor is common to all at risk), only the
            weights shown and cut.
        truncate: Quantiles at which weights are cut; the whole range cuts nothing.
    """

    model: Literal["logistic"] = "logistic"
    time_terms: Literal["spline3", "intervals"] = "spline3"
    interval_days: int = Field(default=30, gt=0)
    forced_from: Literal["last_interval", "time_zero"] = "time_zero"
    drop_out: bool = True
    stabilise: Literal["none", "arm_only_baseline"] = "none"
    truncate: Annotated[tuple[float, float], AfterValidator(_quantiles)] = (0.0, 1.0)


class Uncertainty(Section):
    """Intervals: by influence functions; by a bootstrap of persons where resamples are asked."""

    bootstrap: int = Field(default=0, ge=0)
    unit: Literal["person", "centre"] = "person"
    seed: int = Field(default=0, ge=0)
    level: float = Field(default=0.95, gt=0.5, lt=1)


class Checks(Section):
    """What must hold before an effect is printed; see ``gate.Limits``.

    ``positivity_eps``: a chance to start in time below it, or above 1 minus it, is no choice.
    ``bad_rows``: whether tables that contradict themselves stop, or those persons are left out.
    ``min_match_quality``: of a link to claims; below it there is a warning.
    """

    bad_rows: Literal["stop", "exclude"] = "stop"
    min_match_quality: float = Field(default=0.7, ge=0, le=1)
    max_asmd: float = Field(default=0.1, gt=0)
    min_ess_frac: float = Field(default=0.1, gt=0, le=1)
    min_represented: float = Field(default=0.8, gt=0, le=1)
    min_uncensored: float = Field(default=0.01, gt=0, le=1)
    max_extrapolated: float = Field(default=0.05, ge=0, le=1)
    max_miscalibration: float = Field(default=1.25, ge=1)
    min_events_per_coefficient: float = Field(default=5.0, ge=0)
    positivity_eps: float = Field(default=0.01, gt=0, lt=0.5)


def effect_of(name: str) -> str:
    """Return an estimand's name without the horizon in years that may follow it.

    >>> effect_of("risk_difference_5y"), effect_of("rmst_difference")
    ('risk_difference', 'rmst_difference')
    """
    return _HORIZON.sub("", name)


def years_of(name: str) -> int | None:
    """Return the horizon in years that an estimand's name ends in, if any.

    >>> years_of("risk_difference_5y"), years_of("risk_ratio")
    (5, None)
    """
    found = _HORIZON.search(name)
    return int(found[1]) if found else None
