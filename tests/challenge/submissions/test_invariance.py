"""Permuting the hidden labels changes no byte a participant sees before the score."""

import gzip
import io
import json
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.challenge.standings import board, board_csv, rank_of
from workbench.challenge.store import Store, open_store
from workbench.challenge.store.clock import SetClock
from workbench.challenge.store.permission import PUBLIC
from workbench.challenge.submissions import (
    check,
    entries,
    entry,
    host_detail,
    quota,
    submit,
    withdraw,
    work,
)
from workbench.errors import WorkbenchError
from workbench.report.standings import page_of

from . import world as worlds
from .world import CASES, World, answer, keys, make_world


def hides_all(metric: str, *, ladder: bool) -> dict[str, Any]:
    """Return changes of the card: this primary metric, and no phase shows anything."""
    phases = [
        dict(phase, show=[], ladder=ladder and "final" not in phase)
        for phase in worlds.CARD["phases"]
    ]
    return {"metrics": [{"name": metric, "primary": True}], "phases": phases}


@lru_cache(maxsize=8)
def shown_after(labels: str, metric: str, ladder: bool) -> str:
    """Return everything a participant sees once two teams have scores that no phase shows."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with open_store(folder / "store", clock=SetClock(datetime(2026, 3, 1, tzinfo=UTC))) as s:
            world = _world(s, folder / "x", labels, hides_all(metric, ladder=ladder))
            for i in range(4):
                content = answer(0.01 * i)
                submit(s, world.teams[i % 2], "demo", content, filename="a.csv")
            list(work(s, world.worker, idle_s=None))
            told: list[object] = [entry.as_dict() for entry in entries(s, world.team)]
            told.append(rank_of(s, "demo", "open", str(world.team.team), world.team))
            for viewer in (PUBLIC, world.team):
                for phase in ("open", "final"):
                    found = board(s, "demo", phase, viewer=viewer)
                    told += [found.document.to_json(), board_csv(found.document), page_of([found])]
                    told += [str(found.tables()), str(found.facts())]
            seals = [str(seal) for seal in _seals(s)]
    text = json.dumps(told, sort_keys=True)
    for seal in seals:  # the digest that seals the labels is public, and tells them to nobody
        text = text.replace(seal, "seal").replace(seal[:12], "seal")
    return text


def _seals(store: Store) -> Iterator[str]:
    for event in store.events():
        if event.kind == "score-set-opened":
            yield from event.payload["labels"].values()


def label_files(order: list[int]) -> str:
    """Return hidden labels of which the classes are permuted."""
    classes = ["yes" if i % 3 == 0 else "no" for i in order]
    rows = [
        f"{k},p-{i // 2},{c}" for i, (k, c) in enumerate(zip(keys("public"), classes, strict=True))
    ]
    return "\n".join(["case,patient,label", *rows, ""])


@lru_cache(maxsize=8)
def seen(labels: str, files: tuple[bytes, ...], policy: str = "reject") -> str:
    """Return everything a participant sees of a challenge with these labels, before any score."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with open_store(folder / "store", clock=SetClock(datetime(2026, 3, 1, tzinfo=UTC))) as s:
            changes = POLICIES[policy] | {"limits": {"per_day": 50}}
            world = _world(s, folder / "x", labels, changes)
            told = [_told(world, content) for content in files]
            told.append([e.as_dict() for e in entries(s, world.team)])
            told.append(quota(s, world.team, "demo").as_dict())
            told.append([host_detail(s, world.team, e.id) for e in entries(s, world.team)])
            return json.dumps(told, sort_keys=True)


def _world(store: Store, folder: Path, labels: str, changes: dict[str, Any] | None = None) -> World:
    plain = worlds.truth
    worlds.truth = lambda split, shift=0: labels if split == "public" else plain(split, shift)
    try:
        return make_world(store, folder, changes)
    finally:
        worlds.truth = plain


def _told(world: World, content: bytes) -> object:
    found: list[object] = [check(world.store, "demo", content).to_json()]
    try:
        receipt = submit(world.store, world.team, "demo", content, filename="a.csv")
        found += [receipt.as_dict(), entry(world.store, world.team, receipt.id).as_dict()]
        if content.endswith(b"\n\n"):
            found.append(withdraw(world.store, world.team, receipt.id, "no").as_dict())
    except WorkbenchError as error:
        found += [error.render(), [problem.as_dict() for problem in error.problems]]
    return found


def as_parquet(content: bytes) -> bytes:
    buffer = io.BytesIO()
    pd.read_csv(io.BytesIO(content)).to_parquet(buffer)
    return buffer.getvalue()


PLAIN = list(range(CASES))
POLICIES: dict[str, dict[str, Any]] = {
    "reject": {},
    "worst": {"missing_value_policy": "worst"},
    "impute": {"missing_value_policy": "impute", "impute": {"no": 0.5, "yes": 0.5}},
}
FILES = (
    answer(),
    answer(0.001) + b"\n",
    answer().replace(b"0.1", b"0,1"),
    answer().replace(b"public-03", b"public-3"),
    b"case,no,yes\npublic-00,1,1\n",
    b"PK\x03\x04",
    answer(0.002),
    answer(),
    gzip.compress(answer(0.003), mtime=0),
    as_parquet(answer(0.004)),
    answer(0.005).replace(b"public-05,", b"public-05,,").replace(b",,0", b",", 1),
    b"".join(answer(0.006).splitlines(keepends=True)[:9]),
)


@settings(max_examples=6, deadline=None)
@given(
    st.permutations(PLAIN), st.sampled_from([FILES, FILES[::-1]]), st.sampled_from(list(POLICIES))
)
def test_nothing_seen_before_the_score_depends_on_hidden_labels(
    order: list[int], files: tuple[bytes, ...], policy: str
) -> None:
    plain = seen(label_files(PLAIN), files, policy)
    assert seen(label_files(order), files, policy) == plain


@pytest.mark.parametrize("ladder", [False, True])
@pytest.mark.parametrize("metric", ["brier", "auroc", "balanced-accuracy"])
def test_where_nothing_is_shown_nothing_seen_depends_on_hidden_labels(
    metric: str, ladder: bool
) -> None:
    mixed = [3, 1, 2, 0, 5, 6, 9, 8, 7, 4, 11, 10]  # other units hold both classes
    rare = [0, *(1 for _ in PLAIN[1:])]
    plain = shown_after(label_files(PLAIN), metric, ladder)
    for order in (mixed, rare):
        assert shown_after(label_files(order), metric, ladder) == plain
