"""Models of signals: the measure orders, labels only scale, a prior that is none stops the fit."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from workbench import registry
from workbench.errors import DataError, RunError
from workbench.learning.cases import Cases
from workbench.learning.settings import FitContext
from workbench.learning.signal_scorer import PAIR_COUNTS, PAIR_RATES
from workbench.methods.rates.ratio import rate_ratio
from workbench.methods.signals.cells import cells_of
from workbench.methods.signals.prior_fit import fit_prior
from workbench.methods.signals.score_pairs import score_pairs

MODELS = ("prr", "ror", "ic", "ebgm")
CLASSES = ("none", "planted")


def pairs(count: int = 600, seed: int = 3, high: float = 4.0) -> Cases:
    """Counted pairs; one in ten is reported ``high`` times as often as expected."""
    rng = np.random.default_rng(seed)
    signal = rng.random(count) < 0.1
    drug, event = rng.integers(80, 900, (2, count))
    expected = drug * event / 10_000
    ratio = rng.gamma(20, 0.05, count) * np.where(signal, high, 1.0)
    n = np.clip(rng.poisson(expected * ratio), 1, np.minimum(drug, event) - 1)
    rows = np.column_stack([n, expected, drug, event, np.full(count, 10_000)]).astype(float)
    ids = [f"pair{number:03d}" for number in range(count)]
    table = pd.DataFrame({"case": ids, "person": ids, "label": np.array(CLASSES)[signal * 1]})
    return Cases(table, dict(zip(ids, rows, strict=True)), "table", CLASSES, PAIR_COUNTS)


def fitted(name: str, cases: Cases, folder: Path, **params: Any) -> Any:
    model = registry.load("model", name)(params)
    model.fit(cases, None, FitContext(folder))
    return model


@pytest.mark.parametrize("name", MODELS)
def test_the_order_is_that_of_the_published_measure(name: str, tmp_path: Path) -> None:
    cases = pairs()
    predicted = fitted(name, cases, tmp_path).predict(cases).table["p_planted"]
    counts = pd.DataFrame(cases.matrix(), columns=list(PAIR_COUNTS))
    counts = counts.assign(drug=np.arange(len(cases)), event=0)
    prior = fit_prior(cells_of(counts["n"], counts["expected"]))
    table = score_pairs(counts, prior).table
    column = {"ebgm": "ebgm_05"}.get(name, f"{name}_low")
    wanted = table[column]
    known = wanted.notna().to_numpy()
    order = np.argsort(wanted[known].to_numpy(), kind="stable")
    assert (np.diff(predicted[known].to_numpy()[order]) >= 0).all()


@pytest.mark.parametrize("name", MODELS)
def test_probabilities_are_on_the_scale_of_the_labels(name: str, tmp_path: Path) -> None:
    cases = pairs()
    predicted = fitted(name, cases, tmp_path).predict(cases).table["p_planted"].to_numpy()
    assert predicted.mean() == pytest.approx(cases.labels().mean(), abs=0.01)
    assert predicted[cases.labels() == 1].mean() > 5 * predicted[cases.labels() == 0].mean()


@pytest.mark.parametrize("name", MODELS)
def test_labels_never_turn_the_order_round(name: str, tmp_path: Path) -> None:
    cases = pairs()
    turned = cases.table.assign(label=np.array(CLASSES)[1 - cases.labels()])
    other = Cases(turned, cases.inputs, "table", CLASSES, PAIR_COUNTS)
    straight, back = (fitted(name, one, tmp_path).predict(cases).table["p_planted"]
                      for one in (cases, other))  # fmt: skip
    assert straight.rank().corr(back.rank()) > 0.999


def exposed_pairs() -> tuple[Cases, np.ndarray]:
    """Pairs with exposed patients beside their counts, and the rows of features."""
    cases = pairs()
    rng = np.random.default_rng(5)
    rows = cases.matrix()
    exposed = rng.integers(200, 5000, len(rows))
    others, alike = rows[:, 3] - rows[:, 0], np.floor((rows[:, 3] - rows[:, 0]) / 4)
    more = np.column_stack([exposed, others, 60_000 - exposed, alike, 15_000 - exposed])
    rows = np.hstack([rows, more])
    inputs = dict(zip(cases.ids, rows, strict=True))
    return Cases(cases.table, inputs, "table", CLASSES, PAIR_RATES), rows


@pytest.mark.parametrize(("against", "place"), [("others", 6), ("class", 8)])
def test_rates_rank_by_the_lower_end_of_the_exact_interval(
    against: str, place: int, tmp_path: Path
) -> None:
    cases, rows = exposed_pairs()
    predicted = fitted("rate_based", cases, tmp_path, against=against).predict(cases)
    low = [rate_ratio((int(r[0]), int(r[place])), (r[5], r[place + 1])).low for r in rows]
    order = np.argsort(low, kind="stable")
    assert (np.diff(predicted.table["p_planted"].to_numpy()[order]) >= -1e-12).all()


def test_measures_of_counts_look_at_counts_alone(tmp_path: Path) -> None:
    cases, _ = exposed_pairs()
    alone = pairs()
    for name in MODELS:
        both = [fitted(name, one, tmp_path).predict(one).table["p_planted"]
                for one in (cases, alone)]  # fmt: skip
        assert both[0].tolist() == both[1].tolist()


def test_rates_without_exposure_are_refused_by_name_or_count_as_no_signal(tmp_path: Path) -> None:
    cases, rows = exposed_pairs()
    with pytest.raises(DataError, match="features are not those"):
        fitted("rate_based", pairs(), tmp_path)
    model = fitted("rate_based", cases, tmp_path)
    nobody = rows[0].copy()
    nobody[5] = 0.0
    one = Cases(cases.table.head(1), {"pair000": nobody}, "table", CLASSES, PAIR_RATES)
    assert model.predict(one).table["p_planted"].iloc[0] < 0.5


def test_a_pair_without_a_value_counts_as_no_signal(tmp_path: Path) -> None:
    cases = pairs()
    model = fitted("prr", cases, tmp_path)
    alone = {"pair000": np.array([5.0, 1.0, 500.0, 5.0, 10_000.0])}  # no other drug has the event
    one = Cases(cases.table.head(1), alone, "table", CLASSES, PAIR_COUNTS)
    assert model.predict(one).table["p_planted"].iloc[0] < 0.5


def test_a_prior_without_a_maximum_stops_the_fit_unless_bounds_are_asked_for(
    tmp_path: Path,
) -> None:
    alike = pairs(60, seed=1, high=1.0)
    with pytest.raises(RunError, match="prior-not-identified"):
        fitted("ebgm", alike, tmp_path)
    model = fitted("ebgm", alike, tmp_path, when_not_identified="bounded")
    assert bool(model.state_["bounded"])
    model.save(tmp_path / "model")
    again = registry.load("model", "ebgm").load(tmp_path / "model")
    assert bool(again.state_["bounded"]), "a saved model hides that bounds made it"


def test_more_than_two_classes_are_refused(tmp_path: Path) -> None:
    cases = pairs()
    three = Cases(cases.table, cases.inputs, "table", (*CLASSES, "other"), PAIR_COUNTS)
    with pytest.raises(DataError, match="one of two classes"):
        fitted("ic", three, tmp_path)


def test_impossible_counts_are_named(tmp_path: Path) -> None:
    cases = pairs()
    cases.inputs["pair007"][0] = 2.5  # type: ignore[index]
    with pytest.raises(DataError) as caught:
        fitted("ror", cases, tmp_path)
    assert "not-a-count" in {problem.code for problem in caught.value.problems}
