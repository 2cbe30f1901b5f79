"""The values behind the sections, held against counts made by hand."""

import json
from pathlib import Path

import pandas as pd
import pytest
from PIL import Image

from workbench import scoring
from workbench.report.artefacts import Artefacts
from workbench.report.run import Run
from workbench.report.sections import centres, decisions, facts, flow, headline, slides, training

CLASSES = ["benign", "low", "high", "invasive"]


@pytest.fixture
def run(run_folder: Path) -> Run:
    return Run(Artefacts(run_folder))


def rewrite(folder: Path, name: str, change: object) -> None:
    value = json.loads((folder / name).read_text(encoding="utf-8"))
    change(value)  # type: ignore[operator]
    (folder / name).write_text(json.dumps(value), encoding="utf-8")


def test_the_confusion_matrix_counts_the_decisions_the_scorer_judged(
    run: Run, run_folder: Path
) -> None:
    card = scoring.load_challenge("tissue-lesions")
    predictions = pd.read_parquet(run_folder / "predictions.parquet")
    called = scoring.decisions(predictions[CLASSES].to_numpy(), card)
    truth = pd.read_csv(run_folder / "truth.csv")["label"]
    expected = pd.crosstab(truth, [CLASSES[k] for k in called])
    shown = decisions.confusion(run)["counts"].rows
    for name, row in zip(CLASSES, shown, strict=True):
        for decided, cell in zip(CLASSES, row[1:5], strict=True):
            count = expected.loc[name].get(decided, 0)
            assert cell.split(" ")[0] == str(count)


def test_mean_costs_and_score_are_the_same_thing_twice(run: Run) -> None:
    rows = decisions.confusion(run)["classes"].rows
    cases = [int(row[1]) for row in rows]
    cost = sum(n * float(row[4]) for n, row in zip(cases, rows, strict=True)) / sum(cases)
    assert 1 - cost == pytest.approx(run.sheet.primary.value, abs=2e-3)


def test_without_the_card_decisions_are_the_most_probable_class(run_folder: Path) -> None:
    (run_folder / "challenge.json").unlink()
    values = decisions.confusion(Run(Artefacts(run_folder)))
    assert values["rule"] == "the most probable class"
    assert not values["costs"]


def test_centres_give_sizes_and_mark_the_small_ones(run: Run) -> None:
    values = centres.centres(run)
    table = pd.DataFrame(run.artefacts.rows("cases.csv"))
    for row in values["table"].rows:
        part = table[table["centre"] == row[0]]
        assert row[1] == str(len(part))
        assert row[2].removesuffix(" (few)") == str(part["person"].nunique())
        assert row[2].endswith("(few)") == (part["person"].nunique() < centres.FEW_PERSONS)
        assert (row[0] in values["few"]) == row[2].endswith("(few)")


def test_flow_shows_every_step_and_reason(run: Run) -> None:
    values = flow.flow(run)
    kept = [step["kept"] for step in values["steps"]]
    assert kept == ["1", "77", "74", "72", "18\u202f943"]
    assert values["reasons"] == "missing-mpp (1), no-tissue (2), unreadable (2)"
    assert len(values["excluded"].rows) == 5
    everyone = values["labels"].rows[-1]
    assert everyone[1:3] == ["72", "52"]
    assert sum(int(n) for n in everyone[3:]) == 72


def test_training_marks_the_lowest_validation_loss(run: Run, run_folder: Path) -> None:
    values = training.training(run)
    assert len(values["panels"]) == 4
    history = pd.read_csv(run_folder / "history.csv")
    for row in values["table"].rows:
        place = f"repeat-0-{row[1].replace(' ', '-')}"
        fit = history[(history["model"] == row[0]) & (history["fold"] == place)]
        best = fit.loc[fit["val_loss"].idxmin()]
        assert row[2:4] == [str(len(fit)), f"{best['epoch']:g}"]


@pytest.mark.parametrize(
    ("low", "high", "direction", "words"),
    [
        (0.01, 0.2, "maximize", "Better than mean_pool"),
        (-0.2, -0.01, "maximize", "Worse than mean_pool"),
        (-0.1, 0.1, "maximize", "No difference from mean_pool is shown"),
        (-0.2, -0.01, "minimize", "Better than mean_pool on the same cases: gain 0.090 (0.010 to"),
        (None, None, "maximize", "Gain over mean_pool"),
    ],
)
def test_words_on_a_baseline_follow_the_paired_interval(
    run_folder: Path, low: float, high: float, direction: str, words: str
) -> None:
    found = {"low": low, "high": high, "direction": direction, "difference": -0.09}
    rewrite(run_folder, "comparison.json", lambda rows: rows[1]["difference"].update(found))
    said = headline.headline(Run(Artefacts(run_folder)))["meaning"]
    assert any(one.startswith(words) for one in said), said


def test_a_score_that_does_not_beat_the_floor_says_so(run_folder: Path) -> None:
    found = {"gain": 0.01, "gain_low": -0.02, "gain_high": 0.04}
    rewrite(run_folder, "score.json", lambda sheet: sheet["floor"].update(found))
    said = headline.headline(Run(Artefacts(run_folder)))["meaning"]
    assert said[0].startswith("Not shown to be better than always answering “low”")


def test_costly_mistakes_come_first_among_the_heatmaps(run: Run) -> None:
    shown = slides.slides(run)["slides"]
    states = [slide["state"] for slide in shown]
    assert states == sorted(states, key=lambda state: state != "wrong")
    assert "wrong" in states
    kinds = [[image["kind"] for image in slide["images"]] for slide in shown]
    assert all(kind == ["Overview", "Attention"] for kind in kinds)


def test_large_images_are_made_small_and_broken_ones_named(run: Run, run_folder: Path) -> None:
    folder = run_folder / "heatmaps"
    Image.new("RGB", (2000, 1000), "pink").save(folder / "slide-009.attention.png")
    (folder / "slide-010.attention.png").write_bytes(b"<svg onload=alert(1)>")
    values = slides.slides(run)
    by_name = {slide["name"]: slide["images"] for slide in values["slides"]}
    assert (by_name["slide-009"][1]["width"], by_name["slide-009"][1]["height"]) == (640, 320)
    assert len(by_name["slide-010"]) == 1
    assert values["broken"] == ["slide-010.attention.png is not a readable image"]


def test_provenance_holds_every_fact_of_the_run(run: Run, run_folder: Path) -> None:
    shown = {
        cell for group in facts.provenance(run)["groups"] for row in group.rows for cell in row
    }
    recorded = json.loads((run_folder / "run.json").read_text(encoding="utf-8"))
    for expected in (
        *recorded["digests"].values(),
        *recorded["versions"].values(),
        *run.sheet.digests.model_dump().values(),
        recorded["git"]["revision"],
        "persons opted out",
        "d4" * 32,
        "NVIDIA H200",
        "5120.4",
    ):
        assert expected in shown
