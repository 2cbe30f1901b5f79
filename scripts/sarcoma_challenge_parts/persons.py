"""Persons whose outcomes are hidden: a registry's, and those of one hospital outside of it."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from workbench import data, registry, runs, storage

TRAINING, SPLITS = "training", ("public-test", "private-test")
EXTERNAL = "EXT"
_REGISTRY_ID, _OUTSIDE_ID = "R", "X"
_TRAINING_SHARE, _EXTERNAL_DRAWN = 0.6, 900
_ON_DAY_ZERO = ("person", "tumour", "procedure", "visit")
Rows = dict[str, pd.DataFrame]


def write_persons(host: Path, seed: int, n: int) -> dict[str, pd.DataFrame]:
    """Write the public data sets of a survival challenge and return the labels of its splits.

    The registry is parted by lot: 60 % train, with all that is known of them; 20 % are the split
    ``public-test``; the others and all persons of the outside hospital are ``private-test``. Of the
    persons of both splits, only what is known on the day of surgery is given.

    Args:
        host: The organiser's folder; ``public/sarcoma-survival`` in it is for everybody.
        seed: All follows from it; it is kept secret.
        n: Persons of the registry.
    """
    random = np.random.default_rng(seed)
    seeds = [int(random.integers(2**62)) for _ in range(2)]
    registry_set = _generated(host / "generated/registry", seeds[0], {"n": n})
    outside = _generated(host / "generated/outside", seeds[1], _outside_knobs(random))
    card, home = registry_set[0], _with_ids(registry_set[1], _REGISTRY_ID)
    hospital = _one_hospital(outside[1])
    shuffled = random.permutation(home["person"]["person_id"].to_numpy())
    first, second = int(_TRAINING_SHARE * n), int((1 + _TRAINING_SHARE) / 2 * n)
    whose = {TRAINING: shuffled[:first], SPLITS[0]: shuffled[first:second]}
    public = host / "public/sarcoma-survival"
    _write_set(public / TRAINING, card, _of(home, whose[TRAINING]))
    both = {name: pd.concat([home[name], hospital[name]]) for name in home}
    whose[SPLITS[1]] = np.concatenate([shuffled[second:], hospital["person"]["person_id"]])
    labels = {}
    truth = pd.concat(
        [
            _outcomes(host / "generated/registry", _REGISTRY_ID),
            _outcomes(host / "generated/outside", _OUTSIDE_ID).assign(centre=EXTERNAL),
        ]
    )
    for split in SPLITS:
        _write_set(public / split, card, _known_on_day_zero(_of(both, whose[split])))
        labels[split] = truth[truth["person"].isin(whose[split])].sort_values("person")
    return labels


def _outside_knobs(random: np.random.Generator) -> dict[str, Any]:
    """Return settings of the outside hospital: harder tumours, more gaps, its own mortality."""
    mix = {
        "leiomyosarcoma": random.uniform(0.25, 0.4),
        "undifferentiated_pleomorphic": random.uniform(0.25, 0.4),
        "dedifferentiated_liposarcoma": random.uniform(0.2, 0.3),
    }
    return {
        "n": _EXTERNAL_DRAWN,
        "centres": 2,
        "centre_spread": float(random.uniform(0.6, 1.0)),
        "missing": float(random.uniform(0.12, 0.2)),
        "missing_mechanism": "mcar",
        "immortal_time": float(random.uniform(1.5, 3.0)),
        "hr_high_risk": float(random.uniform(0.5, 1.0)),
        "histology": {name: float(share) for name, share in mix.items()},
    }


def _generated(folder: Path, seed: int, knobs: dict[str, Any]) -> tuple[data.DataCard, Rows]:
    """Draw a cohort by the use case's generator; return its card and its rows as text."""
    path = runs.synthesize("sarcoma", folder, seed, {"synthetic": knobs})
    card = data.load_card(path)
    rows = {
        table.name: pd.read_csv(folder / table.path, dtype=str, keep_default_na=False)
        for table in card.tables
    }
    return card, rows


def _outcomes(folder: Path, letter: str) -> pd.DataFrame:
    """Return time and event of every person, as the use case derives them, under its new id."""
    params = registry.load("use_case", "sarcoma", "params")
    opened = data.open(folder, "evaluate")
    table = registry.load("use_case", "sarcoma")(params()).prepare(opened, folder).cases.table
    named = table.rename(columns={"time": "time_days"}).astype({"time_days": int})
    return _renamed(named, "person", letter)[["person", "time_days", "event", "centre"]]


def _one_hospital(rows: Rows) -> Rows:
    """Return the rows of the first of two hospitals."""
    tumour = rows["tumour"]
    own = _of(rows, tumour.loc[tumour["centre"] == "C01", "person_id"].tolist())
    renamed = _with_ids(own, _OUTSIDE_ID)
    return renamed | {"tumour": renamed["tumour"].assign(centre=EXTERNAL)}


def _with_ids(rows: Rows, letter: str) -> Rows:
    """Return rows whose ids no other set has: not the sample, not the other of the two."""
    renamed = {}
    for name, table in rows.items():
        for column in {"person_id", f"{name}_id"} & set(table.columns):
            table = _renamed(table, column, letter)
        renamed[name] = table
    return renamed


def _renamed(table: pd.DataFrame, column: str, letter: str) -> pd.DataFrame:
    """Return a table whose ids start with another letter."""
    return table.assign(**{column: letter + table[column].str[1:]})


def _of(rows: Rows, persons: Collection[str]) -> Rows:
    """Return the rows of some persons."""
    return {name: table[table["person_id"].isin(persons)] for name, table in rows.items()}


def _known_on_day_zero(rows: Rows) -> Rows:
    """Return what is known on the day of surgery: nothing that is dated later."""
    procedure = rows["procedure"]
    surgery = procedure[procedure["kind"] == "surgery"].groupby("person_id")["date"].min()
    known = {name: rows[name] for name in _ON_DAY_ZERO}
    for name in ("procedure", "visit"):
        table = known[name]
        known[name] = table[table["date"] <= table["person_id"].map(surgery)]
    return known


def _write_set(folder: Path, card: data.DataCard, rows: Rows) -> None:
    """Write a data set with its card and manifest, persons in the order of their ids."""
    tables = tuple(table for table in card.tables if table.name in rows)
    named = {table.name for table in tables}
    labels = tuple(name for name in card.label_tables if name in named)
    for table in tables:
        ordered = rows[table.name].sort_values(list(table.key), kind="stable")
        text = ordered.to_csv(index=False, lineterminator="\n")
        storage.write_text(folder / table.path, text)
    data.write_card(card.model_copy(update={"tables": tables, "label_tables": labels}), folder)
