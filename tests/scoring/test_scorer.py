"""The scorer: values, invariances, floor, policies, digests and canonical bytes."""

from __future__ import annotations

import json
import subprocess
import sys
import time

import numpy as np
import pandas as pd
import pytest

from workbench import metrics
from workbench.errors import DataError, UsageError
from workbench.scoring import (
    Challenge,
    ScoreSheet,
    paired_difference,
    sample_labels,
    score,
    score_file,
    score_table,
)


def values(sheet: ScoreSheet) -> dict[str, float | None]:
    return {metric.name: metric.value for metric in sheet.metrics}


def test_perfect_answers(challenge, truth) -> None:
    perfect = pd.get_dummies(truth["label"]).astype(float).assign(case=truth["case"])
    sheet = score(perfect, truth, challenge)
    assert values(sheet)["cost-score"] == values(sheet)["auroc"] == 1.0
    assert values(sheet)["brier"] == 0.0
    assert (sheet.primary.low, sheet.primary.high) == (1.0, 1.0)
    assert (sheet.n_cases, sheet.n_units, sheet.unit) == (40, 16, "patient")


def test_value_equals_a_hand_computation(challenge, truth, answers) -> None:
    cost = np.array(challenge.decision.cost)
    probabilities = answers[challenge.classes].to_numpy()
    called = (probabilities @ cost).argmin(axis=1)
    true = [challenge.classes.index(label) for label in truth["label"]]
    expected = np.mean([1 - cost[t][c] for t, c in zip(true, called, strict=True)])
    assert values(score(answers, truth, challenge))["cost-score"] == pytest.approx(
        expected, abs=1e-12
    )


def test_floor_and_gain(challenge, truth, answers) -> None:
    sheet = score(answers, truth, challenge)
    assert (sheet.floor.answer, sheet.floor.value) == ("low", 0.725)
    assert sheet.floor.gain == pytest.approx(sheet.primary.value - 0.725, abs=1e-11)
    assert sheet.floor.low <= 0.725 <= sheet.floor.high
    constant = truth[["case"]].assign(benign=0.0, low=1.0, high=0.0, invasive=0.0)
    flat = score(constant, truth, challenge).floor
    assert (flat.gain, flat.gain_low, flat.gain_high) == (0.0, 0.0, 0.0)


def test_same_bytes_for_any_form_of_the_same_answers(challenge, truth, answers, tmp_path) -> None:
    files = {
        "plain.csv": lambda p: answers.to_csv(p, index=False),
        "shuffled.csv": lambda p: answers.sample(frac=1, random_state=3).to_csv(p, index=False),
        "windows.csv": lambda p: answers.to_csv(p, index=False, lineterminator="\r\n"),
        "bom.csv": lambda p: answers.to_csv(p, index=False, encoding="utf-8-sig"),
        "columns.csv": lambda p: answers[answers.columns[::-1]].to_csv(p, index=False),
        "x.parquet": lambda p: answers.to_parquet(p),
    }
    sheets = set()
    for name, write in files.items():
        write(tmp_path / name)
        sheets.add(score(tmp_path / name, truth, challenge).to_json())
    sheets.add(score(answers, truth.sample(frac=1, random_state=5), challenge).to_json())
    assert len(sheets) == 1


def test_same_bytes_in_another_process_without_threads_or_numba(
    challenge, truth, written, tmp_path
):
    labels = tmp_path / "labels.csv"
    truth.to_csv(labels, index=False)
    here = score_file(written, "tissue-lesions", labels).to_json()
    program = (
        "import sys; from workbench.scoring import score_file;"
        "sys.stdout.write(score_file(sys.argv[1], 'tissue-lesions', sys.argv[2]).to_json());"
        "heavy = {'torch', 'mlflow', 'monai'} & set(sys.modules); assert not heavy, heavy"
    )
    for extra in ({"OMP_NUM_THREADS": "1", "WORKBENCH_NUMBA": "always"}, {"PYTHONHASHSEED": "7"}):
        import os

        done = subprocess.run(
            [sys.executable, "-c", program, str(written), str(labels)],
            env={**os.environ, **extra},
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout == here


def test_sheet_survives_json_and_refuses_other_json(challenge, truth, answers) -> None:
    sheet = score(answers, truth, challenge)
    again = ScoreSheet.from_json(sheet.to_json())
    assert again == sheet
    assert again.to_json() == sheet.to_json()
    with pytest.raises(DataError, match="not a score sheet"):
        ScoreSheet.from_json("{}")
    broken = json.loads(sheet.to_json())
    broken["metrics"][0]["value"] = None
    with pytest.raises(DataError, match="exactly one primary"):
        ScoreSheet.from_json(json.dumps(broken))


def test_digests_follow_their_content(challenge, truth, answers) -> None:
    base = score(answers, truth, challenge).digests
    other = answers.copy()
    other.loc[0, ["benign", "low"]] = other.loc[0, ["low", "benign"]].to_numpy()
    relabelled = truth.assign(label=truth["label"].to_numpy()[::-1])
    assert score(other, truth, challenge).digests.submission != base.submission
    assert score(answers, relabelled, challenge).digests.truth != base.truth
    extra = truth.assign(centre="C1")
    assert score(answers, extra, challenge).digests == base


def test_resamples_and_level_can_be_chosen(challenge, truth, answers) -> None:
    sheet = score(answers, truth, challenge, resamples=300, level=0.8)
    wide = score(answers, truth, challenge, resamples=300, level=0.99)
    assert (sheet.primary.resamples, sheet.primary.level) == (300, 0.8)
    assert wide.primary.low < sheet.primary.low < sheet.primary.high < wide.primary.high


def test_metric_without_a_value_is_null_and_says_so(challenge, truth, answers) -> None:
    few = truth[truth["label"] != "invasive"]
    sheet = score(answers[answers["case"].isin(few["case"])], few, challenge)
    assert values(sheet)["sensitivity-invasive"] is None
    assert values(sheet)["auroc"] is None
    assert sheet.primary.value is not None


def test_undefined_primary_metric_is_an_error(challenge, truth, answers) -> None:
    entries = [e.model_copy(update={"primary": e.name == "auroc"}) for e in challenge.metrics]
    auroc = challenge.model_copy(update={"metrics": entries})
    few = truth[truth["label"] != "invasive"]
    with pytest.raises(DataError, match="primary metric auroc is undefined"):
        score(answers[answers["case"].isin(few["case"])], few, auroc)


def test_submitted_decisions_replace_the_rule(challenge, truth, answers) -> None:
    decided = answers.assign(decision=truth["label"].to_numpy())
    sheet = score(decided, truth, challenge)
    assert sheet.decision == "submitted"
    assert values(sheet)["cost-score"] == 1.0
    assert values(sheet)["log-loss"] == values(score(answers, truth, challenge))["log-loss"]


def test_missing_answers_get_the_worst_class(challenge, truth, answers) -> None:
    worst = challenge.model_copy(update={"missing_value_policy": "worst"})
    perfect = pd.get_dummies(truth["label"]).astype(float).assign(case=truth["case"])
    kept = perfect[truth["label"].to_numpy() != "benign"]
    sheet = score(kept, truth, worst)
    assert sheet.missing.n_cases == 10
    assert values(sheet)["cost-score"] == 0.75
    assert score(perfect, truth, worst).missing.n_cases == 0


def test_missing_answers_get_the_stated_probabilities(challenge, truth) -> None:
    even = dict.fromkeys(challenge.classes, 0.25)
    lenient = challenge.model_copy(update={"missing_value_policy": "impute", "impute": even})
    none = pd.DataFrame(columns=["case", *challenge.classes])
    sheet = score(none, truth, lenient)
    assert sheet.missing.n_cases == 40
    assert values(sheet)["brier"] == 0.75


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda t: t.assign(label="lo"), "unknown-class"),
        (lambda t: t.assign(patient=None), "missing-unit"),
        (lambda t: pd.concat([t, t.head(1)]), "duplicate-row"),
        (lambda t: t.drop(columns="patient"), "missing-column"),
        (lambda t: t.head(0), "empty-file"),
    ],
)
def test_broken_labels_are_data_errors(challenge, truth, answers, change, code) -> None:
    with pytest.raises(DataError) as caught:
        score(answers, change(truth), challenge)
    assert caught.value.exit_code == 3
    assert code in {problem.code for problem in caught.value.problems}


def test_one_patient_is_too_few(challenge, truth, answers) -> None:
    with pytest.raises(DataError, match="at least two units"):
        score(answers, truth.assign(patient="p1"), challenge)


def test_paired_difference(challenge, truth, answers) -> None:
    perfect = pd.get_dummies(truth["label"]).astype(float).assign(case=truth["case"])
    found = paired_difference(perfect, answers, truth, challenge, metric="brier")
    back = paired_difference(answers, perfect, truth, challenge, metric="brier")
    assert found["difference"] == -back["difference"] < 0
    assert found["low"] == pytest.approx(-back["high"], abs=1e-12)
    same = paired_difference(answers, answers, truth, challenge)
    assert (same["difference"], same["low"], same["high"]) == (0.0, 0.0, 0.0)
    with pytest.raises(UsageError, match="did you mean 'brier'"):
        paired_difference(answers, answers, truth, challenge, metric="bier")


def test_interval_equals_the_librarys(challenge, truth, answers) -> None:
    sheet = score(answers, truth, challenge)
    codes = np.array([challenge.classes.index(label) for label in truth["label"]])
    bootstrap = metrics.UnitBootstrap(codes, truth["patient"], 2000, challenge.intervals.seed)
    called = metrics.decide(answers[challenge.classes], challenge.decision.cost)
    interval = bootstrap.interval(challenge.metric_objects[0], called)
    assert sheet.primary.low == pytest.approx(interval.low, rel=1e-11)
    assert sheet.primary.high == pytest.approx(interval.high, rel=1e-11)


def test_sample_labels_are_the_default_judge(challenge) -> None:
    path = challenge.folder / challenge.sample.submission
    assert score_file(path, challenge) == score_file(path, challenge, sample_labels(challenge))


@pytest.mark.parametrize("order", ["sorted", "reversed", "moved on"])
def test_the_time_of_a_score_tells_nothing_of_the_labels(challenge, order) -> None:
    """A loose bound: the same answers against labels in another order take about as long."""
    n = 8_000
    labels = np.repeat(["benign", "low", "high", "invasive"], n // 4)
    shown = np.random.default_rng(3).dirichlet(np.ones(4), n)
    table = pd.DataFrame(shown, columns=challenge.classes).assign(case=[f"c{i}" for i in range(n)])
    other = {"sorted": labels, "reversed": labels[::-1], "moved on": np.roll(labels, 7)}[order]
    mixed = np.random.default_rng(4).permutation(labels)
    assert _cpu_seconds(table, other, challenge) < 2 * _cpu_seconds(table, mixed, challenge)


def _cpu_seconds(table: pd.DataFrame, labels: np.ndarray, challenge: Challenge) -> float:
    """Return the least of five times of a score."""
    truth = pd.DataFrame({"case": table["case"], "patient": table["case"], "label": labels})
    taken = []
    for _ in range(5):
        begun = time.process_time()
        score_table(table, truth, challenge, resamples=200)
        taken.append(time.process_time() - begun)
    return min(taken)
