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
PROGRESSION = 0.06  # share of tumours that grow under chemotherapy before surgery ...
GROWN = 1.1  # ... are never operated on, and what that adds to the log hazard of death


@dataclass(frozen=True)
class Course:
    """What happens to each person, days from time zero, ``(n,)``; infinite where it never does.

    Attributes:
        surgery: Day of surgery; 0 where that is time zero.
        complication: Day of a complication after surgery.
        worse_ecog: True where performance status is one worse from then on.
        start: Day chemotherapy would start, were the person alive and seen.
        death: Day of death under the strategy.
        lost: Day the person would be lost to follow-up.
    """

    surgery: Floats
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
    effect, surgery = log_effect(persons, knobs), np.zeros(n)
    if knobs.question == "neoadjuvant":
        start, surgery, grown = _before_surgery(start, streams, strategy)
        effect = effect + GROWN * grown
    harm = knobs.time_varying * (WORSE + ECOG_WORSE * worse)
    breaks, hazards = death_hazards(persons, knobs, start, effect, complication, harm)
    death = event_days(breaks, hazards, streams("death").exponential(size=n))
    surgery = np.where(surgery < death, surgery, np.inf)
    start = np.where(start < death, start, np.inf)
    rate = LOSS_A_DAY * np.exp(log_loss_rate(persons, knobs))
    kept = np.exp(TREATED_ARE_KEPT * knobs.informative_censoring)
    lost = event_days(
        np.stack([np.zeros(n), start], axis=1),
        np.stack([rate, rate * kept], axis=1),
        streams("loss").exponential(size=n),
    )
    return Course(surgery, complication, ill & worse, start, death, lost)


def _start(
    persons: Persons,
    knobs: Knobs,
    streams: Streams,
    strategy: Strategy,
    complication: Floats,
    worse: NDArray[np.bool_],
) -> Floats:
    """Return the day chemotherapy starts: a proportional rate over a window."""
    n, window = len(persons), WINDOW_DAYS[knobs.question]
    rate = np.exp(chemo_intercept(knobs) + log_chemo_rate(persons, knobs))
    exposure = streams("chemotherapy").exponential(size=n) / rate
    delay = np.exp(-knobs.time_varying * (DELAY + ECOG_DELAY * worse))
    before = share_of_window(complication, window)
    share = np.where(exposure <= before, exposure, before + (exposure - before) * delay)
    natural = reached(share, window)
    if strategy == "natural":
        return natural
    if strategy == "treat":
        return np.minimum(natural, GRACE_DAYS)
    slow = np.where(complication < GRACE_DAYS, delay, 1.0)
    afresh = streams("late chemotherapy").exponential(size=n) / rate * slow
    return reached(share_of_window(np.full(n, GRACE_DAYS), window) + afresh, window)


def _before_surgery(
    start: Floats, streams: Streams, strategy: Strategy
) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Return starts, surgery and who progresses where chemotherapy comes before surgery.

    Whatever comes first, start or operation, rules: who is operated on first is not treated.
    """
    n = len(start)
    wait = np.ceil(streams("wait for surgery").uniform(21, 90, n))
    if strategy != "treat":
        start = np.where((start < wait) & (strategy == "natural"), start, np.inf)
    treated = np.isfinite(start)
    grown = treated & (streams("progression").random(n) < PROGRESSION)
    after = np.ceil(start + streams("chemotherapy before surgery").uniform(60, 85, n))
    return start, np.where(grown, np.inf, np.where(treated, after, wait)), grown


def death_hazards(
    persons: Persons,
    knobs: Knobs,
    start: Floats,
    effect: Floats,
    complication: Floats,
    harm: Floats,
) -> tuple[Floats, Floats]:
    """Return each person's breaks and hazards of death a day, both ``(n, 8)``.

    Args:
        persons: The persons.
        knobs: Settings.
        start: Day treatment starts.
        effect: Log hazard ratio once it acts.
        complication: Day of a complication.
        harm: Log hazard ratio from then on.
    """
    late = np.where(start > GRACE_DAYS, start + LATE_LAG_DAYS, 0.0)
    acts = np.where(np.isfinite(start), np.maximum(EFFECT_DAY, late), np.inf)
    own = np.stack([complication, acts], axis=1)
    breaks = np.concatenate([np.broadcast_to(EDGES, (len(persons), len(EDGES))), own], axis=1)
    breaks = np.sort(breaks, axis=1)
    base = BASE_HAZARDS[np.searchsorted(EDGES, breaks, side="right") - 1]
    change = np.where(breaks >= complication[:, None], harm[:, None], 0.0)
    change = change + np.where(breaks >= acts[:, None], effect[:, None], 0.0)
    hazards = base * np.exp(log_hazard(persons, knobs)[:, None] + change)
    early = np.where(breaks < EDGES[1], early_hazard(persons, knobs)[:, None], 0.0)
    return breaks, hazards + early
