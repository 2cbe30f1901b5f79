"""Rankings of predictions by metrics of the catalogue: invariances, growth by one, bad input."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from workbench import metrics
from workbench.challenge.ranking import rank_predictions, rank_resampled, resampled_scores
from workbench.errors import DataError, UsageError
from workbench.metrics.events import events

QUICK = {"resamples": 200, "permutations": 300}
AUROC = metrics.get("auroc")


def draw(seed: int, n: int = 60, m: int = 4) -> tuple[np.ndarray, dict[str, np.ndarray], list[str]]:
    """Draw truth, predictions (with ties) and units of two cases."""
    rng = np.random.default_rng(seed)
    truth = rng.permutation(np.arange(n) % 2)
    shared = rng.normal(size=n)
    scores = {
        name: np.round(0.5 * shared + rng.normal(size=n) + (0.4 + 0.3 * i) * truth, 1)
        for i, name in enumerate("abcdefgh"[:m])
    }
    return truth, scores, [f"p{i // 2}" for i in range(n)]


def test_scores_ranks_and_intervals_are_those_of_the_parts() -> None:
    truth, scores, units = draw(0)
    found = rank_predictions(AUROC, truth, scores, units, **QUICK).table("scores")
    expected = {name: roc_auc_score(truth, values) for name, values in scores.items()}
    values = found.set_index("algorithm")["value"]
    assert values.to_dict() == pytest.approx(expected, abs=1e-12)
    assert found["value"].is_monotonic_decreasing
    bootstrap = metrics.UnitBootstrap(truth, units, 200, 0)
    for line in found.itertuples():
        interval = bootstrap.interval(AUROC, scores[line.algorithm])
        assert (line.low, line.high) == (interval.low, interval.high)
    assert (found["n_cases"] == 60).all() and (found["n_units"] == 30).all()


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_row_and_submission_order_change_nothing(seed) -> None:
    truth, scores, units = draw(seed)
    order = np.random.default_rng(seed).permutation(60)
    moved = {name: scores[name][order] for name in reversed(scores)}
    first = rank_predictions(AUROC, truth, scores, units, **QUICK)
    second = rank_predictions(AUROC, truth[order], moved, np.array(units)[order], **QUICK)
    for name in ("scores", "pairs", "rank_counts", "stability"):
        assert first.table(name).equals(second.table(name)), name


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_injective_maps_of_the_scores_change_nothing(seed) -> None:
    truth, scores, units = draw(seed)
    mapped = {name: 1 / (1 + np.exp(-values)) for name, values in scores.items()}
    first, second = (rank_predictions(AUROC, truth, s, units, **QUICK) for s in (scores, mapped))
    for name in ("scores", "pairs", "rank_counts"):
        assert first.table(name).equals(second.table(name)), name


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), tests=st.sampled_from(["permutation", "bootstrap"]))
def test_identical_submissions_tie_and_a_clone_moves_nobody(seed, tests) -> None:
    truth, scores, units = draw(seed)
    before = rank_predictions(AUROC, truth, scores, units, tests=tests, **QUICK).table("scores")
    leader = before["algorithm"][0]
    clone = {**scores, "z": scores[leader]}
    found = rank_predictions(AUROC, truth, clone, units, tests=tests, **QUICK)
    after = found.table("scores").set_index("algorithm")
    assert after.loc[[leader, "z"]].nunique().max() == 1
    groups = dict(zip(before["algorithm"], before["tie_group"], strict=True))
    assert after["tie_group"].drop("z").to_dict() == groups
    pair = found.table("pairs").set_index(["first", "second"]).loc[(leader, "z")]
    assert (pair["difference"], pair["p_value"], pair["adjusted"]) == (0.0, 1.0, 1.0)


def test_one_more_submission_is_one_more_row() -> None:
    truth, scores, units = draw(1, m=6)
    bootstrap = metrics.UnitBootstrap(truth, units, 200, 0)
    points, rows = [], []
    for prediction in scores.values():
        points.append(AUROC(truth, prediction))
        rows.append(bootstrap.values(AUROC, prediction)[0][0])
    stored = resampled_scores(list(scores), points, rows, direction="maximize", n_units=30)
    grown = rank_resampled(stored)
    whole = rank_predictions(AUROC, truth, scores, units, tests="bootstrap", **QUICK).tasks[0]
    assert np.array_equal(grown.scores.values, whole.scores.values)
    for part in ("ranks", "score_intervals", "rank_intervals", "first_shares", "rank_sets"):
        assert np.array_equal(getattr(grown, part), getattr(whole, part)), part
    assert np.array_equal(grown.tests.adjusted, whole.tests.adjusted)


def test_a_metric_of_cases_has_cases_and_schemes() -> None:
    rng = np.random.default_rng(2)
    truth = rng.integers(0, 4, 80)
    metric = metrics.get("cost-score", 4, cost=metrics.TISSUENET_COST)
    answers = {"careful": truth, "wild": rng.integers(0, 4, 80), "low": np.ones(80, int)}
    cases = [f"s{i:02d}" for i in range(80)]
    centres = np.where(np.arange(80) < 40, "C01", "C02")
    found = rank_predictions(
        metric, truth, answers, range(80), cases=cases, centres=centres, **QUICK
    )
    tables = found.tables()
    assert tables["scores"]["algorithm"][0] == "careful"
    assert len(tables["cases"]) == 240 and tables["cases"]["case"][0] == "s00"
    assert tables["schemes"]["scheme"].nunique() == 7
    means = tables["schemes"].query("scheme == 'mean_then_rank'").set_index("algorithm")["value"]
    assert means.to_dict() == pytest.approx(
        tables["scores"].set_index("algorithm")["value"].to_dict(), abs=1e-12
    )
    assert len(tables["centres"]) == 6
    assert json.loads(json.dumps(found.facts()))["metric"] == "cost-score"


def test_a_metric_of_the_whole_set_has_neither() -> None:
    truth, scores, units = draw(3)
    metric = metrics.get("average-precision")
    found = rank_predictions(metric, truth, scores, units, **QUICK)
    tables = found.tables()
    assert len(tables["cases"]) == len(tables["agreement"]) == len(tables["centres"]) == 0
    assert set(tables["schemes"]["scheme"]) == {"metric_then_rank"}
    assert found.facts()["tests"].startswith("studentised bootstrap")
    with pytest.raises(UsageError, match="tests='bootstrap'"):
        rank_predictions(metric, truth, scores, units, tests="permutation", **QUICK)


def test_less_is_better_and_near_the_target_is_best() -> None:
    rng = np.random.default_rng(4)
    truth = rng.normal(size=100)
    errors = {"far": truth + rng.normal(size=100), "near": truth + 0.1 * rng.normal(size=100)}
    found = rank_predictions(metrics.get("mae"), truth, errors, range(100), **QUICK)
    assert found.table("scores")["algorithm"].tolist() == ["near", "far"]
    labels = rng.integers(0, 2, 400)
    logits = 1.0 * (2 * labels - 1) + rng.normal(size=400)
    slopes = {name: 1 / (1 + np.exp(-k * logits)) for name, k in (("even", 2.0), ("bold", 6.0))}
    slopes["shy"] = 1 / (1 + np.exp(-0.8 * logits))
    metric = metrics.get("calibration-slope")
    board = rank_predictions(metric, labels, slopes, range(400), **QUICK).table("scores")
    assert board["algorithm"][0] == "even"
    assert np.abs(board["value"] - 1).is_monotonic_increasing


def test_an_all_right_answer_keeps_the_interval_of_its_score_sheet() -> None:
    truth = np.arange(40) % 2
    answers = {"right": truth, "half": np.zeros(40, int)}
    metric = metrics.get("accuracy")
    board = rank_predictions(metric, truth, answers, range(40), **QUICK).table("scores")
    sheet = metrics.UnitBootstrap(truth, range(40), 200, 0).interval(metric, truth)
    assert (board["low"][0], board["high"][0]) == (sheet.low, sheet.high)
    assert board["low"][0] < 1.0


@pytest.mark.parametrize(
    ("change", "error", "says"),
    [
        ({"predictions": {"only": [0.1] * 60}}, DataError, "two algorithms or more, got 1"),
        ({"predictions": {}}, DataError, "two algorithms or more, got 0"),
        ({"predictions": {"x": [0.1] * 60, "y": [0.2] * 59}}, DataError, "algorithm y.*59 rows"),
        ({"predictions": {"x": [0.1] * 60, "y": [np.nan] * 60}}, DataError, "algorithm y.*NaN"),
        ({"predictions": {"x": [0.1] * 60, 3: [0.2] * 60}}, DataError, "named by text, got 3"),
        ({"units": ["p"] * 60}, DataError, "at least two units"),
        ({"units": ["p", "q"]}, DataError, "2 rows, truth has 60"),
        ({"truth": np.zeros(60, int)}, DataError, "no score on the whole set"),
        ({"centres": ["C1"] * 60}, DataError, "two centres, got C1"),
        ({"centres": ["C1", None] * 30}, DataError, "30 cases have no centre"),
        ({"tests": "flip"}, UsageError, "auto, permutation or bootstrap"),
        ({"resamples": 0}, UsageError, "two resamples or more"),
        ({"ties": "first"}, UsageError, "min, max or average"),
    ],
)
def test_bad_input_is_named(change, error, says) -> None:
    truth, scores, units = draw(5)
    given_ = {"truth": truth, "predictions": scores, "units": units, **QUICK, **change}
    with pytest.raises(error, match=says):
        rank_predictions(AUROC, **given_)


@pytest.mark.parametrize("name", ["cost-score", "auroc"])
def test_both_tests_give_like_intervals_of_differences(name) -> None:
    rng = np.random.default_rng(6)
    if name == "auroc":
        metric, (truth, answers, _) = AUROC, draw(6, n=400)
    else:
        metric = metrics.get("cost-score", 4, cost=metrics.TISSUENET_COST)
        truth = rng.integers(0, 4, 400)
        answers = {
            key: np.where(rng.random(400) < 0.6, truth, rng.integers(0, 4, 400)) for key in "abc"
        }
    widths = []
    for kind in ("permutation", "bootstrap"):
        found = rank_predictions(
            metric, truth, answers, range(400), tests=kind, resamples=1500, permutations=1500
        )
        pairs = found.table("pairs")
        middle = (pairs["low"] + pairs["high"]) / 2
        assert middle.to_numpy() == pytest.approx(pairs["difference"].to_numpy(), abs=1e-12)
        widths.append((pairs["high"] - pairs["low"]).to_numpy())
    assert widths[0] == pytest.approx(widths[1], rel=0.12)


def test_metrics_of_survival_and_of_events_rank_too() -> None:
    rng = np.random.default_rng(7)
    risk = rng.normal(size=80)
    times = rng.exponential(np.exp(-risk)) + 0.01
    outcome = np.column_stack([times, rng.random(80) < 0.7])
    risks = {"sharp": risk, "blunt": risk + 2 * rng.normal(size=80)}
    found = rank_predictions(metrics.get("harrell-c"), outcome, risks, range(80), **QUICK)
    assert found.table("scores")["algorithm"].tolist() == ["sharp", "blunt"]
    lesions = np.ones(40, dtype=int)
    none = np.zeros(40, dtype=int)
    marks = {
        name: events(np.arange(40), np.where(np.arange(40) < hits, none, -1), rng.random(40))
        for name, hits in (("finds", 36), ("misses", 8))
    }
    found = rank_predictions(metrics.get("froc"), lesions, marks, range(40), **QUICK)
    assert found.table("scores")["algorithm"].tolist() == ["finds", "misses"]
