"""What an emulation leaves: flow, table 1, estimates, curves, balance, weights, gate, more."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from workbench.methods.causal.cohort import Cohort
from workbench.methods.causal.protocol import Protocol
from workbench.methods.causal.strategies import make_trial
from workbench.methods.survival.disclosure import LEAST
from workbench.methods.table_one import table_one
from workbench.report.plots.weights import weight_bins, weights_csv
from workbench.runs.emulated.judging import Judged
from workbench.runs.emulated.plain import plain
from workbench.runs.folder import RunFolder
from workbench.runs.progress import Steps

if TYPE_CHECKING:
    from workbench.data.door import OpenedData

BETWEEN = "left or died before"


def write(
    run: RunFolder,
    protocol: Protocol,
    opened: OpenedData,
    cohort: Cohort,
    excluded: pd.DataFrame,
    judged: Judged,
    further: list[dict[str, Any]],
) -> None:
    """Write every artefact of a finished emulation; none names a person.

    Args:
        run: The folder.
        protocol: The target trial.
        opened: The data set.
        cohort: Who is eligible.
        excluded: ``person, reason`` of everybody left out: counted here.
        judged: What each estimator may show.
        further: Rows of the sensitivity analyses.
    """
    run.write_json("flow.json", plain(cohort.flow))
    reasons = excluded.groupby("reason", sort=True).size().rename("persons").reset_index()
    run.write_csv("excluded_reasons.csv", reasons)
    run.write_csv("table_warnings.csv", cohort.warnings)
    run.write_csv("table_one.csv", _table_one(cohort, protocol))
    estimates = [
        plain(asdict(one) | {"main": name == judged.main})
        for name, result in judged.shown.items()
        for one in result.estimates
    ]
    run.write_json("estimates.json", estimates)
    run.write_csv("estimates.csv", _without_facts(estimates))
    run.write_csv("curves.csv", _curves(judged))
    run.write_csv("balance.csv", _balance(judged))
    run.write_csv("weights.csv", _weights(judged))
    run.write_json("diagnostics.json", plain({n: _counts(r.facts) for n, r in judged.raw.items()}))
    run.write_json("gate.json", plain(judged.as_dict()))
    run.write_json("sensitivity.json", plain(further))
    columns = ["analysis", "setting", "estimator", "estimand", "value", "low", "high", "note"]
    run.write_csv("sensitivity.csv", pd.DataFrame(further, columns=columns))


def write_times(run: RunFolder, opened: OpenedData, steps: Steps) -> None:
    """Write what is true of one execution only."""
    audit = {"record": opened.opening["seq"], "hash": opened.opening["hash"]}
    run.write_json("times.json", {"seconds": steps.seconds, "audit": audit})
    run.write_text("log.jsonl", steps.log())


def _table_one(cohort: Cohort, protocol: Protocol) -> pd.DataFrame:
    """Describe who followed which strategy to the end of the grace period."""
    trial = make_trial(cohort, protocol)
    stayed = cohort.end_day >= trial.window
    follows = [stayed & np.isinf(arm.left) for arm in trial.arms]
    # The last group is held against the first: strategy after comparator.
    groups = np.where(follows[1], 0, np.where(follows[0], 2, 1))
    labels = (protocol.names[1], BETWEEN, protocol.names[0])
    return table_one(cohort.covariates, list(cohort.baseline.columns), groups, labels)


def _without_facts(estimates: list[dict[str, Any]]) -> pd.DataFrame:
    """Return the estimates as a table."""
    return pd.DataFrame([{k: v for k, v in one.items() if k != "facts"} for one in estimates])


def _curves(judged: Judged) -> pd.DataFrame:
    """Return the curves that may be shown, up to the last day on which enough are at risk."""
    parts = []
    for name, result in judged.shown.items():
        for _, curve in result.curves.groupby("strategy", sort=False):
            parts.append(_published(curve.sort_values("day")).assign(estimator=name))
    columns = ["estimator", "strategy", "day", "survival", "low", "high", "at_risk"]
    return pd.concat(parts)[columns] if parts else pd.DataFrame(columns=columns)


def _published(curve: pd.DataFrame) -> pd.DataFrame:
    """Return a curve without the days on which fewer than eleven are at risk, at its end."""
    if "at_risk" not in curve:
        return curve.assign(at_risk="")
    enough = np.flatnonzero(curve["at_risk"].to_numpy() >= LEAST)
    kept = curve.iloc[: enough[-1] + 1] if len(enough) else curve.iloc[:0]
    few = (kept["at_risk"] > 0) & (kept["at_risk"] < LEAST)
    counts = kept["at_risk"].astype(int).astype(str)
    return kept.assign(at_risk=counts.where(~few, f"<{LEAST}"))


def _balance(judged: Judged) -> pd.DataFrame:
    """Return the love plot's table of every estimator."""
    rows = [
        {"estimator": name, **row}
        for name, result in judged.raw.items()
        for row in result.facts.get("balance", [])
    ]
    return pd.DataFrame(rows)


def _weights(judged: Judged) -> pd.DataFrame:
    """Return how many persons have which weight, by estimator and strategy."""
    parts = []
    for name, result in judged.raw.items():
        by_strategy = {
            str(strategy): part["weight"].to_numpy()
            for strategy, part in result.weights.groupby("strategy", sort=False)
        }
        if by_strategy:
            parts.append(weights_csv(weight_bins(by_strategy)).assign(estimator=name))
    columns = ["estimator", "group", "low", "high", "n"]
    return pd.concat(parts)[columns] if parts else pd.DataFrame(columns=columns)


def _counts(facts: Any) -> dict[str, Any]:
    """Return an estimator's facts without the rows that have a table of their own."""
    return {key: value for key, value in facts.items() if key not in ("balance", "gate")}
