"""Answers the challenge sarcoma-causal from a folder of cohorts. Copy this and improve it.

    python estimate.py COHORTS... --method clone_censor_weight --out submission.csv

COHORTS holds a folder a cohort, as `cohorts/` beside this file. Three methods, worst first: `naive`
(ever against never treated), `iptw` (the same after weighting by the propensity score) and
`clone_censor_weight` (the protocol beside this file, no effect where its gate closes).
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd

from workbench.errors import DataError
from workbench.methods.causal.cohort import Cohort
from workbench.methods.causal.cohort_files import read_cohort
from workbench.methods.causal.emulation import emulate
from workbench.methods.causal.estimate import Emulated
from workbench.methods.causal.gate import Limits, check_gate
from workbench.methods.causal.iptw import iptw
from workbench.methods.causal.protocol import Protocol
from workbench.methods.causal.protocol_file import load_protocol
from workbench.methods.survival.kaplan_meier import kaplan_meier_by
from workbench.methods.survival.observed import observe

KIT = Path(__file__).resolve().parent
HORIZON_DAYS = 1826.0
Z = 1.959964
Answer = tuple[float, float, float] | None  # estimate, low, high; None is to abstain


def naive(cohort: Cohort, protocol: Protocol) -> Answer:
    """Ever against never treated: time before treatment counts for it, nothing is adjusted."""
    ever = np.isfinite(cohort.treated_day)
    curves = kaplan_meier_by(observe(cohort.end_day, cohort.event), ever)
    treated, never = (curves[arm].at(HORIZON_DAYS).iloc[0] for arm in (True, False))
    value = never["value"] - treated["value"]  # difference of risks: below 0 helps
    error = np.hypot(treated["standard_error"], never["standard_error"])
    return value, value - Z * error, value + Z * error


def weighted(cohort: Cohort, protocol: Protocol) -> Answer:
    """The same, weighted by the propensity score: alike at the start, time is still immortal."""
    return _risk_difference(iptw(cohort, np.isfinite(cohort.treated_day), HORIZON_DAYS))


def cloned(cohort: Cohort, protocol: Protocol) -> Answer:
    """Clone, censor, weight, as the protocol says; no effect where the arms are not alike.

    What changes after surgery (``changes.parquet``) is left to you: the README says at what price.
    """
    found = emulate(cohort, protocol)["clone_censor_weight"]
    limits = Limits(protocol.checks.max_asmd, protocol.checks.min_ess_frac)
    return _risk_difference(found) if check_gate(found.facts, limits).open else None


METHODS = {"naive": naive, "iptw": weighted, "clone_censor_weight": cloned}


def _risk_difference(found: Emulated) -> Answer:
    """Return the risk difference with its interval."""
    one = next(one for one in found.estimates if one.estimand == "risk_difference")
    return one.value, one.low, one.high


def answer(folder: Path, method: str, protocol: Protocol) -> dict[str, object]:
    """Return the row of one cohort: an estimate with its interval, or an abstention."""
    try:
        found = METHODS[method](read_cohort(folder), protocol)
    except DataError:  # separation, no overlap: nothing can be estimated
        found = None
    row: dict[str, object] = {"cohort": folder.name, "abstain": int(found is None)}
    if found is not None:
        row |= dict(zip(("estimate", "low", "high"), np.round(found, 6), strict=True))
    return row


def main() -> None:
    """Answer every cohort of a folder."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    asked.add_argument("cohorts", type=Path, nargs="+", help="Folders of cohorts.")
    asked.add_argument("--method", choices=METHODS, default="clone_censor_weight")
    asked.add_argument("--out", type=Path, required=True)
    given = asked.parse_args()
    protocol = load_protocol(KIT / "protocol.yaml")
    folders = sorted(f for place in given.cohorts for f in place.iterdir() if f.is_dir())
    rows = [answer(folder, given.method, protocol) for folder in folders]
    columns = ["cohort", "estimate", "low", "high", "abstain"]
    pd.DataFrame(rows).reindex(columns=columns).to_csv(given.out, index=False, lineterminator="\n")
    print(f"{len(rows)} cohorts, {sum(bool(r['abstain']) for r in rows)} abstained from")


if __name__ == "__main__":
    main()
