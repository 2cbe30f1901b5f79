"""Times survival metrics beside lifelines and scikit-survival, in CPU seconds of all threads.

    OMP_NUM_THREADS=1 python scripts/benchmarks/survival.py

scikit-survival is under the GPL and no dependency: where it is installed elsewhere, name its
interpreter with ``--sksurv /path/to/python``; it is then timed in a process of its own.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from lifelines.utils import concordance_index

from workbench.metrics import unit_weights
from workbench.metrics.survival.concordance import HarrellC
from workbench.metrics.survival.integrated_brier import IntegratedBrier
from workbench.metrics.survival.jackknife import concordance
from workbench.metrics.survival.mean_dynamic_auc import MeanTimeDependentAuc
from workbench.metrics.survival.uno import UnoC

RESAMPLES = 1_000
_TIMES = tuple(np.linspace(0.05, 1.5, 100))
_PEER = """
import json, sys, time
import numpy as np
from sksurv.metrics import (concordance_index_censored, concordance_index_ipcw,
                            cumulative_dynamic_auc, integrated_brier_score)
from sksurv.util import Surv
n, kind, tau = int(sys.argv[1]), sys.argv[2], float(sys.argv[3])
rng = np.random.default_rng(0)
t, e, r = rng.exponential(size=n), rng.random(n) < 0.7, rng.normal(size=n)
y = Surv.from_arrays(e, t)
times = np.linspace(0.05, 1.5, 100)
curves = np.exp(-np.outer(np.exp(r), times))
work = {
    "harrell": lambda: concordance_index_censored(e, t, r)[0],
    "uno": lambda: concordance_index_ipcw(y, y, r, tau=tau)[0],
    "brier": lambda: integrated_brier_score(y, y, curves, times),
    "auc": lambda: cumulative_dynamic_auc(y, y, r, times[::10])[1],
}[kind]
if kind in ("brier", "auc"):
    work()
start = time.process_time()
print(json.dumps([float(work()), time.process_time() - start]))
"""


def draw(n_cases: int) -> tuple[np.ndarray, np.ndarray]:
    """Return exponential times of which 70 % are events, and risks, without ties."""
    rng = np.random.default_rng(0)
    time_, event = rng.exponential(size=n_cases), rng.random(n_cases) < 0.7
    return np.column_stack([time_, event]), rng.normal(size=n_cases)


def cpu(work: Callable[[], Any], again: bool = True) -> tuple[Any, float]:
    """Return the result and its CPU seconds, of the second of two calls (the first may compile)."""
    if again:
        work()
    start = time.process_time()
    result = work()
    return result, time.process_time() - start


def sksurv(python: str | None, n_cases: int, kind: str, tau: float) -> tuple[float, float] | None:
    """Return scikit-survival's value and CPU seconds; None where it is not to be had."""
    if python is None:
        return None
    command = [python, "-c", _PEER, str(n_cases), kind, str(tau)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    value, seconds = json.loads(done.stdout)
    return value, seconds


def line(name: str, own: float, peers: dict[str, float | None], note: str = "") -> None:
    """Print one line: own seconds, then each peer's with the ratio."""
    parts = [
        f"{peer} {seconds:9.3f} ({seconds / own:7.0f} x)" if seconds else f"{peer} not timed"
        for peer, seconds in peers.items()
    ]
    print(f"{name:44s}{own:9.4f}   {'   '.join(parts)}{note}", flush=True)


def main() -> None:
    """Print one line a piece of work."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sksurv", help="a Python with scikit-survival")
    parser.add_argument("--quadratic", type=int, default=100_000, help="most cases for it")
    options = parser.parse_args()
    print("work, CPU seconds, peers' CPU seconds (ratio)")
    # From the largest: numba is then imported, as in a process that has scored a board.
    for n_cases in (1_000_000, 100_000, 10_000):
        truth, risk = draw(n_cases)
        value, own = cpu(lambda t=truth, r=risk: HarrellC()(t, r))
        lifelines, its = cpu(
            lambda t=truth, r=risk: concordance_index(t[:, 0], -r, t[:, 1]), n_cases < 1_000_000
        )
        few = n_cases <= options.quadratic
        other = sksurv(options.sksurv, n_cases, "harrell", 0.0) if few else None
        gaps = [abs(value - lifelines)] + ([abs(value - other[0])] if other else [])
        peers = {"lifelines": its, "scikit-survival": other[1] if other else None}
        line(f"Harrell's C, {n_cases:,}", own, peers, f"   largest gap {max(gaps):.0e}")
    for n_cases in (1_000_000, 100_000, 10_000):
        truth, risk = draw(n_cases)
        value, own = cpu(lambda t=truth, r=risk: UnoC(2.0)(t, r))
        few = n_cases <= min(options.quadratic, 10_000)
        other = sksurv(options.sksurv, n_cases, "uno", 2.0) if few else None
        gap = f"   gap {abs(value - other[0]):.0e}" if other else ""
        line(f"Uno's C, {n_cases:,}", own, {"scikit-survival": other[1] if other else None}, gap)
    for n_cases in (100_000, 10_000):
        truth, risk = draw(n_cases)
        curves = np.exp(-np.outer(np.exp(risk), _TIMES))
        for kind, name, metric, given in (
            ("brier", "Integrated Brier, 100 times", IntegratedBrier(_TIMES), curves),
            ("auc", "AUC(t), 10 times", MeanTimeDependentAuc(times=_TIMES[::10]), risk),
        ):
            value, own = cpu(lambda m=metric, t=truth, p=given: m(t, p))
            other = sksurv(options.sksurv, n_cases, kind, 0.0)
            gap = f"   gap {abs(value - other[0]):.0e}" if other else ""
            peers = {"scikit-survival": other[1] if other else None}
            line(f"{name}, {n_cases:,}", own, peers, gap)
    truth, risk = draw(10_000)
    weights = unit_weights(np.arange(10_000), RESAMPLES, 1)
    _, once = cpu(lambda: concordance_index(truth[:, 0], -risk, truth[:, 1]))
    _, own = cpu(lambda: HarrellC()(truth, risk, weights))
    line("Harrell's C, 10,000 x 1,000 resamples", own, {"lifelines loop": RESAMPLES * once})
    _, own = cpu(lambda: UnoC(2.0)(truth, risk, weights))
    line("Uno's C, 10,000 x 1,000, censoring anew", own, {})
    metric = IntegratedBrier(_TIMES)
    curves = np.exp(-np.outer(np.exp(risk), _TIMES))
    _, own = cpu(lambda: metric(truth, curves, weights))
    line("Integrated Brier, 10,000 x 1,000 resamples", own, {})
    _, own = cpu(lambda: concordance(truth, risk))
    line("Harrell's C with its standard error, 10,000", own, {})
    if options.sksurv is None:
        print("scikit-survival was not timed: name its interpreter with --sksurv")


if __name__ == "__main__":
    main()
