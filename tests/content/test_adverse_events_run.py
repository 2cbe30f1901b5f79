"""Signals from one synthetic population to the predictions for another, by the verbs."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

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
    pairs = pd.read_parquet("new/pair.parquet")
    pairs[["pair", "substance", "label"]].to_csv("labels.csv", index=False)
    card = load_challenge("adverse-event-signals")
    sheet = score_file("answers/predictions.csv", card, "labels.csv", resamples=200)
    assert sheet.n_cases == len(pairs)
    assert sheet.floor.gain_low > 0.3
