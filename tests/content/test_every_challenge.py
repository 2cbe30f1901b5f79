"""Every shipped challenge: perfect answers are best, random ones near chance, broken ones fail."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from workbench import registry
from workbench.errors import SubmissionRejected
from workbench.metrics import decide
from workbench.scoring import (
    Challenge,
    load_challenge,
    load_truth,
    sample_labels,
    score,
    score_file,
)

NAMES = sorted(registry.entries("challenge"))
N_CASES = 400


@pytest.fixture(params=NAMES)
def challenge(request: pytest.FixtureRequest) -> Challenge:
    return load_challenge(request.param)


@pytest.fixture
def truth(challenge: Challenge) -> pd.DataFrame:
    """Equally frequent classes, two cases a unit."""
    rng = np.random.default_rng(0)
    numbers = rng.permutation(np.arange(N_CASES) % len(challenge.classes))
    return pd.DataFrame(
        {
            challenge.unit: [f"u{i // 2}" for i in range(N_CASES)],
            challenge.key: [f"c{i}" for i in range(N_CASES)],
            challenge.label: [challenge.classes[i] for i in numbers],
        }
    )


def answer(challenge: Challenge, truth: pd.DataFrame, rows: np.ndarray) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=challenge.classes)
    table.insert(0, challenge.key, truth[challenge.key])
    return table


def numbers(challenge: Challenge, truth: pd.DataFrame) -> np.ndarray:
    return np.array([challenge.classes.index(label) for label in truth[challenge.label]])


def test_there_is_a_challenge() -> None:
    assert "tissue-lesions" in NAMES


def test_perfect_answers_reach_the_best_value_of_every_metric(challenge, truth) -> None:
    eye = np.eye(len(challenge.classes))[numbers(challenge, truth)]
    sheet = score(answer(challenge, truth, eye), truth, challenge, resamples=100)
    for metric, result in zip(challenge.metric_objects, sheet.metrics, strict=True):
        low, high = metric.range
        best = high if metric.direction == "maximize" else low
        assert result.value == pytest.approx(best, abs=1e-12), metric.label


def test_random_answers_do_not_beat_the_floor(challenge, truth) -> None:
    rng = np.random.default_rng(1)
    rows = np.eye(len(challenge.classes))[rng.integers(0, len(challenge.classes), N_CASES)]
    sheet = score(answer(challenge, truth, rows), truth, challenge, resamples=200)
    assert sheet.floor.gain_low <= 0.0
    by_name = {metric.name: metric.value for metric in sheet.metrics}
    chance = {"auroc": 0.5, "balanced-accuracy": 1 / len(challenge.classes), "quadratic-kappa": 0.0}
    for name, expected in chance.items():
        if name in by_name:
            assert by_name[name] == pytest.approx(expected, abs=0.12)


def test_expected_cost_rule_is_not_worse_than_the_most_probable_class(challenge) -> None:
    if challenge.decision.cost is None:
        pytest.skip("this challenge has no costs")
    rows = np.random.default_rng(2).dirichlet(np.ones(len(challenge.classes)), 500)
    expected = rows @ np.array(challenge.decision.cost)
    decided = expected[np.arange(500), decide(rows, challenge.decision.cost)]
    assert (decided <= expected[np.arange(500), rows.argmax(axis=1)] + 1e-9).all()


@pytest.mark.parametrize("fault", ["missing", "extra", "duplicate", "nan", "sum", "column"])
def test_malformed_answers_are_rejected(challenge, truth, fault) -> None:
    rows = np.eye(len(challenge.classes))[numbers(challenge, truth)]
    table = answer(challenge, truth, rows)
    first = challenge.classes[0]
    broken = {
        "missing": lambda: table.iloc[1:],
        "extra": lambda: pd.concat([table, table.head(1).assign(**{challenge.key: "zz"})]),
        "duplicate": lambda: pd.concat([table, table.head(1)]),
        "nan": lambda: table.assign(**{first: np.nan}),
        "sum": lambda: table.assign(**{first: 0.7}),
        "column": lambda: table.drop(columns=first),
    }[fault]()
    if fault == "missing" and challenge.missing_value_policy != "reject":
        pytest.skip("this challenge fills in missing answers")
    with pytest.raises(SubmissionRejected) as caught:
        score(broken, truth, challenge)
    assert caught.value.exit_code == 4
    assert caught.value.problems


def test_starting_kit_is_a_valid_submission(challenge) -> None:
    assert challenge.folder is not None
    labels = load_truth(sample_labels(challenge), challenge)
    assert labels[challenge.unit].nunique() < len(labels), "the sample shows several cases a unit"
    for path in sorted((challenge.folder / "starting_kit").glob("submission*")):
        sheet = score_file(path, challenge)
        assert sheet.n_cases == len(labels)


def test_rules_and_both_languages_are_there(challenge) -> None:
    assert challenge.folder is not None
    rules = (challenge.folder / "README.md").read_text(encoding="utf-8")
    assert challenge.id in rules
    assert "floor" in rules
    assert challenge.title.en != challenge.title.fr
