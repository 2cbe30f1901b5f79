"""Values a registry has no record of."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .knobs import Knobs
from .persons import Persons
from .streams import Streams

COLUMNS = ("fnclcc_grade", "size_mm", "depth", "margins")


def lose(tumour: pd.DataFrame, persons: Persons, knobs: Knobs, streams: Streams) -> pd.DataFrame:
    """Return the table of tumours with gaps.

    Under ``mcar`` each value is lost with the same chance; under ``mar`` the chance rises with age
    and is lower in expert centres, with the same share in all.
    """
    if not knobs.missing:
        return tumour
    chance = np.full(len(persons), knobs.missing)
    if knobs.missing_mechanism == "mar":
        tilt = np.exp(0.4 * (persons.age_years - 60) / 10 - 0.8 * persons.expert)
        chance = np.minimum(knobs.missing * tilt / tilt.mean(), 0.95)
    random = streams("missing").random((len(COLUMNS), len(persons)))
    lost = {name: random[row] < chance for row, name in enumerate(COLUMNS)}
    gone = {name: tumour[name].mask(lost[name]) for name in COLUMNS if name != "margins"}
    return tumour.assign(**gone, margins=tumour["margins"].mask(lost["margins"], "RX"))
