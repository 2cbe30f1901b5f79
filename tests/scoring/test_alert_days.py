"""Cards that ask for days of alerts beside classes: rules, labels, files with and without days."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from workbench.errors import DataError, SubmissionRejected, UsageError
from workbench.scoring import load_challenge, parse_challenge, score

ALERTS = {"kind": "classes", "alerts": {"day": "alert_day", "first": "first_day", "days": 400}}
COLUMN = {"name": "alert_day", "low": 0, "high": 400, "required": False}
DAYS = {"name": "days-to-detection", "params": {"budget": 0.1}}


def content(**changes: Any) -> dict[str, Any]:
    """Return a card of two classes with alerts."""
    shipped = load_challenge("tissue-lesions").model_dump(mode="json", exclude_defaults=True)
    for key in ("baselines", "phases", "models", "rules", "decision", "subgroups", "centre"):
        shipped.pop(key, None)
    own = {
        "id": "alerts-demo",
        "key": "pair",
        "unit": "drug",
        "classes": ["none", "signal"],
        "answer": ALERTS,
        "decision": {"rule": "most-probable"},
        "submission": {"forms": ["probabilities"], "columns": [COLUMN]},
        "metrics": [{"name": "average-precision", "primary": True}, DAYS],
        "sample": {"labels": "l.csv", "submission": "s.csv"},
    }
    return {**shipped, **own, **changes}


def card(**changes: Any) -> Any:
    return parse_challenge(content(**changes), Path("c.yaml"))


@pytest.fixture
def labels() -> pd.DataFrame:
    n = np.arange(60)
    named = {"pair": [f"p{i}" for i in n], "drug": [f"d{i % 12}" for i in n]}
    label = np.where(n % 5 == 0, "signal", "none")
    return pd.DataFrame({**named, "label": label, "first_day": 5 * n})


@pytest.fixture
def answers(labels: pd.DataFrame) -> pd.DataFrame:
    signal = (labels["label"] == "signal").to_numpy()
    sure = np.where(signal, 0.8, 0.1)
    days = np.where(signal, labels["first_day"] + 30, 400)
    return pd.DataFrame(
        {"pair": labels["pair"], "none": 1 - sure, "signal": sure, "alert_day": days}
    )


def test_days_are_scored_beside_the_classes(labels, answers) -> None:
    sheet = score(answers, labels, card(), resamples=100)
    primary, days = sheet.metrics
    assert (primary.name, primary.value) == ("average-precision", 1.0)
    assert (days.name, days.value) == ("days-to-detection", 30.0)
    assert days.low == days.high == 30.0
    late = answers.assign(alert_day=answers["alert_day"].clip(upper=370) + 30)
    assert score(late, labels, card(), resamples=100).metrics[1].value == 60.0


def test_a_card_written_without_its_defaults_is_the_same_card() -> None:
    one = card()
    short = one.model_dump(mode="json", exclude_defaults=True)
    assert "kind" not in short["answer"]
    assert parse_challenge(short, Path("c.yaml")).digest == one.digest


def test_the_interval_is_over_units(labels, answers) -> None:
    few = labels["drug"].isin(["d0", "d5"])
    answers.loc[few, "alert_day"] = 400
    days = score(answers, labels, card(), resamples=200).metrics[1]
    assert days.low < days.value < days.high


def test_a_file_without_days_has_no_value_of_them(labels, answers) -> None:
    sheet = score(answers.drop(columns="alert_day"), labels, card(), resamples=100)
    assert sheet.metrics[0].value == 1.0
    assert sheet.metrics[1].value is None or np.isnan(sheet.metrics[1].value)


def test_days_outside_the_window_are_refused(labels, answers) -> None:
    answers.loc[3, "alert_day"] = 401
    with pytest.raises(SubmissionRejected) as caught:
        score(answers, labels, card())
    assert [p.code for p in caught.value.problems] == ["out-of-range"]


def test_labels_without_a_first_day_in_the_window_are_named(labels, answers) -> None:
    labels.loc[7, "first_day"] = -1
    with pytest.raises(DataError) as caught:
        score(answers, labels, card())
    assert [p.code for p in caught.value.problems] == ["first-day-outside"]
    with pytest.raises(DataError) as caught:
        score(answers, labels.drop(columns="first_day"), card())
    assert [p.code for p in caught.value.problems] == ["missing-column"]


def test_a_case_first_seen_after_the_window_waits_for_nothing(labels, answers) -> None:
    labels.loc[0, "first_day"], answers.loc[0, "alert_day"] = 500, 400
    days = score(answers, labels, card(), resamples=100).metrics[1]
    assert days.value == 30.0 * 11 / 12


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"submission": {"forms": ["probabilities"]}}, "alert-column"),
        ({"answer": {"kind": "classes"}}, "metric-alerts"),
        ({"metrics": [{**DAYS, "primary": True}]}, "not-rankable"),
    ],
)
def test_cards_that_cannot_be_judged_are_refused(changes, code) -> None:
    with pytest.raises(UsageError) as caught:
        card(**changes)
    assert code in {problem.code for problem in caught.value.problems}
