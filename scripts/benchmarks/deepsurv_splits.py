"""Scores every survival model on the fixed splits of the DeepSurv paper, beside what it printed.

    python scripts/benchmarks/deepsurv_splits.py FOLDER [--data metabric] [--models cox,deepsurv]

FOLDER holds ``*_train_test.h5`` of Katzman et al. 2018 (BMC Med Res Methodol 18:24); reading them
needs ``pip install h5py``. Models learn on the training side alone, a fifth of which decides when
to stop; one setting for all data sets, nothing tuned. Test concordance is Harrell's, with a 95 %
interval over 1,000 resamples of persons, and its difference from Cox's on the same resamples;
integrated Brier score over nine deciles of the test
times, as a share of the Kaplan-Meier curve's (IPA).
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from workbench import registry
from workbench.learning.cases import Cases
from workbench.learning.settings import FitContext, TrainerSettings
from workbench.learning.survival import SurvivalModel
from workbench.metrics.intervals import percentiles
from workbench.metrics.resampling import unit_weights
from workbench.metrics.survival.base import null_curve
from workbench.metrics.survival.concordance import HarrellC
from workbench.metrics.survival.integrated_brier import IntegratedBrier
from workbench.metrics.survival.outcome import Outcome

MODELS = (
    "kaplan_meier", "cox", "weibull_aft", "hazard_boosting", "deepsurv", "logistic_hazard",
    "cox_time",
)  # fmt: skip
PUBLISHED = {
    "metabric": {"file": "metabric_IHC4_clinical_train_test.h5", "cox": 0.631, "deepsurv": 0.643},
    "support": {"file": "support_train_test.h5", "cox": 0.583, "deepsurv": 0.618},
    "gbsg": {"file": "gbsg_cancer_train_test.h5", "cox": 0.658, "deepsurv": 0.668},
    "whas": {"file": "whas_train_test.h5", "cox": 0.818, "deepsurv": 0.863},
}
TRAINER = TrainerSettings(device="cpu", max_epochs=200, patience=20, learning_rate=0.005)


def read(path: Path, side: str) -> Cases:
    """Return one side of a split; a time of 0 counts as half of the shortest one."""
    import h5py  # type: ignore[import-untyped]

    with h5py.File(path) as file:
        rows, times, event = (np.asarray(file[side][name]) for name in ("x", "t", "e"))
    times = times.astype(np.float64)
    times[times <= 0] = times[times > 0].min() / 2
    ids = [f"{side}{number:05d}" for number in range(len(times))]
    table = pd.DataFrame({"case": ids, "person": ids, "time": times, "event": event})
    names = tuple(f"x{number}" for number in range(rows.shape[1]))
    return Cases(table, dict(zip(ids, rows.astype(np.float64), strict=True)), "table", (), names)


def fitted(name: str, train: Cases, seed: int) -> SurvivalModel:
    """Return a model fitted on the training side."""
    order = np.random.default_rng(seed).permutation(train.ids).tolist()
    held = len(order) // 5
    model: SurvivalModel = registry.load("model", name)({})
    with tempfile.TemporaryDirectory() as folder:
        context = FitContext(Path(folder), seed, TRAINER)
        model.fit(train.subset(order[held:]), train.subset(order[:held]), context)
    return model


@dataclass(frozen=True)
class Score:
    """What a model is worth on the test side: concordance, its resampled values, IPA."""

    concordance: float
    drawn: np.ndarray
    gained: float


def score(model: SurvivalModel, test: Cases) -> Score:
    """Return the score of a model on the test side."""
    truth = test.table[["time", "event"]].to_numpy(dtype=np.float64)
    risk = model.predict(test).table["risk"].to_numpy()
    metric = HarrellC()
    drawn = np.asarray(metric(truth, risk, unit_weights(test.ids, 1_000, 1)))
    times = np.unique(np.quantile(truth[:, 0], np.linspace(0.1, 0.9, 9)))
    brier = IntegratedBrier(tuple(times.tolist()))
    null = null_curve(Outcome(truth[:, 0], truth[:, 1] == 1), times.tolist())
    floor = float(brier(truth, np.tile(null, (len(test), 1))))
    gained = 1 - float(brier(truth, model.survival(test, times.tolist()))) / floor
    return Score(float(metric(truth, risk)), drawn, gained)


def line(data: str, name: str, found: Score, cox: Score | None, seconds: float) -> bool:
    """Print a line; return whether the interval leaves out the printed concordance."""
    low, high = percentiles(found.drawn, 0.95)
    printed, gap = PUBLISHED[data].get(name), ""
    missed = printed is not None and not low <= float(printed) <= high
    covered = "" if printed is None else "no" if missed else "yes"
    if cox is not None and name not in ("cox", "kaplan_meier"):
        ends = percentiles(found.drawn - cox.drawn, 0.95)
        gap = f"{found.concordance - cox.concordance:+.3f} [{ends[0]:+.3f}, {ends[1]:+.3f}]"
    print(
        f"| {data} | {name} | {found.concordance:.3f} [{low:.3f}, {high:.3f}] | {printed or ''} "
        f"| {covered} | {gap} | {found.gained:.3f} | {seconds:.1f} |",
        flush=True,
    )
    return missed


def main() -> int:
    """Print one line a data set and model; 1 where the printed value of Cox is not covered."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--data", default=",".join(PUBLISHED))
    parser.add_argument("--models", default=",".join(MODELS))
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    missed = False
    print("| data | model | test C | printed C | covered | C minus Cox | IPA | CPU s |")
    print("|---|---|---|---|---|---|---|---|")
    for data in options.data.split(","):
        file = options.folder / str(PUBLISHED[data]["file"])
        train, test = (read(file, side) for side in ("train", "test"))
        cox = None
        for name in options.models.split(","):
            start = time.process_time()
            model = fitted(name, train, options.seed)
            seconds = time.process_time() - start
            found = score(model, test)
            cox = found if name == "cox" else cox
            missed |= line(data, name, found, cox, seconds) and name == "cox"
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
