"""Prints how often rank tests err and how often rank sets and intervals cover the true ranks.

Twenty models, all equal or in part, on sets drawn again and again. A family-wise error is any two
equal models called different; "first" counts only errors against the observed leader. Coverage is
of all true ranks at once (a true rank is 1 + the number of truly better models). Run:

    OMP_NUM_THREADS=1 python scripts/benchmarks/ranking_error_rates.py --sets 1000
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from workbench import metrics
from workbench.challenge.ranking.rank_sets import rank_sets, significant
from workbench.challenge.ranking.resampled import resampled_scores
from workbench.challenge.ranking.task_ranking import rank_resampled
from workbench.metrics.pair_bootstrap import all_pairs_resampled
from workbench.metrics.pair_tests import PairTests
from workbench.metrics.permutation import all_pairs

MODELS, LEVEL = 20, 0.95
STEPS = np.arange(MODELS)
# True differences in standard errors of a paired difference of two models.
SCENES = {
    "all equal": np.zeros(MODELS),
    "four groups of five equals": (STEPS // 5) * 6.0,
    "near ties": STEPS * 0.5,
    "one clear leader, rest equal": np.where(STEPS == 0, -6.0, 0.0),
}
UNIT_SIZE = 2


def draw_means(
    rng: np.random.Generator, scene: NDArray[np.float64], units: int
) -> tuple[metrics.Metric, NDArray[np.float64], NDArray[np.float64]]:
    """Return per-case errors: two correlated cases a unit, skewed, models correlated."""
    hard = rng.exponential(size=(units, 1, 1))
    noise = rng.exponential(size=(units, 1, MODELS)) + rng.exponential(size=(units, 2, MODELS))
    # The variance of a model's mean over a unit is 1 + 1/2; that of a difference twice as much.
    error = np.sqrt(2 * 1.5 / units)
    values = hard + noise + scene * error
    return metrics.get("mae"), np.zeros(UNIT_SIZE * units), values.reshape(-1, MODELS)


def draw_areas(
    rng: np.random.Generator, scene: NDArray[np.float64], units: int
) -> tuple[metrics.Metric, NDArray[np.float64], NDArray[np.float64]]:
    """Return scores of two classes, two cases a unit; a larger scene value is a worse model."""
    truth = rng.integers(0, 2, UNIT_SIZE * units)
    shared = np.repeat(rng.normal(size=(units, 1)), UNIT_SIZE, axis=0)
    # By trial: about one standard error of the difference of two areas a step.
    skill = 1.5 - scene * 2.3 / np.sqrt(UNIT_SIZE * units)
    scores = truth[:, None] * skill + shared + rng.normal(size=(len(truth), MODELS))
    return metrics.get("auroc"), truth, scores


DRAWS = {"mean error": draw_means, "AUROC": draw_areas}


def one_set(
    metric: metrics.Metric,
    truth: NDArray[np.float64],
    table: NDArray[np.float64],
    resamples: int,
    permutations: int,
    seed: int,
) -> tuple[NDArray[np.float64], dict[str, PairTests], NDArray[np.float64]]:
    """Return scores (smaller is better), both kinds of test, and bootstrap rank intervals."""
    units = np.repeat(np.arange(len(truth) // UNIT_SIZE), UNIT_SIZE)
    sign = -1.0 if metric.direction == "maximize" else 1.0
    checked = [np.ascontiguousarray(column) for column in table.T]
    bootstrap = metrics.UnitBootstrap(truth, units, resamples, seed)
    points = sign * metric.columns_of_models(truth, checked)[:, 0]
    values = sign * bootstrap.values(metric, *checked)[0]
    terms = metric.contributions(metric.checked_truth(truth), checked)
    assert terms is not None
    tests = {
        "bootstrap": all_pairs_resampled(points, values, bootstrap.n_units, level=LEVEL),
        "sign flips": all_pairs(
            sign * terms.astype(np.float64), units, permutations=permutations, seed=seed
        ),
    }
    names = [f"{number:02d}" for number in range(MODELS)]
    scores = resampled_scores(
        names, points, values, direction="minimize", n_units=bootstrap.n_units
    )
    board = rank_resampled(scores, tests=tests["bootstrap"])
    return points, tests, board.rank_intervals


def error_rates(
    kind: str, scene: str, sets: int, units: int, resamples: int, permutations: int
) -> dict[str, float]:
    """Return shares over simulated sets: errors of both tests, coverage of sets and intervals."""
    effect = SCENES[scene]
    true_ranks = 1 + (effect[:, None] > effect).sum(axis=1)
    last_ranks = MODELS - (effect[:, None] < effect).sum(axis=1)
    counts: dict[str, float] = {}

    def count(name: str, happened: bool | np.bool_) -> None:
        counts[name] = counts.get(name, 0.0) + bool(happened) / sets

    for seed in range(sets):
        rng = np.random.default_rng([seed, units])
        drawn = DRAWS[kind](rng, effect, units)
        points, tests, intervals = one_set(*drawn, resamples, permutations, seed)
        for name, found in tests.items():
            equal = effect[found.pairs[:, 0]] == effect[found.pairs[:, 1]]
            wrong = significant(found, LEVEL) & equal
            leading = (found.pairs == points.argmin()).any(axis=1)
            count(f"{name}: any error", wrong.any())
            count(f"{name}: error against the first", (wrong & leading).any())
            ends = rank_sets(found, MODELS, smaller_is_better=True, level=LEVEL)
            covers = (ends[:, 0] <= true_ranks) & (ends[:, 1] >= last_ranks)
            count(f"{name}: sets cover all ranks", covers.all())
        covers = (intervals[:, 0] <= true_ranks) & (true_ranks <= intervals[:, 1])
        count("bootstrap rank intervals cover all ranks", covers.all())
        counts["bootstrap rank intervals cover, each alone"] = (
            counts.get("bootstrap rank intervals cover, each alone", 0.0) + covers.mean() / sets
        )
    return counts


def lines(options: argparse.Namespace) -> Iterator[tuple[str, str, dict[str, float]]]:
    """Give one line of figures for every kind of metric and scene."""
    for kind in DRAWS:
        for scene in SCENES:
            yield (
                kind,
                scene,
                error_rates(
                    kind,
                    scene,
                    options.sets,
                    options.units,
                    options.resamples,
                    options.permutations,
                ),
            )


def main() -> None:
    """Print one table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", type=int, default=1000)
    parser.add_argument("--units", type=int, default=100)
    parser.add_argument("--resamples", type=int, default=1000)
    parser.add_argument("--permutations", type=int, default=1000)
    options = parser.parse_args()
    error = 100 * np.sqrt(0.05 * 0.95 / options.sets)
    print(
        f"{MODELS} models, {options.units} units of {UNIT_SIZE} cases, {options.sets} sets, "
        f"level 95 %, one Monte-Carlo error {error:.2f} points\n"
    )
    first = True
    for kind, scene, found in lines(options):
        if first:
            print("| metric | truth | " + " | ".join(found) + " |")
            print("|---|---|" + "---|" * len(found))
            first = False
        shares = " | ".join(f"{100 * share:.1f} %" for share in found.values())
        print(f"| {kind} | {scene} | {shares} |", flush=True)


if __name__ == "__main__":
    main()
