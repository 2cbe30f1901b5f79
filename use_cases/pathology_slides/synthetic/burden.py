"""How much of which focus a slide gets: the rules that make the task learnable, not trivial.

The worst lesion covers the same small share of the tissue whatever its grade, and the whole altered
area (lesions of any grade and look-alikes) is drawn alike for every label. So neither the amount of
abnormal tissue nor any average over the slide tells the label: one has to find the worst focus.
"""

from __future__ import annotations

import numpy as np

from .layout import Region

GRADES = (Region.LOW, Region.HIGH, Region.INVASIVE)
"""Lesions in order of the label: 1 low, 2 high, 3 invasive; label 0 has none."""

LOOK_ALIKES = (Region.REACTIVE, Region.LYMPHOID, Region.NECROSIS)
"""Benign foci that share single traits with lesions: large, dense or dark nuclei."""

WORST_SHARE = (0.04, 0.08)
ALTERED_SHARE = (0.11, 0.19)
LOWER_GRADE_CHANCE = 0.6
_SMALLEST_SHARE = 0.004
_SPLIT_ABOVE = 0.03


def plan_foci(label: int, rng: np.random.Generator) -> list[tuple[Region, float]]:
    """Choose the foci of a slide.

    Args:
        label: Worst grade, 0 to 3.
        rng: The slide's own generator.

    Returns:
        Kind and share of the tissue of each focus, the worst lesion first.
    """
    altered = rng.uniform(*ALTERED_SHARE)
    worst = rng.uniform(*WORST_SHARE)
    wanted = [(GRADES[label - 1], worst)] if label else []
    altered -= worst if label else 0.0
    lower = [grade for grade in GRADES[: max(label - 1, 0)] if rng.random() < LOWER_GRADE_CHANCE]
    shares = rng.dirichlet(np.full(len(lower) + len(LOOK_ALIKES), 1.5)) * altered
    wanted += list(zip([*lower, *LOOK_ALIKES], shares.tolist(), strict=True))
    foci = []
    for region, share in wanted:
        parts = 1 if share < _SPLIT_ABOVE else int(rng.integers(1, 3))
        foci += [(region, share / parts)] * parts if share >= _SMALLEST_SHARE else []
    return foci
