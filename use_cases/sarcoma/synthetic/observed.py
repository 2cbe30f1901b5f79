"""What a registry and claims see of a course: whole days, cut by loss and by the end of the study.

The generator's time zero is surgery for the adjuvant question and diagnosis for the neoadjuvant
one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .course import live
from .knobs import Knobs
from .persons import ACCRUAL_DAYS, Persons
from .streams import Streams

Floats = NDArray[np.float64]
END_OF_STUDY = ACCRUAL_DAYS + 2200  # six years after the last diagnosis; surgery within 90 days


@dataclass(frozen=True)
class Observed:
    """A cohort as it was seen; arrays of shape ``(n,)``.

    Attributes:
        persons: At diagnosis.
        zero: Day of time zero, counted from 2010-01-01.
        surgery: Day of surgery, from time zero; infinite where it never came.
        complication: Day of a complication after surgery, from time zero; infinite where none.
        worse_ecog: Performance status one worse from the complication on.
        treated_day: Start of chemotherapy, from time zero; NaN where it was not seen.
        end_day: End of follow-up, from time zero, 1 or more.
        died: True where death ended follow-up.
        administrative: True where the end of the study did.
        fracture_day: Day of a fracture, which chemotherapy cannot change; infinite where none.
        linked: False where the person's claims are not found.
    """

    persons: Persons
    zero: NDArray[np.int64]
    surgery: Floats
    complication: Floats
    worse_ecog: NDArray[np.bool_]
    treated_day: Floats
    end_day: Floats
    died: NDArray[np.bool_]
    administrative: NDArray[np.bool_]
    fracture_day: Floats
    linked: NDArray[np.bool_]


def observe(persons: Persons, knobs: Knobs, streams: Streams) -> Observed:
    """Live the natural course of these persons and look at it as a registry does."""
    n = len(persons)
    course = live(persons, knobs, streams, "natural")
    wait = np.floor(streams("wait for time zero").uniform(10, 75, n))
    after = 0 if knobs.question == "neoadjuvant" else wait.astype(np.int64)
    zero = persons.diagnosis + after
    closed = (END_OF_STUDY - zero).astype(float)
    death, lost = np.ceil(course.death), np.ceil(course.lost)
    end = np.minimum(np.minimum(death, lost), closed)
    start = np.ceil(course.start)
    seen = start <= end
    return Observed(
        persons=persons,
        zero=zero,
        surgery=course.surgery,
        complication=np.ceil(course.complication),
        worse_ecog=course.worse_ecog,
        treated_day=np.where(seen, start, np.nan),
        end_day=end,
        died=death <= np.minimum(lost, closed),
        administrative=closed < np.minimum(death, lost),
        fracture_day=_fracture(persons, streams),
        linked=streams("linkage").random(n) >= knobs.linkage_loss,
    )


def _fracture(persons: Persons, streams: Streams) -> Floats:
    """Return the day of a fracture: more often in the old and unfit, whatever the treatment."""
    rate = 0.012 * np.exp(0.35 * (persons.age_years - 60) / 10 + 0.3 * persons.ecog) / 365.25
    return np.asarray(np.ceil(streams("fracture").exponential(size=len(persons)) / rate))
