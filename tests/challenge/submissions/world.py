"""A small challenge with hidden splits, in a folder and in a store, and what teams send to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from workbench.challenge.store import Store
from workbench.challenge.store.permission import Principal
from workbench.challenge.store.teams import create_team
from workbench.challenge.submissions import Labels, open_challenge
from workbench.scoring import Challenge, load_challenge

from ..two_classes import TWO_CLASSES  # noqa: TID252

CASES = 12
CARD: dict[str, Any] = TWO_CLASSES | {
    "metrics": [{"name": "brier", "primary": True}, {"name": "accuracy"}],
    "intervals": {"resamples": 100, "level": 0.95, "seed": 7},
    "limits": {"per_day": 5},
    "data": {
        "splits": [
            {"id": "public", "hidden": True, "keys": "public_cases.csv"},
            {"id": "private", "hidden": True, "keys": "private_cases.csv"},
        ]
    },
    "phases": [
        {
            "id": "trial",
            "split": "sample",
            "opens": "2026-02-01T00:00:00Z",
            "closes": "2026-02-15T00:00:00Z",
        },
        {
            "id": "open",
            "split": "public",
            "opens": "2026-02-15T00:00:00Z",
            "closes": "2026-04-01T00:00:00Z",
        },
        {
            "id": "late",
            "split": "public",
            "opens": "2026-04-01T00:00:00Z",
            "closes": "2026-05-01T00:00:00Z",
        },
        {
            "id": "final",
            "split": "private",
            "opens": "2026-05-01T00:00:00Z",
            "closes": "2026-05-02T00:00:00Z",
            "final": True,
            "takes_from": "late",
        },
    ],
}


def keys(split: str) -> list[str]:
    """Return the ids of a split's cases."""
    return [f"{split}-{i:02d}" for i in range(CASES)]


def answer(shift: float = 0.0, splits: tuple[str, ...] = ("public",)) -> bytes:
    """Return a valid file; another shift is another file."""
    cases = [case for split in splits for case in keys(split)]
    rows = [(case, round(0.1 + 0.06 * (i % CASES) + shift, 6)) for i, case in enumerate(cases)]
    lines = [f"{case},{round(1 - p, 6)},{p}" for case, p in rows]
    return "\n".join(["case,no,yes", *lines, ""]).encode()


def truth(split: str, shift: int = 0) -> str:
    """Return a labels file; another shift permutes the labels."""
    lines = [
        f"{case},p-{split}-{i // 2},{'yes' if (i + shift) % 3 == 0 else 'no'}"
        for i, case in enumerate(keys(split))
    ]
    return "\n".join(["case,patient,label", *lines, ""])


@dataclass
class World:
    """An open challenge: its folder, the hidden labels, the store and two teams."""

    store: Store
    card: Challenge
    folder: Path
    labels: Path
    teams: list[Principal] = field(default_factory=list)

    @property
    def team(self) -> Principal:
        return self.teams[0]

    @property
    def worker(self) -> Labels:
        return Labels(self.labels)


def write_pack(place: Path, changes: Mapping[str, Any] | None = None, shift: int = 0) -> Path:
    """Write card, starting kit and case lists; the hidden labels beside, in ``labels``."""
    folder, labels = place / "pack", place / "labels"
    folder.mkdir(parents=True, exist_ok=True)  # files a card names may lie there
    labels.mkdir()
    card = {key: value for key, value in (CARD | dict(changes or {})).items() if value is not None}
    (folder / "challenge.yaml").write_text(yaml.safe_dump(card))
    (folder / "labels.csv").write_text(truth("sample"))
    (folder / "sample.csv").write_bytes(answer(splits=("sample",)))
    for split in ("public", "private"):
        (folder / f"{split}_cases.csv").write_text("\n".join(["case", *keys(split), ""]))
        (labels / f"{split}.csv").write_text(truth(split, shift))
    return folder


def make_world(
    store: Store, place: Path, changes: Mapping[str, Any] | None = None, shift: int = 0
) -> World:
    """Write the challenge and open it in a store, with two teams."""
    return open_world(store, place, write_pack(place, changes, shift))


def open_world(store: Store, place: Path, folder: Path) -> World:
    """Open a challenge that is written in a store, with two teams."""
    card = load_challenge(folder)
    open_challenge(store, card, place / "labels", "organiser")
    with store.writing("organiser") as transaction:
        teams = [create_team(transaction, card.id, name) for name in ("Équipe 1", "Team 2")]
    principals = [Principal(t, "participant", team=t, challenge=card.id) for t in teams]
    return World(store, card, folder, place / "labels", principals)
