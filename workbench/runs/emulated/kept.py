"""Results of a stage on disk, so that a killed emulation does not estimate twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import pandas as pd

from workbench import storage
from workbench.methods.causal.estimate import Emulated, Estimate
from workbench.runs.emulated.plain import numeric, plain
from workbench.runs.folder import RunFolder
from workbench.runs.stages import STAGES


def results(
    run: RunFolder, stage: str, work: Callable[[], dict[str, Emulated]]
) -> dict[str, Emulated]:
    """Return a stage's results by estimator: read where it was done, else worked out and kept.

    They hold a weight a person, so that the folder goes when the emulation is finished.
    """
    folder = run.path / STAGES / stage
    if not folder.is_dir():
        made = work()
        with storage.writing_folder(folder) as aside:
            for name, one in made.items():
                values = {"estimates": [asdict(e) for e in one.estimates], "facts": dict(one.facts)}
                storage.write_json(aside / f"{name}.json", plain(values))
                one.curves.to_parquet(aside / f"{name}.curves.parquet", index=False)
                one.weights.to_parquet(aside / f"{name}.weights.parquet", index=False)
            storage.write_json(aside / "order.json", list(made))
    kept = RunFolder(folder)
    return {name: _read(kept, name) for name in kept.read_json("order.json")}


def _read(folder: RunFolder, name: str) -> Emulated:
    """Read one estimator's result."""
    values: dict[str, Any] = numeric(folder.read_json(f"{name}.json"))
    return Emulated(
        [Estimate(**one) for one in values["estimates"]],
        pd.read_parquet(folder.path / f"{name}.curves.parquet"),
        pd.read_parquet(folder.path / f"{name}.weights.parquet"),
        values["facts"],
    )
