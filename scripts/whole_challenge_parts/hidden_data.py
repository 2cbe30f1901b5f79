"""Makes two challenges with hidden data from a secret seed: slides, and series of days."""

from __future__ import annotations

import csv
import random
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from workbench.scoring import load_challenge

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = ROOT / "challenges/tissue_lesions"
CLASSES = ("benign", "low", "high", "invasive")
ALWAYS = {"opens": "2026-01-01T00:00:00Z", "closes": "2100-01-01T00:00:00Z"}
SPLITS = ("slides-public", "slides-final")
PERSONS, SAMPLE_PERSONS, DAYS = 40, 6, 6
LIMITS = {"wall_s": 15, "cpu_s": 10, "memory_mb": 300, "tmp_mb": 64, "archive_mb": 5}


@dataclass(frozen=True)
class Host:
    """The organiser's folders: packs are public, labels and inputs are not."""

    folder: Path

    @property
    def labels(self) -> Path:
        """Hidden labels, a folder a challenge."""
        return self.folder / "labels"

    @property
    def inputs(self) -> Path:
        """Hidden inputs of models, a folder a split."""
        return self.folder / "inputs"

    @property
    def public(self) -> Path:
        """Files everybody may download, a folder a challenge."""
        return self.folder / "public"

    @property
    def slides(self) -> Path:
        """Pack of the challenge on slides."""
        return self.folder / "tissue_lesions"

    @property
    def series(self) -> Path:
        """Pack of the challenge on series."""
        return self.folder / "watch_relapse"


def write_table(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a CSV file and the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(header)
        table.writerows(rows)


def read_rows(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file."""
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def make_slides(host: Host, generated: Path, draw: random.Random) -> None:
    """Make `tissue-lesions` with two hidden splits of generated slides.

    No person is in both splits. What is measured of a slide is drawn as in the public sample.

    Args:
        host: Where to write.
        generated: What `workbench synthesize pathology_slides` wrote from the secret seed.
        draw: Of the same seed.
    """
    slides = read_rows(generated / "slides.csv")
    persons = sorted({row["person"] for row in slides})
    draw.shuffle(persons)
    shutil.copytree(SHIPPED, host.slides, ignore=shutil.ignore_patterns("__pycache__"))
    for split, whose in zip(SPLITS, (persons[::2], persons[1::2]), strict=True):
        rows = [row for row in slides if row["person"] in whose]
        measured = [[row["case"], *_measured(row["label"], draw)] for row in rows]
        header = ("case", "tissue_mm2", "dark_nuclei_share", "largest_cluster_mm2")
        for place in (host.inputs / split, host.public / "tissue-lesions" / split):
            write_table(place / "cases.csv", header, measured)
        labels = [(row["case"], row["person"], row["label"]) for row in rows]
        target = host.labels / "tissue-lesions" / f"{split}.csv"
        write_table(target, ("case", "patient", "label"), labels)
        write_table(host.slides / f"{split}.csv", ("case",), [(row["case"],) for row in rows])
    _change_card(host.slides, _slides_card)


def _measured(label: str, draw: random.Random) -> tuple[float, float, float]:
    """Return tissue, share of dark nuclei, largest cluster of a slide."""
    grave = CLASSES.index(label)
    share = min(max(draw.gauss(0.1 + 0.22 * grave, 0.1), 0.01), 0.95)
    return (
        round(draw.uniform(20, 85), 1),
        round(share, 3),
        round(max(draw.gauss(grave, 0.5), 0.0), 2),
    )


def _slides_card(card: dict[str, Any]) -> None:
    """Give the shipped card hidden splits, and phases on them."""
    public, final = SPLITS
    card["data"]["splits"] = [
        {"id": name, "hidden": True, "keys": f"{name}.csv"} for name in SPLITS
    ]
    card["phases"] = [
        {"id": "public", "split": public, "show": ["score", "rank", "interval"]} | ALWAYS,
        {"id": "final", "split": final, "final": True, "takes_from": "public"} | ALWAYS,
    ]
    card["intervals"]["resamples"] = 500
    card["models"]["limits"] = LIMITS


def series_labels(draw: random.Random) -> tuple[list[list[object]], list[list[object]]]:
    """Return rows of labels and of measurements: does the person relapse on the next day?"""
    labels: list[list[object]] = []
    measured: list[list[object]] = []
    for number in range(PERSONS):
        person, ill = f"q{number:02d}", draw.random() < 0.5
        for day in range(1, DAYS + 1):
            measured.append([person, f"2026-01-{day:02d}", round(draw.gauss(ill, 0.4), 3)])
            ill = ill if draw.random() < 0.75 else not ill
            labels.append([f"{person}-{day}", person, "yes" if ill else "no"])
    return labels, measured


def finish_series(host: Host, measured: list[list[object]], draw: random.Random) -> None:
    """Give the series challenge that `challenge new` made streaming models and their inputs.

    Args:
        host: Where it was made.
        measured: Series, day and value of every hidden measurement.
        draw: For the sample, which is made up.
    """
    for split in ("public-test", "private-test"):
        listed = read_rows(host.series / f"starting_kit/submission_{split}.csv")
        cases = [row["case"] for row in listed]
        persons = {case.partition("-")[0] for case in cases}
        own = [row for row in measured if row[0] in persons]
        _write_series(host.inputs / split, cases, own)
    labels = read_rows(host.series / "starting_kit/labels.csv")
    made = [
        [row["person"], _day(i), round(draw.gauss(0.5, 0.4), 3)] for i, row in enumerate(labels)
    ]
    where = host.series / "starting_kit/inputs"
    write_table(where / "measurements.csv", ("series", "day", "value"), made)
    cases = [[row["case"], row["person"], _day(i)] for i, row in enumerate(labels)]
    write_table(where / "cases.csv", ("case", "series", "day"), cases)
    _change_card(host.series, _series_card)


def _write_series(place: Path, cases: list[str], measured: list[list[object]]) -> None:
    """Write the tables of a split."""
    write_table(place / "measurements.csv", ("series", "day", "value"), measured)
    parts = [(case, *case.split("-")) for case in cases]
    rows = [(case, person, f"2026-01-{int(day):02d}") for case, person, day in parts]
    write_table(place / "cases.csv", ("case", "series", "day"), rows)


def _day(number: int) -> str:
    """Return a day of the sample."""
    return f"2025-12-{1 + number % 28:02d}"


def _series_card(card: dict[str, Any]) -> None:
    """Let the card take models that are called day by day."""
    card["models"] = {
        "accepted": True,
        "sample_inputs": "starting_kit/inputs",
        "streaming": {},
        "limits": LIMITS | {"wall_s": 8},
    }
    card["intervals"]["resamples"] = 500


def _change_card(folder: Path, change: Any) -> None:
    """Rewrite a challenge's card; it must still be one."""
    path = folder / "challenge.yaml"
    card = yaml.safe_load(path.read_text())
    change(card)
    path.write_text(yaml.safe_dump(card, sort_keys=False, allow_unicode=True))
    load_challenge(path)
