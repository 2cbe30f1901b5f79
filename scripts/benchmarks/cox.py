"""Times Cox regression (p = 20, Efron) beside lifelines and R's coxph, in CPU seconds.

    OMP_NUM_THREADS=1 python scripts/benchmarks/cox.py

R is timed where ``Rscript`` and its package ``survival`` are installed: ``coxph.fit`` alone, after
the data have been read; numba has been imported before. Own seconds are of coefficients and
covariance, as the peers'; of up to 100,000 rows the least of three runs of each is taken. Every
line says how far the coefficients lie from the peer's. Memory is the most this process has held.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from lifelines import CoxPHFitter

from workbench.methods.survival.cox import CoxFit, fit_cox
from workbench.methods.survival.fine_gray import fit_fine_gray
from workbench.methods.survival.proportional_hazards import proportional_hazards_test
from workbench.metrics.compiled import kernels

COLUMNS = 20
_PEER = """
library(survival)
argument <- commandArgs(TRUE); n <- as.integer(argument[2]); p <- as.integer(argument[3])
file <- file(argument[1], "rb"); d <- matrix(readBin(file, "double", n * (p + 2)), n); close(file)
x <- d[, 3:(p + 2)]; y <- Surv(d[, 1], d[, 2]); control <- coxph.control()
start <- proc.time()
fit <- coxph.fit(x, y, strata = NULL, offset = NULL, init = NULL, control, weights = NULL,
                 method = "efron", rownames = NULL)
spent <- proc.time() - start
cat(jsonlite::toJSON(list(cpu = spent[[1]] + spent[[2]], coefficients = unname(fit$coefficients),
                          loglik = fit$loglik[2], iterations = fit$iter), digits = NA))
"""


def draw(n: int, tied: bool) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return covariates, times (in whole days if tied) and events, 65 % seen."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(n, COLUMNS))
    hazard = np.exp(x @ np.linspace(-0.3, 0.3, COLUMNS))
    event, end = rng.exponential(1 / hazard), rng.exponential(2, size=n)
    time_ = np.minimum(event, end)
    return x, np.ceil(time_ * 365) if tied else time_, event <= end


def cpu(work: Callable[[], Any]) -> tuple[Any, float]:
    """Return the result and its CPU seconds, of all threads."""
    start = time.process_time()
    result = work()
    return result, time.process_time() - start


def least(work: Callable[[], tuple[Any, float]], n: int) -> tuple[Any, float]:
    """Return the result with the fewest CPU seconds: of three runs, or one if rows are many."""
    runs = [work() for _ in range(3 if n <= 100_000 else 1)]
    return min(runs, key=lambda run: run[1])


def own_fit(rows: tuple[np.ndarray, np.ndarray, np.ndarray]) -> CoxFit:
    """Return a fit whose covariance has been worked out."""
    fit = fit_cox(*rows)
    _ = fit.covariance
    return fit


def with_r(
    x: np.ndarray, time_: np.ndarray, event: np.ndarray
) -> tuple[dict[str, Any] | None, float]:
    """Return R's fit and CPU seconds; None where R is not to be had."""
    if shutil.which("Rscript") is None:
        return None, 0.0
    with tempfile.TemporaryDirectory() as folder:
        data, script = Path(folder, "data.bin"), Path(folder, "peer.R")
        np.column_stack([time_, event, x]).T.astype(np.float64).tofile(data)
        script.write_text(_PEER, encoding="utf-8")
        command = ["Rscript", str(script), str(data), str(len(x)), str(COLUMNS)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        return None, 0.0
    found = json.loads(done.stdout)
    return found, found["cpu"][0]


def with_lifelines(x: np.ndarray, time_: np.ndarray, event: np.ndarray) -> tuple[np.ndarray, float]:
    """Return lifelines' coefficients and CPU seconds."""
    frame = pd.DataFrame(x, columns=[f"x{j}" for j in range(COLUMNS)])
    frame = frame.assign(time=time_, event=event)
    fitted, seconds = cpu(lambda: CoxPHFitter().fit(frame, "time", "event"))
    return fitted.params_.to_numpy(), seconds


def gap(fit: CoxFit, other: Any) -> str:
    """Return the largest relative distance of coefficients."""
    beta = np.asarray(other, dtype=float)
    return f"{np.max(np.abs(fit.coefficients - beta) / np.abs(beta)):.0e}"


def main() -> None:
    """Print one line a size and kind of times."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--most", type=int, default=1_000_000, help="most rows")
    options = parser.parse_args()
    kernels(10**9, "workbench.methods.survival.kernels")
    fit_cox(*draw(1_000, False))
    print("rows, times: own CPU s; peer CPU s (peer / own; largest relative gap of coefficients)")
    for n in (10_000, 100_000, 1_000_000):
        for tied in (False, True):
            if n > options.most:
                continue
            rows = draw(n, tied)
            fit, own = least(lambda rows=rows: cpu(lambda: own_fit(rows)), n)
            said = f"{n:>9,} {'days  ' if tied else 'exact '} {own:7.3f}"
            if n <= 100_000:
                beta, its = least(lambda rows=rows: with_lifelines(*rows), n)
                said += f"   lifelines {its:7.2f} ({its / own:5.1f} x; {gap(fit, beta)})"
            r, its = least(lambda rows=rows: with_r(*rows), n)
            if r is not None:
                said += f"   R {its:7.2f} ({its / own:5.1f} x; {gap(fit, r['coefficients'])})"
            _, seconds = cpu(lambda fit=fit: fit.robust_covariance)
            said += f"   robust errors {seconds:6.2f}"
            print(said, flush=True)
    x, time_, event = draw(100_000, False)
    fit = fit_cox(x, time_, event)
    cause = np.where(event, np.random.default_rng(1).choice([1, 2], len(event)), 0)
    _, test = cpu(lambda: proportional_hazards_test(fit))
    direct, own = cpu(lambda: fit_fine_gray(x, time_, cause))
    _, errors = cpu(lambda: direct.covariance)
    print(f"100,000 rows: proportional hazards test {test:.2f}, Fine-Gray {own:.2f}", end="")
    print(f", its errors {errors:.2f}")
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"most memory {most:.2f} GiB")


if __name__ == "__main__":
    main()
