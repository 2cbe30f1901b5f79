"""The OMOP tables that are read, and the user's table of concepts: columns by name."""

from __future__ import annotations

from .contracts import Column, Contract

PERSON = Contract(
    "person",
    (
        Column("person_id"),
        Column("gender_concept_id"),
        Column("year_of_birth"),
        Column("location_id", needed=False),
    ),
)
DRUG_EXPOSURE = Contract(
    "drug_exposure",
    (
        Column("drug_exposure_id"),
        Column("person_id"),
        Column("drug_concept_id"),
        Column("drug_exposure_start_date", ("drug_exposure_start_datetime",)),
        Column("drug_exposure_end_date", ("drug_exposure_end_datetime",), needed=False),
        Column("quantity", needed=False),
        Column("days_supply", needed=False),
        Column("drug_source_value", needed=False),
    ),
)
OBSERVATION_PERIOD = Contract(
    "observation_period",
    (
        Column("person_id"),
        Column("observation_period_start_date"),
        Column("observation_period_end_date"),
    ),
)
DEATH = Contract("death", (Column("person_id"), Column("death_date", ("death_datetime",))))
CONDITION = Contract(
    "condition_occurrence",
    (
        Column("condition_occurrence_id"),
        Column("person_id"),
        Column("condition_concept_id"),
        Column("condition_start_date", ("condition_start_datetime",)),
    ),
)
CONCEPTS = Contract("concepts", (Column("drug_concept_id", ("concept_id",)), Column("cip13")))
SEXES = (("8507", "M"), ("8532", "F"))
"""Standard gender concepts."""
