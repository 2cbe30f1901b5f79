"""Reports made ready to be counted: coded, once each, in a period, with drug and event."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from workbench.errors import DataError, Problem
from workbench.runs.reported.coding import coded
from workbench.runs.reported.counted import Counted
from workbench.runs.reported.plan import RatesPlan
from workbench.runs.reported.reports_given import reading_of
from workbench.runs.reported.tables_given import products
from workbench.tabular.readers.ledger import Ledger
from workbench.tabular.readers.repeated_cases import repeated_cases
from workbench.tabular.strata import UNKNOWN

if TYPE_CHECKING:
    from workbench.data.door import OpenedData


@dataclass(frozen=True, eq=False)
class Cases:
    """Reports that count.

    Attributes:
        case: One row a case: ``case`` (number), ``period``, ``sex``, ``age``, ``serious``,
            ``notifier``; strata that are not known are ``unknown``.
        drugs: By grain, ``case`` and ``code``, each pair once.
        events: ``case``, ``level`` and ``term``, each once.
        first_report: Month of the first report of each code of the first grain.
        counted: Flow, decisions and rejects of reports and of names.
    """

    case: pd.DataFrame
    drugs: dict[str, pd.DataFrame]
    events: pd.DataFrame
    first_report: pd.Series
    counted: Counted


def read_reports(opened: OpenedData, plan: RatesPlan) -> Cases:
    """Return the cases of a data set.

    Raises:
        DataError: A table breaks the card or its reader's contract; ``too-many-uncoded``.
    """
    reading = reading_of(opened, plan)
    packs, ledger = products(opened, plan), reading.ledger
    drugs, names = coded(reading["report_drug"], packs, plan)
    report, events = reading["report"], reading["report_event"]
    report = _once(report, drugs, events, plan, ledger)
    drugs = drugs[drugs["role"].isin(plan.roles) & drugs["code"].notna()]
    report = _with_both(report, drugs, events, plan, ledger)
    report = _in_periods(report, plan, ledger)
    number = pd.Series(np.arange(len(report)), index=pd.Index(report["case_id"]))
    kept = drugs[drugs["case_id"].isin(number.index)]
    kept = kept.assign(case=kept["case_id"].map(number))[["case", "code"]].drop_duplicates()
    told = events[events["case_id"].isin(number.index)]
    told = told.assign(case=told["case_id"].map(number))[["case", "level", "term"]]
    counted = Counted.joined([Counted.of(ledger, "reports"), Counted.of(names, "names")])
    first = kept.merge(report["received"].rename("day"), left_on="case", right_index=True)
    return Cases(
        _described(report, plan),
        _by_grain(kept, packs, plan),
        told.drop_duplicates(),
        first.groupby("code")["day"].min().dt.strftime("%Y-%m"),
        counted,
    )


def _once(
    report: pd.DataFrame,
    drugs: pd.DataFrame,
    events: pd.DataFrame,
    plan: RatesPlan,
    ledger: Ledger,
) -> pd.DataFrame:
    """Return the cases without those that repeat another one."""
    if not plan.sources.reports.drop_repeated:
        return report
    coded = drugs[["case_id", "code"]].rename(columns={"code": "product"})
    again = repeated_cases(report, coded, events[events["level"] == plan.signals.level])
    kept = report[~report["case_id"].isin(again)]
    ledger.step("report", "repeated-case", len(kept))
    words = "same onset, age, sex, severity, drugs and events as an earlier case"
    ledger.decide("repeated-case", "report", len(again), words)
    return kept


def _with_both(
    report: pd.DataFrame,
    drugs: pd.DataFrame,
    events: pd.DataFrame,
    plan: RatesPlan,
    ledger: Ledger,
) -> pd.DataFrame:
    """Return the cases that name a counted drug and an event."""
    kept = report[report["case_id"].isin(drugs["case_id"])]
    ledger.step("report", "no-counted-drug", len(kept))
    named = events[events["level"] == plan.signals.level]
    if not len(named):
        levels = ", ".join(sorted(events["level"].dropna().unique())) or "none"
        message = f"no event has level '{plan.signals.level}'; there are: {levels}"
        problem = Problem("no-level", message, "rates.signals.level")
        raise DataError("the reports name no event", problems=[problem])
    both = kept[kept["case_id"].isin(named["case_id"])]
    ledger.step("report", "no-event", len(both))
    return both


def _in_periods(report: pd.DataFrame, plan: RatesPlan, ledger: Ledger) -> pd.DataFrame:
    """Return the cases of the plan's years, by the day the plan names."""
    day = report[plan.date_basis]
    dated = report[day.notna()]
    ledger.step("report", "no-date", len(dated))
    years = dated[plan.date_basis].dt.year
    kept: pd.DataFrame = dated[years.between(plan.periods.first_year, plan.periods.last_year)]
    ledger.step("report", "outside-periods", len(kept))
    if not len(kept):
        first, last = plan.periods.first_year, plan.periods.last_year
        problem = Problem("no-case", f"no case of {first} to {last} is left", "rates.periods")
        raise DataError("there is no case to count", problems=[problem])
    return kept.reset_index(drop=True)


def _described(report: pd.DataFrame, plan: RatesPlan) -> pd.DataFrame:
    """Return period and strata of each case."""
    age = report["age_years"].to_numpy(dtype=np.float64)
    band = np.digitize(np.nan_to_num(age, nan=0.0), plan.strata.age_from[1:])
    bands = np.array([*plan.bands, UNKNOWN], dtype=object)
    serious = report["serious"].map({True: "serious", False: "not serious"})
    return pd.DataFrame(
        {
            "case": np.arange(len(report)),
            "period": report[plan.date_basis].dt.year.astype(str),
            "sex": report["sex"].fillna(UNKNOWN).astype("category"),
            "age": pd.Categorical(bands[np.where(np.isnan(age), len(plan.bands), band)]),
            "severity": serious.astype("object").fillna(UNKNOWN).astype("category"),
            "notifier": report["notifier"].fillna(UNKNOWN).astype("category"),
        }
    )


def _by_grain(kept: pd.DataFrame, packs: pd.DataFrame, plan: RatesPlan) -> dict[str, pd.DataFrame]:
    """Return the pairs of case and code at each grain of the plan."""
    first = plan.grains[0]
    found: dict[str, pd.DataFrame] = {first: kept.reset_index(drop=True)}
    for grain in plan.grains[1:]:
        pairs = packs[[first, grain]].dropna().drop_duplicates().set_axis(["code", "up"], axis=1)
        lifted = kept.merge(pairs, on="code")[["case", "up"]].drop_duplicates()
        found[grain] = lifted.set_axis(["case", "code"], axis=1).reset_index(drop=True)
    return found
