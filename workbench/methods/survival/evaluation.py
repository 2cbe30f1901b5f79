"""One evaluation for every survival model: all metrics, intervals, paired differences, the null."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from workbench.errors import DataError
from workbench.methods.survival.evaluation_input import (
    NULL,
    checked_horizons,
    checked_models,
    checked_persons,
)
from workbench.methods.survival.evaluation_parts import drawn_parts
from workbench.methods.survival.evaluation_plan import Asked, Draws, Predicted, plan
from workbench.methods.survival.evaluation_rows import difference_rows, score_rows
from workbench.methods.survival.evaluation_words import statements
from workbench.methods.survival.stages import Stages, Tables, at_once, stacked
from workbench.metrics.base import Metric
from workbench.metrics.bootstrap import UnitBootstrap
from workbench.metrics.choices import check_level
from workbench.metrics.survival.base import null_curve
from workbench.metrics.survival.curves import checked_times
from workbench.metrics.survival.outcome import checked_outcome


@dataclass(frozen=True, eq=False)
class Evaluation:
    """How good some models are on one set of cases.

    Attributes:
        scores: One row a model and metric, the null model last: ``model, metric, label, horizon,
            threshold, value, low, high, direction, target, reads, convention, interval, note``.
        differences: One row a pair of models and metric: ``label, metric, first, second,
            difference`` (first minus second; of the distances from the target where there is one),
            ``low, high, better`` (the name, where the interval excludes 0).
        statements: What must be said in words, above all where a model is worse than none.
        calibration: Smooth curves: ``model, horizon, predicted, observed, low, high``.
        calibration_groups: Groups of equal predicted survival, observed by Kaplan-Meier.
        d_calibration: ``model, statistic, degrees, p_value``; cases count as independent.
        d_calibration_bins: Cases in each tenth of predicted survival at their own time, censored
            ones spread: ``model, low, high, cases, share``.
        decision: Decision curve at the last horizon: ``model, horizon, threshold, net_benefit, low,
            high``, those of acting on everybody and on nobody among them.
        centres: The first model in each centre, see :mod:`workbench.methods.survival.by_centre`;
            empty where no centres were given.
        centre_spread: How far centres lie apart, a row a metric.
        facts: Cases, persons, events, times, tau, level, resamples, seed.
    """

    scores: pd.DataFrame
    differences: pd.DataFrame
    statements: list[str]
    calibration: pd.DataFrame
    calibration_groups: pd.DataFrame
    d_calibration: pd.DataFrame
    d_calibration_bins: pd.DataFrame
    decision: pd.DataFrame
    centres: pd.DataFrame
    centre_spread: pd.DataFrame
    facts: Mapping[str, Any] = field(default_factory=dict)


def evaluate(
    outcome: ArrayLike,
    persons: ArrayLike,
    models: Mapping[str, Predicted | tuple[ArrayLike, ArrayLike]],
    times: ArrayLike,
    *,
    horizons: Sequence[float],
    thresholds: Sequence[float],
    tau: float | None = None,
    resamples: int = 500,
    seed: int = 0,
    level: float = 0.95,
    centres: Sequence[str] | None = None,
    stages: Stages = at_once,
) -> Evaluation:
    """Evaluate models on the same cases, all on the same resamples of persons.

    The null model is the Kaplan-Meier curve of the scored cases, the same for everybody.

    Args:
        outcome: Time and event, ``(n, 2)``: 1 seen, 0 censored.
        persons: Person of each case, ``(n,)``: what the bootstrap draws.
        models: Risk ``(n,)`` and curves ``(n, K)`` of each model, by name.
        times: Times of the curves, rising, ``(K,)``.
        horizons: Times that calibration, AUC, Brier score and net benefit are of; among ``times``.
        thresholds: Risks from which one would act, for net benefit: a clinical choice, so that
            there is no default; may be empty.
        tau: End of the time Uno's concordance looks at; the last horizon by default.
        resamples: Bootstrap resamples.
        seed: Seed of the draws.
        level: Of the intervals.
        centres: Centre of each case, ``(n,)``, where it is known.
        stages: Does the parts of the work; one that keeps them makes a long evaluation one that
            can be stopped and taken up again.

    Raises:
        DataError: Broken input, every fault named; ``tau-beyond-support`` where the follow-up does
            not reach tau, a horizon or a time of the curves.
        UsageError: A choice without meaning.
    """
    check_level(level)
    seen = checked_outcome(outcome)
    grid = checked_times(times)
    ids = checked_persons(persons, len(seen))
    chosen, end = checked_horizons(seen, grid, horizons, tau)
    told = checked_models(models, grid, len(seen))
    truth = np.column_stack([seen.time, seen.event]).astype(np.float64)
    flat = np.tile(null_curve(seen, grid), (len(seen), 1))
    everybody = {**told, NULL: Predicted(np.zeros(len(seen)), flat)}

    draws = Draws(resamples, seed, level)
    bootstrap = UnitBootstrap(truth, ids, resamples, seed)
    works: dict[str, Any] = {
        asked.metric.label: partial(_judged, bootstrap, asked, everybody, grid, level)
        for asked in plan(grid, chosen, end, thresholds)
    }
    works |= drawn_parts(truth, ids, everybody, grid, chosen, centres, draws)
    found = stages(works)
    table, differences = stacked(found, "scores"), stacked(found, "differences")
    facts = {
        "cases": len(seen),
        "persons": bootstrap.n_units,
        "events": int(seen.event.sum()),
        "times": list(grid),
        "horizons": list(chosen),
        "tau": end,
        "thresholds": list(thresholds),
        "level": level,
        "resamples": resamples,
        "seed": seed,
        "null": "Kaplan-Meier curve of the scored cases",
    }
    words = statements(table, differences)
    return Evaluation(
        table,
        differences,
        words,
        stacked(found, "calibration"),
        stacked(found, "groups"),
        stacked(found, "d_calibration"),
        stacked(found, "d_calibration_bins"),
        stacked(found, "decision"),
        stacked(found, "centres"),
        stacked(found, "centre_spread"),
        facts,
    )


def _judged(
    bootstrap: UnitBootstrap,
    asked: Asked,
    models: Mapping[str, Predicted],
    grid: Sequence[float],
    level: float,
) -> Tables:
    """Return the rows of one metric: a model each, and a pair of models each."""
    given = [asked.of(predicted, grid) for predicted in models.values()]
    values, drawn, method, note = _resampled(bootstrap, asked.metric, given)
    scores = score_rows(asked, list(models), values, drawn, level, method, note)
    gaps = difference_rows(asked, list(models), values, drawn, level)
    return {"scores": pd.DataFrame(scores), "differences": pd.DataFrame(gaps)}


def _resampled(
    bootstrap: UnitBootstrap, metric: Metric, given: list[NDArray[np.float64]]
) -> tuple[NDArray[np.float64], NDArray[np.float64], str, str]:
    """Return the values ``(m,)``, those on the resamples ``(m, B)``, the method and a note."""
    try:
        values = metric.columns_of_models(bootstrap.truth, given)[:, 0]
        drawn, method, undefined = bootstrap.values(metric, *given)
    except DataError as error:
        nothing = np.full(len(given), np.nan)
        return nothing, nothing[:, None], "none", f"undefined: {error.message}"
    note = f"undefined: {metric.undefined}" if np.isnan(values).any() else ""
    if undefined and not note:
        note = f"undefined in {undefined} of {bootstrap.resamples} resamples"
    return values, drawn, f"percentile {method}", note
