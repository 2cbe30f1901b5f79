"""The one evaluation: the metrics' own values, one set of resamples, the null row, plain words."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from workbench import metrics
from workbench.errors import DataError, UsageError
from workbench.methods.survival.evaluation import Evaluation, evaluate
from workbench.methods.survival.evaluation_input import NULL
from workbench.methods.survival.evaluation_plan import Predicted

TIMES = (1.0, 2.0, 4.0)
CHOICES: dict[str, Any] = {"horizons": (2.0, 4.0), "thresholds": (0.3,), "resamples": 60, "seed": 1}


def draw(n: int = 300, seed: int = 0) -> tuple[np.ndarray, np.ndarray, dict[str, Predicted]]:
    rng = np.random.default_rng(seed)
    hazard = 0.3 * np.exp(rng.normal(size=n))
    event_time, last = rng.exponential(1 / hazard), rng.uniform(1, 9, n)
    truth = np.column_stack([np.minimum(event_time, last), event_time <= last])
    truth[0] = (9.5, 0)
    noise = hazard * np.exp(rng.normal(0, 1.5, n))
    models = {
        "right": Predicted(np.log(hazard), np.exp(-np.outer(hazard, TIMES))),
        "noisy": Predicted(np.log(noise), np.exp(-np.outer(noise, TIMES))),
        "reversed": Predicted(-np.log(hazard), np.exp(-np.outer(0.09 / hazard, TIMES))),
    }
    return truth, np.array([f"p{i // 2}" for i in range(n)]), models


@pytest.fixture(scope="module")
def found() -> Evaluation:
    truth, persons, models = draw()
    return evaluate(truth, persons, models, TIMES, **CHOICES)


def row(found: Evaluation, model: str, label: str) -> Any:
    table = found.scores
    (one,) = table[(table["model"] == model) & (table["label"] == label)].to_dict("records")
    return one


def test_values_and_intervals_are_those_of_the_metric_and_the_bootstrap(found) -> None:
    truth, persons, models = draw()
    bootstrap = metrics.UnitBootstrap(truth, persons, 60, 1)
    for name, params, part in (
        ("harrell-c", {}, lambda p: p.risk),
        ("uno-c", {"tau": 4.0}, lambda p: p.risk),
        ("integrated-brier", {"times": TIMES}, lambda p: p.curves),
        ("time-dependent-auc", {"horizon": 2.0}, lambda p: 1 - p.curves[:, 1]),
        ("survival-ici", {"horizon": 4.0}, lambda p: p.curves[:, 2]),
        ("survival-net-benefit", {"horizon": 2.0, "threshold": 0.3}, lambda p: p.curves[:, 1]),
    ):
        metric = metrics.get(name, **params)
        for model, predicted in models.items():
            one = row(found, model, metric.label)
            interval = bootstrap.interval(metric, part(predicted))
            assert one["value"] == metric(truth, part(predicted))
            assert (one["low"], one["high"]) == (interval.low, interval.high)
            assert one["convention"] == metric.convention
        gap = bootstrap.difference(metric, part(models["right"]), part(models["noisy"]))
        table = found.differences
        (pair,) = table[
            (table["label"] == metric.label)
            & (table["first"] == "right")
            & (table["second"] == "noisy")
        ].to_dict("records")
        assert (pair["low"], pair["high"]) == (gap.low, gap.high)


def test_the_null_model_has_a_row_everywhere_and_its_known_values(found) -> None:
    table = found.scores
    assert set(table[table["model"] == NULL]["label"]) == set(table["label"])
    assert row(found, NULL, "harrell-c")["value"] == 0.5
    assert row(found, NULL, "antolini-c")["value"] == 0.5
    assert row(found, NULL, "ipa-2")["value"] == pytest.approx(0.0, abs=1e-12)
    assert row(found, NULL, "survival-oe-2")["value"] == pytest.approx(1.0)
    slope = row(found, NULL, "survival-calibration-slope-2")
    assert np.isnan(slope["value"])
    assert "undefined" in slope["note"]


def test_every_number_has_its_convention_and_how_its_interval_was_made(found) -> None:
    assert (found.scores["convention"].str.len() > 10).all()
    assert found.scores["interval"].str.contains("bootstrap over units").all()
    assert found.facts["persons"] == 150
    assert found.facts["tau"] == 4.0


def test_a_model_worse_than_none_is_called_so_and_a_good_one_is_not(found) -> None:
    words = "\n".join(found.statements)
    assert "reversed is worse than the null model by harrell-c" in words
    assert "reversed is worse than the null model by integrated-brier" in words
    # Acting on everybody is hard to beat where two in three have the event: that may be chance.
    by_chance = [line for line in found.statements if line.startswith("right is worse")]
    assert all("by survival-net-benefit-4" in line for line in by_chance)
    table = found.differences
    against = table[(table["first"] == "reversed") & (table["second"] == NULL)]
    assert against.set_index("label")["better"]["harrell-c"] == NULL


def test_a_model_that_is_nowhere_worse_is_said_to_be_so() -> None:
    truth, persons, models = draw()
    one = evaluate(
        truth, persons, {"right": models["right"]}, TIMES, **CHOICES | {"thresholds": ()}
    )
    assert one.statements[0] == "right is nowhere worse than the null model."


def test_differences_from_a_target_are_of_distances(found) -> None:
    label = "survival-calibration-slope-2"
    ends = [abs(row(found, model, label)["value"] - 1.0) for model in ("right", "noisy")]
    table = found.differences
    (pair,) = table[
        (table["label"] == label) & (table["first"] == "right") & (table["second"] == "noisy")
    ].to_dict("records")
    assert pair["difference"] == pytest.approx(ends[0] - ends[1])
    assert pair["better"] == "right"


def test_calibration_has_curves_groups_and_a_test(found) -> None:
    curve = found.calibration.query("model == 'right' and horizon == 2")
    assert np.abs(curve["predicted"] - curve["observed"]).max() < 0.15
    assert (found.calibration_groups.groupby(["model", "horizon"])["n"].sum() == 300).all()
    p = found.d_calibration.set_index("model")["p_value"]
    assert p["right"] > 0.01 > p["reversed"]
    assert NULL not in set(found.calibration["model"])


def test_the_same_seed_gives_the_same_tables() -> None:
    truth, persons, models = draw(120)
    two = [evaluate(truth, persons, models, TIMES, **CHOICES) for _ in range(2)]
    assert two[0].scores.equals(two[1].scores)
    assert two[0].differences.equals(two[1].differences)


def test_times_that_the_follow_up_does_not_reach_are_all_named() -> None:
    truth, persons, models = draw()
    with pytest.raises(DataError) as caught:
        evaluate(
            truth, persons, models, (1.0, 2.0, 99.0), **CHOICES | {"horizons": (2.0,), "tau": 77}
        )
    assert [p.code for p in caught.value.problems] == ["tau-beyond-support"] * 2
    assert "77" in caught.value.problems[0].message
    assert "99" in caught.value.problems[1].message


def test_every_broken_model_is_named_with_its_fault() -> None:
    truth, persons, models = draw()
    good = models["right"]
    models["rising"] = Predicted(good.risk, good.curves[:, ::-1])
    models["nan"] = Predicted(good.risk * np.nan, good.curves)
    models["short"] = Predicted(good.risk[:5], good.curves)
    with pytest.raises(DataError) as caught:
        evaluate(truth, persons, models, TIMES, **CHOICES)
    assert [p.where.split(",")[0] for p in caught.value.problems] == [
        "model rising",
        "model nan",
        "model short",
    ]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"horizons": (3.0,)}, "not among the times"),
        ({"level": 1.0}, "level"),
        ({"thresholds": (1.0,)}, "threshold"),
    ],
)
def test_choices_without_meaning_are_refused(change, words) -> None:
    truth, persons, models = draw(60)
    with pytest.raises(UsageError, match=words):
        evaluate(truth, persons, models, TIMES, **CHOICES | change)


def test_no_model_and_the_reserved_name_are_refused() -> None:
    truth, persons, models = draw(60)
    with pytest.raises(UsageError, match="no model"):
        evaluate(truth, persons, {}, TIMES, **CHOICES)
    with pytest.raises(UsageError, match="always there"):
        evaluate(truth, persons, {NULL: models["right"]}, TIMES, **CHOICES)
    with pytest.raises(DataError, match="persons"):
        evaluate(truth, persons[:3], models, TIMES, **CHOICES)
