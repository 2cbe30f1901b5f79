"""From training to a board: a run of the sarcoma use case opens its challenge for practice."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from workbench import data
from workbench.cli.main import main
from workbench.scoring import load_challenge, score_file

HERE = ["--challenge", "sarcoma-survival-practice", "--store", "store"]


@pytest.mark.slow
def test_train_to_leaderboard(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    kit = Path(str(load_challenge("sarcoma-survival").folder)) / "starting_kit"
    monkeypatch.chdir(tmp_path)
    settings = ["model=cox", "challenge=sarcoma_survival", "baselines=[kaplan_meier]"]
    source = ["use_case=sarcoma", f"use_case.source={kit / 'data'}"]
    assert main(["train", *source, *settings, "tracking=none"]) == 0
    (run,) = (path for path in Path("runs").iterdir() if path.name.startswith("sarcoma-cox-"))
    assert pd.read_csv(run / "truth.csv").equals(pd.read_csv(kit / "labels.csv"))

    # The starting kit holds these answers to six digits.
    for method, place in {"cox": run, "kaplan_meier": run / "baselines/kaplan_meier"}.items():
        own, shipped = (
            score_file(path, "sarcoma-survival").primary.value
            for path in (place / "predictions.parquet", kit / f"submission_{method}.csv")
        )
        assert own == pytest.approx(shipped, abs=1e-4)

    assert main(["challenge", "open", str(run), "--store", "store"]) == 0
    for team, folder in {"cox": run, "kaplan_meier": run / "baselines/kaplan_meier"}.items():
        assert main(["submit", str(folder), *HERE, "--team", team, "--wait"]) == 0
    capsys.readouterr()
    assert main(["leaderboard", *HERE, "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)["rows"]
    ranks = {row["name"]: row["rank"] for row in rows}
    assert ranks["cox"] == 1 and ranks["kaplan_meier"] == 2


@pytest.mark.slow
def test_persons_without_an_outcome_are_predicted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the hidden persons of the challenge are given: no death, no follow-up, no drugs."""
    kit = Path(str(load_challenge("sarcoma-survival").folder)) / "starting_kit"
    monkeypatch.chdir(tmp_path)
    source = ["use_case=sarcoma", f"use_case.source={kit / 'data'}", "model=cox"]
    more = ["challenge=sarcoma_survival", "baselines=[]", "tracking=none", "validation.folds=2"]
    assert main(["train", *source, *more]) == 0
    card, known = data.load_card(kit / "data/card.yaml"), ("person", "tumour", "procedure", "visit")
    tables = tuple(table for table in card.tables if table.name in known)
    Path("hidden").mkdir()
    for table in tables:
        shutil.copy(kit / "data" / table.path, f"hidden/{table.path}")
    data.write_card(card.model_copy(update={"tables": tables, "label_tables": ()}), Path("hidden"))
    (run,) = (path for path in Path("runs").iterdir() if path.name.startswith("sarcoma-cox-"))
    assert main(["predict", "--run", str(run), "hidden", "--out", "out"]) == 0
    predicted = pd.read_csv("out/predictions.csv")
    assert len(predicted) == 500
    score_file(Path("out/predictions.csv"), "sarcoma-survival")
    # With their follow-up beside them the answers are the same: nothing later is looked at.
    assert main(["predict", "--run", str(run), str(kit / "data"), "--out", "again"]) == 0
    pd.testing.assert_frame_equal(predicted, pd.read_csv("again/predictions.csv"))
    # To train, an outcome is needed.
    assert main(["train", *source[:1], "use_case.source=hidden", "model=cox", *more]) == 3
