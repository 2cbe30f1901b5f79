"""Clone-censor-weight as a textbook writes it: every clone-month a row, scikit-learn, no shortcut.

Months are the intervals; in each, treatment starts before deaths, and losses come last.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression

from workbench.methods.causal.cohort import Cohort


def person_months(cohort: Cohort, months: int) -> pd.DataFrame:
    """Return a row for each person and month under observation."""
    last = np.ceil(cohort.end_day).astype(int)
    rows = np.repeat(np.arange(len(cohort)), last)
    table = pd.DataFrame({"id": rows, "month": np.concatenate([np.arange(k) for k in last])})
    start = np.ceil(cohort.treated_day) - 1  # month of the start, NaN where never
    table["start"] = start[rows]
    final = table.month == last[rows] - 1
    table["death"] = final & (cohort.event == 1)[rows]
    table["lost"] = final & ((cohort.event == 0) & ~cohort.administrative)[rows]
    table["treated"] = (table.start <= table.month).astype(float)
    return table.join(pd.DataFrame(standard(cohort)), on="id")


def standard(cohort: Cohort) -> np.ndarray:
    values = cohort.covariates
    return (values - values.mean(axis=0)) / values.std(axis=0)


def fitted(rows: pd.DataFrame, columns: list, outcome: str, everybody: pd.DataFrame) -> np.ndarray:
    """Return the chance of an outcome for some rows, by unpenalised logistic regression."""
    model = LogisticRegression(C=np.inf, solver="newton-cholesky", tol=1e-12, max_iter=200)
    model.fit(rows[columns].to_numpy(), rows[outcome])
    return model.predict_proba(everybody[columns].to_numpy())[:, 1]


def clone_censor_weight(
    cohort: Cohort, months: int, grace: int, time_terms: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return risk by the last month, and restricted mean months, of "start" and of "never"."""
    table = person_months(cohort, months)
    covariates = list(range(cohort.covariates.shape[1]))
    waiting = table[(table.month < grace) & ~(table.start < table.month)].copy()
    waiting["starts"] = waiting.start == waiting.month
    for month in range(1, grace):
        waiting[f"m{month}"] = (waiting.month == month).astype(float)
    levels = [f"m{month}" for month in range(1, grace)]
    waiting["p"] = fitted(waiting, [*covariates, *levels], "starts", waiting)
    table = table.join(waiting["p"])
    times = [f"t{k}" for k in range(time_terms.shape[1])]
    table = table.join(pd.DataFrame(time_terms, columns=times), on="month")
    table["q"] = fitted(table, [*covariates, "treated", *times], "lost", table)
    risks, means = [], []
    for arm in ("start", "never"):
        clone = table.copy()
        if arm == "start":
            late = ~(clone.start < grace) & (clone.month >= grace - 1)
            clone = clone[~late].copy()
            forced = (clone.start == grace - 1) & (clone.month == grace - 1)
            clone["own"] = np.where(forced, 1.0 / clone.p, 1.0)
        else:
            clone = clone[~((clone.start < grace) & (clone.start <= clone.month))].copy()
            clone["own"] = np.where(clone.month < grace, 1.0 / (1.0 - clone.p), 1.0)
        kept = 1.0 / (1.0 - clone.q)
        clone["weight"] = clone.own.groupby(clone.id).cumprod()
        clone["weight"] *= kept.groupby(clone.id).cumprod() / kept
        dead = (clone.weight * clone.death).groupby(clone.month).sum()
        survival = (1.0 - dead / clone.weight.groupby(clone.month).sum()).cumprod()
        risks.append(1.0 - survival.iloc[-1])
        means.append(1.0 + survival.iloc[:-1].sum())
    return np.array(risks), np.array(means)
