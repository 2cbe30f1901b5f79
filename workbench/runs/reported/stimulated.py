"""Years of a drug whose reports were stimulated: flags, released beside the counts behind them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from workbench.methods.disclosure.dimension import Dimension
from workbench.methods.disclosure.publish import Published
from workbench.methods.rates.stimulated import stimulated_reporting
from workbench.runs.reported.cases import Cases
from workbench.runs.reported.plan import ALL, RatesPlan
from workbench.runs.reported.releases import Shape, release

_COUNTS = ("cases", "serious", "not_serious", "by_patients", "by_others")
_WORDS = ("flag", "reason")
_PATIENTS = "patient|consumer|consommateur|usager"
"""How sources name notifiers who are no professionals; FAERS calls them consumers."""


def release_flags(cases: Cases, published: pd.DataFrame, plan: RatesPlan) -> Published:
    """Return a flag a drug and year: ``none``, ``spike`` or ``stimulated``, with its reason.

    A flag mixes the years of a drug, so that a drug has flags only where all its years are shown,
    and every count behind them, serious and not, by patients and by others, is 0 or at least the
    threshold. The counts themselves are not written.

    Args:
        cases: The cases.
        published: Released cells of the first grain.
        plan: Threshold, years.
    """
    counts = _counts(cases, plan)
    few = (counts[list(_COUNTS)] > 0) & (counts[list(_COUNTS)] < plan.disclosure.threshold)
    small = set(counts.loc[few.any(axis=1), "code"])
    whole = published[(published["sex"] == ALL) & (published["age"] == ALL)]
    yearly = whole[whole["period"] != ALL]
    hidden = set(yearly.loc[yearly["masked"] | (yearly["exposed"] == 0), "code"])
    rows = [
        _flagged(own.sort_values("period"))
        for code, own in yearly.merge(
            counts, on=["code", "period"], suffixes=("_shown", "")
        ).groupby("code", sort=True)
        if code not in small | hidden
    ]
    empty = pd.DataFrame(columns=["code", "period", *_COUNTS, *_WORDS])
    if not rows:
        return Published(empty.assign(masked=False), {"safe": True, "cells": 0, "hidden": 0})
    shape = Shape({"code": Dimension(), "period": Dimension()}, _COUNTS, _WORDS)
    exact = plan.disclosure.model_copy(update={"rounding": None})
    return release([pd.concat(rows, ignore_index=True)[list(empty.columns)]], shape, exact)


def flags_of(published: pd.DataFrame) -> dict[str, list[dict[str, Any]]]:
    """Return the years that stand out, by code; a code without flags had none to be told."""
    found: dict[str, list[dict[str, Any]]] = {str(code): [] for code in published["code"].unique()}
    shown = published[~published["masked"] & (published["flag"] != "none")]
    for code, period, flag, reason in shown[["code", "period", *_WORDS]].itertuples(index=False):
        found[str(code)].append({"period": period, "flag": flag, "reason": reason})
    return found


def _counts(cases: Cases, plan: RatesPlan) -> pd.DataFrame:
    """Return cases of each drug and year by what tells usual reports from others."""
    drugs = cases.drugs[plan.grains[0]]
    rows = cases.case.iloc[drugs["case"].to_numpy()]
    notifier = rows["notifier"].astype(str)
    patients = notifier.str.contains(_PATIENTS, case=False, regex=True).to_numpy()
    serious = (rows["severity"].astype(str) == "serious").to_numpy()
    table = pd.DataFrame(
        {
            "code": drugs["code"].to_numpy(),
            "period": rows["period"].to_numpy(),
            "cases": 1,
            "serious": serious.astype(np.int64),
            "not_serious": (~serious).astype(np.int64),
            "by_patients": patients.astype(np.int64),
            "by_others": (~patients).astype(np.int64),
        }
    )
    return table.groupby(["code", "period"], sort=True).sum().reset_index()


def _flagged(own: pd.DataFrame) -> pd.DataFrame:
    """Return the years of a drug with their flags."""
    found = stimulated_reporting(
        own["cases"].astype(float), own["exposed"].astype(float),
        serious=own["serious"].astype(float), by_patients=own["by_patients"].astype(float),
    )  # fmt: skip
    return own.assign(flag=found["flag"].to_numpy(), reason=found["reason"].to_numpy())
