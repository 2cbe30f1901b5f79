"""Answers that are estimates: card, check, labels and score, and every fault by its name."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from workbench import metrics
from workbench.errors import DataError, SubmissionRejected, UsageError
from workbench.scoring import check_report, check_submission, load_truth, parse_challenge, score

from .estimate_answers import (
    EFFECTS,
    NUMBERS,
    answers,
    card,
    content,
    labels,
    numbers_card,
    volumes,
)

MAE = [{"name": "mae", "primary": True}]
BIAS = [{"name": "effect-bias", "primary": True}]


def problems_of(table: pd.DataFrame, **changes: object) -> dict[str, list]:
    with pytest.raises(SubmissionRejected) as caught:
        check_submission(table, card(**changes), labels()["cohort"])
    found: dict[str, list] = {}
    for problem in caught.value.problems:
        found.setdefault(problem.code, []).append(problem)
    return found


def card_codes(**changes: object) -> list[str]:
    with pytest.raises(UsageError) as caught:
        parse_challenge(content(**changes), Path("c.yaml"))
    return [problem.code for problem in caught.value.problems]


def test_scores_equal_the_metrics_on_the_same_numbers() -> None:
    sheet = score(answers(), labels(), card())
    true, said = labels(), answers()
    group = np.unique(true["scenario"], return_inverse=True)[1]
    truth = np.column_stack([true["effect"], true["oracle_sd"], group, true["answerable"]])
    given = said[["estimate", "low", "high", "abstain"]].to_numpy()
    values = {metric.name: metric.value for metric in sheet.metrics}
    for name in ("effect-interval-score", "effect-bias", "effect-coverage-error"):
        assert values[name] == pytest.approx(metrics.get(name)(truth, given), rel=1e-11)
    answered = said["abstain"] == 0
    error = (said["estimate"] - true["effect"])[answered].abs().mean()
    assert values["mae"] == pytest.approx(error)
    assert values["effect-right-abstentions"] == 1
    assert (sheet.n_units, sheet.decision, sheet.missing.n_cases) == (80, "none", 0)


def test_the_null_row_is_no_effect_and_a_good_method_is_better() -> None:
    sheet = score(answers(), labels(), card())
    assert sheet.floor.answer in ("zero effect", "abstain")
    assert sheet.floor.gain_low > 0
    silent = answers().assign(abstain=1)
    worse = score(silent, labels(), card())
    assert worse.primary.value > sheet.primary.value
    assert {m.name: m.value for m in worse.metrics}["effect-bias"] is None


def test_numbers_may_be_empty_where_abstained_and_nowhere_else(tmp_path) -> None:
    answers().to_csv(tmp_path / "a.csv", index=False)
    assert ",,,1" in (tmp_path / "a.csv").read_text()
    assert score(tmp_path / "a.csv", labels(), card()).primary.value is not None
    table = answers()
    table.loc[0, ["low", "estimate"]] = np.nan
    found = problems_of(table)
    assert {(p.row, p.column) for p in found["missing-value"]} == {(1, "low"), (1, "estimate")}
    table = answers()
    table.loc[2, "abstain"] = np.nan
    assert {p.column for p in problems_of(table)["missing-value"]} >= {"abstain"}


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("abstain", 0.5, "not-binary"),
        ("low", 9.0, "interval-upside-down"),
        ("high", np.inf, "infinite"),
    ],
)
def test_a_number_that_means_nothing_is_named(column, value, code) -> None:
    table = answers()
    table.loc[0, column] = value
    assert [(p.row, p.column) for p in problems_of(table)[code]] == [(1, column)]


def test_missing_columns_are_named() -> None:
    assert "column 'abstain' is missing" in str(problems_of(answers().drop(columns="abstain")))
    assert "column 'low' is missing" in str(problems_of(answers().drop(columns="low")))


def test_an_estimate_outside_its_interval_is_remarked_upon() -> None:
    table = answers()
    table.loc[0, "estimate"] = table.loc[0, "high"] + 1
    report = check_report(table.to_csv(index=False).encode(), card(), labels()["cohort"])
    assert report.accepted
    assert [r.code for r in report.remarks] == ["estimate-outside-interval"]


def test_intervals_that_are_optional_are_all_or_none() -> None:
    optional = EFFECTS | {"interval": "optional", "answerable": None, "oracle": None}
    optional = {key: value for key, value in optional.items() if value}
    listed = [{"name": "mae", "primary": True}, {"name": "coverage"}]
    challenge = card(answer=optional, metrics=listed)
    table = answers().fillna(0.0).drop(columns="abstain")
    whole = score(table, labels(), challenge)
    without = score(table.drop(columns=["low", "high"]), labels(), challenge)
    assert without.primary.value == whole.primary.value
    assert (without.metrics[1].value, whole.metrics[1].value is None) == (None, False)
    with pytest.raises(SubmissionRejected, match="'low' is missing"):
        check_submission(table.drop(columns="low"), challenge, labels()["cohort"])


def test_plain_numbers_are_scored_by_their_relative_error() -> None:
    true = volumes()
    said = pd.DataFrame({"scan": true["scan"], "estimate": true["volume"] * 1.25})
    sheet = score(said, true, numbers_card())
    assert sheet.primary.value == pytest.approx(0.25)
    assert sheet.floor.answer in ("mean", "median")
    assert (sheet.n_cases, sheet.n_units) == (30, 15)
    fill = {"estimate": 20.0}
    imputing = numbers_card(missing_value_policy="impute", impute=fill)
    assert score(said.iloc[3:], true, imputing).missing.n_cases == 3
    with pytest.raises(SubmissionRejected, match="'low' is not known"):
        check_submission(said.assign(low=1.0), numbers_card(), true["scan"])


def test_schemes_that_rank_cases_work_on_plain_numbers() -> None:
    from workbench.scoring.scorer import scored

    true = volumes()
    said = pd.DataFrame({"scan": true["scan"], "estimate": true["volume"] * 1.25})
    challenge = numbers_card(ranking={"scheme": "test_then_rank"})
    table = check_submission(said, challenge, true["scan"])
    found = scored(table, load_truth(true, challenge), challenge)
    assert found.cases is not None
    assert found.cases.values == pytest.approx(np.full(30, 0.25))


def test_faults_of_labels_are_all_named_at_once() -> None:
    broken = labels().astype(object)
    broken.loc[0, "effect"] = "none"
    broken.loc[1, "oracle_sd"] = 0
    broken.loc[3, "answerable"] = "yes"
    broken.loc[4, "scenario"] = ""
    broken.loc[2, "oracle_sd"] = ""  # nobody can answer it: there is no oracle
    with pytest.raises(DataError) as caught:
        load_truth(broken, card())
    codes = sorted(p.code for p in caught.value.problems)
    expected = [
        "answerable-not-binary",
        "label-not-a-number",
        "missing-group",
        "scale-not-positive",
    ]
    assert codes == expected
    whole = labels().astype(object)
    whole.loc[2, "oracle_sd"] = ""
    assert score(answers(), whole, card()).primary.value is not None


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"answer": EFFECTS | {"interval": "none"}}, "metric-interval"),
        ({"answer": EFFECTS | {"interval": "optional"}}, "metric-interval"),
        ({"answer": {**NUMBERS, "answerable": "a"}, "metrics": MAE}, "missing-oracle"),
        ({"answer": NUMBERS, "metrics": BIAS}, "metric-oracle"),
        ({"answer": NUMBERS, "metrics": BIAS}, "metric-group"),
        ({"metrics": BIAS}, "not-rankable"),
        ({"metrics": [{"name": "effect-right-abstentions", "primary": True}]}, "not-rankable"),
        ({"metrics": [{"name": "auroc", "primary": True}]}, "metric-needs"),
        ({"answer": EFFECTS | {"oracle": "effect"}}, "same-column"),
        ({"missing_value_policy": "worst"}, "wrong-policy"),
        ({"label": "effect"}, "other-kind"),
    ],
)
def test_faults_of_the_card_are_named(changes, code) -> None:
    assert code in card_codes(**changes)


def test_the_level_of_the_card_is_that_of_its_metrics() -> None:
    narrow = card(answer=EFFECTS | {"level": 0.8})
    assert "nominal level 0.8" in narrow.metric_objects[0].convention
    assert "nominal level 0.8" in narrow.metric_objects[3].convention


def test_the_scenario_may_be_shown_apart_and_the_truth_may_not() -> None:
    shown = card(subgroups=["scenario"])
    assert list(load_truth(labels(), shown).columns).count("scenario") == 1
    assert "same-column" in card_codes(subgroups=["effect"])
