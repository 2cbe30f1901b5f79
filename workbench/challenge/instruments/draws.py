"""Random numbers of the simulations: from the raw output of PCG64, the same on every machine."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri


class Draws:
    """A stream of random numbers.

    Args:
        seed: Seed, not negative.
        stream: Number of an independent stream of that seed.

    >>> Draws(7).coins(5).tolist() == Draws(7).coins(5).tolist()
    True
    """

    def __init__(self, seed: int, stream: int = 0) -> None:
        self._raw = np.random.PCG64(np.random.SeedSequence([seed, 0x51D, stream]))

    def uniforms(self, *shape: int) -> NDArray[np.float64]:
        """Return numbers between 0 and 1, both excluded."""
        words = self._raw.random_raw(math.prod(shape)) >> np.uint64(12)
        return np.asarray((words.astype(np.float64) + 0.5) * 2.0**-52).reshape(shape)

    def normals(self, *shape: int) -> NDArray[np.float64]:
        """Return standard normal numbers."""
        return np.asarray(ndtri(self.uniforms(*shape)))

    def coins(self, *shape: int) -> NDArray[np.int8]:
        """Return zeros and ones, each with probability one half."""
        n = math.prod(shape)
        words = self._raw.random_raw((n + 63) // 64).astype("<u8", copy=False)
        return np.unpackbits(words.view(np.uint8), count=n).astype(np.int8).reshape(shape)
