"""Named settings of the generator: what estimators are tried on."""

from __future__ import annotations

from dataclasses import replace

from workbench.errors import UsageError, did_you_mean

from .knobs import Knobs

_NO_EFFECT = {"hr_low_risk": 1.0, "hr_intermediate_risk": 1.0, "hr_high_risk": 1.0}
SCENARIOS: dict[str, dict[str, float]] = {
    "effect": {},
    "null": _NO_EFFECT,
    "unmeasured": {**_NO_EFFECT, "unmeasured": 1.0},
    "no_overlap": {"no_overlap": 1},
    "strong_confounding": {"confounding": 2.0},
    "immortal_time": {**_NO_EFFECT, "immortal_time": 3.0},
    "informative_loss": {"informative_censoring": 3.0},
    "time_varying": {"time_varying": 1.0},
    "everyone_benefits": {
        "hr_low_risk": 0.7, "hr_intermediate_risk": 0.7, "hr_high_risk": 0.7,
    },
}  # fmt: skip


def knobs_of(scenario: str, base: Knobs) -> Knobs:
    """Return the knobs of a named scenario; what it does not name stays as in ``base``.

    Raises:
        UsageError: There is no such scenario.
    """
    if scenario not in SCENARIOS:
        hint = did_you_mean(scenario, SCENARIOS) or f"known: {', '.join(SCENARIOS)}"
        raise UsageError(f"no scenario '{scenario}'; {hint}", where="scenario")
    return replace(base, **SCENARIOS[scenario])  # type: ignore[arg-type]
