"""Drugs against their class, from published cells: observed over expected, shrunken rates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from workbench.errors import DataError
from workbench.methods.rates.overdispersion import overdispersion
from workbench.methods.rates.shrinkage import shrink
from workbench.methods.rates.standardise import direct, observed_expected
from workbench.runs.reported.plan import ALL, RatesPlan
from workbench.tabular.strata import UNKNOWN

# The finest strata in which every drug of a class is shown are those it is compared in.
_STRATA = (("period", "sex", "age"), ("period", "sex"), ("period", "age"), ("period",), ())
_DIMENSIONS = ("period", "sex", "age")
COLUMNS = (
    "code", "class", "observed", "expected", "ratio", "low", "high", "shrunken", "shrunken_low",
    "shrunken_high", "masked",
)  # fmt: skip


def class_table(
    published: pd.DataFrame, classes: Mapping[str, str], plan: RatesPlan
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return a row a drug in its class, and what is said of each class.

    Drugs whose total is hidden are in no class; a class of fewer than ``least_drugs`` others is
    compared with nobody. All numbers follow from published cells, so that nothing hidden is in
    them.

    Args:
        published: Released cells of the first grain.
        classes: Class of each code.
        plan: Interval, level, least number of drugs.
    """
    total = _totals(published)
    shown = total.index[~total["masked"] & (total["exposed"] > 0)]
    rows: list[pd.DataFrame] = []
    said: dict[str, dict[str, Any]] = {}
    for name in sorted(set(classes.values())):
        members = [code for code in shown if classes.get(code) == name]
        if len(members) < plan.comparison.least_drugs:
            said[name] = {"drugs": len(members), "compared": False}
            continue
        cells, strata = _common(published, members)
        observed = _against_class(cells, strata, members, plan)
        shrunken, verdicts = _shrunken(total.loc[members], plan)
        rows.append(observed.merge(shrunken, on="code").assign(**{"class": name}))
        said[name] = {"drugs": len(members), "compared": True,
                      "strata": list(strata) or ["none"], **verdicts}  # fmt: skip
    table = pd.concat(rows, ignore_index=True) if rows else pd.DataFrame(columns=COLUMNS)
    return table.assign(masked=False)[list(COLUMNS)], said


def standardised_table(published: pd.DataFrame, plan: RatesPlan) -> pd.DataFrame:
    """Return the rate of each drug in the standard population; missing where a stratum is hidden.

    Strata are sex and age band over all years together, as yearly patients: ``rate`` is per
    100,000 patients a year.
    """
    columns = ["code", "rate", "low", "high", "standard", "method"]
    standard = plan.rates.standard
    if standard is None:
        return pd.DataFrame(columns=columns)
    sizes = [standard[sex][band] for sex in ("F", "M") for band in plan.bands]
    fine = _known(published, ("period", "sex", "age"))
    rows = []
    for code, cells in fine.groupby("code", sort=True):
        row: dict[str, Any] = {"code": code, "standard": "sex and age of the plan"}
        if cells["masked"].any():
            rows.append(row | {"method": "not given: a stratum is hidden"})
            continue
        sums = cells.groupby(["sex", "age"])[["cases", "exposed"]].sum()
        order = [(sex, band) for sex in ("F", "M") for band in plan.bands]
        sums = sums.reindex(pd.MultiIndex.from_tuples(order), fill_value=0).astype(float)
        try:
            found = direct(sums["cases"], sums["exposed"], sizes, level=plan.rates.level)
        except DataError:
            rows.append(row | {"method": "not given: a stratum in which nobody was exposed"})
            continue
        rows.append(row | {"rate": found.rate, "low": found.low, "high": found.high,
                           "method": found.convention})  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _totals(published: pd.DataFrame) -> pd.DataFrame:
    """Return the cell of all years and persons of each code."""
    whole = published[(published[list(_DIMENSIONS)] == ALL).all(axis=1)]
    return whole.set_index("code")


def _known(published: pd.DataFrame, strata: tuple[str, ...]) -> pd.DataFrame:
    """Return the cells of some strata; cases of unknown sex or age have no exposure of theirs."""
    chosen = pd.Series(True, index=published.index)
    for name in _DIMENSIONS:
        whole = published[name] == ALL
        known = ~whole & (published[name] != UNKNOWN)
        chosen &= known if name in strata else whole
    return published[chosen]


def _common(published: pd.DataFrame, members: list[str]) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return the cells of the finest strata in which all drugs are shown."""
    own = published[published["code"].isin(members)]
    for strata in _STRATA:
        cells = _known(own, strata)
        if len(cells) and not cells["masked"].any() and set(cells["code"]) == set(members):
            return cells, strata
    raise AssertionError("the totals of all drugs are shown")


def _against_class(
    cells: pd.DataFrame, strata: tuple[str, ...], members: list[str], plan: RatesPlan
) -> pd.DataFrame:
    """Return cases of each drug over those expected at the rates of the whole class."""
    keys = list(strata)
    numbers = cells.astype({"cases": float, "exposed": float})
    if keys:
        sums = numbers.groupby(keys)[["cases", "exposed"]].transform("sum")
    else:
        whole = numbers[["cases", "exposed"]].sum()
        sums = pd.DataFrame({n: whole[n] for n in whole.index}, index=numbers.index)
    reference = (sums["cases"] / sums["exposed"].where(sums["exposed"] > 0)).fillna(0.0)
    rows = []
    for code in members:
        own = numbers["code"] == code
        # Nobody exposed, and a case: of a person who was counted in another stratum.
        cases = numbers.loc[own, "cases"].where(numbers.loc[own, "exposed"] > 0, 0.0)
        found = observed_expected(
            cases, numbers.loc[own, "exposed"], reference[own],
            level=plan.rates.level, method=plan.rates.interval,
        )  # fmt: skip
        rows.append((code, found.observed, found.expected, found.ratio, found.low, found.high))
    return pd.DataFrame(rows, columns=["code", "observed", "expected", "ratio", "low", "high"])


def _shrunken(total: pd.DataFrame, plan: RatesPlan) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return the rates of a class drawn together, and what is said of its spread."""
    cases, exposed = total["cases"].astype(float), total["exposed"].astype(float)
    names = ["shrunken", "shrunken_low", "shrunken_high"]
    try:
        spread = overdispersion(cases, exposed, level=plan.rates.level)
        found = shrink(cases, exposed, groups=total.index, level=plan.rates.level)
    except DataError as error:
        empty = pd.DataFrame({"code": total.index, **dict.fromkeys(names, np.nan)})
        return empty, {"overdispersion": error.message, "prior": "not identified"}
    table = found.table.rename(
        columns={"group": "code", "low": "shrunken_low", "high": "shrunken_high"}
    )
    prior = (
        {"shape": found.shape, "mean": found.mean, "unit": found.unit}
        if found.identified
        else "not identified"
    )
    said = {
        "overdispersion": spread.verdict,
        "dispersion": spread.dispersion,
        "p_value": spread.likelihood_p_value,
        "heterogeneity": spread.rate_spread,
        "common_rate": spread.rate,
        "common_low": spread.low,
        "common_high": spread.high,
        "prior": prior,
        "verdict": found.verdict,
        "convention": found.convention,
    }
    return table[["code", *names]], said
