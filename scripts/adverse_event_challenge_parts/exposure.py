"""The challenge `adverse-event-exposure`: raw flows, the cells asked for, and their truth."""

from __future__ import annotations

import json
import runpy
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from workbench import data

from .populations import SPLITS, keep_tables, use_case, write_csv

KIT = Path(__file__).resolve().parents[2] / "challenges/adverse_event_exposure/starting_kit"
MEASURES = {"exposed_patients": "exposed", "person_years": "person_years"}
TABLES = ("person", "beneficiary", "dispensing", "product")
SAMPLE_SEED = 20261129
# Worse kept than the default population: what blurs small cells is common enough to be seen.
BLURRED: dict[str, Any] = {
    "changed_pseudonyms": 0.2,
    "lost_links": 0.5,
    "twins": 0.03,
    "regularised": 0.06,
    "duplicate_flows": 0.02,
    "extraction_days": 31,
}
SAMPLE: dict[str, Any] = {"persons": 4000, "substances": 45, "years": 2, "planted": 20}
_CELL = ["substance", "year", "sex", "age_band"]


def kit(folder: Path) -> None:
    """Write a population, its cells with their truth, and what each baseline says of them."""
    target = folder / "population"
    labels = write_population(target, SAMPLE_SEED, **SAMPLE)
    write_csv(folder / "labels.csv", labels)
    program = runpy.run_path(str(KIT / "count.py"))
    opened = data.open(target, "predict")
    for method in program["METHODS"]:
        write_csv(folder / f"submission_{method}.csv", program["answer"](opened, method))


def hidden(host: Path, random: np.random.Generator, persons: int) -> dict[str, pd.DataFrame]:
    """Write a population a split and return the labels, cells named by their split."""
    labels = {}
    for split in SPLITS:
        own = int(random.integers(2**62))
        target = host / "public/adverse-event-exposure" / split
        table = write_population(target, own, persons=persons)
        # One substance in two populations is two: their cells have nothing in common.
        named = {name: split + "|" + table[name] for name in ("cell", "substance")}
        labels[split] = table.assign(**named)
    return labels


def write_population(folder: Path, seed: int, **knobs: Any) -> pd.DataFrame:
    """Write the raw flows of a population; return its cells with their truth.

    A cell is asked for where the flows have a row of it, whatever becomes of that row.

    Returns:
        ``cell``, ``substance``, ``measure``, ``exposure``, sorted by cell.
    """
    case = use_case(**{**BLURRED, **knobs})
    case.synthesize(folder, seed)
    keep_tables(folder, TABLES)
    with tempfile.TemporaryDirectory() as scratch:
        path = case.write_truth(Path(scratch) / "truth.json", seed=seed)
        truth = pd.DataFrame(json.loads(path.read_text(encoding="utf-8"))["exposed"])
    program = runpy.run_path(str(KIT / "count.py"))
    cells = program["cells_of"](data.open(folder, "describe")).rename(columns={"age": "age_band"})
    asked = cells.merge(truth, on=_CELL)
    parts = [
        pd.DataFrame(
            {
                "cell": measure + "|" + asked[_CELL].astype(str).agg("|".join, axis=1),
                "substance": asked["substance"],
                "measure": measure,
                "exposure": asked[column].astype(float).round(4),
            }
        )
        for measure, column in MEASURES.items()
    ]
    return pd.concat(parts).sort_values("cell", ignore_index=True)
