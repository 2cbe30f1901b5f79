"""The challenge that is played while its processes are killed: one phase, hidden labels, models."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from benchmarks.bench import challenge as bench

from workbench.challenge.models import pack
from workbench.challenge.store import open_store
from workbench.challenge.store.teams import create_team
from workbench.challenge.store.tokens import issue_token
from workbench.challenge.submissions import open_challenge
from workbench.scoring import Challenge, load_challenge

ID, CASES, RUN_S = "faults", 200, 2.0
CARD: dict[str, Any] = bench.CARD | {
    "id": ID,
    "title": {"en": "Faults", "fr": "Pannes"},
    "metrics": [{"name": "brier", "primary": True}],
    "intervals": {"resamples": 500, "level": 0.95, "seed": 7},
    "data": {"splits": [{"id": "public", "hidden": True, "keys": "public_cases.csv"}]},
    "phases": [bench.CARD["phases"][0] | {"split": "public"}],
    "models": {
        "accepted": True,
        "tier": "namespaces",
        "sample_inputs": "inputs/sample",
        "limits": {"wall_s": 10, "cpu_s": 5, "memory_mb": 200, "pids": 32, "tmp_mb": 32},
    },
}
MODEL = """
import csv, sys, time
source, target = sys.argv[1:]
time.sleep({seconds})
with open(source + "/cases.csv") as file:
    cases = [row["case"] for row in csv.DictReader(file)]
with open(target + "/predictions.csv", "w") as file:
    print("case,no,yes", file=file)
    for case in cases:
        print(case, round(1 - {p}, 6), {p}, sep=",", file=file)
"""


@dataclass(frozen=True)
class Opened:
    """An open challenge: its card, where the host's folders lie, and a token of each team."""

    card: Challenge
    labels: Path
    inputs: Path
    tokens: list[str]


def open_in(place: str, folder: Path, teams: int) -> Opened:
    """Write the challenge into a folder and open it in a store."""
    card = load_challenge(_written(folder))
    with open_store(place, create=True) as store:
        open_challenge(store, card, folder / "labels", "organiser")
        with store.writing("organiser") as transaction:
            names = [create_team(transaction, ID, f"Team {i}") for i in range(teams)]
            tokens = [issue_token(transaction, "participant", team=n).text for n in names]
    return Opened(card, folder / "labels", folder / "inputs", tokens)


def answer(seed: int) -> bytes:
    """Return a valid file; another seed is another file."""
    drawn = random.Random(seed)
    shares = [(case, round(drawn.random(), 6)) for case in _cases("public")]
    rows = [f"{case},{round(1 - p, 6)},{p}" for case, p in shares]
    return "\n".join(["case,no,yes", *rows, ""]).encode()


def model(folder: Path, seed: int, mark: str, card: Challenge) -> bytes:
    """Return a packed model that works for two seconds; its script's name holds a mark."""
    script, p = f"predict_{mark}.py", round(random.Random(seed).random(), 6)
    folder.mkdir(parents=True)
    manifest = f"schema_version: 1\nname: model {seed}\nscript: {script}\n"
    (folder / "workbench-model.yaml").write_text(manifest)
    (folder / script).write_text(MODEL.format(seconds=RUN_S, p=p))
    return pack(folder, card.models.limits)


def _cases(split: str) -> list[str]:
    return [f"{split}-{i:03d}" for i in range(CASES)]


def _written(place: Path) -> Path:
    """Write card, case lists, labels and inputs; return the folder of the card."""
    folder = place / "pack"
    for part in (folder, place / "labels"):
        part.mkdir(parents=True)
    (folder / "challenge.yaml").write_text(yaml.safe_dump(CARD))
    (folder / "labels.csv").write_text(_labels("sample"))
    rows = [f"{case},0.5,0.5" for case in _cases("sample")]
    (folder / "sample.csv").write_text("\n".join(["case,no,yes", *rows, ""]))
    (folder / "public_cases.csv").write_text("\n".join(["case", *_cases("public"), ""]))
    (place / "labels" / "public.csv").write_text(_labels("public"))
    inputs = (folder / "inputs" / "sample", place / "inputs" / "public")
    for target, split in zip(inputs, ("sample", "public"), strict=True):
        target.mkdir(parents=True)
        (target / "cases.csv").write_text("\n".join(["case", *_cases(split), ""]))
    return folder


def _labels(split: str) -> str:
    cases = enumerate(_cases(split))
    rows = [f"{case},p-{split}-{i // 2},{'yes' if i % 3 == 0 else 'no'}" for i, case in cases]
    return "\n".join(["case,patient,label", *rows, ""])
