"""The leak test: it finds what is planted, names it, and is silent about honest files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from workbench.challenge.pack import leak_test
from workbench.challenge.pack.metadata import (
    file_features,
    name_features,
    order_features,
    table_features,
)
from workbench.errors import DataError

N = 200
LABELS = [("no", "yes")[i] for i in np.random.default_rng(3).integers(0, 2, N)]
UNITS = [f"p{i // 2}" for i in range(N)]
RANDOM = [f"{i:08x}" for i in np.random.default_rng(4).integers(0, 2**32, N)]


def test_an_honest_file_is_not_suspected() -> None:
    leak = leak_test({**name_features(RANDOM), **order_features(N)}, LABELS, UNITS)
    assert leak.auroc is not None
    assert 0.35 < leak.auroc < 0.6
    assert not leak.found


def test_rows_sorted_by_class_are_found() -> None:
    leak = leak_test(order_features(N), sorted(LABELS), RANDOM)
    assert leak.found
    assert leak.feature == "order of the rows"
    assert leak.feature_low is not None
    assert leak.feature_low > 0.95


@pytest.mark.parametrize(
    ("names", "feature"),
    [
        ([f"{'A' if y == 'yes' else 'B'}_{r}" for y, r in zip(LABELS, RANDOM, strict=True)],
         "name part 1"),
        ([f"{r}{'x' * (y == 'yes')}" for y, r in zip(LABELS, RANDOM, strict=True)], "name length"),
        ([f"S{500 * (y == 'yes') + i}.tif" for i, y in enumerate(LABELS)], "name part 2"),
    ],
)  # fmt: skip
def test_a_name_that_tells_the_class_is_found(names, feature) -> None:
    leak = leak_test({**name_features(names), **order_features(N)}, LABELS, UNITS)
    assert leak.found
    assert leak.feature.startswith(feature)


def test_a_header_field_that_tells_the_class_is_found() -> None:
    scanner = ["Aperio" if y == "yes" else "Hamamatsu" for y in LABELS]
    table = pd.DataFrame({"id": RANDOM, "scanner": scanner, "mpp": 0.25}).sample(frac=1)
    features = table_features(table, RANDOM, "id")
    assert list(features) == ["column scanner"]
    assert leak_test(features, LABELS, UNITS).feature == "column scanner"
    with pytest.raises(DataError, match="lack 1 cases"):
        table_features(table[table["id"] != RANDOM[0]], RANDOM, "id")


def test_a_file_size_that_tells_the_class_is_found(tmp_path: Path) -> None:
    for name, label in zip(RANDOM, LABELS, strict=True):
        (tmp_path / f"{name}.tif").write_bytes(b"x" * (10 + 10 * (label == "yes")))
    features = file_features(tmp_path, RANDOM)
    assert leak_test({"file size": features["file size"]}, LABELS, UNITS).found
    with pytest.raises(DataError, match="1 cases have no file"):
        file_features(tmp_path, [*RANDOM, "absent"])


@pytest.mark.parametrize(
    ("labels", "units", "reason"),
    [
        (LABELS[:40], UNITS[:40], "50 cases of 10 units are needed"),
        (LABELS, ["p1", "p2"] * 100, "50 cases of 10 units are needed"),
        (["yes"] * N, UNITS, "one class only"),
    ],
)
def test_too_little_to_say_anything(labels, units, reason) -> None:
    leak = leak_test(order_features(len(labels)), labels, units)
    assert leak.skipped.endswith(reason)
    assert not leak.found


def test_same_seed_same_answer() -> None:
    features = name_features(RANDOM)
    assert leak_test(features, LABELS, UNITS) == leak_test(features, LABELS, UNITS)


def test_large_files_are_drawn_from_by_unit() -> None:
    n = 12_000
    labels = [("no", "yes")[i % 2] for i in range(n)]
    leak = leak_test(order_features(n), labels, [f"p{i // 3}" for i in range(n)])
    assert leak.n_cases <= 5000
    assert leak.n_cases == 3 * leak.n_units
