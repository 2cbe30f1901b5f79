"""The shipped challenge and a small labels table."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from workbench.scoring import Challenge, load_challenge

CLASSES = ["benign", "low", "high", "invasive"]


@pytest.fixture(scope="session")
def challenge() -> Challenge:
    return load_challenge("tissue-lesions")


@pytest.fixture
def truth() -> pd.DataFrame:
    """40 cases of 16 patients, ids with leading zeros."""
    rng = np.random.default_rng(1)
    return pd.DataFrame(
        {
            "case": [f"{i:04d}" for i in range(40)],
            "patient": [f"p{i % 16}" for i in range(40)],
            "label": [CLASSES[i] for i in rng.permutation(np.arange(40) % 4)],
        }
    )


@pytest.fixture
def answers(truth: pd.DataFrame) -> pd.DataFrame:
    """Probabilities better than chance."""
    rng = np.random.default_rng(2)
    logits = rng.normal(size=(40, 4)) + 2 * np.eye(4)[[CLASSES.index(c) for c in truth["label"]]]
    values = np.exp(logits)
    table = pd.DataFrame(values / values.sum(axis=1, keepdims=True), columns=CLASSES)
    table.insert(0, "case", truth["case"])
    return table


@pytest.fixture
def written(answers: pd.DataFrame, tmp_path: Path) -> Path:
    """The answers as a CSV file."""
    path = tmp_path / "answers.csv"
    answers.to_csv(path, index=False)
    return path
