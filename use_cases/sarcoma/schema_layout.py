"""Cases from the tables of the schema: everything a doctor knows on day zero."""

from __future__ import annotations

import numpy as np
import pandas as pd

from workbench.data import OpenedData
from workbench.methods.causal.check_dates import check_dates
from workbench.methods.causal.check_values import check_grades, check_sizes

from .listed import Listed
from .outcomes import origin_of, outcome_table
from .params import Params
from .reading import Tables, read_tables

REFERENCE_MM = 75.0
# ICD-O-3 morphologies to the groups models see; all others are "other".
MORPHOLOGIES = {
    "8890": "leiomyosarcoma",
    "8802": "undifferentiated_pleomorphic",
    "8830": "undifferentiated_pleomorphic",
    "8858": "dedifferentiated_liposarcoma",
    "8850": "well_differentiated_liposarcoma",
    "8851": "well_differentiated_liposarcoma",
    "8852": "myxoid_liposarcoma",
    "8811": "myxofibrosarcoma",
    "9040": "synovial_sarcoma",
    "9041": "synovial_sarcoma",
    "9043": "synovial_sarcoma",
    "9540": "malignant_nerve_sheath",
}


def list_schema(data: OpenedData, params: Params) -> Listed:
    """List the cases of a data set in the schema's tables.

    Raises:
        DataError: The card is not that of the schema.
    """
    tables = read_tables(data)
    origin = origin_of(tables, params.origin)
    findings = [
        *check_dates(tables, origin, params.min_match_quality),
        *check_sizes(tables.tumour, "size_mm", "tumour", "person_id"),
        *check_grades(tables.tumour["fnclcc_grade"], "tumour"),
    ]
    table = outcome_table(tables, params.outcome, params.origin)
    rows = table["origin"].notna().to_numpy()
    numeric, categorical = characteristics(tables, origin, params.origin)
    return Listed(
        "tumour",
        table[rows].drop(columns="origin"),
        numeric[rows],
        categorical[rows],
        findings,
    )


def characteristics(
    tables: Tables, origin: pd.Series, since: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return numbers and categories known on day zero, one row a row of ``tumour``.

    Args:
        tables: The tables.
        origin: Day zero by person.
        since: ``surgery`` or ``diagnosis``: margins are known after surgery only.
    """
    tumour = tables.tumour
    person = tables.person.set_index("person_id").reindex(tumour["person_id"])
    zero = origin.reindex(tumour["person_id"]).reset_index(drop=True)
    year = zero.dt.year + zero.dt.dayofyear / 366
    numeric = pd.DataFrame(
        {
            "age_years": (year - person["birth_year"].to_numpy(dtype=float) - 0.5).round(1),
            "log_size": np.log(tumour["size_mm"].where(tumour["size_mm"] > 0) / REFERENCE_MM),
            "ecog": _last_ecog(tables, origin).reindex(tumour["person_id"]).to_numpy(dtype=float),
            "expert_centre": _flag(tumour["expert_centre"]),
            "mtb_before": _flag(tumour["mtb_before"]),
        }
    )
    code = tumour["histology_icdo3"].str[:4]
    known = code.isna() | code.isin(MORPHOLOGIES)
    categorical = pd.DataFrame(
        {
            "sex": person["sex"].to_numpy(),
            "grade": tumour["fnclcc_grade"].map(lambda grade: f"{grade:.0f}", na_action="ignore"),
            "histology": code.map(MORPHOLOGIES).where(known, "other"),
            "site": tumour["site"],
            "depth": tumour["depth"],
        }
    )
    if since == "surgery":
        categorical["margins"] = tumour["margins"].where(tumour["margins"] != "RX")
    return numeric.dropna(axis=1, how="all"), categorical.dropna(axis=1, how="all")


def _last_ecog(tables: Tables, origin: pd.Series) -> pd.Series:
    """Return the last performance status on or before day zero, by person."""
    visits = tables.visit[tables.visit["ecog"].notna()]
    visits = visits[visits["date"] <= visits["person_id"].map(origin)]
    return visits.sort_values(["date", "visit_id"]).groupby("person_id")["ecog"].last()


def _flag(values: pd.Series) -> pd.Series:
    """Return true and false as 1 and 0, NaN where missing."""
    return values.astype("boolean").astype("Float64").astype(float)
