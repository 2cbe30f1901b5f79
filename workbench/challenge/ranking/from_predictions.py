"""Ranks predictions of the same cases by any metric of the catalogue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workbench.challenge.ranking.centres import left_out_weights
from workbench.challenge.ranking.checked_predictions import (
    algorithm_names,
    checked_predictions,
)
from workbench.challenge.ranking.choice_of_test import TestKind, check_kind, compare_pairs
from workbench.challenge.ranking.facts import facts_of
from workbench.challenge.ranking.ranking import Ranking
from workbench.challenge.ranking.resampled import Resampled, resampled_scores
from workbench.challenge.ranking.scheme_names import get_scheme
from workbench.challenge.ranking.table import TaskTable
from workbench.challenge.ranking.task_ranking import TaskRanking, rank_resampled
from workbench.challenge.ranking.ties import Ties
from workbench.errors import DataError, UsageError
from workbench.metrics import Metric, UnitBootstrap
from workbench.metrics.case_metric import CaseMetric

SCHEME = "metric_then_rank"


def rank_predictions(
    metric: Metric,
    truth: ArrayLike,
    predictions: Mapping[str, ArrayLike],
    units: ArrayLike,
    *,
    cases: Sequence[str] | None = None,
    centres: Sequence[object] | None = None,
    ties: Ties = "min",
    resamples: int = 1000,
    permutations: int = 10_000,
    tests: TestKind = "auto",
    seed: int = 0,
    level: float = 0.95,
) -> Ranking:
    """Rank predictions by a metric, with all the uncertainty of the ranking.

    All predictions are scored on the same resamples of units in one pass.

    Args:
        metric: Any metric, such as ``metrics.get("auroc")``.
        truth: What the metric needs, one row a case.
        predictions: Name and prediction of each algorithm; rows as in ``truth``.
        units: Whose each case is (patient), shape ``(n,)``: what is resampled.
        cases: Case ids for the tables; row numbers by default.
        centres: Centre of each case, for the ranks without each centre.
        ties: How equal scores are numbered: min (competition rank), max or average.
        resamples: Number of bootstrap resamples of the units.
        permutations: Number of sign flips, where pairs are tested by them.
        tests: ``auto`` (sign flips where the metric has a term for each case, else bootstrap), or
            ``permutation`` or ``bootstrap``.
        seed: Seed of all draws.
        level: Level of intervals, sets and tie groups.

    Raises:
        DataError: Fewer than two algorithms or units, a prediction that is not valid (named), or
            a metric without a value.
        UsageError: A value that does not fit.

    >>> from workbench import metrics
    >>> truth = [0, 1] * 30
    >>> good, poor = [0.2, 0.8] * 30, [0.8, 0.3, 0.2, 0.7, 0.1, 0.4] * 10
    >>> found = rank_predictions(metrics.get("auroc"), truth, {"poor": poor, "good": good},
    ...                          units=range(60), permutations=999)
    >>> found.table("scores")[["algorithm", "rank", "tie_group"]].values.tolist()
    [['good', 1, True], ['poor', 2, False]]
    """
    check_kind(tests)
    names = algorithm_names(predictions)
    if resamples < 2:
        raise UsageError(f"a ranking needs two resamples or more, got {resamples}")
    bootstrap = UnitBootstrap(truth, units, resamples, seed)
    true = metric.checked_truth(truth)
    if len(bootstrap.units) != len(true):
        raise DataError(f"units have {len(bootstrap.units)} rows, truth has {len(true)}")
    checked = checked_predictions(metric, predictions, names, len(true))
    scores, drawn = _scores(metric, names, true, checked, bootstrap)
    pairs = compare_pairs(
        scores,
        None if metric.direction == "target" else metric.contributions(true, checked),
        metric.denominator if isinstance(metric, CaseMetric) else 1,
        bootstrap.units,
        kind=tests,
        permutations=permutations,
        seed=seed,
        level=level,
    )
    found = rank_resampled(scores, level=level, ties=ties, tests=pairs, n_cases=len(true))
    found = replace(
        found,
        centre_scores=_centre_scores(metric, true, checked, centres),
        intervals_instead=_degenerate(found, metric, bootstrap, checked),
    )
    facts = _facts(found, metric, bootstrap, permutations) | drawn
    if not isinstance(metric, CaseMetric) or metric.direction == "target":
        return Ranking((found,), facts)
    table = _case_table(metric, true, checked, scores, bootstrap.units, cases, centres)
    return Ranking((found,), facts, (table,), get_scheme("mean_then_rank", ties=ties))


def _scores(
    metric: Metric,
    names: list[str],
    truth: NDArray[np.generic],
    checked: list[NDArray[np.generic]],
    bootstrap: UnitBootstrap,
) -> tuple[Resampled, dict[str, Any]]:
    """Return all scores on the whole set and on the resamples, and how these were made."""
    ones = np.ones((len(truth), 1), dtype=np.uint8)
    points = metric.compute_models(truth, checked, ones)[:, 0]
    values, method, undefined = bootstrap.values(metric, *checked)
    scores = resampled_scores(
        names,
        points,
        values,
        direction=metric.direction,
        n_units=bootstrap.n_units,
        target=metric.target,
    )
    return scores, {"bootstrap": method, "undefined_resamples": undefined}


def _facts(
    found: TaskRanking, metric: Metric, bootstrap: UnitBootstrap, permutations: int
) -> dict[str, Any]:
    """Return the conventions of the ranking."""
    facts = facts_of(
        [found],
        scheme=SCHEME,
        scheme_title="metric of the whole set, then rank",
        direction=metric.direction,
        missing="",
        n_missing=0,
        unit="unit",
        resamples=bootstrap.resamples,
        seed=bootstrap.seed,
        permutations=permutations,
        consensus="mean_rank",
    )
    return facts | {"metric": metric.label, "metric_convention": metric.convention}


def _degenerate(
    found: TaskRanking, metric: Metric, bootstrap: UnitBootstrap, checked: list[NDArray[np.generic]]
) -> dict[int, tuple[float, float]]:
    """Return the intervals a score sheet shows where all resamples are equal (Wilson's)."""
    flat = np.flatnonzero(np.ptp(found.scores.values, axis=1) == 0.0)
    intervals = {int(i): bootstrap.interval(metric, checked[i], found.level) for i in flat}
    return {i: (interval.low, interval.high) for i, interval in intervals.items()}


def _centre_scores(
    metric: Metric,
    truth: NDArray[np.generic],
    checked: list[NDArray[np.generic]],
    centres: Sequence[object] | None,
) -> dict[str, NDArray[np.float64]]:
    """Return the scores without each centre."""
    if centres is None:
        return {}
    names, weights = left_out_weights(centres, len(truth))
    return dict(zip(names, metric.compute_models(truth, checked, weights).T, strict=True))


def _case_table(
    metric: CaseMetric,
    truth: NDArray[np.generic],
    checked: list[NDArray[np.generic]],
    scores: Resampled,
    units: NDArray[np.object_],
    cases: Sequence[str] | None,
    centres: Sequence[object] | None,
) -> TaskTable:
    """Return the per-case values as the table of one task."""
    ids = [str(case) for case in (range(len(truth)) if cases is None else cases)]
    if len(ids) != len(truth):
        raise DataError(f"cases have {len(ids)} rows, truth has {len(truth)}")
    return TaskTable(
        task="",
        cases=tuple(ids),
        units=tuple(units),
        centres=None if centres is None else tuple(str(centre) for centre in centres),
        algorithms=scores.names,
        values=metric.contributions(truth, checked).astype(np.float64) / metric.denominator,
    )
