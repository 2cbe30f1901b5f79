"""Every contract of every source: what is read, under which headers, in which years."""

from __future__ import annotations

import pandas as pd

from workbench.errors import UsageError, did_you_mean

from . import bnpv_contracts, faers_contracts, omop_contracts, snds_contracts
from .bdpm import NAMES
from .contracts import Contract
from .hierarchies import ATC, EVENTS
from .open_medic import OPEN_MEDIC

SOURCES: dict[str, tuple[Contract, ...]] = {
    "snds": (
        snds_contracts.ER_PRS_F, snds_contracts.ER_PHA_F, snds_contracts.IR_PHA_R,
        snds_contracts.IR_BEN_R,
    ),
    "omop": (
        omop_contracts.PERSON, omop_contracts.DRUG_EXPOSURE, omop_contracts.OBSERVATION_PERIOD,
        omop_contracts.DEATH, omop_contracts.CONDITION, omop_contracts.CONCEPTS,
    ),
    "open_medic": (OPEN_MEDIC,),
    "bnpv": (
        bnpv_contracts.CASES, bnpv_contracts.EFFECTS, bnpv_contracts.DRUGS,
        bnpv_contracts.NOTIFIERS,
    ),
    "faers": (
        faers_contracts.DEMO, faers_contracts.DRUG, faers_contracts.REAC, faers_contracts.OUTC,
    ),
    "bdpm": (NAMES,),
    "hierarchies": (ATC, EVENTS),
}  # fmt: skip


def headers(source: str) -> pd.DataFrame:
    """Return ``table, column, headers, years, needed`` of a source, one row a column and period.

    Raises:
        UsageError: There is no such source.
    """
    if source not in SOURCES:
        hint = did_you_mean(source, SOURCES) or f"sources: {', '.join(SOURCES)}"
        raise UsageError(f"there is no source '{source}'; {hint}")
    rows: list[tuple[str, str, str, str, bool]] = []
    for contract in SOURCES[source]:
        for column in contract.columns:
            written = ", ".join(column.written())
            rows.append((contract.name, column.name, written, "all", column.needed))
        for variant in contract.variants:
            years = f"{variant.first}-{variant.last}"
            rows += [(contract.name, name, old, years, False) for old, name in variant.renamed]
    return pd.DataFrame(rows, columns=["table", "column", "headers", "years", "needed"])
