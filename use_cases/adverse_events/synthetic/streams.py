"""Random numbers of a block of persons by name: block 7 is the same however many blocks follow."""

from __future__ import annotations

import zlib

import numpy as np
from numpy.typing import NDArray

WHOLE = 2**31  # the block number of what all persons share


def stream(seed: int, block: int, name: str) -> np.random.Generator:
    """Return a new generator of this seed, block and quantity.

    >>> bool(stream(1, 2, "age").random() == stream(1, 2, "age").random())
    True
    """
    return np.random.default_rng([seed, block, zlib.crc32(name.encode())])


def pseudonyms(seed: int, name: str, numbers: NDArray[np.int64]) -> NDArray[np.str_]:
    """Return 16 hexadecimal digits a number, without order and never twice.

    A bijection of 64 bits: the finaliser of SplitMix64 (Steele, Lea and Flood 2014) twice, between
    keys of the seed. Without the keys nobody can turn it back and see which pseudonyms are
    neighbours, and so of one person.
    """
    keys = stream(seed, WHOLE, name).integers(0, 2**63, 3, dtype=np.uint64)
    x = _mixed(_mixed(numbers.astype(np.uint64) ^ keys[0]) ^ keys[1]) ^ keys[2]
    return np.array([f"{value:016x}" for value in x.tolist()], dtype=np.str_)


def _mixed(x: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return the finaliser of SplitMix64."""
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        x = (x ^ (x >> np.uint64(shift))) * np.uint64(factor)
    return np.asarray(x ^ (x >> np.uint64(31)))
