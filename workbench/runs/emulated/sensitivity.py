"""The further analyses a protocol asks for: what would have to be wrong, and what changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench import storage
from workbench.errors import WorkbenchError
from workbench.methods.causal.augmented_survival import aipw
from workbench.methods.causal.cohort import Cohort
from workbench.methods.causal.effect_by_risk import (
    RiskGroup,
    difference_of_groups,
    effect_by_risk,
    predicted_risk,
)
from workbench.methods.causal.emulation import emulate
from workbench.methods.causal.estimate import Emulated, Estimate
from workbench.methods.causal.negative_control import negative_control
from workbench.methods.causal.point_treatment import landmark_cohort
from workbench.methods.causal.protocol import Protocol
from workbench.methods.causal.sensitivity import risk_difference_e_value
from workbench.methods.causal.strategies import make_trial
from workbench.methods.causal.variants import variants
from workbench.runs.emulated import kept
from workbench.runs.emulated.judging import Judged, judge
from workbench.runs.folder import RunFolder

Row = dict[str, Any]
RISK_DIFFERENCE = "risk_difference"


def further_analyses(
    run: RunFolder, cohort: Cohort, protocol: Protocol, judged: Judged
) -> list[Row]:
    """Return one row a result: ``analysis, setting, estimator, estimand, value, low, high, note``.

    None is given behind a closed gate. An analysis that cannot be done says why in ``note``, and
    the others go on.
    """
    if not judged.open:
        return []
    rows: list[Row] = []
    for asked in protocol.sensitivity:
        named = {asked: None} if isinstance(asked, str) else asked
        for name, setting in named.items():
            try:
                rows += _ANALYSES[name](run, cohort, protocol, judged, setting)
            except WorkbenchError as error:
                words = "; ".join(p.message for p in error.problems) or error.message
                rows.append(_row(name, setting, note=words))
    return rows


def _e_value(
    run: RunFolder, cohort: Cohort, protocol: Protocol, judged: Judged, setting: Any
) -> list[Row]:
    """Return how strong an unmeasured confounder would have to be."""
    main = judged.shown[judged.main]
    effect = next(one for one in main.estimates if one.estimand == RISK_DIFFERENCE)
    curve = main.curves[main.curves["strategy"] == protocol.names[1]]
    untreated = 1.0 - float(curve.sort_values("day")["survival"].iloc[-1])
    found = risk_difference_e_value(effect.value, effect.low, effect.high, untreated)
    return [
        _row("e_value", "point", estimand="e_value", value=found.point, note=found.convention),
        _row("e_value", "interval", estimand="e_value", value=found.limit, note=found.convention),
    ]


def _negative_control(
    run: RunFolder, cohort: Cohort, protocol: Protocol, judged: Judged, setting: Any
) -> list[Row]:
    """Return the effect on an outcome that treatment cannot change."""
    later, treated = landmark_cohort(cohort, protocol, make_trial(cohort, protocol))
    found = negative_control(later, treated, level=protocol.uncertainty.level)
    return [_of_estimate("negative_control_outcome", setting, found.estimate, found.reading)]


def _variants(
    run: RunFolder, cohort: Cohort, protocol: Protocol, judged: Judged, names: Sequence[str]
) -> list[Row]:
    """Return the main estimator's effects in some variants of the trial, each behind its gate."""
    rows: list[Row] = []
    for name, other in variants(protocol).items():
        if name not in names:
            continue
        stage = storage.file_name(name)
        found = kept.results(run, stage, partial(emulate, cohort, other))
        analysis, _, setting = name.partition(" ")
        if analysis == "grace":
            rows += _behind_gate("grace", setting, found, other, judged)
        else:
            rows += _behind_gate("cens_model_off", None, found, other, judged)
    return rows


def _grace(
    run: RunFolder, cohort: Cohort, protocol: Protocol, judged: Judged, setting: Any
) -> list[Row]:
    """Return the main effect under other grace periods."""
    names = [f"grace {days}" for days in setting]
    return _variants(run, cohort, protocol, judged, names)


def _no_drop_out_model(
    run: RunFolder, cohort: Cohort, protocol: Protocol, judged: Judged, setting: Any
) -> list[Row]:
    """Return the main effect if loss to follow-up told nothing."""
    return _variants(run, cohort, protocol, judged, ["without drop-out weights"])


def _behind_gate(
    name: str, setting: Any, found: Mapping[str, Emulated], other: Protocol, judged: Judged
) -> list[Row]:
    """Return the main estimator's effects in a variant, or what its gate found."""
    gate = judge(found, other).gates[judged.main]
    note = ""
    if gate.problems:
        first, more = gate.problems[0], len(gate.problems) - 1
        note = f"gate failed: {first.where}: {first.message}" + f"; and {more} more" * bool(more)
    # Whoever opened the main gate answers for what stands behind it too.
    if note and judged.gates[judged.main].override is None:
        return [_row(name, setting, estimator=judged.main, note=note)]
    return [_of_estimate(name, setting, one, note) for one in found[judged.main].estimates]


def _by_risk(
    run: RunFolder, cohort: Cohort, protocol: Protocol, judged: Judged, setting: Any
) -> list[Row]:
    """Return the effect in thirds of predicted risk without treatment, and high against low."""
    trial = make_trial(cohort, protocol)
    later, treated = landmark_cohort(cohort, protocol, trial)
    horizon = trial.grid.horizon - trial.window
    risk = predicted_risk(later, treated, horizon, seed=protocol.uncertainty.seed)
    level, names = protocol.uncertainty.level, protocol.names

    def estimate(part: Cohort, chosen: NDArray[np.bool_], day: float) -> Emulated:
        return aipw(part, chosen, day, level=level, strategies=names)

    groups = effect_by_risk(later, treated, horizon, risk, estimate)
    rows = [_of_group(group) for group in groups]
    if any(group.result is None for group in (groups[0], groups[-1])):
        return rows
    value, low, high = difference_of_groups(groups[0], groups[-1], level=level)
    rows.append(
        _row(
            "effect_by_predicted_risk",
            "high minus low",
            estimator="aipw",
            estimand=RISK_DIFFERENCE,
            value=value,
            low=low,
            high=high,
        )
    )
    return rows


def _of_group(group: RiskGroup) -> Row:
    """Return the risk difference of one group."""
    setting = f"{group.low:.2f} to {group.high:.2f}"
    if group.result is None:
        words = "; ".join(problem.message for problem in group.problems)
        return _row("effect_by_predicted_risk", setting, estimator="aipw", note=words)
    one = next(e for e in group.result.estimates if e.estimand == RISK_DIFFERENCE)
    return _of_estimate("effect_by_predicted_risk", setting, one)


def _of_estimate(name: str, setting: Any, one: Estimate, note: str = "") -> Row:
    """Return the row of an estimate."""
    return _row(
        name,
        setting,
        estimator=one.estimator,
        estimand=one.estimand,
        value=one.value,
        low=one.low,
        high=one.high,
        note=note,
    )


def _row(name: str, setting: Any, **known: Any) -> Row:
    """Return a row with empty cells where nothing is known."""
    empty = {"estimator": "", "estimand": "", "value": None, "low": None, "high": None, "note": ""}
    return {"analysis": name, "setting": "" if setting is None else str(setting)} | empty | known


_ANALYSES: dict[str, Callable[[RunFolder, Cohort, Protocol, Judged, Any], list[Row]]] = {
    "e_value": _e_value,
    "negative_control_outcome": _negative_control,
    "grace": _grace,
    "cens_model_off": _no_drop_out_model,
    "effect_by_predicted_risk": _by_risk,
}
