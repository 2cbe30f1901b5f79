"""Cohorts straight from the generator to the estimators, without files: for studies of many."""

from __future__ import annotations

import numpy as np
import pandas as pd

from workbench.methods.causal.cohort import Cohort

from .histology import NAMES
from .knobs import Knobs
from .observed import Observed, observe
from .persons import draw_eligible
from .streams import Streams

NEGATIVE_CONTROL_DAYS = 1826.0


def make_cohort(knobs: Knobs, seed: int) -> Cohort:
    """Return the eligible cohort of a seed: grade 2 or 3, resected R0 or R1, first course.

    Values that a registry would miss (``knobs.missing``) are complete here; persons without linked
    claims are left out, because nobody knows whether they were treated.

    Args:
        knobs: ``n`` is the number of eligible persons before linkage.
        seed: The same gives the same cohort.
    """
    streams = Streams(seed)
    seen = observe(draw_eligible(knobs.n, knobs, streams), knobs, streams)
    person = np.array([f"P{number:06d}" for number in range(1, len(seen.zero) + 1)])
    linked = seen.linked
    cohort = Cohort(
        person=person,
        baseline=baseline(seen, knobs),
        treated_day=seen.treated_day,
        end_day=seen.end_day,
        event=seen.died.astype(np.int8),
        administrative=seen.administrative,
        centre=np.array([f"C{number + 1:02d}" for number in range(knobs.centres)])[
            seen.persons.centre
        ],
        time_varying=time_varying(seen, person) if knobs.time_varying else None,
        negative_control=_fracture(seen),
        surgery_day=_surgery(seen) if knobs.question == "neoadjuvant" else None,
        flow=_flow(len(linked), int(linked.sum())),
    )
    return cohort if linked.all() else cohort.take(np.flatnonzero(linked))


def baseline(seen: Observed, knobs: Knobs) -> pd.DataFrame:
    """Return what is known at time zero, numeric: age and size about their middle, dummies."""
    who = seen.persons
    columns = {
        "age_10y": (who.age_years - 60) / 10,
        "female": who.female,
        "log_size": np.log(who.size_mm / 75),
        "grade_3": (who.grade == 3).astype(float),
        "deep": who.deep,
        "ecog": who.ecog,
        "expert_centre": who.expert,
    }
    if knobs.question == "adjuvant":
        columns["margin_r1"] = (who.margin == 1).astype(float)
    present = [number for number in np.unique(who.histology).tolist()]
    for number in present[1:]:
        columns[f"histology_{NAMES[number]}"] = (who.histology == number).astype(float)
    return pd.DataFrame(columns)


def time_varying(seen: Observed, person: np.ndarray) -> pd.DataFrame:
    """Return complication and performance status from the day they change; day 0 is the start."""
    ill = np.flatnonzero(seen.complication <= seen.end_day)
    ecog = seen.persons.ecog
    first = pd.DataFrame({"person": person, "day": 0.0, "complication": 0.0, "ecog_now": ecog})
    later = pd.DataFrame(
        {
            "person": person[ill],
            "day": seen.complication[ill],
            "complication": 1.0,
            "ecog_now": ecog[ill] + seen.worse_ecog[ill],
        }
    )
    moving = pd.concat([first, later], ignore_index=True)
    return moving.sort_values(["person", "day"], ignore_index=True)


def _fracture(seen: Observed) -> np.ndarray:
    """Return 1 where a fracture was seen within five years."""
    by = np.minimum(seen.end_day, NEGATIVE_CONTROL_DAYS)
    return np.asarray(seen.fracture_day <= by).astype(np.int8)


def _surgery(seen: Observed) -> np.ndarray:
    """Return the day of surgery, NaN where none was seen."""
    return np.where(seen.surgery <= seen.end_day, seen.surgery, np.nan)


def _flow(drawn: int, linked: int) -> list[dict[str, object]]:
    """Return the steps from the eligible to the cohort."""
    return [
        {"step": "eligible", "kept": drawn, "excluded": 0, "reason": ""},
        {"step": "linked", "kept": linked, "excluded": drawn - linked, "reason": "no-claims"},
    ]
