"""A small survival use case in a folder outside the repository: a table, known hazards."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from workbench import data, digests, storage
from workbench.learning.cases import Cases

FEATURES = ("age_years", "size_mm", "grade_3")


@dataclass(frozen=True)
class Params:
    """Settings: how many persons, the log hazard ratio of grade 3, and who has no size."""

    persons: int = 240
    effect: float = 1.2
    broken: str = ""
    all_censored: bool = False


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

    def encode(self, train: list[str], seed: int, folder: Path) -> Cases:
        return self.cases

    def encode_with(self, folder: Path) -> Cases:
        return self.cases

    def save_encoder(self, trained: Path, target: Path) -> None:
        storage.write_json(target / "encoder.json", {"encoder": self.encoder})

    def heatmap(self, case: str, scores: np.ndarray) -> dict[str, bytes]:
        return {}


class ToySurvival:
    """One case a person; grade 3 and size raise the hazard."""

    def __init__(self, params: Params) -> None:
        self.params = params

    def synthesis_digest(self) -> str:
        return digests.of_json(asdict(self.params))

    def synthesize(
        self, folder: Path, seed: int, limit: int | None = None, progress: Any = None
    ) -> Path:
        n = min(limit or self.params.persons, self.params.persons)
        rows = make_persons(n, self.params.effect, np.random.default_rng(seed))
        if self.params.all_censored:
            rows["event"] = 0
        storage.write_text(folder / "persons.csv", rows.to_csv(index=False))
        return data.write_card(_card(), folder)

    def prepare(
        self, opened: Any, cache: Path, progress: Any = None, limit: int | None = None
    ) -> Prepared:
        table = opened.table("persons")
        broken = table["person"] == self.params.broken
        excluded = pd.DataFrame(
            {"case": table["person"][broken], "reason": "no-size", "message": "size is missing"}
        )
        kept = table[~broken].reset_index(drop=True)
        columns = ["person", "centre", *(c for c in ("time", "event") if c in kept)]
        cases = kept[columns].assign(case=kept["person"])
        rows = kept[list(FEATURES)].to_numpy("float64")
        inputs = dict(zip(cases["case"], rows, strict=True))
        flow = [
            {"step": "persons", "kept": len(table), "excluded": 0, "reason": ""},
            {
                "step": "with a size",
                "kept": len(kept),
                "excluded": int(broken.sum()),
                "reason": "no-size",
            },
        ]
        made = Cases(cases, inputs, "table", (), FEATURES)
        return Prepared(made, excluded.reset_index(drop=True), flow, cases[["case"]])


def make_persons(n: int, effect: float, random: np.random.Generator) -> pd.DataFrame:
    """Return one row a person; days are whole and above 0, follow-up ends after 8 years."""
    grade = (random.random(n) < 0.4).astype(int)
    size = random.lognormal(4.2, 0.5, n).clip(10, 400)
    age = random.normal(58, 14, n).clip(18, 95)
    rate = 0.00018 * np.exp(effect * grade + 0.5 * np.log(size / 70) + 0.01 * (age - 58))
    died = random.exponential(1 / rate)
    left = np.minimum(random.exponential(5000, n), 2922)
    return pd.DataFrame(
        {
            "person": [f"P{number:04d}" for number in range(n)],
            "centre": random.choice(["north", "south"], n),
            "age_years": age.round(1),
            "size_mm": size.round(0),
            "grade_3": grade,
            "time": np.ceil(np.minimum(died, left)).astype(int),
            "event": (died <= left).astype(int),
        }
    )


def _card() -> data.DataCard:
    """Return the card of the toy data set."""
    numbers = [*FEATURES, "time", "event"]
    fields = [
        {"name": "person", "type": "string", "role": "person", "description": "person"},
        {"name": "centre", "type": "string", "role": "feature", "description": "hospital"},
        *(
            {
                "name": name,
                "type": "number",
                "role": "label" if name in ("time", "event") else "feature",
                "description": name,
            }
            for name in numbers
        ),
    ]
    table = {"name": "persons", "path": "persons.csv", "format": "csv", "key": ["person"]}
    return data.DataCard.model_validate(
        {
            "name": "toy-survival",
            "version": "1.0.0",
            "title": "Toy survival",
            "description": "Times with known hazards",
            "licence": "CC0-1.0",
            "legal_basis": "made up",
            "person_key": "person",
            "synthetic": True,
            "tables": [{**table, "fields": fields}],
            "opt_out": {"applies": True, "reason": "tested like real data"},
        }
    )
