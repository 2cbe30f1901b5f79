"""The adverse-event challenges: kits are made as is said, hidden sides are where nobody looks."""

from __future__ import annotations

import json
import runpy
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from workbench import data
from workbench.scoring import load_challenge, load_truth, score, score_file

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "scripts/adverse_event_challenges.py"
SHIPPED = load_challenge("adverse-event-signals")
KIT = ROOT / "challenges/adverse_event_signals/starting_kit"
EXPOSURE = load_challenge("adverse-event-exposure")
EXPOSURE_KIT = ROOT / "challenges/adverse_event_exposure/starting_kit"
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
        for name in ("ebgm", "ic", "rate_based", "ror", "prr", "no_alert")
    }
    value = {name: sheet.primary.value for name, sheet in sheets.items()}
    assert min(value["ebgm"], value["ic"]) > 1.15 * max(value["ror"], value["prr"])
    assert value["rate_based"] > max(value["ror"], value["prr"])
    null = sheets.pop("no_alert")
    assert null.floor.gain == 0
    assert all(sheet.floor.gain_low > 0 for sheet in sheets.values())
    waits = {name: sheet.metrics[1] for name, sheet in sheets.items()}
    assert all(wait.name == "days-to-detection" for wait in waits.values())
    assert all(wait.value < null.metrics[1].value for wait in waits.values())
    assert waits["ic"].value < waits["prr"].value


def test_alerts_on_every_pair_at_its_first_report_find_next_to_nothing(tmp_path: Path) -> None:
    best = pd.read_csv(KIT / "submission_ebgm.csv")
    first = pd.read_csv(KIT / "labels.csv").set_index("pair")["first_day"]
    best.assign(alert_day=best["pair"].map(first)).to_csv(tmp_path / "all.csv", index=False)
    wait, null = (
        score_file(path, SHIPPED).metrics[1].value
        for path in (tmp_path / "all.csv", KIT / "submission_no_alert.csv")
    )
    assert wait > 0.9 * null


def test_exposure_baselines_are_in_their_order_and_beat_the_floor() -> None:
    sheets = [
        score_file(EXPOSURE_KIT / f"submission_{name}.csv", EXPOSURE)
        for name in ("full", "resolved", "netted", "naive")
    ]
    values = [sheet.primary.value for sheet in sheets]
    assert values == sorted(values)
    assert 0 < values[0] < 0.15 * values[1]
    assert all(sheet.floor.gain_low > 0 for sheet in sheets)


@pytest.mark.parametrize("method", ["naive", "full"])
def test_the_kits_program_makes_the_kits_answers(method: str, tmp_path: Path) -> None:
    out, program = tmp_path / "mine.csv", str(EXPOSURE_KIT / "count.py")
    words = [program, str(EXPOSURE_KIT / "population")]
    done = subprocess.run(
        [sys.executable, *words, "--method", method, "--out", str(out)],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert out.read_bytes() == (EXPOSURE_KIT / f"submission_{method}.csv").read_bytes()


def test_the_kits_population_opens_and_tells_no_truth() -> None:
    opened = data.open(EXPOSURE_KIT / "population", "validate")
    assert [table.name for table in opened.card.tables] == [
        *("person", "beneficiary", "dispensing", "product")
    ]
    assert len(opened.table("person")) > 4000, "no link was lost"


@pytest.mark.slow
def test_the_kit_is_made_again_by_the_script(tmp_path: Path) -> None:
    for which, kit in (("signals", KIT), ("exposure", EXPOSURE_KIT)):
        made("kit", which, str(tmp_path / which))
        names = {path.name for path in kit.iterdir()} - {"count.py", "answer.py", "population"}
        found = {path.name for path in (tmp_path / which).iterdir()} - {"population"}
        assert found == names
        for name in names:
            mine, shipped = (pd.read_csv(folder / name) for folder in (tmp_path / which, kit))
            pd.testing.assert_frame_equal(mine, shipped, atol=1e-6)
    mine, shipped = (
        (folder / "population/manifest.csv").read_text()
        for folder in (tmp_path / "exposure", EXPOSURE_KIT)
    )
    assert mine == shipped


@pytest.mark.slow
def test_public_tables_open_without_labels_and_tell_no_seed(host: Path) -> None:
    for split in SPLITS:
        opened = data.open(host / "public/adverse-event-signals" / split, "predict")
        assert "label" not in opened.table("pair").columns
        flows = data.open(host / "public/adverse-event-exposure" / split, "predict")
        assert {table.name for table in flows.card.tables} == {
            *("person", "beneficiary", "dispensing", "product")
        }
        for path in (host / "public").rglob("*"):
            assert str(SEED).encode() not in (path.read_bytes() if path.is_file() else b"")
    assert (host / "secret.json").stat().st_mode & 0o077 == 0


@pytest.mark.slow
def test_labels_cover_the_public_pairs_and_both_splits_differ(host: Path) -> None:
    card = load_challenge(host / "adverse_event_signals")
    together = []
    for split in SPLITS:
        labels = load_truth(host / f"labels/{card.id}/{split}.csv", card)
        public = pd.read_parquet(host / "public/adverse-event-signals" / split / "pair.parquet")
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


@pytest.mark.slow
def test_cells_of_both_splits_are_answered_from_the_public_flows(
    host: Path, tmp_path: Path
) -> None:
    card = load_challenge(host / "adverse_event_exposure")
    program = str(host / "adverse_event_exposure/starting_kit/count.py")
    for split in SPLITS:
        cells = host / "adverse_event_exposure" / f"{split}.csv"
        labels = host / f"labels/{card.id}/{split}.csv"
        assert "exposure" not in pd.read_csv(cells).columns
        words = [program, str(host / "public/adverse-event-exposure" / split), "--split", split]
        for method in ("netted", "full"):
            out = tmp_path / f"{split}-{method}.csv"
            done = subprocess.run(
                [sys.executable, *words, "--method", method, "--out", str(out)],
                capture_output=True,
                text=True,
            )
            assert done.returncode == 0, done.stderr
        full, netted = (
            score_file(tmp_path / f"{split}-{method}.csv", card, labels, resamples=200)
            for method in ("full", "netted")
        )
        assert full.primary.value < 0.03 < netted.primary.value
        assert full.n_cases > 2000


@pytest.mark.slow
def test_with_every_link_and_every_row_the_full_count_is_exact(tmp_path: Path) -> None:
    sys.path[:0] = [str(ROOT / "scripts")]
    from adverse_event_challenge_parts import exposure

    program = runpy.run_path(str(EXPOSURE_KIT / "count.py"))
    errors = {}
    for name, more in {"blurred": {}, "kept": {"lost_links": 0.0, "extraction_days": 3650}}.items():
        folder, knobs = tmp_path / name, {**exposure.SAMPLE, **more}
        labels = exposure.write_population(folder, exposure.SAMPLE_SEED, **knobs)
        found = program["answer"](data.open(folder, "predict"), "full")
        errors[name] = score(found, labels, EXPOSURE, resamples=100).primary.value
    assert errors["kept"] < 1e-4 < 0.005 < errors["blurred"]
