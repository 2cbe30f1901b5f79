"""A shipped challenge with hidden splits: its pack for everybody, its labels for the organiser."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from workbench import storage
from workbench.scoring import labels_digest, load_challenge, load_truth

ROOT = Path(__file__).resolve().parents[2]
ALWAYS = {"opens": "2026-01-01T00:00:00Z", "closes": "2100-01-01T00:00:00Z"}
Labels = Mapping[str, pd.DataFrame]


def write_pack(host: Path, name: str, labels: Labels) -> Path:
    """Write the pack of a challenge and the labels of its two hidden splits.

    The first split is shown on a board while the challenge runs; the second is scored once, at the
    end, from the same files.

    Args:
        host: The organiser's folder.
        name: Folder of the shipped challenge.
        labels: By split, the one of the public board first.

    Returns:
        The pack's folder; labels are in ``labels/<id>`` beside it.
    """
    shipped, pack = ROOT / "challenges" / name, host / name
    shutil.copytree(shipped, pack, ignore=shutil.ignore_patterns("__pycache__"))
    card = yaml.safe_load((pack / "challenge.yaml").read_text())
    checked = load_challenge(shipped)
    splits = []
    for split, table in labels.items():
        text = table.to_csv(index=False, lineterminator="\n")
        path = storage.write_text(host / "labels" / checked.id / f"{split}.csv", text)
        keys = table[[checked.key]].to_csv(index=False, lineterminator="\n")
        storage.write_text(pack / f"{split}.csv", keys)
        splits.append(
            {
                "id": split,
                "hidden": True,
                "keys": f"{split}.csv",
                "sealed": labels_digest(load_truth(path, checked), checked),
            }
        )
    card["data"]["splits"] = splits
    card["phases"] = _phases(*labels)
    path = pack / "challenge.yaml"
    path.write_text(yaml.safe_dump(card, sort_keys=False, allow_unicode=True))
    load_challenge(path)
    return pack


def _phases(public: str, private: str) -> list[dict[str, Any]]:
    """Return a public phase, and a final one that takes its files."""
    shown = {"show": ["score", "rank", "interval"], "ladder": True}
    return [
        {"id": "public", "split": public, **shown, **ALWAYS},
        {"id": "final", "split": private, "final": True, "takes_from": "public", **ALWAYS},
    ]
