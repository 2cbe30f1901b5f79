"""Permuting the hidden labels changes no byte a participant sees before the score."""

import json
import tempfile
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.challenge.store import open_store
from workbench.challenge.store.clock import SetClock
from workbench.challenge.submissions import (
    check,
    entries,
    entry,
    host_detail,
    quota,
    submit,
    withdraw,
)
from workbench.errors import WorkbenchError

from .world import CASES, World, answer, keys, make_world


def label_files(order: list[int]) -> str:
    """Return hidden labels of which the classes are permuted."""
    classes = ["yes" if i % 3 == 0 else "no" for i in order]
    rows = [
        f"{k},p-{i // 2},{c}" for i, (k, c) in enumerate(zip(keys("public"), classes, strict=True))
    ]
    return "\n".join(["case,patient,label", *rows, ""])


@lru_cache(maxsize=8)
def seen(labels: str, files: tuple[bytes, ...]) -> str:
    """Return everything a participant sees of a challenge with these labels, before any score."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with open_store(folder / "store", clock=SetClock(datetime(2026, 3, 1, tzinfo=UTC))) as s:
            world = _world(s, folder / "x", labels)
            told = [_told(world, content) for content in files]
            told.append([e.as_dict() for e in entries(s, world.team)])
            told.append(quota(s, world.team, "demo").as_dict())
            told.append([host_detail(s, world.team, e.id) for e in entries(s, world.team)])
            return json.dumps(told, sort_keys=True)


def _world(store: object, folder: Path, labels: str) -> World:
    from . import world as worlds

    plain = worlds.truth
    worlds.truth = lambda split, shift=0: labels if split == "public" else plain(split, shift)
    try:
        return make_world(store, folder)  # type: ignore[arg-type]
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


PLAIN = list(range(CASES))
FILES = (
    answer(),
    answer(0.001) + b"\n",
    answer().replace(b"0.1", b"0,1"),
    answer().replace(b"public-03", b"public-3"),
    b"case,no,yes\npublic-00,1,1\n",
    b"PK\x03\x04",
    answer(0.002),
    answer(),
)


@settings(max_examples=6, deadline=None)
@given(st.permutations(PLAIN), st.sampled_from([FILES, FILES[::-1]]))
def test_nothing_seen_before_the_score_depends_on_hidden_labels(
    order: list[int], files: tuple[bytes, ...]
) -> None:
    assert seen(label_files(order), files) == seen(label_files(PLAIN), files)
