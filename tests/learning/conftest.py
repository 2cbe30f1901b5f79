"""Small cases with a known signal, and a network fit that ends in a second."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from workbench.learning.cases import Bag, Cases

CLASSES = ("benign", "low", "high", "invasive")


def bag_cases(count: int, seed: int = 0, features: int = 6, prefix: str = "case") -> Cases:
    """Bags of 3 to 20 tiles; a class above the first lifts one feature in two of its tiles."""
    rng = np.random.default_rng(seed)
    rows, inputs = [], {}
    for number in range(count):
        label = number % len(CLASSES)
        tiles = rng.normal(size=(int(rng.integers(3, 20)), features)).astype(np.float32)
        if label:
            tiles[:2, label] += 5
        case = f"{prefix}{number:03d}"
        rows.append((case, f"person{number // 2:03d}", CLASSES[label]))
        inputs[case] = Bag(tiles)
    table = pd.DataFrame(rows, columns=["case", "person", "label"])
    return Cases(table, inputs, "bags", CLASSES, tuple(f"f{i}" for i in range(features)))


@pytest.fixture
def make_cases() -> Callable[..., Cases]:
    """Give the maker of bag cases."""
    return bag_cases
