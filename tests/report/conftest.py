"""A realistic run folder, scored by the real scorer, in the form ``workbench/runs`` writes."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image, ImageDraw

from workbench import scoring

CLASSES = ["benign", "low", "high", "invasive"]
FOLDS = 4
CONFIG = """\
seed: 0
use_case:
  name: pathology_slides
  source: synthetic
model:
  name: attention_mil
  params: {hidden: 64, dropout: 0.25}
baselines: [mean_pool]
validation: {folds: 4, repeats: 1, quick_cases: null}
paths: {runs: /home/jane/projects/runs, cache: cache}
"""


@pytest.fixture
def make_run(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes a run folder and returns it."""

    def make(name: str = "run", *, cases: int = 72, case_name: str = "slide-{:03d}") -> Path:
        return write_run(tmp_path / name, cases=cases, case_name=case_name)

    return make


@pytest.fixture(scope="session")
def _finished_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One complete run folder, scored once and copied by the tests."""
    return write_run(tmp_path_factory.mktemp("runs") / "run")


@pytest.fixture
def run_folder(_finished_run: Path, tmp_path: Path) -> Path:
    """A complete run folder, the test's own."""
    return Path(shutil.copytree(_finished_run, tmp_path / "run"))


def write_run(folder: Path, *, cases: int = 72, case_name: str = "slide-{:03d}") -> Path:
    """Write every artefact of a run: 72 slides of 52 persons, five slides left out.

    Args:
        folder: Where to write.
        cases: Number of cases.
        case_name: Pattern of the case names.
    """
    folder.mkdir(parents=True)
    table = _cases(cases, case_name)
    table.to_csv(folder / "cases.csv", index=False)
    _scores(folder, table)
    _tables(folder, table)
    _facts(folder)
    _heatmaps(folder, table)
    return folder


def _cases(n: int, case_name: str) -> pd.DataFrame:
    """Return cases with person, label, fold and centre."""
    rng = np.random.default_rng(7)
    person = np.sort(rng.integers(0, max(2, int(n * 1.2)), n))
    label = rng.choice(4, n, p=[0.35, 0.3, 0.2, 0.15])
    return pd.DataFrame(
        {
            "case": [case_name.format(i) for i in range(n)],
            "person": [f"p{p:03d}" for p in person],
            "label": [CLASSES[k] for k in label],
            "fold": person % FOLDS,
            "centre": [f"centre {'ABC'[p % 7 // 3]}" for p in person],
        }
    )


def _predictions(table: pd.DataFrame, skill: float) -> pd.DataFrame:
    """Return probabilities that are right about as often as ``skill`` says."""
    rng = np.random.default_rng(int(skill * 100))
    truth = table["label"].map(CLASSES.index).to_numpy()
    logits = rng.normal(0, 1.0, (len(table), 4))
    logits[np.arange(len(table)), truth] += skill
    logits -= 0.5 * abs(np.arange(4)[None, :] - truth[:, None])
    shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    shares = np.round(shares, 6)
    return pd.DataFrame(shares, columns=CLASSES).assign(case=table["case"])[["case", *CLASSES]]


def _scores(folder: Path, table: pd.DataFrame) -> None:
    """Score model and baseline with the real scorer, and fold by fold."""
    challenge = scoring.load_challenge("tissue-lesions")
    _json(folder, "challenge.json", challenge.model_dump(mode="json"))
    truth = table.rename(columns={"person": "patient"})[["case", "patient", "label"]]
    truth.to_csv(folder / "truth.csv", index=False)
    answers = {"attention_mil": _predictions(table, 2.2), "mean_pool": _predictions(table, 0.6)}
    rows, folds = [], []
    for model, answer in answers.items():
        sheet = scoring.score(answer, truth, challenge, resamples=300)
        row = {"model": model, "baseline": model == "mean_pool"}
        row["score"] = json.loads(sheet.to_json())
        if row["baseline"]:
            row["difference"] = scoring.paired_difference(
                answers["attention_mil"], answer, truth, challenge, resamples=300
            )
        else:
            answer.to_parquet(folder / "predictions.parquet", index=False)
            (folder / "score.json").write_text(sheet.to_json(), encoding="utf-8")
        rows.append(row)
        folds.append(_fold_values(model, answer, table))
    _json(folder, "comparison.json", rows)
    _json(folder, "folds.json", folds)


def _fold_values(model: str, answer: pd.DataFrame, table: pd.DataFrame) -> dict[str, object]:
    """Return made-up but plausible values of each fold."""
    right = answer[CLASSES].to_numpy().argmax(axis=1) == table["label"].map(CLASSES.index)
    values = [float(right[table["fold"] == fold].mean()) for fold in range(FOLDS)]
    rows = [
        {"repeat": 0, "fold": fold, "n": int((table["fold"] == fold).sum()), "value": value}
        for fold, value in enumerate(values)
    ]
    summary = {"mean": float(np.mean(values)), "sd": float(np.std(values, ddof=1))}
    summary |= {"min": min(values), "max": max(values), "n": len(values)}
    return {"model": model, "metric": "cost-score", "folds": rows, "summary": summary}


def _tables(folder: Path, table: pd.DataFrame) -> None:
    """Write data flow, what was left out, and the training history."""
    n = len(table)
    flow = [
        {"step": "persons who opted out", "kept": None, "excluded": 1, "reason": "opt-out"},
        {"step": "slides in the data set", "kept": n + 5, "excluded": 0, "reason": ""},
        {"step": "slides readable", "kept": n + 2, "excluded": 3, "reason": "unreadable, no mpp"},
        {"step": "slides with tissue", "kept": n, "excluded": 2, "reason": "no tissue"},
        {"step": "tiles at 1.0 mpp", "kept": 18943, "excluded": 412, "reason": "little tissue"},
    ]
    _json(folder, "flow.json", flow)
    excluded = [
        ("slide-101", "unreadable", "TIFF directory is cut off", "copy the file again"),
        ("slide-102", "unreadable", "/home/jane/slides/slide-102.svs is empty", "copy it again"),
        ("slide-103", "missing-mpp", "no mpp in the file", "state it: use_case.params.mpp=0.25"),
        ("<script>alert('x')</script>", "no-tissue", "0.1 % tissue", "look at the overview"),
        ('"><img src=x onerror=alert(1)>', "no-tissue", "0.0 % tissue", "look at the overview"),
    ]
    columns = ["case", "reason", "message", "remedy"]
    pd.DataFrame(excluded, columns=columns).to_csv(folder / "excluded.csv", index=False)
    rows = []
    rng = np.random.default_rng(3)
    for model, floor in (("attention_mil", 0.25), ("mean_pool", 0.6)):
        for fold in range(FOLDS):
            for epoch in range(24 + 3 * fold):
                train = floor * 0.6 + 1.1 * np.exp(-epoch / 7) + rng.normal(0, 0.02)
                held = floor + 1.0 * np.exp(-epoch / 6) + 0.006 * epoch + rng.normal(0, 0.03)
                rows.append((model, f"repeat-0-fold-{fold}", epoch, train, held))
    history = pd.DataFrame(rows, columns=["model", "fold", "epoch", "train_loss", "val_loss"])
    history.round(5).to_csv(folder / "history.csv", index=False)


def _facts(folder: Path) -> None:
    """Write configuration, facts and times."""
    (folder / "config.yaml").write_text(CONFIG, encoding="utf-8")
    facts = {
        "name": "pathology_slides-attention_mil",
        "digest": "4f1c" * 16,
        "digests": {"config": "a1" * 32, "data": "b2" * 32, "code": "c3" * 32},
        "data": {"name": "synthetic-slides", "version": "1.0", "synthetic": True, "opted_out": 1}
        | {"known_biases": ["Every slide comes from one simulated scanner."]},
        "challenge": {"id": "tissue-lesions", "version": "1.0.0"},
        "models": ["attention_mil", "mean_pool"],
        "encoder": {"name": "tile statistics", "features": 64},
        "seed": 0,
        "git": {"revision": "d8e55f3" * 5, "dirty": True},
        "versions": {"python": "3.11.9", "torch": "2.13.0", "numpy": "2.4.6"},
        "cases": 72,
        "excluded": 5,
    }
    _json(folder, "run.json", facts)
    machine = {"device": "NVIDIA H200", "gpu_memory_gb": 139.8, "tiles_per_s": 5120.4}
    audit = {"record": 12, "hash": "d4" * 32}
    seconds = {"data": 1.21, "cases": 40.5, "attention_mil": 31.7, "final_model": 8.4}
    _json(folder, "times.json", {"seconds": seconds, "machine": machine, "audit": audit})


def _heatmaps(folder: Path, table: pd.DataFrame) -> None:
    """Draw an overview and an overlay for a few slides."""
    (folder / "heatmaps").mkdir()
    predictions = pd.read_parquet(folder / "predictions.parquet")[CLASSES].to_numpy()
    called = scoring.decisions(predictions, scoring.load_challenge("tissue-lesions"))
    mistaken = table["case"][[CLASSES[k] for k in called] != table["label"]]
    rng = np.random.default_rng(5)
    for case in [*table["case"][9:11], *mistaken[:3], *table["case"][-2:]]:
        overview = Image.new("RGB", (400, 300), "#f4f0f4")
        pen = ImageDraw.Draw(overview)
        for _ in range(14):
            x, y, r = rng.integers(60, 340), rng.integers(60, 240), rng.integers(15, 55)
            shade = tuple(int(v) for v in rng.integers((190, 120, 170), (225, 165, 205)))
            pen.ellipse((x - r, y - r, x + r, y + r), fill=shade)
        overlay = overview.copy()
        heat = ImageDraw.Draw(overlay, "RGBA")
        for x in range(60, 340, 20):
            for y in range(60, 240, 20):
                strength = int(150 * rng.random() ** 4)
                heat.rectangle((x, y, x + 19, y + 19), fill=(220, 60, 20, strength))
        safe = case.replace("/", "_")
        overview.save(folder / "heatmaps" / f"{safe}.slide.png")
        overlay.save(folder / "heatmaps" / f"{safe}.attention.png")


def _json(folder: Path, name: str, value: object) -> None:
    """Write one JSON artefact."""
    text = json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False)
    (folder / name).write_text(text, encoding="utf-8")
