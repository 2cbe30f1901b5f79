"""Make the starting kit of `adverse-event-signals`, or its hidden side.

    python scripts/adverse_event_challenge.py kit FOLDER
    python scripts/adverse_event_challenge.py host FOLDER [--persons 20000] [--seed N]

`kit` writes the public sample and the baselines' answers to it, the same for everybody. `host`
writes, from a secret seed, a pack (`FOLDER/adverse_event_signals`), what participants may have
(`FOLDER/public`: a population a split, its pairs without labels), the hidden labels
(`FOLDER/labels`) and the truth (`FOLDER/truth`), both the organiser's alone.
"""

from __future__ import annotations

import argparse
import json
import secrets
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "scripts")]

from hidden_sides.packs import write_pack  # noqa: E402

from workbench import data, registry, storage  # noqa: E402
from workbench.config import params_of  # noqa: E402
from workbench.errors import WorkbenchError  # noqa: E402
from workbench.learning.settings import FitContext  # noqa: E402

MODELS = ("ebgm", "ic", "ror", "prr")
SPLITS = ("public-test", "private-test")
TRAIN_SEED, SAMPLE_SEED = 20261127, 20261128
SAMPLE_SUBSTANCES = 24
NAMES = {"case": "pair", "person": "substance", "label": "label"}


def use_case(**synthetic: Any) -> Any:
    """Return the use case with settings of its generator."""
    params = registry.load("use_case", "adverse_events", "params")
    return registry.load("use_case", "adverse_events")(params_of({"synthetic": synthetic}, params))


def kit(folder: Path) -> None:
    """Write labels and counts of the sample's pairs, and what each baseline says of them."""
    with tempfile.TemporaryDirectory() as scratch:
        train, sample = (_cases(Path(scratch) / str(seed), seed)
                         for seed in (TRAIN_SEED, SAMPLE_SEED))  # fmt: skip
        random = np.random.default_rng(SAMPLE_SEED)
        kept = random.permutation(sample.cases.table["person"].unique())[:SAMPLE_SUBSTANCES]
        table = sample.cases.table[sample.cases.table["person"].isin(set(kept))]
        cases = sample.cases.subset(table["case"])
        _csv(folder / "labels.csv", cases.table[list(NAMES)].rename(columns=NAMES))
        counts = sample.slides[sample.slides["case"].isin(cases.ids)].rename(columns=NAMES)
        _csv(folder / "pairs.csv", counts.round(6))
        for name in MODELS:
            model = registry.load("model", name)({})
            model.fit(train.cases, None, FitContext(Path(scratch) / name, 0))
            answer = model.predict(cases).table.round(8)
            answer["p_none"] = 1 - answer["p_planted"]
            answer = answer.rename(columns=lambda column: column.removeprefix("p_"))
            _csv(folder / f"submission_{name}.csv", answer.rename(columns=NAMES).round(8))


def host(folder: Path, seed: int, persons: int) -> None:
    """Write the challenge with two hidden splits, each a population of its own."""
    kept = json.dumps({"seed": seed, "persons": persons})
    storage.write_bytes(folder / "secret.json", kept.encode(), mode=0o600)
    random, case, labels = np.random.default_rng(seed), use_case(persons=persons), {}
    for split in SPLITS:
        own = int(random.integers(2**62))
        target = folder / "public" / split
        case.synthesize(target, own)
        case.write_truth(folder / "truth" / f"{split}.json", seed=own)
        labels[split] = _hide_labels(target, split)
    write_pack(folder, "adverse_event_signals", labels)


def _hide_labels(folder: Path, split: str) -> pd.DataFrame:
    """Take the labels out of a data set and return them; pairs are named by their split."""
    path = folder / "pair.parquet"
    pairs = pd.read_parquet(path)
    pairs["pair"] = split + "|" + pairs["pair"]
    public = pairs.drop(columns="label")
    pq.write_table(pa.Table.from_pandas(public, preserve_index=False), path, compression="zstd")
    card = data.load_card(folder / "card.yaml")
    tables = tuple(
        table.model_copy(update={"fields": tuple(f for f in table.fields if f.role != "label")})
        for table in card.tables
    )
    hidden = card.model_copy(update={"tables": tables, "label_tables": ()})
    data.write_card(hidden, folder)
    # One substance in two populations is two: their reports have nothing in common.
    pairs["substance"] = split + "|" + pairs["substance"]
    return pairs[["pair", "substance", "label"]]


def _cases(folder: Path, seed: int) -> Any:
    """Return the prepared pairs of a population of the default settings."""
    case = use_case()
    return case.prepare(data.open(case.synthesize(folder, seed), "train"), folder / "cache")


def _csv(path: Path, table: pd.DataFrame) -> None:
    """Write a table with the same bytes each time."""
    storage.write_text(path, table.to_csv(index=False, lineterminator="\n"))


def main() -> int:
    """Do what was asked."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    asked.add_argument("what", choices=("kit", "host"))
    asked.add_argument("folder", type=Path)
    asked.add_argument("--persons", type=int, default=20_000, help="Persons of each population.")
    asked.add_argument("--seed", type=int, help="Secret; drawn where not given, and kept.")
    given = asked.parse_args()
    if given.what == "host" and given.folder.exists() and any(given.folder.iterdir()):
        asked.error(f"{given.folder} is not empty")
    try:
        if given.what == "kit":
            kit(given.folder)
        else:
            seed = secrets.randbits(62) if given.seed is None else given.seed
            host(given.folder, seed, given.persons)
    except WorkbenchError as error:
        print(f"Error: {error}", file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
