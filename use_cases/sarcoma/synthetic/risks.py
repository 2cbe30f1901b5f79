"""What decides on death, chemotherapy and loss to follow-up: log-linear predictors.

All are linear in the columns a cohort shows, so that models of treatment and of loss can be right;
what must not be seen (``unmeasured``) enters by its own knob.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .histology import HISTOLOGIES
from .knobs import Knobs
from .persons import Persons

Floats = NDArray[np.float64]
HORIZON_10_YEARS = 3652.0
# Edges in days and hazards a day of the reference person, highest in the second and third year.
EDGES = np.array([0.0, 90.0, 365.0, 1095.0, 1826.0, 3652.0])
BASE_HAZARDS = 3.65e-5 * np.array([0.7, 1.1, 1.35, 0.80, 0.42, 0.35])
_OTHERS = 0.42  # what depth, margins, fitness and centre add on average
_HAZARD = np.array([h.hazard for h in HISTOLOGIES.values()])
_CHEMO = np.array([h.chemo for h in HISTOLOGIES.values()])
EARLY_DEATH = 6e-5  # hazard a day in the first 90 days that surgery brings the fit, aged 60


def _known_factors(persons: Persons) -> Floats:
    """Return the log hazard by age, size, grade and histology."""
    return np.asarray(
        0.20 * (persons.age_years - 60) / 10
        + 0.50 * np.log(persons.size_mm / 75)
        + 0.80 * (persons.grade >= 2)
        + 0.72 * (persons.grade >= 3)
        + _HAZARD[persons.histology]
    )


def predicted_survival(persons: Persons) -> Floats:
    """Return predicted 10-year survival by age, size, grade and histology, without treatment.

    It has the shape of published sarcoma nomograms, and none of their coefficients.
    """
    widths = np.diff(np.append(EDGES, np.inf))[:-1]
    total = float((widths * BASE_HAZARDS[:-1]).sum())
    return np.asarray(np.exp(-total * np.exp(_known_factors(persons) + _OTHERS)))


def log_effect(persons: Persons, knobs: Knobs) -> Floats:
    """Return each person's log hazard ratio of chemotherapy, by predicted risk."""
    ratios = np.log([knobs.hr_high_risk, knobs.hr_intermediate_risk, knobs.hr_low_risk])
    # At 51 % or less high, at over 66 % low.
    return np.asarray(ratios[np.digitize(predicted_survival(persons), [0.51, 0.66], right=True)])


def log_hazard(persons: Persons, knobs: Knobs) -> Floats:
    """Return the log hazard ratio of death without treatment."""
    return np.asarray(
        _known_factors(persons)
        + 0.25 * persons.deep
        + 0.35 * (persons.margin >= 1)
        + 0.30 * persons.ecog
        - 0.10 * persons.expert
        + persons.centre_death
        + 0.25 * knobs.shift
        - 0.5 * knobs.unmeasured * persons.unmeasured
    )


def early_hazard(persons: Persons, knobs: Knobs) -> Floats:
    """Return the hazard a day that surgery adds for 90 days: the old and the unfit die early."""
    frail = 0.35 * (persons.age_years - 60) / 10 + 0.9 * persons.ecog
    return np.asarray(knobs.immortal_time * EARLY_DEATH * np.exp(frail))


def log_chemo_rate(persons: Persons, knobs: Knobs) -> Floats:
    """Return the log rate ratio of starting chemotherapy: indication up, age and frailty down."""
    indication = (
        1.00 * (persons.grade >= 2)
        + 0.95 * (persons.grade >= 3)
        + 0.35 * np.log(persons.size_mm / 75)
        - 0.32 * (persons.age_years - 60) / 10
        - 0.50 * persons.ecog
        + 0.20 * persons.deep
        + 0.35 * persons.expert
        + _CHEMO[persons.histology]
    )
    rate = knobs.confounding * indication + persons.centre_chemo
    rate = rate + 0.7 * knobs.unmeasured * persons.unmeasured
    if knobs.no_overlap:
        always = (persons.grade == 3) & (persons.age_years < 65) & (persons.ecog == 0)
        never = (persons.age_years >= 70) | (persons.ecog >= 1)
        rate = rate + 4.0 * always - 6.0 * never
    return np.asarray(rate)


def log_loss_rate(persons: Persons, knobs: Knobs) -> Floats:
    """Return the log rate ratio of loss to follow-up before treatment is counted."""
    return np.asarray(
        knobs.informative_censoring
        * (0.30 * (persons.age_years - 60) / 10 + 0.30 * persons.ecog + 0.40 * (persons.grade >= 3))
    )
