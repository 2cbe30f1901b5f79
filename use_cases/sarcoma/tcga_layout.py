"""Cases from the clinical tables of TCGA (pan-cancer clinical data) and of cBioPortal."""

from __future__ import annotations

import numpy as np
import pandas as pd

from workbench.data import OpenedData
from workbench.errors import DataError
from workbench.methods.causal.check_values import check_sizes

from .cells import numbers, without_missing
from .listed import Listed
from .params import Params, TableParams
from .table_layout import list_rows

MISSING = (
    "NA", "[Not Available]", "[Unknown]", "[Not Applicable]", "[Not Evaluated]", "[Discrepancy]",
)  # fmt: skip
MM_PER_CM = 10.0
_TCGA_OUTCOMES = {"os": "OS", "dss": "DSS", "rfs": "PFI"}
_CBIO_OUTCOMES = {"os": "OS", "dss": "DSS", "rfs": "PFS"}
_CBIO_EVENTS = ["1:DECEASED", "1:DEAD WITH TUMOR", "1:PROGRESSION", "1:Recurred/Progressed", "1"]
_SIZES_CM = ("pathologic_tumor_length", "pathologic_tumor_width", "pathologic_tumor_depth")
_HISTOLOGIES = (
    ("leiomyo", "leiomyosarcoma"), ("dedifferentiated", "dedifferentiated_liposarcoma"),
    ("myxofibro", "myxofibrosarcoma"), ("nerve sheath", "malignant_nerve_sheath"),
    ("synovial", "synovial_sarcoma"), ("pleomorphic", "undifferentiated_pleomorphic"),
    ("desmoid", "desmoid"),
)  # fmt: skip
_REGIONS = (
    ("trunk", "trunk"), ("chest", "trunk"), ("extremity", "extremity"),
    ("gynecological", "gynaecological"), ("retroperitoneum", "retroperitoneum"),
)  # fmt: skip


def list_tcga(data: OpenedData, params: Params) -> Listed:
    """List the cases of a clinical table in the layout of TCGA or of cBioPortal.

    Raises:
        DataError: The table has the columns of neither.
    """
    for card in data.card.tables:
        names = {field.name for field in card.fields}
        if {"bcr_patient_barcode", "OS", "OS.time"} <= names:
            return _tcga(data.table(card.name), card.name, params)
        if {"PATIENT_ID", "OS_STATUS", "OS_MONTHS"} <= names:
            return _cbioportal(data.table(card.name), card.name, names, params)
    raise DataError(
        "no table has the columns of TCGA (bcr_patient_barcode, OS, OS.time) or of cBioPortal "
        "(PATIENT_ID, OS_STATUS, OS_MONTHS)",
        where=str(data.folder),
        remedy="name the columns yourself (use_case.params.layout=table)",
    )


def _tcga(rows: pd.DataFrame, name: str, params: Params) -> Listed:
    """List the rows of the pan-cancer clinical table: times in days, sizes in centimetres."""
    who = "bcr_patient_barcode"
    outcome = _TCGA_OUTCOMES.get(params.outcome, params.outcome)
    listed = list_rows(
        rows,
        name,
        who,
        TableParams(
            time=f"{outcome}.time",
            event=outcome,
            time_unit="d",
            missing=list(MISSING),
            numeric=["age_at_initial_pathologic_diagnosis"],
            categorical=["gender", "residual_tumor", "tumor_depth", "tumor_multifocal"],
            centre="tissue_source_site",
        ),
    )
    sizes = pd.DataFrame(
        {c: numbers(rows, c, MISSING, name, who)[0] for c in _SIZES_CM if c in rows}
    )
    largest = rows.assign(size_mm=MM_PER_CM * sizes.max(axis=1))
    findings = [*listed.findings, *check_sizes(largest, "size_mm", name, who)]
    size = largest["size_mm"].reset_index(drop=True)
    numeric = listed.numeric.rename(columns={"age_at_initial_pathologic_diagnosis": "age_years"})
    numeric["log_size"] = np.log(size.where(size > 0) / 75.0)
    categorical = listed.categorical.rename(columns={"gender": "sex", "residual_tumor": "margins"})
    categorical["margins"] = categorical["margins"].where(categorical["margins"] != "RX")
    categorical["histology"] = _histology(rows["histological_type"]).reset_index(drop=True)
    categorical["site"] = _site(rows["tumor_tissue_site"]).reset_index(drop=True)
    return Listed(name, listed.table, numeric, categorical, findings)


def _cbioportal(rows: pd.DataFrame, name: str, names: set[str], params: Params) -> Listed:
    """List the rows of a cBioPortal clinical table: times in months, status as ``1:DECEASED``."""
    outcome = _CBIO_OUTCOMES.get(params.outcome, params.outcome)
    characteristics = ["SEX", "CANCER_TYPE_DETAILED", "GRADE"]
    return list_rows(
        rows,
        name,
        "PATIENT_ID",
        TableParams(
            time=f"{outcome}_MONTHS",
            event=f"{outcome}_STATUS",
            event_values=_CBIO_EVENTS,
            time_unit="mo",
            missing=list(MISSING),
            numeric=["AGE"] if "AGE" in names else [],
            categorical=[column for column in characteristics if column in names],
        ),
    )


def _histology(types: pd.Series) -> pd.Series:
    """Return the group of each histological type, as pathologists wrote it."""
    text = without_missing(types, MISSING).str.lower()
    group = pd.Series("other", text.index, dtype="object").where(text.notna())
    for word, name in reversed(_HISTOLOGIES):
        group = group.mask(text.str.contains(word, regex=False, na=False), name)
    return group


def _site(sites: pd.Series) -> pd.Series:
    """Return the region of the body of each tissue site."""
    text = without_missing(sites, MISSING).str.lower()
    region = pd.Series("other", text.index, dtype="object").where(text.notna())
    for word, name in _REGIONS:
        region = region.mask(text.str.contains(word, regex=False, na=False), name)
    return region
