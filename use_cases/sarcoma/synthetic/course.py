"""The course after time zero: complication, start of chemotherapy, death, loss to follow-up.

A course is lived under a strategy: ``natural`` (what patients and doctors did), ``treat`` (start by
the end of the grace period) or ``none`` (do not start within it). All strategies of one seed share
their random numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from .hazards import event_days
from .intercept import chemo_intercept
from .knobs import Knobs
from .persons import Persons
from .risks import (
    BASE_HAZARDS,
    EDGES,
    early_hazard,
    log_chemo_rate,
    log_effect,
    log_hazard,
    log_loss_rate,
)
from .streams import Streams
from .window import WINDOW_DAYS, reached, share_of_window

Floats = NDArray[np.float64]
Strategy = Literal["natural", "treat", "none"]
GRACE_DAYS = 90.0
# Chemotherapy acts from this day on, whatever the day of the grace period it started: the truth
# does not depend on how a method spreads the starts over the grace period.
EFFECT_DAY = 120.0
LATE_LAG_DAYS = 30.0  # and this long after a start that is later than the grace period
LOSS_A_DAY = 0.028 / 365.25
TREATED_ARE_KEPT = -0.6  # log rate ratio of loss once treated, at informative_censoring = 1
DELAY, WORSE = -0.9, 0.5  # complication: log rate of chemotherapy, log hazard of death
ECOG_DELAY, ECOG_WORSE = -0.5, 0.3  # and where fitness does not come back


@dataclass(frozen=True)
class Course:
    """What happens to each person, days from time zero, ``(n,)``; infinite where it never does.

    Attributes:
        complication: Day of a complication after surgery.
        worse_ecog: True where performance status is one worse from then on.
        start: Day chemotherapy would start, were the person alive and seen.
        death: Day of death under the strategy.
        lost: Day the person would be lost to follow-up.
    """

    complication: Floats
    worse_ecog: NDArray[np.bool_]
    start: Floats
    death: Floats
    lost: Floats


def live(persons: Persons, knobs: Knobs, streams: Streams, strategy: Strategy) -> Course:
    """Return the course of each person under a strategy."""
    n = len(persons)
    frail = -1.8 + 0.5 * persons.ecog + 0.3 * (persons.age_years - 60) / 10
    ill = streams("complication").random(n) < 1 / (1 + np.exp(-frail))
    complication = np.where(ill, streams("complication day").uniform(5, 60, n), np.inf)
    worse = streams("worse ecog").random(n) < 0.6
    start = _start(persons, knobs, streams, strategy, complication, worse)
    death = _death(persons, knobs, streams("death"), start, complication, worse)
    start = np.where(start < death, start, np.inf)
    rate = LOSS_A_DAY * np.exp(log_loss_rate(persons, knobs))
    kept = np.exp(TREATED_ARE_KEPT * knobs.informative_censoring)
    lost = event_days(
        np.stack([np.zeros(n), start], axis=1),
        np.stack([rate, rate * kept], axis=1),
        streams("loss").exponential(size=n),
    )
    return Course(complication, ill & worse, start, death, lost)


def _start(
    persons: Persons,
    knobs: Knobs,
    streams: Streams,
    strategy: Strategy,
    complication: Floats,
    worse: NDArray[np.bool_],
) -> Floats:
    """Return the day chemotherapy starts: a proportional rate over a window."""
    n = len(persons)
    rate = np.exp(chemo_intercept(knobs) + log_chemo_rate(persons, knobs))
    exposure = streams("chemotherapy").exponential(size=n) / rate
    delay = np.exp(-knobs.time_varying * (DELAY + ECOG_DELAY * worse))
    before = share_of_window(complication)
    share = np.where(exposure <= before, exposure, before + (exposure - before) * delay)
    natural = reached(share)
    if strategy == "natural":
        return natural
    if strategy == "treat":
        return np.minimum(natural, GRACE_DAYS)
    slow = np.where(complication < GRACE_DAYS, delay, 1.0)
    afresh = streams("late chemotherapy").exponential(size=n) / rate * slow
    return reached(share_of_window(np.full(n, GRACE_DAYS)) + afresh)


def _death(
    persons: Persons,
    knobs: Knobs,
    random: np.random.Generator,
    start: Floats,
    complication: Floats,
    worse: NDArray[np.bool_],
) -> Floats:
    """Return the day of death, given when treatment starts and a complication happens."""
    breaks, hazards = death_hazards(persons, knobs, start, complication, worse)
    return event_days(breaks, hazards, random.exponential(size=len(persons)))


def death_hazards(
    persons: Persons,
    knobs: Knobs,
    start: Floats,
    complication: Floats,
    worse: NDArray[np.bool_],
) -> tuple[Floats, Floats]:
    """Return each person's breaks and hazards of death a day, both ``(n, 8)``."""
    late = np.where(start > GRACE_DAYS, start + LATE_LAG_DAYS, 0.0)
    acts = np.where(start <= WINDOW_DAYS, np.maximum(EFFECT_DAY, late), np.inf)
    own = np.stack([complication, acts], axis=1)
    breaks = np.concatenate([np.broadcast_to(EDGES, (len(persons), len(EDGES))), own], axis=1)
    breaks = np.sort(breaks, axis=1)
    base = BASE_HAZARDS[np.searchsorted(EDGES, breaks, side="right") - 1]
    harm = knobs.time_varying * (WORSE + ECOG_WORSE * worse)
    change = np.where(breaks >= complication[:, None], harm[:, None], 0.0)
    change = change + np.where(breaks >= acts[:, None], log_effect(persons, knobs)[:, None], 0.0)
    hazards = base * np.exp(log_hazard(persons, knobs)[:, None] + change)
    early = np.where(breaks < EDGES[1], early_hazard(persons, knobs)[:, None], 0.0)
    return breaks, hazards + early
