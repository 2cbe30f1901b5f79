"""The data card of the synthetic cohort."""

from __future__ import annotations

from workbench.data import DataCard, OptOut

from .contracts import CONTRACTS


def data_card() -> DataCard:
    """Return the card; it is the same for every seed and all knobs, so that it tells neither."""
    return DataCard(
        name="sarcoma-synthetic",
        version="1.0",
        title="Synthetic soft-tissue sarcoma cohort linked with claims",
        description="Localised soft-tissue sarcomas of adults, diagnosed 2010 to 2018, followed "
        "to the end of 2024, with chemotherapy from claims.",
        licence="CC0-1.0",
        legal_basis="synthetic",
        person_key="person_id",
        tables=tuple(contract.table() for contract in CONTRACTS),
        label_tables=("death", "observation_period"),
        known_biases=(
            "simulated: survival, treatment and loss follow formulas, not biology",
            "who was treated was not drawn by lot: grade, size, age and fitness decide",
            "patients who die soon after surgery are never treated (immortal time)",
            "loss to follow-up depends on age, fitness and treatment",
            "causes of the last years' deaths are unknown",
        ),
        opt_out=OptOut(few_matches_expected=True),
        source="use_cases/sarcoma/synthetic",
        synthetic=True,
    )
