"""A small use case in a folder outside the repository: bags of numbers, no slide."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from workbench import data, digests, storage
from workbench.learning.cases import Bag, Cases

CLASSES = ("benign", "low", "high", "invasive")
FEATURES = ("f0", "f1", "f2", "f3", "f4")


@dataclass(frozen=True)
class Params:
    """Settings: how many cases, and a name whose tiles are left out as broken."""

    n_cases: int = 24
    broken: str = ""


@dataclass
class Prepared:
    """What the run asks of a prepared data set."""

    cases: Cases
    excluded: pd.DataFrame
    flow: list[dict[str, Any]]
    slides: pd.DataFrame
    encoder: str = "none"
    heatmaps: int = 2
    speed: dict[str, float] = field(default_factory=dict)
    encoded_for: list[tuple[str, ...]] = field(default_factory=list)

    def encode(self, train: list[str], seed: int, folder: Path) -> Cases:
        self.encoded_for.append(tuple(train))
        return self.cases

    def encode_with(self, folder: Path) -> Cases:
        return self.cases

    def save_encoder(self, trained: Path, target: Path) -> None:
        storage.write_json(target / "encoder.json", {"encoder": self.encoder})

    def heatmap(self, case: str, scores: np.ndarray) -> dict[str, bytes]:
        return {}


class ToyBags:
    """One informative tile a case: its first feature is the class number."""

    Params = Params

    def __init__(self, params: Params) -> None:
        self.params = params

    def synthesis_digest(self) -> str:
        return digests.of_json(asdict(self.params))

    def synthesize(
        self, folder: Path, seed: int, limit: int | None = None, progress: Any = None
    ) -> Path:
        generator = np.random.default_rng(seed)
        rows = []
        for number in range(self.params.n_cases):
            label = number % len(CLASSES)
            for tile in range(8):
                values = generator.normal(size=len(FEATURES))
                values[0] = 3.0 * label if tile == 0 else 0.0
                row = dict(zip(FEATURES, values.round(4), strict=True))
                person = f"P{number // 2:03d}"
                rows.append(
                    {"tile": f"C{number:03d}-{tile}", "case": f"C{number:03d}", "person": person}
                    | {"label": CLASSES[label]}
                    | row
                )
        storage.write_text(folder / "tiles.csv", pd.DataFrame(rows).to_csv(index=False))
        return data.write_card(_card(), folder)

    def prepare(
        self, opened: Any, cache: Path, progress: Any = None, limit: int | None = None
    ) -> Prepared:
        table = opened.table("tiles")
        broken = table["case"] == self.params.broken
        excluded = pd.DataFrame(
            {"case": table["case"][broken].unique(), "reason": "broken", "message": "left out"}
        )
        kept = table[~broken]
        inputs = {
            str(case): Bag(part[list(FEATURES)].to_numpy("float32"))
            for case, part in kept.groupby("case")
        }
        cases = kept.groupby("case", as_index=False).first()[["case", "person", "label"]]
        flow = [{"step": "tiles", "kept": len(cases), "excluded": len(excluded), "reason": ""}]
        return Prepared(
            Cases(cases, inputs, "bags", CLASSES, FEATURES), excluded, flow, cases[["case"]]
        )


def _card() -> data.DataCard:
    """Return the card of the toy data set."""
    fields = [
        {"name": "tile", "type": "string", "role": "id", "description": "tile"},
        {"name": "case", "type": "string", "role": "id", "description": "case"},
        {"name": "person", "type": "string", "role": "person", "description": "person"},
        {"name": "label", "type": "string", "role": "label", "description": "class"},
        *(
            {"name": n, "type": "number", "role": "feature", "description": "a number"}
            for n in FEATURES
        ),
    ]
    table = {"name": "tiles", "path": "tiles.csv", "format": "csv", "key": ["tile"]}
    return data.DataCard.model_validate(
        {
            "name": "toy-bags",
            "version": "1.0.0",
            "title": "Toy bags",
            "description": "Bags of numbers with known truth",
            "licence": "CC0-1.0",
            "legal_basis": "made up",
            "person_key": "person",
            "synthetic": True,
            "tables": [{**table, "fields": fields}],
            "opt_out": {"applies": True, "reason": "tested like real data"},
        }
    )
