"""What is on the market and what can happen: substances, packs, terms. Drawn once a seed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .knobs import Knobs
from .streams import WHOLE, stream

KINDS = ("chronic", "acute", "seasonal")
PACKS = 6  # a substance: a brand and two generics, a small and a large pack each
SIZES = {"chronic": (28, 84), "acute": (7, 14), "seasonal": (28, 84)}
NEVER = 10**9
GRAINS = ("substance", "speciality", "pack")
_STARTS = ("va", "lo", "ri", "ce", "to", "mu", "be", "pa", "di")
_MIDDLES = ("ntro", "lefi", "quima", "dosta", "berno", "xavi", "zolu", "rape", "tico", "mygra")
_ENDS = ("pine", "stat", "zumab", "olol", "micin", "profen", "sartan", "gliptin", "xaban", "azole")
_MAKERS = ("", "Biolor", "Genaris")


@dataclass(frozen=True, eq=False)
class Catalogue:
    """The market and the terms.

    Attributes:
        substances: Names, ``(D,)``.
        atc5: Made-up codes of the form of ATC, ``(D,)``.
        kind: 0 chronic, 1 acute, 2 seasonal, ``(D,)``.
        share: Share of use within a kind, ``(D,)``.
        launch_day: First day on the market; far below 0 where it is old, ``(D,)``.
        generic_day: First day of the generics; ``NEVER`` where there are none, ``(D,)``.
        media_day: Day a report in the media begins; ``NEVER`` where there is none, ``(D,)``.
        cip13: Code of each pack, ``(6 D,)``: small and large of brand, generic, generic.
        cis: Code of each pack's speciality.
        days_supply: Days a box lasts, ``(6 D,)``.
        written: How each pack is written at each grain, ``(6 D, 3)`` of text.
        terms: Names of the events, ``(E,)``.
        classes: Class of each event, ``(E,)``.
    """

    substances: NDArray[np.object_]
    atc5: NDArray[np.object_]
    kind: NDArray[np.int64]
    share: NDArray[np.float64]
    launch_day: NDArray[np.int64]
    generic_day: NDArray[np.int64]
    media_day: NDArray[np.int64]
    cip13: NDArray[np.object_]
    cis: NDArray[np.object_]
    days_supply: NDArray[np.int64]
    written: NDArray[np.object_]
    terms: NDArray[np.object_]
    classes: NDArray[np.object_]

    def products(self, seed: int) -> pd.DataFrame:
        """Return the table of packs; one in forty stands under a second speciality too."""
        table = pd.DataFrame(
            {
                "cip13": self.cip13,
                "cis": self.cis,
                "speciality": self.written[:, 1],
                "label": self.written[:, 2],
                "substance": np.repeat(self.substances, PACKS),
                "atc5": np.repeat(self.atc5, PACKS),
                "days_supply": self.days_supply,
            }
        )
        twice = table[stream(seed, WHOLE, "second speciality").random(len(table)) < 0.025]
        again = twice.assign(cis=twice["cis"].str.replace("6", "9", n=1))
        return pd.concat([table, again]).sort_values(["cip13", "cis"], ignore_index=True)


def draw_catalogue(knobs: Knobs, seed: int) -> Catalogue:
    """Return the market and the terms of a seed."""
    count, random = knobs.substances, stream(seed, WHOLE, "catalogue")
    names = _names(count)
    kind = np.where(random.random(count) < 0.55, 0, np.where(random.random(count) < 0.7, 1, 2))
    kind[:3] = 0, 1, 2
    new, generic, media = random.random((3, count))
    launch = np.where(new < 0.1, random.integers(0, knobs.days * 2 // 3, count), -NEVER)
    launch[:3] = -NEVER
    since = random.integers(-1500, knobs.days, count)
    numbers = np.arange(count * PACKS)
    sizes = [SIZES[KINDS[one]] * 3 for one in kind]
    return Catalogue(
        substances=names,
        atc5=np.array([f"X{i // 90:02d}{chr(65 + i // 9 % 10)}A{i % 9 + 1:02d}"
                       for i in range(count)], dtype=object),
        kind=kind,
        share=_zipf(kind, knobs.zipf, random),
        launch_day=launch,
        generic_day=np.where((generic < 0.6) & (launch < 0), since, NEVER),
        media_day=np.where(media < 0.06, random.integers(60, knobs.days, count), NEVER),
        cip13=np.array([f"34009{number:08d}" for number in numbers], dtype=object),
        cis=np.array([f"6{number // 2:07d}" for number in numbers], dtype=object),
        days_supply=np.array(sizes).ravel(),
        written=_written(names, np.array(sizes).ravel()),
        terms=np.array([f"term {number:04d}" for number in range(knobs.events)], dtype=object),
        classes=np.array([f"class {n // 10:03d}" for n in range(knobs.events)], dtype=object),
    )  # fmt: skip


def _names(count: int) -> NDArray[np.object_]:
    """Return made-up names, each different from all others in a whole syllable.

    >>> len(set(_names(900)))
    900
    """
    number = np.arange(count)
    start, middle, end = number % 9, number // 9 % 10, number // 90
    # Shifted by what comes before, so that neighbours do not share their end.
    parts = zip(start, (middle + start) % 10, (end + middle + start) % 10, strict=True)
    return np.array([_STARTS[a] + _MIDDLES[b] + _ENDS[c] for a, b, c in parts], dtype=object)


def _zipf(
    kind: NDArray[np.int64], exponent: float, random: np.random.Generator
) -> NDArray[np.float64]:
    """Return shares that fall with the rank within each kind, and sum to 1 there."""
    share = np.zeros(len(kind))
    for number in range(len(KINDS)):
        rows = random.permutation(np.flatnonzero(kind == number))
        law = 1.0 / np.arange(1, len(rows) + 1) ** exponent
        share[rows] = law / law.sum()
    return share


def _written(names: NDArray[np.object_], sizes: NDArray[np.int64]) -> NDArray[np.object_]:
    """Return the name of every pack at three grains: substance, speciality, pack."""
    rows = []
    for number, size in enumerate(sizes):
        name, maker = names[number // PACKS], _MAKERS[number % PACKS // 2]
        speciality = f"{name} {maker}" if maker else f"{name[:4]}{name[-4:-2]}yl".capitalize()
        if not maker:
            speciality += f"{number // PACKS:03d}"
        rows.append((name, speciality, f"{speciality}, {size} tablets"))
    return np.array(rows, dtype=object)
