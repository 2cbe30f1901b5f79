"""The challenge that benchmarks open: two classes, one metric, a phase that is always open."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import yaml

CARD: dict[str, Any] = {
    "schema_version": 2,
    "id": "bench",
    "version": "1.0.0",
    "title": {"en": "Benchmark", "fr": "Banc d'essai"},
    "description": {"en": "Made up", "fr": "Inventé"},
    "use_case": "bench",
    "licence": "CC0-1.0",
    "contact": {"name": "bench"},
    "key": "case",
    "unit": "patient",
    "label": "label",
    "classes": ["no", "yes"],
    "submission": {"forms": ["probabilities"]},
    "missing_value_policy": "reject",
    "decision": {"rule": "most-probable"},
    "intervals": {"resamples": 1_000, "level": 0.95, "seed": 7},
    "phases": [
        {
            "id": "open",
            "split": "sample",
            "opens": "2020-01-01T00:00:00Z",
            "closes": "2099-01-01T00:00:00Z",
        }
    ],
    "sample": {"labels": "labels.csv", "submission": "sample.csv"},
}


def write_pack(folder: Path, metric: str, labels: pd.DataFrame, sample: bytes) -> Path:
    """Write a challenge's folder; return it.

    Args:
        folder: New folder.
        metric: Name of the one metric.
        labels: Columns ``case``, ``patient`` and ``label`` (``no`` or ``yes``).
        sample: A valid file of answers to all cases.
    """
    folder.mkdir(parents=True)
    content = CARD | {"metrics": [{"name": metric, "primary": True}]}
    (folder / "challenge.yaml").write_text(yaml.safe_dump(content))
    labels.to_csv(folder / "labels.csv", index=False)
    (folder / "sample.csv").write_bytes(sample)
    return folder
