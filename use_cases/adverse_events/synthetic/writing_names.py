"""How people write the name of a drug: at one of three grains, now and then with a slip."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .catalogue import GRAINS, PACKS, Catalogue

_GRAIN_SHARE = (0.45, 0.4, 0.15)
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def write_names(
    substance: NDArray[np.int64], market: Catalogue, typos: float, random: np.random.Generator
) -> tuple[NDArray[np.object_], NDArray[np.int64]]:
    """Return the names as written and their grains.

    Args:
        substance: Which drugs, ``(m,)``.
        market: Names at each grain.
        typos: Share of names with a slip.
        random: To draw from.
    """
    m = len(substance)
    grain = np.searchsorted(np.cumsum(_GRAIN_SHARE), random.random(m), side="right")
    grain = grain.clip(0, len(GRAINS) - 1)
    pack = substance * PACKS + random.integers(0, PACKS, m)
    names = market.written[pack, grain].copy()
    for row in np.flatnonzero(random.random(m) < typos):
        names[row] = slip(names[row], random)
    upper = random.random(m) < 0.3
    names[upper] = [name.upper() for name in names[upper]]
    return names, grain


def slip(name: str, random: np.random.Generator) -> str:
    """Return a name with one letter dropped, doubled, replaced or swapped with the next.

    >>> slip("vantropine", np.random.default_rng(1)) != "vantropine"
    True
    """
    place, way = int(random.integers(1, min(len(name), 9) - 1)), int(random.integers(0, 4))
    here, after = name[place], name[place + 1]
    if way == 3 and here != after:
        return name[:place] + after + here + name[place + 2 :]
    other = _LETTERS[(_LETTERS.find(here) + 1 + int(random.integers(0, 25))) % 26]
    return name[:place] + ("", here * 2, other, other)[way] + name[place + 1 :]
