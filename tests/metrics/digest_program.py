"""Prints the sha256 of every metric's bootstrap values and of all-pairs tests, rows shuffled.

python digest_program.py ORDER     (ORDER: seed of the shuffle; run by test_properties.py)
"""

from __future__ import annotations

import hashlib
import json
import sys

import numpy as np
from problems import NAMES, problem

from workbench.metrics.permutation import all_pairs


def digest(*arrays: np.ndarray) -> str:
    """Return one sha256 of the bytes of arrays."""
    return hashlib.sha256(b"".join(np.ascontiguousarray(a).tobytes() for a in arrays)).hexdigest()


def main(order: int) -> None:
    """Print one digest a metric."""
    shuffled = np.random.default_rng(order).permutation(120)
    found = {}
    for name in NAMES:
        case = problem(name, 3, 120).take(shuffled)
        found[name] = digest(case.resampled(60), np.array(case.value()))
    rng = np.random.default_rng(3)
    values, units = rng.normal(size=(120, 6)), np.arange(120) // 3
    tests = all_pairs(values[shuffled], units[shuffled], permutations=600, seed=4)
    found["all pairs"] = digest(tests.differences, tests.p_values, tests.adjusted)
    print(json.dumps(found))


if __name__ == "__main__":
    main(int(sys.argv[1]))
