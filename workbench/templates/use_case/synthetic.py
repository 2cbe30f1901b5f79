"""A synthetic data set with known truth: a marker that is higher, on average, in the ill."""

from pathlib import Path

import numpy as np
import pandas as pd

from workbench import storage
from workbench.data import DataCard, Field, Table, write_card

MOST_VISITS = 3
# Mean difference of the marker between ill and well, in standard deviations of the well.
EFFECT = 1.5


def write_data_set(folder: Path, persons: int, seed: int) -> Path:
    """Write table, manifest and card; return the path of the card.

    Args:
        folder: Folder to write.
        persons: How many persons; each has one to three visits.
        seed: Same seed, same bytes.
    """
    rows = make_visits(persons, np.random.default_rng(seed))
    storage.write_text(folder / "visits.csv", rows.to_csv(index=False, lineterminator="\n"))
    return write_card(card(), folder)


def make_visits(persons: int, random: np.random.Generator) -> pd.DataFrame:
    """Return one row a visit: visit, person, age_years, marker_mg_l, label."""
    visits = random.integers(1, MOST_VISITS + 1, size=persons)
    person = np.repeat(np.arange(persons), visits)
    ill = (random.permutation(persons) % 2 == 0)[person]
    age = random.normal(60, 12, size=persons)[person].clip(18, 100)
    marker = random.normal(10 + 2 * EFFECT * ill, 2).clip(0)
    return pd.DataFrame(
        {
            "visit": [f"V{number:05d}" for number in range(len(person))],
            "person": [f"P{number:04d}" for number in person],
            "age_years": age.round(1),
            "marker_mg_l": marker.round(2),
            "label": np.where(ill, "yes", "no"),
        }
    )


def card() -> DataCard:
    """Return the card of the synthetic data set."""
    fields = (
        Field(name="visit", type="string", role="id"),
        Field(name="person", type="string", role="person"),
        Field(name="age_years", type="number", role="quasi", unit="a", minimum=0, maximum=120),
        Field(name="marker_mg_l", type="number", role="feature", unit="mg/L", minimum=0),
        Field(name="label", type="category", role="label", values=("no", "yes")),
    )
    return DataCard(
        name="template-name-synthetic",
        version="1",
        title="Synthetic visits",
        licence="CC0-1.0",
        legal_basis="synthetic",
        person_key="person",
        tables=(Table(name="visits", path="visits.csv", key=("visit",), fields=fields),),
        label_tables=("visits",),
        known_biases=("Made up: no relation to any real population.",),
        synthetic=True,
    )
