"""A labels file with a column of classes, and a pack made from it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from workbench.challenge.pack import MadePack, PackPlan, Question, make_pack


@pytest.fixture(scope="session")
def labels_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """90 cases of 45 patients, three classes, ids that say nothing."""
    rng = np.random.default_rng(5)
    ids = rng.permutation(900)[:90]
    table = pd.DataFrame(
        {
            "scan": [f"{i:05d}" for i in ids],
            "patient": [f"P{i // 2:03d}" for i in range(90)],
            "hospital": [f"H{(i // 2) % 3}" for i in range(90)],
            "stage": rng.permutation(np.repeat(["none", "mild", "severe"], 30)),
        }
    )
    path = tmp_path_factory.mktemp("given") / "labels.csv"
    table.to_csv(path, index=False)
    return path


PLAN = PackPlan(
    id="stages",
    question=Question(
        unit="patient", label="stage", centre="hospital", classes=("none", "mild", "severe")
    ),
    metrics=(("balanced-accuracy", {}), ("sensitivity", {"of": "severe"})),
    opens=datetime(2026, 1, 1, tzinfo=UTC),
    closes=datetime(2027, 1, 1, tzinfo=UTC),
    public_share=0.4,
)


@pytest.fixture
def plan() -> PackPlan:
    return PLAN


@pytest.fixture
def made(labels_file: Path, tmp_path: Path) -> MadePack:
    return make_pack(labels_file, PLAN, tmp_path / "pack", tmp_path / "hidden")
