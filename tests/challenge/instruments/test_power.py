"""What a test set can tell apart: against simulation, theory and the verb."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from workbench.challenge.instruments.optimism import (
    expected_maximum,
    resampled_optimism,
    selection_optimism,
)
from workbench.challenge.instruments.planning import plan
from workbench.challenge.instruments.reference import Reference, declared, measured, simulated
from workbench.challenge.instruments.resolution import resolution
from workbench.cli.main import main
from workbench.errors import DataError, SubmissionRejected, UsageError
from workbench.scoring import Challenge, load_challenge, load_truth, sample_labels

KIT = Path(__file__).resolve().parents[3] / "challenges/tissue_lesions/starting_kit"


@pytest.fixture(scope="module")
def card() -> Challenge:
    return load_challenge("tissue-lesions")


def test_the_expected_maximum_is_the_tabulated_one() -> None:
    # Teichroew 1956, Ann Math Stat 27:410, expected values of the largest order statistic.
    table = {2: 0.56418958, 3: 0.84628438, 5: 1.16296447, 10: 1.53875273, 20: 1.86747506}
    for k, value in table.items():
        assert expected_maximum(k) == pytest.approx(value, abs=1e-6)
    with pytest.raises(UsageError):
        expected_maximum(0)


def test_the_smallest_difference_is_found_that_often() -> None:
    """80 % of paired tests at 95 % find it: a hundred thousand tests."""
    found = resolution(Reference("accuracy", 0.01, 400, "declared"))
    draws = np.random.default_rng(1).normal(found.difference, 0.01, 100_000)
    assert (np.abs(draws / 0.01) > norm.ppf(0.975)).mean() == pytest.approx(0.8, abs=0.005)


def test_a_board_of_equal_submissions_is_tied_throughout() -> None:
    equal = resolution(Reference("m", 0.01, 400, ""), teams=10, spread=0.0)
    assert equal.tied > 9.9
    assert equal.leader_is_best < 0.15
    apart = resolution(Reference("m", 0.01, 400, ""), teams=10, spread=1.0)
    assert apart.tied < 1.5
    assert apart.leader_is_best > 0.95


def test_four_times_the_patients_halve_it() -> None:
    one = resolution(Reference("m", 0.01, 400, ""), spread=0.02)
    assert one.units_to_halve == 1600
    four = resolution(Reference("m", 0.01, 400, ""), n_units=1600, spread=0.02)
    assert four.difference == pytest.approx(one.difference / 2)
    assert four.tied < one.tied
    assert resolution(Reference("m", 0.01, 400, ""), spread=0.02) == one


def test_the_reference_of_two_files_is_their_bootstrap(card: Challenge) -> None:
    files = [(n, KIT / n) for n in ("submission.csv", "submission_one_hot.csv")]
    labels = load_truth(sample_labels(card), card)
    metric = card.metric_objects[card.primary]
    found = measured(files, labels, card, metric)
    assert found.n_units == labels["patient"].nunique() < len(labels)
    assert 0 < found.standard_error < 0.1
    with pytest.raises(DataError, match="never differ"):
        measured(files[:1] * 2, labels, card, metric)
    with pytest.raises(DataError, match="two submissions"):
        measured(files[:1], labels, card, metric)
    broken = pd.read_csv(KIT / "submission.csv").iloc[1:]
    with pytest.raises(SubmissionRejected):
        measured([files[0], ("broken", broken)], labels, card, metric)


def _cohort(patients: int, slides: int, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    classes = ["benign", "low", "high", "invasive"]
    of_patient = rng.integers(4, size=patients)
    rows = [
        (f"c{p}-{s}", f"p{p}", classes[of_patient[p]])
        for p in range(patients)
        for s in range(slides)
    ]
    return pd.DataFrame(rows, columns=["case", "patient", "label"])


@pytest.mark.parametrize("accuracy", [0.4, 0.8, 0.95])
def test_simulated_models_have_the_stated_accuracy(card: Challenge, accuracy: float) -> None:
    """For independent errors the difference of accuracies has a known standard error."""
    labels = _cohort(2000, 1)
    labels.columns = [card.key, card.unit, card.label]
    metric = card.metric_objects[1]
    assert metric.label == "accuracy"
    found = simulated(labels, card, metric, accuracy, seed=3)
    independent = np.sqrt(2 * accuracy * (1 - accuracy) / 2000)
    # Half of the noise is common: errors of the two agree more often than chance.
    assert 0.4 * independent < found.standard_error < independent


def test_units_count_not_slides(card: Challenge) -> None:
    """Five slides a patient are worth less than five patients."""
    metric = card.metric_objects[card.primary]
    errors = []
    for patients, slides in ((200, 5), (1000, 1)):
        labels = _cohort(patients, slides)
        labels.columns = [card.key, card.unit, card.label]
        errors.append(simulated(labels, card, metric, 0.7, seed=1).standard_error)
    assert errors[0] > 1.15 * errors[1]


def test_a_source_must_be_named(card: Challenge, tmp_path: Path) -> None:
    labels = tmp_path / "labels.csv"
    hidden = _cohort(30, 1)
    hidden.columns = [card.key, card.unit, card.label]
    hidden.to_csv(labels, index=False)
    assert plan(card, labels=labels, accuracy=0.8).n_units == 30
    with pytest.raises(UsageError, match="accuracy lies between chance"):
        plan(card, accuracy=0.2)
    with pytest.raises(UsageError, match="did you mean 'auroc'"):
        plan(card, metric="aurok", accuracy=0.8)
    with pytest.raises(UsageError, match="standard deviation"):
        declared("m", -1.0, 10)
    bare = card.model_copy(update={"baselines": []})
    with pytest.raises(UsageError, match="0 baselines") as error:
        plan(bare)
    assert "--accuracy" in error.value.remedy


def test_the_optimism_of_equal_submissions_is_found_from_their_resamples() -> None:
    """The bootstrap estimate against theory, k equal models of independent errors."""
    rng = np.random.default_rng(2)
    n, k = 400, 8
    right = rng.random((k, n)) < 0.8
    weights = rng.multinomial(n, [1 / n] * n, size=4000).T
    values = right @ weights / n
    # Equal points: what is chosen in a resample is chosen for its luck alone.
    points = right.mean(axis=1)
    found = resampled_optimism(points, values - points[:, None] + 0.8, direction="maximize")
    found_equal = resampled_optimism(
        np.full(k, 0.8), values - points[:, None] + 0.8, direction="maximize"
    )
    expected = selection_optimism(k, float(np.sqrt(2 * 0.8 * 0.2 / n)))
    assert found_equal == pytest.approx(expected, rel=0.1)
    assert found >= 0
    assert resampled_optimism([0.8], values[:1], direction="maximize") == 0
    ahead = np.vstack([values[:1] + 1, values[1:]])
    far = resampled_optimism(np.r_[points[0] + 1, points[1:]], ahead, direction="maximize")
    assert far < 0.001


def test_optimism_knows_the_direction() -> None:
    rng = np.random.default_rng(3)
    values = rng.normal(0.3, 0.05, (4, 500))
    points = np.full(4, 0.3)
    loss = resampled_optimism(points, values, direction="minimize")
    assert loss == resampled_optimism(-points, -values, direction="maximize") > 0
    slope = resampled_optimism(points, values, direction="target", target=1.0)
    assert slope == pytest.approx(resampled_optimism(points, values, direction="maximize"))
    with pytest.raises(DataError):
        resampled_optimism([0.3], [[np.nan, np.nan]], direction="maximize")
    with pytest.raises(DataError):
        resampled_optimism([0.3], [[0.1], [0.2]], direction="maximize")


def test_the_verb_says_where_the_figure_is_from(capsys: pytest.CaptureFixture[str]) -> None:
    typed = "challenge power --challenge tissue-lesions --sd 0.3 --n 1527 --json"
    assert main(typed.split()) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["standard_error"] == pytest.approx(0.3 / 1527**0.5)
    assert told["unit"] == "patient"
    assert told["difference"] == pytest.approx(0.3 / 1527**0.5 * 2.8016, rel=1e-4)
    assert told["difference_of_all"] > told["difference"]
    assert told["seed"] == 0
    assert "declared" in told["reference"]
    assert main(["challenge", "power", "--challenge", "tissue-lesions"]) == 0
    streams = capsys.readouterr()
    assert "the pair starting-kit, starting-kit-one-hot" in streams.err
    assert "patients" in streams.out
