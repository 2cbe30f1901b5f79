"""The challenge `adverse-event-signals`: reports of a population, pairs, and which are planted."""

from __future__ import annotations

import runpy
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from workbench import data

from .populations import SPLITS, hide_label, use_case, write_csv

KIT = Path(__file__).resolve().parents[2] / "challenges/adverse_event_signals/starting_kit"
MODELS = ("ebgm", "ic", "ror", "prr", "rate_based")
TRAIN_SEED, SAMPLE_SEED = 20261127, 20261128
SAMPLE_SUBSTANCES = 24
NAMES = {"case": "pair", "person": "substance", "label": "label", "first_day": "first_day"}


def kit(folder: Path) -> None:
    """Write labels and counts of the sample's pairs, and what each baseline says of them.

    All that baselines learn, the score they alert above included, is learnt on a population of its
    own.
    """
    program = runpy.run_path(str(KIT / "answer.py"))
    with tempfile.TemporaryDirectory() as scratch:
        train, sample = (_opened(Path(scratch) / str(seed), seed)
                         for seed in (TRAIN_SEED, SAMPLE_SEED))  # fmt: skip
        learnt, known = _prepared(train), _prepared(sample)
        random = np.random.default_rng(SAMPLE_SEED)
        kept = random.permutation(known.cases.table["person"].unique())[:SAMPLE_SUBSTANCES]
        table = known.cases.table[known.cases.table["person"].isin(set(kept))]
        cases = known.cases.subset(table["case"])
        labels = cases.table[list(NAMES)].rename(columns=NAMES)
        write_csv(folder / "labels.csv", labels)
        counts = known.slides[known.slides["case"].isin(cases.ids)].rename(columns=NAMES)
        write_csv(folder / "pairs.csv", counts.round(6))
        past, present = (program["monitored"](opened) for opened in (train, sample))
        for name in MODELS:
            model = program["fitted"](name, learnt.cases)
            above = program["threshold"](model, past)
            answer = program["answer"](model, cases, present, above)
            write_csv(folder / f"submission_{name}.csv", answer)
    share = float((labels["label"] == "planted").mean())
    null = pd.DataFrame({"pair": labels["pair"], "none": 1 - share, "planted": share}).round(8)
    never = program["WINDOW_DAYS"]
    write_csv(folder / "submission_no_alert.csv", null.assign(alert_day=never))


def hidden(host: Path, random: np.random.Generator, persons: int) -> dict[str, pd.DataFrame]:
    """Write a population a split, its pairs without labels; return the labels of the splits."""
    case, labels = use_case(persons=persons), {}
    never = runpy.run_path(str(KIT / "answer.py"))["WINDOW_DAYS"]
    for split in SPLITS:
        own = int(random.integers(2**62))
        target = host / "public/adverse-event-signals" / split
        case.synthesize(target, own)
        case.write_truth(host / "truth" / f"{split}.json", seed=own)
        pairs = pd.read_parquet(target / "pair.parquet")
        known = _prepared(data.open(target, "describe")).cases.table.set_index("case")
        # A pair whose reports have no code cannot be seen before the end.
        first = pairs["pair"].map(known["first_day"]).fillna(never).astype(int)
        pairs["pair"] = split + "|" + pairs["pair"]
        hide_label(target, "pair", pairs.drop(columns="label"))
        # One substance in two populations is two: their reports have nothing in common.
        pairs["substance"] = split + "|" + pairs["substance"]
        labels[split] = pairs[["pair", "substance", "label"]].assign(first_day=first)
    return labels


def _opened(folder: Path, seed: int) -> data.OpenedData:
    """Return a population of the default settings."""
    return data.open(use_case().synthesize(folder, seed), "train")


def _prepared(opened: data.OpenedData) -> Any:
    """Return the prepared pairs of a population."""
    return use_case().prepare(opened, opened.folder / "cache")
