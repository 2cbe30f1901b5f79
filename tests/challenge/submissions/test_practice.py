"""A finished run opens its own challenge: its models meet on one board with the run's scores."""

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from workbench.cli.main import main
from workbench.scoring import load_challenge, sample_labels, score

HERE = ["--challenge", "tissue-lesions-practice", "--store", "store"]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder as a run leaves it: card, labels, the answers of a model and of a baseline."""
    card = load_challenge("tissue-lesions")
    assert card.folder is not None
    kit, folder = card.folder / "starting_kit", tmp_path / "run"
    (folder / "baselines" / "mean_pool").mkdir(parents=True)
    (folder / "challenge.json").write_text(json.dumps(card.model_dump(mode="json")))
    (folder / "run.json").write_text(json.dumps({"models": ["attention_mil", "mean_pool"]}))
    shutil.copy(kit / "labels.csv", folder / "truth.csv")
    places = {"submission": folder, "submission_one_hot": folder / "baselines" / "mean_pool"}
    for name, place in places.items():
        answers = pd.read_csv(kit / f"{name}.csv")
        answers.to_parquet(place / "predictions.parquet", index=False)
        sheet = score(place / "predictions.parquet", sample_labels(card), card)
        (place / "score.json").write_text(sheet.to_json())
    monkeypatch.chdir(tmp_path)
    return folder


def test_the_board_has_the_scores_of_the_run_to_the_digit(
    run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    models = {"attention_mil": "run", "mean_pool": "run/baselines/mean_pool"}
    for known in (False, True):  # typed a second time, nothing is new
        assert main(["challenge", "open", "run", "--store", "store"]) == 0
        for team, folder in models.items():
            capsys.readouterr()
            assert main(["submit", folder, *HERE, "--team", team, "--wait", "--json"]) == 0
            assert json.loads(capsys.readouterr().out)["known"] is known
    assert main(["leaderboard", *HERE, "--json"]) == 0
    shown = {row["name"]: row for row in json.loads(capsys.readouterr().out)["rows"]}
    for team, folder in models.items():
        primary = next(
            m for m in json.loads(Path(folder, "score.json").read_text())["metrics"] if m["primary"]
        )
        for column, key in (("score", "value"), ("low", "low"), ("high", "high")):
            assert shown[team][column] == round(primary[key], 4)
    assert main(["audit", "verify", "--store", "store"]) == 0


def test_another_run_on_other_cases_needs_another_store(
    run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["challenge", "open", "run", "--store", "store"]) == 0
    text = (run / "truth.csv").read_text()
    (run / "truth.csv").write_text(text.replace(",benign", ",low", 1))
    assert main(["challenge", "open", "run", "--store", "store"]) == 3
    assert "other cases" in capsys.readouterr().err


def test_a_folder_that_is_no_finished_run_is_told(
    run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (run / "truth.csv").unlink()
    assert main(["challenge", "open", "run", "--store", "store"]) == 3
    assert "no finished run" in capsys.readouterr().err
    assert not Path("store").exists()


def test_scores_of_other_code_are_no_board_to_go_on_with(
    run: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["challenge", "open", "run", "--store", "store"]) == 0
    name = "workbench.challenge.submissions.practice.code_digest"
    monkeypatch.setattr(name, lambda: "f" * 64)
    assert main(["challenge", "open", "run", "--store", "store"]) == 3
    assert "made by other scoring code" in capsys.readouterr().err
