"""Signals from one synthetic population to the predictions for another, by the verbs."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pandas as pd
import pytest

from workbench import data, registry
from workbench.cli.main import main
from workbench.scoring import load_challenge, score_file


@pytest.mark.slow
def test_a_prior_fitted_on_one_population_finds_the_signals_of_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = ["baselines=[ror]", "challenge.resamples=100", "tracking=none"]
    assert main(["train", "experiment=adverse_event_signals", *settings]) == 0
    (run,) = (path for path in Path("runs").iterdir() if path.name.startswith("adverse_events-"))
    cases = pd.read_csv(run / "cases.csv")
    assert (cases["person"] == cases["substance"]).all()
    assert (cases.groupby("person")["fold"].nunique() == 1).all(), "a substance is in two folds"

    assert main(["synthesize", "adverse_events", "--out", "new", "--seed", "7"]) == 0
    assert main(["predict", "--run", str(run), "new", "--out", "answers"]) == 0
    params = registry.load("use_case", "adverse_events", "params")
    opened = data.open("new", "evaluate")
    cases = registry.load("use_case", "adverse_events")(params()).prepare(opened, tmp_path).cases
    names = {"case": "pair", "person": "substance"}
    cases.table.rename(columns=names).to_csv("labels.csv", index=False)
    card = load_challenge("adverse-event-signals")
    sheet = score_file("answers/predictions.csv", card, "labels.csv", resamples=200)
    assert sheet.n_cases == len(cases) > 0.99 * len(opened.table("pair"))
    assert sheet.floor.gain_low > 0.3
    # A run gives no days of alerts: their metric has no value, and takes nothing from the others.
    assert sheet.metrics[1].name == "days-to-detection"
    assert sheet.metrics[1].value is None or math.isnan(sheet.metrics[1].value)


@pytest.mark.slow
def test_a_run_opens_the_challenge_for_practice_with_its_first_days(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    small = ["use_case.params.synthetic.persons=6000", "baselines=[prr]", "tracking=none"]
    asked = ["use_case=adverse_events", "model=ic", "challenge=adverse_event_signals", "seed=2"]
    assert main(["train", *asked, *small, "challenge.resamples=100"]) in (0, 3)
    (run,) = (path for path in Path("runs").iterdir() if path.name.startswith("adverse_events-"))
    assert "first_day" in pd.read_csv(run / "truth.csv").columns
    here = ["--challenge", "adverse-event-signals-practice", "--store", "store"]
    assert main(["challenge", "open", str(run), "--store", "store"]) == 0
    for team, folder in {"ic": run, "prr": run / "baselines/prr"}.items():
        assert main(["submit", str(folder), *here, "--team", team, "--wait"]) == 0
    capsys.readouterr()
    assert main(["leaderboard", *here, "--json"]) == 0
    ranks = {row["name"]: row["rank"] for row in json.loads(capsys.readouterr().out)["rows"]}
    assert (ranks["ic"], ranks["prr"]) == (1, 2)
