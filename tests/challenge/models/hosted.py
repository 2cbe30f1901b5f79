"""A challenge that takes models: inputs of every split, two teams, and models they send."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbench.challenge.models import Models, Place, pack, place_here
from workbench.challenge.store import Store
from workbench.challenge.submissions import Labels

from ..submissions.world import World, keys, open_world, write_pack  # noqa: TID252

RULES: dict[str, Any] = {
    "accepted": True,
    "sample_inputs": "inputs/sample",
    "limits": {
        "wall_s": 5,
        "cpu_s": 2,
        "memory_mb": 200,
        "pids": 32,
        "file_mb": 8,
        "output_mb": 8,
        "tmp_mb": 32,
        "log_kb": 8,
    },
}
MANIFEST = "schema_version: 1\nname: a model\nscript: predict.py\n"
GOOD = """
import csv, sys
source, target = sys.argv[1:]
with open(source + '/cases.csv') as file:
    rows = list(csv.DictReader(file))
with open(target + '/predictions.csv', 'w') as file:
    print('case,no,yes', file=file)
    for row in rows:
        p = float(row['feature'])
        print(f"{row['case']},{1 - p:.6f},{p:.6f}", file=file)
"""
HEAD = """
import csv, os, sys
source, target = sys.argv[1:]
rows = list(csv.DictReader(open(source + '/cases.csv')))
def write(value=0.5):
    with open(target + '/predictions.csv', 'w') as file:
        print('case,no,yes', file=file)
        for row in rows:
            print(f"{row['case']},{1 - value},{value}", file=file)
"""


def inputs_of(split: str) -> str:
    """Return the table of inputs of a split: a feature that is the answer of ``world.answer``."""
    lines = [f"{case},{round(0.1 + 0.06 * i, 6)}" for i, case in enumerate(keys(split))]
    return "\n".join(["case,feature", *lines, ""])


def write_inputs(folder: Path, *, series: bool = False) -> Path:
    """Write the inputs of every split into a folder of its name."""
    for split in ("sample", "public", "private"):
        place = folder / split
        place.mkdir(parents=True)
        if series:
            write_series(place, split)
        else:
            (place / "cases.csv").write_text(inputs_of(split))
    return folder


def write_series(folder: Path, split: str) -> None:
    """Write series of 4 days, one case a day; each value tells the next day's value too."""
    with (folder / "measurements.csv").open("w") as measured, (folder / "cases.csv").open("w") as c:
        one, other = csv.writer(measured), csv.writer(c)
        one.writerow(["series", "day", "value"])
        other.writerow(["case", "series", "day"])
        for place, case in enumerate(keys(split)):
            series, day = f"s{place // 4}", f"2026-01-{10 - place % 4:02d}"  # later days first
            one.writerow([series, day, round(0.1 + 0.06 * place, 6)])
            other.writerow([case, series, day])


def write_model(folder: Path, script: str = GOOD, manifest: str = MANIFEST, **files: str) -> Path:
    """Write a model's folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "workbench-model.yaml").write_text(manifest)
    (folder / "predict.py").write_text(script)
    for name, content in files.items():
        (folder / name).write_text(content)
    return folder


@dataclass
class Hosted:
    """The challenge, what its worker scores with, and how a model is packed."""

    world: World
    worker: Labels
    folder: Path

    @property
    def store(self) -> Store:
        return self.world.store

    def archive(self, script: str = GOOD, manifest: str = MANIFEST) -> bytes:
        """Return a packed model."""
        folder = write_model(self.folder / "model", script, manifest)
        return pack(folder, self.world.card.models.limits)


def host(
    store: Store, place: Path, rules: Mapping[str, Any] | None = None, where: Place | None = None
) -> Hosted:
    """Open the challenge in a store, with inputs for its worker."""
    models = RULES | dict(rules or {})
    pack_folder = write_pack(place, {"models": models})
    write_inputs(pack_folder / "inputs", series="streaming" in models)
    world = open_world(store, place, pack_folder)
    inputs = write_inputs(place / "inputs", series="streaming" in models)
    found = Models(inputs, where or place_here(secret=(world.labels,)))
    return Hosted(world, Labels(world.labels, found), place)
