"""The data card of the synthetic population."""

from __future__ import annotations

from workbench.data import DataCard, OptOut

from .contracts import TABLES


def data_card() -> DataCard:
    """Return the card; it is the same for every seed and all knobs, so that it tells neither."""
    return DataCard(
        name="adverse-events-synthetic",
        version="1.1",
        title="Synthetic dispensings of a population and reports of adverse events",
        description="A population with raw flows of dispensings, and the reports of adverse events "
        "that its persons, physicians and pharmacists sent. Drugs, codes and terms are made up.",
        licence="CC0-1.0",
        legal_basis="synthetic",
        person_key="person_id",
        tables=TABLES,
        label_tables=("pair",),
        known_biases=(
            "simulated: use, events and reports follow formulas",
            "a report names no pseudonym: opt-outs reach dispensings, not reports",
            "serious events, new drugs and drugs in the media are reported more often",
            "age decides on treatment and on events: some pairs look like signals and are none",
            "prescribers and regions differ in what they use and how much",
            "a pair that nobody reported is in no table",
        ),
        opt_out=OptOut(few_matches_expected=True),
        source="use_cases/adverse_events/synthetic",
        synthetic=True,
    )
