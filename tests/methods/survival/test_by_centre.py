"""A model in each centre: the metric on the centre's own cases, drawn together, few not told."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from workbench import metrics
from workbench.methods.survival.by_centre import TOO_FEW, by_centre
from workbench.methods.survival.decision_curve import (
    EVERYBODY,
    NOBODY,
    decision_curve,
    thresholds_of,
)
from workbench.methods.survival.evaluation_plan import Draws, Predicted
from workbench.methods.survival.heterogeneity import random_effects

TIMES = (1.0, 2.0, 3.0)
DRAWS = Draws(100, 3, 0.95)
Drawn = tuple[NDArray[np.float64], NDArray[np.object_], list[str], Predicted]


def cohort(sizes: dict[str, int], *, worse: str = "", seed: int = 5) -> Drawn:
    """Return exponential times by a known risk; one centre may live by another hazard."""
    rng = np.random.default_rng(seed)
    centres = [name for name, n in sizes.items() for _ in range(n)]
    risk = rng.normal(size=len(centres))
    hazard = 0.2 * np.exp(risk)
    lived = hazard * np.where(np.array(centres) == worse, 4.0, 1.0)
    time = rng.exponential(1 / lived)
    censored = rng.uniform(2.0, 6.0, len(time))
    truth = np.column_stack([np.minimum(time, censored), time <= censored]).astype(float)
    curves = np.exp(-np.outer(hazard, TIMES))
    persons = np.array([f"P{i:04d}" for i in range(len(time))], dtype=object)
    return truth, persons, centres, Predicted(risk, curves)


def test_each_value_is_the_metric_of_the_centres_own_cases() -> None:
    truth, persons, centres, predicted = cohort({"A": 150, "B": 120, "C": 90})
    rows = by_centre(truth, persons, centres, predicted, TIMES, 3.0, DRAWS).rows
    own = np.array(centres) == "B"
    expected = {
        "harrell-c": metrics.get("harrell-c")(truth[own], predicted.risk[own]),
        "survival-brier-3": metrics.get("survival-brier", horizon=3.0)(
            truth[own], predicted.curves[own, 2]
        ),
    }
    found = rows[rows["centre"] == "B"].set_index("label")
    for label, value in expected.items():
        assert found.loc[label, "value"] == pytest.approx(value, abs=1e-12)
        assert found.loc[label, "low"] < value < found.loc[label, "high"]
    assert found.loc["harrell-c", "n"] == 120
    assert found.loc["harrell-c", "events"] == int(truth[own, 1].sum())


def test_a_centre_with_few_events_has_no_value_and_takes_no_part() -> None:
    truth, persons, centres, predicted = cohort({"A": 150, "B": 120, "C": 90, "tiny": 12})
    found = by_centre(truth, persons, centres, predicted, TIMES, 3.0, DRAWS)
    tiny = found.rows[found.rows["centre"] == "tiny"]
    assert (tiny["note"] == TOO_FEW).all()
    assert tiny[["value", "low", "shrunken"]].isna().all(axis=None)
    assert (found.spread["centres"] == 3).all()


def test_two_centres_are_not_drawn_together() -> None:
    truth, persons, centres, predicted = cohort({"A": 150, "B": 120})
    found = by_centre(truth, persons, centres, predicted, TIMES, 3.0, DRAWS)
    assert found.rows["value"].notna().all()
    assert found.rows["shrunken"].isna().all()
    assert found.spread["mean"].isna().all()


def test_a_centre_that_lives_by_another_hazard_is_seen_and_the_others_are_alike() -> None:
    sizes = {name: 200 for name in "ABCDE"}
    alike = by_centre(*cohort(sizes)[:3], cohort(sizes)[3], TIMES, 3.0, DRAWS)
    other = cohort(sizes, worse="E")
    apart = by_centre(*other[:3], other[3], TIMES, 3.0, DRAWS)
    one, two = (f.spread.set_index("label").loc["survival-oe-3"] for f in (alike, apart))
    assert one["p"] > 0.01 and two["p"] < 1e-6
    assert two["i_squared"] > 0.8
    drawn = apart.rows[apart.rows["label"] == "survival-oe-3"]
    assert (abs(drawn["shrunken"] - two["mean"]) <= abs(drawn["value"] - two["mean"]) + 0.05).all()


def test_random_effects_are_those_of_metafor() -> None:
    # metafor::rma(yi, sei = se, method = "DL") for yi = 0.2, 0.5, 0.9 and se = 0.1, 0.2, 0.3.
    found = random_effects([0.2, 0.5, 0.9], [0.1, 0.2, 0.3])
    assert found is not None
    weight = np.array([100.0, 25.0, 100.0 / 9])
    value = np.array([0.2, 0.5, 0.9])
    mean = (weight * value).sum() / weight.sum()
    q = (weight * (value - mean) ** 2).sum()
    tau2 = (q - 2) / (weight.sum() - (weight**2).sum() / weight.sum())
    again = 1 / (1 / weight + tau2)
    assert found.q == pytest.approx(q)
    assert found.tau**2 == pytest.approx(tau2)
    assert found.mean == pytest.approx((again * value).sum() / again.sum())
    assert found.next_low < found.low < found.mean < found.high < found.next_high
    assert random_effects([0.1, 0.2], [0.1, 0.1]) is None


def test_a_decision_curve_is_the_net_benefit_and_hides_acts_on_a_few() -> None:
    truth, persons, _, predicted = cohort({"A": 400})
    models = {"own": predicted}
    thresholds = thresholds_of(models, TIMES, 3.0)
    table = pd.concat(
        [decision_curve(truth, persons, models, TIMES, 3.0, t, DRAWS) for t in thresholds]
    )
    own = table[table["model"] == "own"].set_index("threshold")["net_benefit"]
    at = predicted.curves[:, 2]
    for t in (thresholds[0], thresholds[-1]):
        metric = metrics.get("survival-net-benefit", horizon=3.0, threshold=t)
        assert own[t] == pytest.approx(metric(truth, at), abs=1e-12)
    few = float(np.sort(1 - at)[-5])
    rare = decision_curve(truth, persons, models, TIMES, 3.0, few, DRAWS).set_index("model")
    assert np.isnan(rare.loc["own", "net_benefit"]), "five persons would be told of"
    everybody = table[table["model"] == EVERYBODY].set_index("threshold")["net_benefit"]
    assert everybody[thresholds[0]] == pytest.approx(own[thresholds[0]], abs=0.02)
    assert (table[table["model"] == NOBODY]["net_benefit"] == 0).all()
