"""The hidden side of the sarcoma challenges: nothing of it is where participants look."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from workbench.scoring import load_challenge

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "scripts/sarcoma_challenges.py"
SEED = 314159265358979


def made(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(SCRIPT), *words], capture_output=True, text=True, timeout=900
    )


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sarcoma") / "host"
    done = made("host", str(folder), "--persons", "500", "--each", "1", "--seed", str(SEED))
    assert done.returncode == 0, done.stderr
    return folder


def read(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype=str, keep_default_na=False)


@pytest.mark.slow
def test_each_split_has_its_labels_and_nobody_is_in_two(host: Path) -> None:
    for name in ("survival", "causal"):
        card = load_challenge(host / f"sarcoma_{name}")
        labels = [read(host / f"labels/{card.id}/{s.id}.csv")[card.key] for s in card.data.splits]
        sample = read(host / f"sarcoma_{name}/starting_kit/labels.csv")[card.key]
        together = pd.concat([*labels, sample])
        assert together.is_unique and all(len(part) for part in labels)


@pytest.mark.slow
def test_of_hidden_persons_only_the_day_of_surgery_is_given(host: Path) -> None:
    public = host / "public/sarcoma-survival"
    for split in ("public-test", "private-test"):
        tables = {path.stem for path in (public / split).glob("*.csv")} - {"manifest"}
        assert tables == {"person", "tumour", "procedure", "visit"}
        procedure, visit = (read(public / split / f"{name}.csv") for name in ("procedure", "visit"))
        day = procedure[procedure["kind"] == "surgery"].set_index("person_id")["date"]
        for table in (procedure, visit):
            assert (table["date"] <= table["person_id"].map(day)).all()
        labels = read(host / f"labels/sarcoma-survival/{split}.csv")
        assert set(labels["person"]) == set(read(public / split / "person.csv")["person_id"])


@pytest.mark.slow
def test_the_outside_hospital_is_in_the_last_split_alone(host: Path) -> None:
    public = host / "public/sarcoma-survival"
    centres = {
        name: set(read(public / name / "tumour.csv")["centre"])
        for name in ("training", "public-test", "private-test")
    }
    assert "EXT" in centres["private-test"]
    assert "EXT" not in centres["training"] | centres["public-test"]


@pytest.mark.slow
def test_neither_seed_nor_truth_is_public(host: Path) -> None:
    assert (host / "secret.json").stat().st_mode & 0o077 == 0
    effects = set(read(host / "labels/sarcoma-causal/private-test.csv")["effect"]) - {"0.00000"}
    for place in ("public", "sarcoma_survival", "sarcoma_causal"):
        for path in (host / place).rglob("*"):
            if path.is_file() and "starting_kit" not in path.parts:
                content = path.read_bytes()
                assert str(SEED).encode() not in content
                assert not any(effect.encode() in content for effect in effects)


@pytest.mark.slow
def test_the_public_cohorts_are_those_of_the_kit(tmp_path: Path) -> None:
    assert made("public", str(tmp_path / "cohorts")).returncode == 0
    kit = ROOT / "challenges/sarcoma_causal/starting_kit"
    names = sorted(path.name for path in (tmp_path / "cohorts").iterdir())
    assert names == read(kit / "labels.csv")["cohort"].tolist()
    for known in (kit / "cohorts").rglob("*.parquet"):
        fresh = tmp_path / "cohorts" / known.relative_to(kit / "cohorts")
        pd.testing.assert_frame_equal(pd.read_parquet(fresh), pd.read_parquet(known))


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").touch()
    done = made("host", str(tmp_path))
    assert done.returncode == 2 and "is not empty" in done.stderr
