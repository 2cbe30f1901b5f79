"""The challenge of signals: its kit is made as is said, its hidden side is where nobody looks."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from workbench import data
from workbench.scoring import load_challenge, load_truth, score_file

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "scripts/adverse_event_challenge.py"
SHIPPED = load_challenge("adverse-event-signals")
KIT = ROOT / "challenges/adverse_event_signals/starting_kit"
SPLITS = ("public-test", "private-test")
SEED = 271828182845904


def made(*words: str) -> None:
    done = subprocess.run(
        [sys.executable, str(SCRIPT), *words], capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("signals") / "host"
    made("host", str(folder), "--persons", "5000", "--seed", str(SEED))
    return folder


def test_what_shrinks_beats_what_does_not_and_all_beat_the_floor() -> None:
    sheets = {
        name: score_file(KIT / f"submission_{name}.csv", SHIPPED)
        for name in ("ebgm", "ic", "ror", "prr")
    }
    value = {name: sheet.primary.value for name, sheet in sheets.items()}
    assert min(value["ebgm"], value["ic"]) > 1.3 * max(value["ror"], value["prr"])
    assert all(sheet.floor.gain_low > 0 for sheet in sheets.values())


@pytest.mark.slow
def test_the_kit_is_made_again_by_the_script(tmp_path: Path) -> None:
    made("kit", str(tmp_path / "kit"))
    names = {path.name for path in KIT.iterdir()}
    assert {path.name for path in (tmp_path / "kit").iterdir()} == names
    for name in names:
        mine, shipped = (pd.read_csv(folder / name) for folder in (tmp_path / "kit", KIT))
        pd.testing.assert_frame_equal(mine, shipped, atol=1e-6)


@pytest.mark.slow
def test_public_tables_open_without_labels_and_tell_no_seed(host: Path) -> None:
    for split in SPLITS:
        opened = data.open(host / "public" / split, "predict")
        assert "label" not in opened.table("pair").columns
        for path in (host / "public").rglob("*"):
            assert str(SEED).encode() not in (path.read_bytes() if path.is_file() else b"")
    assert (host / "secret.json").stat().st_mode & 0o077 == 0


@pytest.mark.slow
def test_labels_cover_the_public_pairs_and_both_splits_differ(host: Path) -> None:
    card = load_challenge(host / "adverse_event_signals")
    together = []
    for split in SPLITS:
        labels = load_truth(host / f"labels/{card.id}/{split}.csv", card)
        public = pd.read_parquet(host / "public" / split / "pair.parquet")
        assert sorted(labels["pair"]) == sorted(public["pair"])
        assert labels["label"].nunique() == 2
        together.append(labels)
    assert pd.concat(together)["pair"].is_unique
    assert not set(together[0]["substance"]) & set(together[1]["substance"])


@pytest.mark.slow
def test_the_truth_agrees_with_the_labels(host: Path) -> None:
    for split in SPLITS:
        truth = json.loads((host / "truth" / f"{split}.json").read_text(encoding="utf-8"))
        table = pd.DataFrame(truth["incidence"])
        planted = table.loc[table["planted"], ["substance", "event"]].agg("|".join, axis=1)
        labels = pd.read_csv(host / f"labels/adverse-event-signals/{split}.csv")
        signals = labels.loc[labels["label"] == "planted", "pair"]
        assert set(signals.str.removeprefix(f"{split}|")) <= set(planted)
