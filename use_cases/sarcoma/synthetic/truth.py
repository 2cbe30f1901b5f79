"""The truth: what would have happened to the eligible under each strategy, by simulation.

Both strategies are lived by the same persons with the same random numbers, so that the Monte-Carlo
error is that of paired differences. Each person is of a centre of its own: the truth is that of all
centres. It belongs to the organiser: no data set holds it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from workbench import digests, storage

from .course import live
from .knobs import Knobs
from .persons import draw_eligible
from .streams import Streams

HORIZON_DAYS = 1826.0
SMALLEST_EFFECT = 0.01  # one point of five-year survival
PERSONS = 400_000
_CHUNK = 50_000
_CURVE_DAYS = (182.0, 365.0, 730.0, 1095.0, 1461.0, 1826.0)


@dataclass(frozen=True)
class Truth:
    """Effect of starting chemotherapy within the grace period against not starting within it.

    Attributes:
        risk_treat: Risk of death by the horizon where all start.
        risk_none: Where nobody starts.
        risk_difference: ``risk_treat - risk_none``; below 0 chemotherapy helps.
        risk_difference_se: Its Monte-Carlo error.
        rmst_difference: Days gained up to the horizon.
        rmst_difference_se: Its Monte-Carlo error.
        horizon_days: The horizon.
        survival: Survival under ``treat`` and ``none`` at some days.
        persons: Simulated persons.
    """

    risk_treat: float
    risk_none: float
    risk_difference: float
    risk_difference_se: float
    rmst_difference: float
    rmst_difference_se: float
    horizon_days: float
    survival: dict[str, dict[str, float]]
    persons: int


def simulate_truth(
    knobs: Knobs, seed: int = 0, persons: int = PERSONS, horizon_days: float = HORIZON_DAYS
) -> Truth:
    """Simulate both strategies on the population of eligible persons.

    Args:
        knobs: Of the cohorts whose truth is asked; ``n`` and what is only seen do not matter.
        seed: Of the simulation; the organiser's.
        persons: How many; the Monte-Carlo error falls with its root.
        horizon_days: Horizon of risk and restricted mean.

    Raises:
        ValueError: The Monte-Carlo error of the risk difference is not below a tenth of one point:
            simulate more persons.
    """
    treat, none = [], []
    for chunk in range(-(-persons // _CHUNK)):
        streams = Streams([seed, chunk, 1])
        count = min(_CHUNK, persons - chunk * _CHUNK)
        who = draw_eligible(count, knobs, streams, many_centres=True)
        treat.append(live(who, knobs, streams, "treat").death)
        none.append(live(who, knobs, streams, "none").death)
    by = {"treat": np.concatenate(treat), "none": np.concatenate(none)}
    died = {name: (days <= horizon_days).astype(float) for name, days in by.items()}
    lived = {name: np.minimum(days, horizon_days) for name, days in by.items()}
    risk, mean = died["treat"] - died["none"], lived["treat"] - lived["none"]
    error = float(risk.std() / np.sqrt(persons))
    if error >= SMALLEST_EFFECT / 10:
        raise ValueError(f"{persons} persons leave a Monte-Carlo error of {error:.2g}")
    return Truth(
        risk_treat=float(died["treat"].mean()),
        risk_none=float(died["none"].mean()),
        risk_difference=float(risk.mean()),
        risk_difference_se=error,
        rmst_difference=float(mean.mean()),
        rmst_difference_se=float(mean.std() / np.sqrt(persons)),
        horizon_days=horizon_days,
        survival={
            name: {f"{day:g}": float((days > day).mean()) for day in _CURVE_DAYS}
            for name, days in by.items()
        },
        persons=persons,
    )


def write_truth(path: Path, truth: Truth, knobs: Knobs, seed: int) -> Path:
    """Write the organiser's file: the truth, the knobs and the seed that made it.

    Args:
        path: In the organiser's folder, never in a data set.
        truth: Of :func:`simulate_truth`.
        knobs: What it is the truth of.
        seed: Of the simulation.
    """
    code = digests.of_code([Path(__file__).parent])
    document: dict[str, Any] = {"truth": asdict(truth), "knobs": asdict(knobs), "seed": seed}
    return storage.write_json(path, document | {"generator": code})
