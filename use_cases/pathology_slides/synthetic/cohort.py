"""Who is in the data set: which slide has which label, person and centre."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .stains import Centre

CLASSES = ("benign", "low", "high", "invasive")
"""Ordered classes of a slide: its worst lesion."""


@dataclass(frozen=True)
class Plan:
    """One planned slide.

    Attributes:
        case: Identifier, ``S0001`` and so on.
        person: Pseudonym; several slides may be of one person.
        label: Index into :data:`CLASSES`.
        centre: Where it is stained and scanned; the same for all slides of a person.
    """

    case: str
    person: str
    label: int
    centre: Centre

    @property
    def file(self) -> str:
        """Path of the slide relative to the data set's folder."""
        return f"slides/{self.case}.{'svs' if self.centre.style == 'svs' else 'tif'}"


def plan_cohort(n_slides: int, centres: Sequence[Centre], seed: int) -> list[Plan]:
    """Plan a cohort with balanced classes within each centre and about 1.4 slides a person.

    Args:
        n_slides: Number of slides.
        centres: The centres, filled evenly.
        seed: Seed of the data set.

    Returns:
        The slides in order of their identifier; the order says nothing about the label.
    """
    rng = np.random.default_rng([seed, 0])
    classes = len(CLASSES)
    labels = np.arange(n_slides) % classes
    at = (np.arange(n_slides) // classes) % len(centres)
    order = rng.permutation(n_slides)
    labels, at = labels[order], at[order]
    persons = _persons(at, rng)
    return [
        Plan(f"S{i + 1:04d}", f"P{persons[i] + 1:04d}", int(labels[i]), centres[at[i]])
        for i in range(n_slides)
    ]


def _persons(at: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return a person's number for each slide: three in five slides share a person with another."""
    person = np.empty(len(at), int)
    count = 0
    for centre in np.unique(at):
        slides = rng.permutation(np.flatnonzero(at == centre))
        pairs = round(0.3 * len(slides))
        for place, slide in enumerate(slides):
            shared = place < 2 * pairs and place % 2 == 1
            count += 0 if shared else 1
            person[slide] = count - 1
    return person
