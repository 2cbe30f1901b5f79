"""A run ends in a scored, reported, reproducible folder; a second one is read back."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from workbench import scoring
from workbench.errors import DataError
from workbench.runs import train
from workbench.runs.folder import RunFolder


def _bytes(folder: Path) -> dict[str, str]:
    """Return the digests of a run's reproducible artefacts."""
    return dict(json.loads((folder / "manifest.json").read_text()))


def test_a_run_leaves_every_artefact(configured: Callable[..., Any]) -> None:
    result = train(configured())
    names = set(_bytes(result.folder))
    expected = {
        "config.yaml", "run.json", "flow.json", "excluded.csv", "cases.csv", "folds.csv",
        "predictions.parquet", "truth.csv", "score.json", "comparison.json", "folds.json",
        "history.csv", "baselines/mean_pool/score.json",
    }  # fmt: skip
    assert expected <= names
    assert result.sheet.n_cases == 24
    assert result.sheet.n_units == 12
    assert [row["model"] for row in result.comparison] == ["attention_mil", "mean_pool"]
    assert result.comparison[1]["difference"]["low"] is not None


def test_every_case_is_predicted_once_by_a_fold_that_had_not_seen_its_person(
    configured: Callable[..., Any],
) -> None:
    folder = train(configured()).folder
    folds = pd.read_csv(folder / "folds.csv", dtype=str).set_index("person")["fold"]
    cases = pd.read_csv(folder / "cases.csv", dtype=str).set_index("case")["person"]
    seen = []
    for path in sorted((folder / "folds/attention_mil").glob("*/predictions.parquet")):
        part = pd.read_parquet(path)
        seen += part["case"].tolist()
        assert set(cases[part["case"]].map(folds)) == {str(part["fold"].iloc[0])}
    assert sorted(seen) == sorted(cases.index)


def test_scoring_the_files_by_hand_gives_the_same_bytes(configured: Callable[..., Any]) -> None:
    folder = train(configured("challenge.resamples=null")).folder
    sheet = scoring.score_file(
        folder / "predictions.parquet", "tissue-lesions", folder / "truth.csv"
    )
    assert sheet.to_json() == (folder / "score.json").read_text()


def test_the_same_run_is_read_back(configured: Callable[..., Any]) -> None:
    first = train(configured())
    stamp = (first.folder / "score.json").stat().st_mtime_ns
    again = train(configured())
    assert again.reused
    assert again.folder == first.folder
    assert again.sheet == first.sheet
    assert (first.folder / "score.json").stat().st_mtime_ns == stamp


def test_two_runs_in_two_places_are_equal_byte_for_byte(
    configured: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    one = train(configured("paths.runs=one"))
    two = train(configured("paths.runs=two"))
    differing = {n for n, d in _bytes(one.folder).items() if _bytes(two.folder)[n] != d}
    assert differing <= {"config.yaml"}  # they name the folder itself
    assert _bytes(one.folder).keys() == _bytes(two.folder).keys()


def test_another_seed_is_another_run(configured: Callable[..., Any]) -> None:
    assert train(configured()).folder != train(configured("seed=1")).folder


def test_repeats_are_reported_and_the_first_is_scored(configured: Callable[..., Any]) -> None:
    folder = train(configured("validation.repeats=2", "baselines=[]")).folder
    (spread,) = json.loads((folder / "folds.json").read_text())
    assert [(row["repeat"], row["fold"]) for row in spread["folds"]] == [
        (0, 0),
        (0, 1),
        (1, 0),
        (1, 1),
    ]
    assert spread["summary"]["n"] == 4
    assert len(pd.read_parquet(folder / "predictions.parquet")) == 24


def test_a_case_left_out_is_named_and_the_run_goes_on(configured: Callable[..., Any]) -> None:
    result = train(configured("use_case.params.broken=C003"))
    assert [row["case"] for row in result.excluded] == ["C003"]
    assert not result.ok
    assert result.sheet.n_cases == 23


def test_too_few_persons_for_the_folds_is_named(configured: Callable[..., Any]) -> None:
    with pytest.raises(DataError, match="person"):
        train(configured("use_case.params.n_cases=4", "validation.folds=5"))


def test_a_changed_artefact_is_seen(configured: Callable[..., Any]) -> None:
    folder = train(configured("baselines=[]")).folder
    (folder / "truth.csv").write_text("case,patient,label\n")
    with pytest.raises(DataError, match=r"truth\.csv"):
        RunFolder.existing(folder)


def test_opted_out_persons_are_absent_from_every_artefact(
    configured: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "opt_outs.csv").write_text("pseudonym,scope,since\nP003,all,2026-01-01\n")
    monkeypatch.setenv("WORKBENCH_HOME", str(home))
    result = train(configured())
    assert result.sheet.n_units == 11
    for path in result.folder.rglob("*"):
        if path.is_file():
            assert b"P003" not in path.read_bytes(), path
    assert json.loads((result.folder / "run.json").read_text())["data"]["opted_out"] == 1
