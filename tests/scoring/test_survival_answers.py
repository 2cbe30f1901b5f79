"""Survival answers: card, check, labels and score, and every fault by its name."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from workbench import metrics
from workbench.errors import DataError, SubmissionRejected, UsageError
from workbench.scoring import (
    Challenge,
    check_report,
    check_submission,
    labels_digest,
    load_truth,
    paired_difference,
    parse_challenge,
    score,
)

from . import estimate_answers
from .survival_answers import TIMES, answers, card, content, labels

CURVES = [f"s_{time}" for time in TIMES]


def problems_of(table: pd.DataFrame, **changes: object) -> dict[str, list]:
    challenge = card(**changes)
    with pytest.raises(SubmissionRejected) as caught:
        check_submission(table, challenge, labels()["case"])
    found: dict[str, list] = {}
    for problem in caught.value.problems:
        found.setdefault(problem.code, []).append(problem)
    return found


def card_problems(**changes: object) -> dict[str, tuple[str, str]]:
    with pytest.raises(UsageError) as caught:
        parse_challenge(content(**changes), Path("c.yaml"))
    return {
        p.code: (p.where.partition(", ")[2], f"{p.message} {p.remedy}")
        for p in caught.value.problems
    }


def test_scores_equal_the_metrics_on_the_same_numbers() -> None:
    sheet = score(answers(), labels(), card())
    outcome = labels()[["time_days", "event"]].to_numpy(dtype=float)
    curves, risk = answers()[CURVES].to_numpy(), answers()["risk"].to_numpy()
    by_name = {metric.name: metric.value for metric in sheet.metrics}
    expected = {
        "integrated-brier-182-to-730": metrics.get("integrated-brier", times=TIMES)(
            outcome, curves
        ),
        "uno-c-730": metrics.get("uno-c", tau=730)(outcome, risk),
        "ipa-365": metrics.get("ipa", horizon=365)(outcome, curves[:, 1]),
    }
    assert {name: by_name[name] for name in expected} == pytest.approx(expected, rel=1e-11)
    assert (sheet.n_cases, sheet.n_units, sheet.decision) == (80, 40, "none")
    assert all(metric.value is not None for metric in sheet.metrics)


def test_the_null_row_is_kaplan_meier() -> None:
    sheet = score(answers(), labels(), card())
    assert sheet.floor.answer == "Kaplan-Meier"
    assert sheet.floor.gain_low > 0
    outcome = labels()[["time_days", "event"]].to_numpy(dtype=float)
    null = metrics.best_constant(metrics.get("integrated-brier", times=TIMES), outcome)
    constant = answers().assign(**dict(zip(CURVES, null.prediction.T, strict=True)), risk=0.0)
    again = score(constant, labels(), card())
    assert again.floor.gain == pytest.approx(0, abs=1e-12)
    assert again.metrics[2].value == pytest.approx(0.5)


def test_rows_columns_and_file_kind_change_nothing(tmp_path) -> None:
    sheet = score(answers(), labels(), card())
    mixed = answers().sample(frac=1, random_state=1)[[*reversed(CURVES), "risk", "case"]]
    mixed.to_parquet(tmp_path / "a.parquet")
    assert score(tmp_path / "a.parquet", labels().iloc[::-1], card()).to_json() == sheet.to_json()
    named = answers().rename(columns={"case": "filename"})
    alias = {"aliases": [{"key": "filename", "columns": {c: c for c in ["risk", *CURVES]}}]}
    assert score(named, labels(), card(submission=alias)).primary.value == sheet.primary.value


def test_a_curve_that_rises_is_named_with_its_place() -> None:
    table = answers()
    table.loc[4, "s_365"] = table.loc[4, "s_182"] + 0.01
    (problem,) = problems_of(table)["rising-curve"]
    assert (problem.row, problem.column, problem.key) == (5, "s_365", "004")
    assert "in s_182" in problem.message


def test_rounding_up_of_single_precision_is_no_rise() -> None:
    table = answers()
    table["s_365"] = table["s_182"] + 5e-7
    assert len(check_submission(table, card(), labels()["case"])) == 80


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("s_182", 1.2, "out-of-range"),
        ("s_730", -0.1, "out-of-range"),
        ("s_182", np.nan, "missing-value"),
        ("risk", np.nan, "missing-value"),
        ("risk", np.inf, "infinite"),
    ],
)
def test_a_number_that_is_none_is_named(column, value, code) -> None:
    table = answers()
    table.loc[7, column] = value
    found = problems_of(table)
    assert [(p.row, p.column) for p in found[code]] == [(8, column)]


def test_a_missing_time_and_a_mistyped_column_are_named() -> None:
    found = problems_of(answers().drop(columns="s_365"))
    assert [p.message for p in found["missing-column"]] == ["column 's_365' is missing"]
    found = problems_of(answers().rename(columns={"s_365": "S_365"}))
    assert found["unknown-column"][0].remedy == "did you mean 's_365'?"
    found = problems_of(answers().assign(decision="low"))
    assert "unknown-column" in found


def test_risk_against_the_curve_is_remarked_upon_and_scored_as_declared() -> None:
    turned = answers().assign(risk=-answers()["risk"])
    content_csv = turned.to_csv(index=False).encode()
    report = check_report(content_csv, card(), labels()["case"])
    assert report.accepted
    assert [r.code for r in report.remarks] == ["risk-against-curve"]
    assert (
        '"remarks"'
        not in check_report(
            answers().to_csv(index=False).encode(), card(), labels()["case"]
        ).to_json()
    )
    right, wrong = (score(table, labels(), card()) for table in (answers(), turned))
    assert right.primary.value == wrong.primary.value
    assert right.metrics[2].value == pytest.approx(1 - wrong.metrics[2].value)


def test_missing_answers_are_filled_in_as_the_card_says() -> None:
    fill = {"risk": -6.0, "s_182": 0.7, "s_365": 0.5, "s_730": 0.3}
    challenge = card(missing_value_policy="impute", impute=fill)
    sheet = score(answers().iloc[5:], labels(), challenge)
    assert sheet.missing.n_cases == 5
    written = answers()
    written.loc[:4, list(fill)] = list(fill.values())
    assert sheet.primary.value == score(written, labels(), challenge).primary.value
    partly = answers()
    partly.loc[3, "s_365"] = np.nan
    assert "partly-missing" in problems_of(partly, missing_value_policy="impute", impute=fill)


def test_faults_of_labels_are_all_named_at_once() -> None:
    broken = labels().astype(object)
    broken.loc[0, "time_days"] = 0
    broken.loc[1, "time_days"] = "soon"
    broken.loc[2, "event"] = 2
    broken.loc[3, "patient"] = ""
    with pytest.raises(DataError) as caught:
        load_truth(broken, card())
    codes = sorted(p.code for p in caught.value.problems)
    assert codes == ["event-not-binary", "missing-unit", "time-not-positive", "time-not-positive"]
    with pytest.raises(DataError) as caught:
        load_truth(labels().assign(event=0), card())
    assert [p.code for p in caught.value.problems] == ["no-event"]
    with pytest.raises(DataError) as caught:
        load_truth(labels().drop(columns="time_days"), card())
    assert "time column 'time_days' is missing" in caught.value.problems[0].message


def test_a_time_beyond_the_follow_up_is_a_named_error() -> None:
    far = {"kind": "survival", "time": "time_days", "event": "event", "times": [365, 99999]}
    challenge = card(answer=far, metrics=[{"name": "integrated-brier", "primary": True}])
    table = answers()[["case", "risk", "s_365"]].assign(s_99999=0.0)
    with pytest.raises(DataError, match="beyond the support"):
        score(table, labels(), challenge)


@pytest.mark.parametrize(
    ("changes", "code", "where", "words"),
    [
        ({"classes": ["a", "b"]}, "other-kind", "classes", "leave it out"),
        ({"decision": {"rule": "most-probable"}}, "other-kind", "decision", "classes"),
        ({"missing_value_policy": "worst"}, "wrong-policy", "missing_value_policy", "reject"),
        ({"unit": "event"}, "same-column", "answer.event", "unit"),
        ({"key": "risk"}, "same-column", "key", "risk"),
        ({"answer": {"kind": "survial"}}, "unknown-kind", "answer.kind", "'survival'"),
        ({"schema_version": 1}, "newer-key", "answer", "schema"),
    ],
)
def test_faults_of_the_card_are_named(changes, code, where, words) -> None:
    found = card_problems(**changes)
    assert found[code][0] == where
    assert words in found[code][1]


@pytest.mark.parametrize("times", [[365, 182], [0, 10], [], [1000000, 1000000.5]])
def test_times_that_are_none_are_refused(times) -> None:
    answer = {"kind": "survival", "time": "time_days", "event": "event", "times": times}
    found = card_problems(answer=answer)
    assert found["wrong-value"][0] == "answer.times"


def test_mistyped_keys_of_the_answer_get_a_hint() -> None:
    answer = {"kind": "survival", "tme": "time_days", "event": "event", "times": [1]}
    found = card_problems(answer=answer)
    where, words = found["unknown-key"]
    assert (where, "did you mean 'time'" in words) == ("answer.tme", True)
    assert found["missing-key"][0] == "answer.time"


@pytest.mark.parametrize(
    ("metric", "code", "words"),
    [
        ({"name": "accuracy"}, "metric-needs", "asks for survival"),
        ({"name": "ipa", "params": {"horizon": 500}}, "metric-times", "182, 365, 730"),
        ({"name": "integrated-brier", "params": {"times": [182, 400]}}, "metric-times", "400"),
        ({"name": "uno-c", "params": {"tau": 800}}, "metric-times", "730"),
        ({"name": "ipa"}, "wrong-metric", "horizon"),
    ],
)
def test_a_metric_that_the_answers_cannot_serve_is_refused(metric, code, words) -> None:
    found = card_problems(metrics=[metric | {"primary": True}])
    assert words in found[code][1]


def test_a_classes_card_takes_no_survival_metric(challenge) -> None:
    changed = challenge.model_dump(mode="json", exclude_defaults=True)
    changed["metrics"] = [{"name": "harrell-c", "primary": True}]
    with pytest.raises(UsageError) as caught:
        parse_challenge(changed, Path("c.yaml"))
    assert [p.code for p in caught.value.problems] == ["metric-needs"]


def test_two_submissions_are_compared_on_the_same_resamples() -> None:
    flat = answers().assign(s_182=0.8, s_365=0.6, s_730=0.4)
    found = paired_difference(answers(), flat, labels(), card())
    assert found["difference"] < 0
    assert found["high"] < 0
    assert paired_difference(answers(), flat, labels(), card(), metric="uno-c-730")["low"] == 0


def test_the_check_says_nothing_of_the_labels() -> None:
    table = answers().assign(risk=0.0)
    table.loc[3, "s_730"] = 2.0
    content_csv = table.to_csv(index=False).encode()
    turned = labels().assign(event=1 - labels()["event"])
    reports = [check_report(content_csv, card(), load_truth(t, card())["case"]).to_json()
               for t in (labels(), turned)]  # fmt: skip
    assert reports[0] == reports[1]


@pytest.mark.parametrize("made", [card, estimate_answers.card, estimate_answers.numbers_card])
def test_a_card_that_is_written_out_whole_is_read_again(made) -> None:
    challenge = made()
    again = Challenge.model_validate_json(challenge.model_dump_json())
    assert again.digest == challenge.digest
    assert again.metric_objects[0].label == challenge.metric_objects[0].label


def test_labels_have_one_digest_whatever_file_they_are_in(tmp_path) -> None:
    floats = labels().astype({"time_days": float, "event": float})
    floats.to_csv(tmp_path / "a.csv", index=False)
    floats.to_parquet(tmp_path / "a.parquet")
    assert ",1.0" in (tmp_path / "a.csv").read_text()
    files = (labels(), floats, tmp_path / "a.csv", tmp_path / "a.parquet")
    assert len({labels_digest(load_truth(one, card()), card()) for one in files}) == 1
