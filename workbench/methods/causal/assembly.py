"""Builds the cohort of a protocol from the tables of a registry linked with claims."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from workbench.methods.causal.cohort import Cohort
from workbench.methods.causal.eligibility import eligible_persons
from workbench.methods.causal.protocol import Protocol
from workbench.methods.causal.schema_tables import schema_tables
from workbench.methods.causal.table_covariates import (
    baseline_columns,
    moving_table,
    negative_control,
)
from workbench.methods.causal.table_outcomes import follow_up


def build_cohort(
    tables: Mapping[str, pd.DataFrame], protocol: Protocol
) -> tuple[Cohort, pd.DataFrame]:
    """Return the eligible cohort, and who was left out.

    Args:
        tables: By name; see :func:`schema_tables`.
        protocol: The target trial.

    Returns:
        The checked cohort with its flow, and ``person, reason`` of everybody left out.

    Raises:
        DataError: What is wrong with the tables or the cohort; see the functions called.
        UsageError: ``unknown-covariate``.
    """
    read = schema_tables(tables)
    eligible = eligible_persons(read, protocol)
    people = eligible.people
    seen = follow_up(read, people, protocol)
    moving = moving_table(read, people, protocol)
    centre = people["centre"].astype("string").fillna("unknown") if "centre" in people else None
    cohort = Cohort(
        person=people.index.to_numpy().astype(str),
        baseline=baseline_columns(read, people, protocol),
        treated_day=seen.treated_day,
        end_day=seen.end_day,
        event=seen.event,
        administrative=seen.administrative,
        centre=None if centre is None else np.asarray(centre, dtype=str),
        time_varying=moving,
        negative_control=negative_control(read, people, protocol, seen.end_day),
        flow=eligible.flow,
        surgery_day=seen.surgery_day,
        warnings=eligible.warnings,
    )
    cohort.check()
    return cohort, eligible.excluded
