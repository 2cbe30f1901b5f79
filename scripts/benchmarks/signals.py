"""Times pair counts, the fit of the prior and EBGM with EB05, in CPU seconds, beside bars, peers.

    OMP_NUM_THREADS=1 python scripts/benchmarks/signals.py

CAERS, PhViD's table and a quarter of FAERS are read from the shared data (``--data``, or the
variable ``WORKBENCH_SHARED_DATA``) and left out where they are absent. R is timed where ``Rscript``
is installed: ``nlminb`` over the same likelihood of the same cells, in base R.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from bench.clock import cpu

from workbench.methods.signals.gamma_mixture import GammaMixture
from workbench.methods.signals.pairs import PairCounts, count_rows
from workbench.methods.signals.prior_bounds import Bounds
from workbench.methods.signals.prior_fit import PriorFit, fit_prior
from workbench.methods.signals.report_pairs import count_pairs
from workbench.methods.signals.score_pairs import score_pairs
from workbench.methods.signals.shrunken import ebgm
from workbench.methods.signals.table_pairs import count_table

CELLS = 1_000_000
BAR_EBGM, BAR_CAERS = 6.0, 2.0
PRIORS = {
    "CAERS": GammaMixture(3.256, 0.4, 2.024, 1.906, 0.0653),
    "DuMouchel's of FDA": GammaMixture(0.2, 0.06, 1.4, 1.8, 0.1),
}
_PEER = """
d <- read.csv(commandArgs(TRUE)[1]); n <- d$n; E <- d$expected
given <- function(a, b) dnbinom(n, a, b / (b + E)) / (1 - dnbinom(0, a, b / (b + E)))
minus <- function(v) { t <- exp(v[1:4]); p <- plogis(v[5])
  -sum(log(p * given(t[1], t[2]) + (1 - p) * given(t[3], t[4]))) }
start <- proc.time()
fit <- nlminb(c(log(c(0.2, 0.1, 2, 4)), qlogis(1 / 3)), minus)
spent <- proc.time() - start
cat(jsonlite::toJSON(list(cpu = spent[[1]] + spent[[2]], value = -fit$objective), digits = NA))
"""


def verdict(seconds: float, bar: float) -> str:
    """Return the seconds beside their bar."""
    return f"{seconds:6.2f}   bar {bar:g}: {'kept' if seconds <= bar else 'MISSED'}"


def million() -> None:
    """Time EBGM with EB05, and with EB95 too, of a million cells."""
    rng = np.random.default_rng(0)
    expected = np.exp(rng.normal(-1.0, 2.0, CELLS))
    n = rng.poisson(expected * rng.gamma(1.0, 1.0, CELLS)) + rng.integers(0, 2, CELLS)
    for name, prior in PRIORS.items():
        lower, _ = cpu(lambda prior=prior: ebgm(n, expected, prior, upper=False))
        both, _ = cpu(lambda prior=prior: ebgm(n, expected, prior))
        print(f"EBGM, EB05 of {CELLS:,} cells, prior {name:<19}{verdict(lower, BAR_EBGM)}")
        print(f"  with EB95 too {both:6.2f}", flush=True)


def reports() -> None:
    """Time the count of a million reports, in strata and without."""
    rng = np.random.default_rng(0)
    case = {"drug": rng.integers(1, 5, CELLS), "event": rng.integers(1, 4, CELLS)}
    drug, event = (np.repeat(np.arange(CELLS), times).astype(str) for times in case.values())
    drugs = pd.DataFrame({"case_id": drug, "grain": "substance", "role": "suspect"})
    drugs["role"] = rng.choice(["suspect", "concomitant"], len(drug))
    drugs["product"] = np.char.add("substance ", (rng.zipf(1.3, len(drug)) % 1_500).astype(str))
    events = pd.DataFrame({"case_id": event, "level": "pt"})
    events["term"] = np.char.add("event ", (rng.zipf(1.3, len(event)) % 3_000).astype(str))
    report = pd.DataFrame({"case_id": np.arange(CELLS).astype(str)})
    report["sex"] = rng.choice(["F", "M"], CELLS)
    report["age_band"] = rng.choice(["0-19", "20-59", "60+"], CELLS)
    plain, counted = cpu(lambda: count_pairs(drugs, events))
    split, _ = cpu(lambda: count_pairs(drugs, events, report, strata=["sex", "age_band"]))
    print(f"count of {CELLS:,} reports, {len(counted.counts):,} pairs {plain:.2f}", end="")
    print(f", in 6 strata {split:.2f}", flush=True)


def told(name: str, counted: PairCounts) -> None:
    """Time fits and scores of a counted table."""
    print(f"{name}: {len(counted.counts):,} pairs of {counted.facts['cells']:,} cells")
    fit: PriorFit | None = None
    for likelihood in ("zero-truncated", "zero-truncated-mixture", "full-table"):
        empty = likelihood == "full-table"
        seconds, fit = cpu(lambda k=likelihood, e=empty: fit_prior(counted.cells(empty=e), k))
        theta = " ".join(f"{value:.4g}" for value in fit.prior.values())
        print(f"  fit {likelihood:<23}{seconds:6.2f}   {fit.status}: {theta}")
        for reason in fit.reasons:
            print(f"      {reason}")
    bounded, held = cpu(lambda: fit_prior(counted.cells(), bounds=Bounds()))
    print(f"  fit bounded                {bounded:6.2f}   {'; '.join(held.reasons) or 'none held'}")
    scores, _ = cpu(lambda: score_pairs(counted.counts, fit))
    print(f"  every measure, full table  {scores:6.2f}", flush=True)


def caers(folder: Path) -> None:
    """Time the fit and the scores of CAERS against the bar, and R's fit of the same cells."""
    rows = pd.read_csv(folder / "caers.csv")
    counting, counted = cpu(lambda: count_rows(rows, case="id", drug="var1", event="var2"))
    fitting, fit = cpu(lambda: fit_prior(counted.cells()))
    whole, exact = cpu(lambda: fit_prior(counted.cells(), squash=None))
    scoring, _ = cpu(lambda: ebgm(counted.counts["n"], counted.counts["expected"], fit))
    print(f"CAERS count {counting:.2f}, fit {fitting:.2f} (all cells, not squashed: {whole:.2f})")
    print(f"CAERS fit, EBGM, EB05, EB95 {verdict(fitting + scoring, BAR_CAERS)}")
    print("  openEBGM as the reference page gives it: fit 7.6, scores 5.2")
    if shutil.which("Rscript"):
        with tempfile.TemporaryDirectory() as scratch:
            data, script = Path(scratch, "cells.csv"), Path(scratch, "peer.R")
            counted.counts[["n", "expected"]].to_csv(data, index=False)
            script.write_text(_PEER, encoding="utf-8")
            done = subprocess.run(
                ["Rscript", str(script), str(data)], capture_output=True, text=True, check=True
            )
        r = json.loads(done.stdout)
        gap = exact.log_likelihood - r["value"][0]
        print(f"  R nlminb, one start, all cells {r['cpu'][0]:.2f}; log likelihood {gap:+.1e} ours")
    told("CAERS", counted)


def main() -> None:
    """Print one line a piece of work."""
    parser = argparse.ArgumentParser(description=__doc__)
    default = os.environ.get("WORKBENCH_SHARED_DATA", "../shared/data")
    parser.add_argument("--data", type=Path, default=Path(default), help="shared data")
    folder = parser.parse_args().data / "adverse_events"
    print("CPU seconds of all threads")
    million()
    reports()
    if not folder.is_dir():
        print(f"no {folder}: real tables left out")
        return
    caers(folder)
    table = pd.read_csv(folder / "PhViDdata.csv")
    told("PhViD", count_table(table, drug="Drug lab", event="AE lab", n="n11"))
    rows = pd.read_csv(folder / "faers22q3.csv.gz")
    names = {"case": "CASEID", "drug": "DRUG", "event": "AE"}
    seconds, faers = cpu(lambda: count_rows(rows, **names))
    print(f"FAERS 2022Q3 count of {len(rows):,} rows {seconds:.2f} (R 1.0, pandas 2.0 by the page)")
    told("FAERS 2022Q3", faers)
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"most memory {most:.2f} GiB")


if __name__ == "__main__":
    main()
