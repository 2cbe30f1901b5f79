"""The challenge `adverse-event-signals`: reports of a population, pairs, and which are planted."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from workbench import data, registry
from workbench.learning.settings import FitContext

from .populations import SPLITS, hide_label, use_case, write_csv

MODELS = ("ebgm", "ic", "ror", "prr")
TRAIN_SEED, SAMPLE_SEED = 20261127, 20261128
SAMPLE_SUBSTANCES = 24
NAMES = {"case": "pair", "person": "substance", "label": "label"}


def kit(folder: Path) -> None:
    """Write labels and counts of the sample's pairs, and what each baseline says of them."""
    with tempfile.TemporaryDirectory() as scratch:
        train, sample = (_cases(Path(scratch) / str(seed), seed)
                         for seed in (TRAIN_SEED, SAMPLE_SEED))  # fmt: skip
        random = np.random.default_rng(SAMPLE_SEED)
        kept = random.permutation(sample.cases.table["person"].unique())[:SAMPLE_SUBSTANCES]
        table = sample.cases.table[sample.cases.table["person"].isin(set(kept))]
        cases = sample.cases.subset(table["case"])
        write_csv(folder / "labels.csv", cases.table[list(NAMES)].rename(columns=NAMES))
        counts = sample.slides[sample.slides["case"].isin(cases.ids)].rename(columns=NAMES)
        write_csv(folder / "pairs.csv", counts.round(6))
        for name in MODELS:
            model = registry.load("model", name)({})
            model.fit(train.cases, None, FitContext(Path(scratch) / name, 0))
            answer = model.predict(cases).table.round(8)
            answer["p_none"] = 1 - answer["p_planted"]
            answer = answer.rename(columns=lambda column: column.removeprefix("p_"))
            write_csv(folder / f"submission_{name}.csv", answer.rename(columns=NAMES).round(8))


def hidden(host: Path, random: np.random.Generator, persons: int) -> dict[str, pd.DataFrame]:
    """Write a population a split, its pairs without labels; return the labels of the splits."""
    case, labels = use_case(persons=persons), {}
    for split in SPLITS:
        own = int(random.integers(2**62))
        target = host / "public/adverse-event-signals" / split
        case.synthesize(target, own)
        case.write_truth(host / "truth" / f"{split}.json", seed=own)
        pairs = pd.read_parquet(target / "pair.parquet")
        pairs["pair"] = split + "|" + pairs["pair"]
        hide_label(target, "pair", pairs.drop(columns="label"))
        # One substance in two populations is two: their reports have nothing in common.
        pairs["substance"] = split + "|" + pairs["substance"]
        labels[split] = pairs[["pair", "substance", "label"]]
    return labels


def _cases(folder: Path, seed: int) -> Any:
    """Return the prepared pairs of a population of the default settings."""
    case = use_case()
    return case.prepare(data.open(case.synthesize(folder, seed), "train"), folder / "cache")
