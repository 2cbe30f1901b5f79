"""Names are legal in every store, and a configuration has one flat form."""

import re

import pytest

from workbench.tracking.names import flatten, legal_key, metric_name, metrics_of_score

LEGAL = re.compile(r"[0-9A-Za-z_\-. :/]+")


@pytest.mark.parametrize("metric", ["auc@0.5", "dice (mean)", "p<0.05", "Größe", "a/b", "x%y"])
def test_every_name_is_legal_for_mlflow(metric: str) -> None:
    assert LEGAL.fullmatch(metric_name("val", metric))
    assert metric_name("val", metric).startswith("val/")


def test_good_names_are_left_as_they_are() -> None:
    assert metric_name("test", "cost-score") == "test/cost-score"
    assert legal_key("workbench.git_sha") == "workbench.git_sha"
    assert legal_key("oof/cost-score/ci_low") == "oof/cost-score/ci_low"


def test_a_score_without_interval_gives_its_value_alone() -> None:
    rows = [{"name": "auc", "value": 0.8, "low": None, "high": None}]
    assert metrics_of_score("oof", rows) == {"oof/auc": 0.8}


def test_long_values_are_cut_to_what_mlflow_keeps() -> None:
    flat = flatten({"a": {"b": "x" * 7000}, "empty": {}})
    assert len(flat["a.b"]) == 6000
    assert flat["a.b"].endswith("...")
    assert flat["empty"] == "{}"
