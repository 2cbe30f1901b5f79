"""A synthetic data set with known truth: a higher marker brings the event sooner."""

from pathlib import Path

import numpy as np
import pandas as pd

from workbench import storage
from workbench.data import DataCard, Field, Table, write_card

# Logarithm of the hazard ratio for one standard deviation of the marker.
EFFECT = 0.7
HAZARD_A_DAY = 0.0004
LAST_DAY = 2922


def write_data_set(folder: Path, persons: int, seed: int) -> Path:
    """Write table, manifest and card; return the path of the card.

    Args:
        folder: Folder to write.
        persons: How many persons.
        seed: Same seed, same bytes.
    """
    rows = make_persons(persons, np.random.default_rng(seed))
    storage.write_text(folder / "persons.csv", rows.to_csv(index=False, lineterminator="\n"))
    return write_card(card(), folder)


def make_persons(persons: int, random: np.random.Generator) -> pd.DataFrame:
    """Return one row a person: person, age_years, marker_mg_l, time_days, event.

    Days are whole and above 0; some are lost to follow-up, the others are followed for 8 years.
    """
    age = random.normal(60, 12, size=persons).clip(18, 100)
    marker = random.normal(10, 2, size=persons).clip(0)
    hazard = HAZARD_A_DAY * np.exp(EFFECT * (marker - 10) / 2 + 0.02 * (age - 60))
    event_day = random.exponential(1 / hazard)
    last_day = np.minimum(random.exponential(3 * LAST_DAY, size=persons), LAST_DAY)
    return pd.DataFrame(
        {
            "person": [f"P{number:04d}" for number in range(persons)],
            "age_years": age.round(1),
            "marker_mg_l": marker.round(2),
            "time_days": np.ceil(np.minimum(event_day, last_day)).astype(int),
            "event": (event_day <= last_day).astype(int),
        }
    )


def card() -> DataCard:
    """Return the card of the synthetic data set."""
    fields = (
        Field(name="person", type="string", role="person"),
        Field(name="age_years", type="number", role="quasi", unit="a", minimum=0, maximum=120),
        Field(name="marker_mg_l", type="number", role="feature", unit="mg/L", minimum=0),
        Field(name="time_days", type="integer", role="label", unit="d"),
        Field(name="event", type="integer", role="label", minimum=0, maximum=1),
    )
    return DataCard(
        name="template-name-synthetic",
        version="1",
        title="Synthetic times to an event",
        licence="CC0-1.0",
        legal_basis="synthetic",
        person_key="person",
        tables=(Table(name="persons", path="persons.csv", key=("person",), fields=fields),),
        label_tables=("persons",),
        known_biases=("Made up: no relation to any real population.",),
        synthetic=True,
    )
