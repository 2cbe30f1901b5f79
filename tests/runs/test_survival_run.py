"""A run that answers a survival challenge: folds, curves, judging, page, prediction, evaluation."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.report.test_languages import check_french
from workbench import scoring
from workbench.errors import DataError, UsageError
from workbench.runs import evaluate, predict, train
from workbench.runs.folder import RunFolder

TIMES = ["s_365", "s_730", "s_1095", "s_1826"]


def _section(page: str, key: str) -> str:
    found = re.search(rf'<section id="{key}".*?</section>', page, flags=re.DOTALL)
    assert found, f"no section {key}"
    return found[0]


def test_a_survival_run_ends_in_a_valid_submission_and_the_same_score_by_hand(
    survival_configured: Callable[..., Any],
) -> None:
    result = train(survival_configured("challenge.resamples=null", "baselines=[kaplan_meier]"))
    table = pd.read_parquet(result.folder / "predictions.parquet")
    assert list(table.columns) == ["person", "risk", *TIMES]
    assert len(table) == 240
    assert (np.diff(table[TIMES].to_numpy(), axis=1) <= 0).all()
    truth = pd.read_csv(result.folder / "truth.csv")
    assert list(truth.columns) == ["person", "patient", "time_days", "event", "centre"]
    by_hand = scoring.score_file(
        result.folder / "predictions.parquet", "toy-survival", result.folder / "truth.csv"
    )
    assert by_hand.to_json() == (result.folder / "score.json").read_text()
    assert result.sheet.floor.answer == "Kaplan-Meier"
    assert result.comparison[1]["difference"]["high"] < 0, "the model knows the grade"


def test_folds_hold_as_many_events_as_each_other(survival_configured: Callable[..., Any]) -> None:
    folder = train(survival_configured()).folder
    cases = pd.read_csv(folder / "cases.csv")
    events = cases.groupby("fold")["event"].sum()
    assert events.max() - events.min() <= 1
    assert cases.groupby("fold").size().max() - cases.groupby("fold").size().min() <= 1


def test_repeats_and_values_of_folds_are_kept(survival_configured: Callable[..., Any]) -> None:
    folder = train(survival_configured("validation.repeats=2")).folder
    (spread,) = json.loads((folder / "folds.json").read_text())
    assert spread["metric"] == "integrated-brier-365-to-1826"
    assert spread["summary"]["n"] == 6
    assert all(0 < row["value"] < 0.3 for row in spread["folds"])


def test_a_fold_too_small_for_the_metric_has_no_value_and_the_run_goes_on(
    survival_configured: Callable[..., Any],
) -> None:
    folder = train(
        survival_configured("use_case.params.persons=12", "validation.folds=6", "tracking=jsonl")
    ).folder
    (spread,) = json.loads((folder / "folds.json").read_text())
    empty = [row for row in spread["folds"] if row["value"] is None]
    assert empty
    assert spread["summary"]["n"] == 6 - len(empty)


def test_the_page_shows_null_model_curves_and_table_one(
    survival_configured: Callable[..., Any],
) -> None:
    folder = train(survival_configured("baselines=[kaplan_meier]")).folder
    page = (folder / "report.html").read_text()
    assert "for the same Kaplan-Meier curve for everybody." in page
    null = _section(page, "null-model")
    assert "toy_hazard is nowhere worse than the null model." in null
    assert "Differences between models" in null
    assert "Number at risk" in _section(page, "risk-curves")
    assert "Standardised difference" in _section(page, "table-one")
    calibration = _section(page, "survival-calibration")
    assert "Calibration at 730" in calibration
    assert "Slope (1 is right)" in calibration
    assert "event" in _section(page, "flow")
    assert "Net benefit at 1826 days" in _section(page, "decision-curve")
    assert "Test of D-calibration" in _section(page, "d-calibration")
    assert "Hazard ratio" in _section(page, "coefficients")
    centres = _section(page, "by-centre")
    assert "Cochran" in centres and "How far centres lie apart" in centres
    assert "Coefficient of Grade 3 over time" in _section(page, "proportional")
    names = {path.name for path in (folder / "figures").glob("*.csv")}
    assert {
        "calibration-1826.csv",
        "centres-harrell-c.csv",
        "coefficients.csv",
        "d-calibration.csv",
        "decision-curve.csv",
        "proportional-1.csv",
        "score.csv",
        "differences.csv",
        "risk-curves.csv",
        "risk-curves-at-risk.csv",
    } <= names
    figures = {path.stem for path in (folder / "figures").glob("*.svg")}
    assert {name.removesuffix(".csv") for name in names} == figures


def test_both_languages_give_the_same_numbers(survival_configured: Callable[..., Any]) -> None:
    folder = train(survival_configured("baselines=[kaplan_meier]")).folder
    check_french(folder)
    said = (folder / "rapport.html").read_text()
    for words in ("Effectif à risque", "Étalonnage", "intervalle de confiance à 95"):
        assert words in said


def test_a_model_worse_than_none_is_said_to_be(survival_configured: Callable[..., Any]) -> None:
    page = (
        train(survival_configured("model.params.wrong=true")).folder / "report.html"
    ).read_text()
    said = _section(page, "null-model")
    assert "toy_hazard is worse than the null model by harrell-c" in said
    assert "toy_hazard is worse than the null model by integrated-brier" in said


def test_persons_are_not_named_and_small_groups_not_counted(
    survival_configured: Callable[..., Any],
) -> None:
    folder = train(survival_configured("use_case.params.persons=36")).folder
    page = (folder / "report.html").read_text()
    assert not re.search(r"P\d{4}", page)
    at_risk = pd.read_csv(folder / "figures" / "risk-curves-at-risk.csv")["at_risk"].astype(str)
    assert all(shown == "<11" or shown == "0" or int(shown) >= 11 for shown in at_risk)


def test_two_runs_are_equal_byte_for_byte(survival_configured: Callable[..., Any]) -> None:
    one = train(survival_configured("paths.runs=one", "baselines=[cox]")).folder
    two = train(survival_configured("paths.runs=two", "baselines=[cox]")).folder
    first, second = (json.loads((f / "manifest.json").read_text()) for f in (one, two))
    assert {name for name in first if first[name] != second.get(name)} <= {"config.yaml"}
    for name in ("report.html", "figures/risk-curves.csv"):
        pages = [(f / name).read_text().replace("one", "").replace("two", "") for f in (one, two)]
        if name.endswith("csv"):
            assert pages[0] == pages[1]


def test_new_persons_are_predicted_and_labelled_ones_judged(
    survival_configured: Callable[..., Any], tmp_path: Path
) -> None:
    from workbench.runs import synthesize

    folder = train(survival_configured()).folder
    card = synthesize("toy_survival", tmp_path / "other", seed=9)
    result = predict(folder, [card], tmp_path / "out")
    table = pd.read_csv(tmp_path / "out" / "predictions.csv")
    assert list(table.columns) == ["person", "risk", *TIMES]
    assert set(result.rows[0]) == {"case", "status", "risk", "s_1826"}
    judged = evaluate(folder, card)
    assert judged.sheet.n_cases == 240
    assert judged.sheet.primary.value == pytest.approx(0.18, abs=0.05)
    check_french(judged.folder)
    page = (judged.folder / "report.html").read_text()
    assert "Report of an evaluation on other data" in page
    assert "data the model was not trained on" in page
    assert "Not shown" not in page
    assert not (judged.folder / "stages").exists()


def test_what_cannot_be_learnt_from_is_refused_before_any_model(
    survival_configured: Callable[..., Any],
) -> None:
    with pytest.raises(DataError, match="every case is censored"):
        train(survival_configured("use_case.params.all_censored=true"))


def test_a_model_of_classes_is_refused_by_its_card(
    survival_configured: Callable[..., Any],
) -> None:
    with pytest.raises(UsageError, match="answers with probabilities, the challenge asks for risk"):
        survival_configured("model=pooled_logistic")


def test_a_changed_artefact_is_seen_and_a_new_page_changes_none(
    survival_configured: Callable[..., Any],
) -> None:
    folder = train(survival_configured()).folder
    (folder / "report.html").unlink()
    from workbench.report import write_report

    write_report(folder)
    RunFolder.existing(folder)
    (folder / "table_one.csv").write_text("variable\n")
    with pytest.raises(DataError, match=r"table_one\.csv"):
        RunFolder.existing(folder)
