"""The protocol of a target trial: what would have been randomised, and how it is emulated."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal, cast, get_args

from pydantic import AfterValidator, Field, model_validator

from workbench import digests
from workbench.errors import did_you_mean
from workbench.methods.causal.criteria import Criterion, parse_criterion
from workbench.methods.causal.estimate import Estimand
from workbench.methods.causal.gate import Limits
from workbench.methods.causal.protocol_parts import (
    Adjustment,
    Assignment,
    Checks,
    Effect,
    EstimatorName,
    OutcomePart,
    Section,
    Strategy,
    Uncertainty,
    WeightModels,
    effect_of,
    years_of,
)

_DAYS_A_YEAR = 365.25
_ANALYSES = (
    "e_value",
    "negative_control_outcome",
    "grace",
    "cens_model_off",
    "effect_by_predicted_risk",
)


def _criterion(text: str) -> str:
    parse_criterion(text)
    return text


def _estimand(name: str) -> str:
    known = get_args(Effect)
    if effect_of(name) not in known:
        hint = did_you_mean(effect_of(name), known) or f"known: {', '.join(known)}"
        raise ValueError(f"unknown estimand '{name}'; {hint}")
    return name


def _analysis(given: str | dict[str, Any]) -> str | dict[str, Any]:
    for name in [given] if isinstance(given, str) else given:
        if name not in _ANALYSES:
            hint = did_you_mean(name, _ANALYSES) or f"known: {', '.join(_ANALYSES)}"
            raise ValueError(f"unknown analysis '{name}'; {hint}")
    return given


class Protocol(Section):
    """A target trial in seven parts (Hernan and Robins 2016, Am J Epidemiol 183:758).

    Attributes:
        question: Short name, such as ``adjuvant_chemo_after_resection``.
        eligibility: Criteria in the order they are applied; see ``criteria.py``.
        time_zero: Day from which all is counted: ``surgery``, ``diagnosis`` or ``mtb`` (the day of
            the multidisciplinary board).
        strategies: Two, by name; an effect is the first minus the second.
        estimands: Effects asked for; ``_5y`` may follow and must agree with the horizon.
        sensitivity: Further analyses, by name, or name and setting.
    """

    question: str = Field(pattern=r"^[a-z0-9]+(_[a-z0-9]+)*$")
    eligibility: list[Annotated[str, AfterValidator(_criterion)]] = Field(default=[])
    time_zero: Literal["surgery", "diagnosis", "mtb"]
    strategies: dict[str, Strategy]
    assignment: Assignment
    outcome: OutcomePart
    estimands: list[Annotated[str, AfterValidator(_estimand)]] = Field(min_length=1)
    adjust: Adjustment
    weights: WeightModels = WeightModels()
    uncertainty: Uncertainty = Uncertainty()
    checks: Checks = Checks()
    sensitivity: list[Annotated[str | dict[str, Any], AfterValidator(_analysis)]] = Field(
        default=[]
    )

    @model_validator(mode="before")
    @classmethod
    def _when_forced(cls, content: Any) -> Any:
        """Say when a start is made sure of where the file does not: see ``WeightModels``."""
        if not isinstance(content, dict):
            return content
        adjust, weights = content.get("adjust"), content.get("weights", {})
        moving = isinstance(adjust, dict) and adjust.get("time_varying")
        if not moving or not isinstance(weights, dict):
            return content
        return content | {"weights": {"forced_from": "last_interval"} | weights}

    @model_validator(mode="after")
    def _fits_together(self) -> Protocol:
        problems = list(_strategy_problems(self))
        horizon = self.outcome.horizon_days
        for name in self.estimands:
            years = years_of(name)
            if years is not None and abs(years * _DAYS_A_YEAR - horizon) > 1:
                problems.append(f"'{name}' does not fit horizon_days {horizon}")
        if horizon <= self.window_days:
            problems.append(f"horizon_days {horizon} must lie after the grace period")
        if self.adjust.time_varying and self.weights.forced_from == "time_zero":
            problems.append("forced_from 'time_zero' knows baseline covariates only")
        if problems:
            raise ValueError("; ".join(problems))
        return self

    @property
    def names(self) -> tuple[str, str]:
        """Names of the strategy and of its comparator."""
        first, second = self.strategies
        return first, second

    @property
    def window_days(self) -> int:
        """Last day on which somebody can deviate from a strategy."""
        return max(one.window_days for one in self.strategies.values())

    @property
    def criteria(self) -> list[Criterion]:
        """The eligibility criteria, read."""
        return [parse_criterion(text) for text in self.eligibility]

    @property
    def estimators(self) -> list[EstimatorName]:
        """Estimators to run: the main one, its alternatives, and always the naive one."""
        asked = [self.assignment.method, *self.assignment.alt, "naive"]
        return list(dict.fromkeys(asked))

    @property
    def estimand_names(self) -> list[Estimand]:
        """Estimands asked for, by the names of ``Estimate``."""
        names = [effect_of(name).removesuffix("_descriptive_only") for name in self.estimands]
        return cast("list[Estimand]", list(dict.fromkeys(names)))

    @property
    def limits(self) -> Limits:
        """What the gate holds results to."""
        checks = self.checks
        return Limits(
            checks.max_asmd,
            checks.min_ess_frac,
            checks.min_represented,
            checks.min_uncensored,
            checks.max_extrapolated,
            checks.max_miscalibration,
            checks.min_events_per_coefficient,
        )

    def digest(self) -> str:
        """Return the sha256 of the protocol: the same for any layout of its file."""
        return digests.of_json({"protocol": self.model_dump(mode="json")})


def _strategy_problems(protocol: Protocol) -> Iterator[str]:
    """List why the two strategies do not exclude each other, or lie off the grid of intervals."""
    both = list(protocol.strategies.values())
    if len(both) != 2:
        yield f"give two strategies, got {len(both)}"
        return
    starts = [one.start for one in both if one.start]
    if not starts:
        yield "one strategy must start a treatment"
    if len(set(starts)) < len(starts):
        yield "both strategies start the same treatment"
    elif len(starts) == 2 and "surgery" not in starts:
        yield "of two treatments that start, one must be 'surgery'"
    if "surgery" in starts and protocol.time_zero == "surgery":
        yield "a strategy cannot start 'surgery' where surgery is time zero"
    if any(one.then for one in both) and "surgery" not in starts:
        yield "'then: surgery' needs a comparator that starts 'surgery'"
    width = protocol.weights.interval_days
    for one in both:
        for name in ("grace_days", "never_within_days", "then_within_days"):
            days = getattr(one, name)
            if days is not None and days % width:
                yield f"{name} {days} must be a multiple of interval_days {width}"
    if len(starts) == 1 and both[0].window_days != both[1].window_days:
        yield "'grace_days' and 'never_within_days' must be the same day"
