"""Prints bias, error and coverage of each estimator of a treatment effect where the truth is known.

Many cohorts of the sarcoma generator are drawn for each setting, every estimator runs on each, and
what it says is compared with the effect simulated under both strategies:

    python scripts/causal_table.py --cohorts 500 --work causal_table

A cohort takes a third of a second of CPU; ``--bootstrap 100`` takes intervals by resamples of
persons in the place of influence functions, and ten seconds. Finished cohorts in ``--work`` are
read back, so that a stopped run goes on; delete the folder when estimators or generator have
changed.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

ESTIMATORS = ("clone_censor_weight", "sequential_trials", "landmark", "iptw", "standardisation",
              "aipw", "naive")  # fmt: skip
# The question before surgery, in the place of the one after it.
BEFORE = {
    "question": "neoadjuvant_chemo_or_surgery_first",
    "time_zero": "diagnosis",
    "strategies": {
        "chemo_first": {"start": "L01", "grace_days": 90},
        "surgery_first": {"start": "surgery", "grace_days": 90},
    },
}
# Name: scenario of the generator, and what the protocol changes.
SETTINGS: dict[str, tuple[str, dict[str, Any]]] = {
    "effect": ("effect", {}),
    "null": ("null", {}),
    "unmeasured": ("unmeasured", {}),
    # Without this `emulate` refuses all of these cohorts by name, and there is nothing to show.
    "no_overlap": ("no_overlap", {"checks": {"positivity_eps": 1e-12}}),
    "truncated": ("effect", {"weights": {"truncate": (0.05, 0.95)}}),
    "neoadjuvant": ("effect", BEFORE),
    "last_interval": ("effect", {"weights": {"forced_from": "last_interval"}}),
}
# Factor of the printed numbers and their unit.
EFFECTS = {"risk_difference": (100.0, "points"), "rmst_difference": (1.0, "days")}
COLUMNS = ("seed", "estimator", "estimand", "value", "low", "high", "standard_error", "shut",
           "refused")  # fmt: skip
HEADINGS = ("setting", "effect", "truth", "cohorts", "estimator", "bias", "MC error", "SD",
            "mean SE", "RMSE", "coverage %", "refused %", "gate shut %")  # fmt: skip
TRUTH_SEED = 20_261_127  # of the simulated truth; cohorts have the seeds 0, 1, 2 ...
CHUNK = 5


def protocol(estimators: Sequence[str], change: Mapping[str, Any]) -> Any:
    """Return the target trial: chemotherapy within 90 days of surgery against none in that time."""
    from workbench.methods.causal.protocol import Protocol

    return Protocol.model_validate(
        {
            "question": "adjuvant_chemo_after_resection",
            "time_zero": "surgery",
            "strategies": {
                "adjuvant": {"start": "L01", "grace_days": 90},
                "none": {"never_within_days": 90},
            },
            "assignment": {"method": estimators[0], "alt": list(estimators[1:])},
            "outcome": {"event": "death", "horizon_days": 1826},
            "estimands": ["risk_difference_5y", "rmst_difference_5y"],
            "adjust": {"baseline": "all"},
            **change,
        }
    )


def generator(n: int) -> Any:
    """Return the sarcoma use case with cohorts of ``n`` persons, all linked with their claims."""
    from workbench import registry
    from workbench.config import params_of

    kind = registry.load("use_case", "sarcoma", "params")
    chosen = {"synthetic": {"n": n, "linkage_loss": 0.0}}
    return registry.load("use_case", "sarcoma")(params_of(chosen, kind))


def knobs_of(source: Any, setting: str) -> Any:
    """Return the generator's knobs of a setting."""
    scenario, change = SETTINGS[setting]
    before = change.get("time_zero") == "diagnosis"
    return replace(source.knobs(scenario), question="neoadjuvant" if before else "adjuvant")


def run_cohorts(setting: str, n: int, bootstrap: int, seeds: Sequence[int]) -> pd.DataFrame:
    """Return what each estimator says of some cohorts, a row an estimator and effect."""
    change = SETTINGS[setting][1] | {"uncertainty": {"bootstrap": bootstrap}}
    source = generator(n)
    knobs = knobs_of(source, setting)
    rows = [
        {"seed": seed, **row}
        for seed in seeds
        for row in run_estimators(source.cohort(seed, knobs), ESTIMATORS, change)
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def run_estimators(
    cohort: Any, estimators: Sequence[str], change: Mapping[str, Any]
) -> Iterator[dict[str, Any]]:
    """Yield the answers of estimators, and the reason of each that refuses.

    The naive comparison is the main one here: whatever else refuses, the others answer.
    """
    from workbench.errors import WorkbenchError
    from workbench.methods.causal.emulation import emulate
    from workbench.methods.causal.gate import check_gate

    others = [name for name in estimators if name != "naive"]
    try:
        found = emulate(cohort, protocol(["naive", *others], change))
        reasons = {n: one.facts["refused"] for n, one in found.items() if "refused" in one.facts}
        codes = {name: problems[0]["code"] for name, problems in reasons.items()}
    except WorkbenchError as error:
        code = error.problems[0].code if error.problems else type(error).__name__
        codes = dict.fromkeys(estimators, code)
    for name in estimators:
        if name in codes:
            for effect in EFFECTS:
                yield {"estimator": name, "estimand": effect, "refused": codes[name]}
            continue
        shut = not check_gate(found[name].facts).open
        for one in found[name].estimates:
            values = {key: getattr(one, key) for key in ("value", "low", "high", "standard_error")}
            yield {"estimator": name, "estimand": one.estimand, **values, "shut": shut}


def all_cohorts(setting: str, args: argparse.Namespace, pool: ProcessPoolExecutor) -> pd.DataFrame:
    """Return the rows of all cohorts of a setting; those of an earlier run are read back."""
    n, cohorts, bootstrap = args.n, args.cohorts, args.bootstrap
    path = args.work / f"{setting}-{n}{f'-bootstrap{bootstrap}' if bootstrap else ''}.csv"
    known = set(pd.read_csv(path)["seed"]) if path.is_file() else set()
    todo = [seed for seed in range(cohorts) if seed not in known]
    chunks = [todo[start : start + CHUNK] for start in range(0, len(todo), CHUNK)]
    asked = zip(*[(setting, n, bootstrap, chunk) for chunk in chunks], strict=True)
    for one in pool.map(run_cohorts, *asked):
        one.to_csv(path, mode="a", header=not path.is_file(), index=False)
    found = pd.read_csv(path, keep_default_na=False, na_values=[""])
    return found[found["seed"] < cohorts]


def summary(rows: pd.DataFrame, true: float, error: float) -> dict[str, float]:
    """Return the figures of one estimator.

    Args:
        rows: ``value``, ``low``, ``high``, ``standard_error``, ``shut`` of each cohort; ``value``
            is missing where the estimator refused.
        true: The effect.
        error: Its Monte-Carlo error.
    """
    given = rows[rows["value"].notna()]
    off = given["value"] - true
    covered = (given["low"] <= true) & (true <= given["high"])
    return {
        "bias": float(off.mean()),
        "error": float(np.hypot(off.std() / np.sqrt(max(len(off), 1)), error)),
        "sd": float(off.std()),
        "se": float(given["standard_error"].mean()),
        "rmse": float(np.sqrt((off**2).mean())),
        "coverage": float(covered.mean()),
        "refused": 1 - len(given) / len(rows),
        "shut": float(given["shut"].astype(bool).mean()),
    }


def lines(setting: str, found: pd.DataFrame, truth: Any) -> Iterator[str]:
    """Yield the rows of the printed table."""
    for effect, (factor, unit) in EFFECTS.items():
        true, error = getattr(truth, effect), getattr(truth, f"{effect}_se")
        for name in ESTIMATORS:
            rows = found[(found["estimator"] == name) & (found["estimand"] == effect)]
            made = summary(rows, true, error)
            bias, mc, sd, se, rmse = (
                factor * made[key] for key in ("bias", "error", "sd", "se", "rmse")
            )
            shares = " | ".join(f"{100 * made[key]:.1f}" for key in ("coverage", "refused", "shut"))
            yield (
                f"| {setting} | {effect}, {unit} | {factor * true:+.2f} | {len(rows)} | {name} "
                f"| {bias:+.2f} | "
                f"{mc:.2f} | {sd:.2f} | {se:.2f} | {rmse:.2f} | {shares} |"
            )


def main() -> None:
    """Run every setting and print one table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cohorts", type=int, default=500, help="cohorts a setting")
    parser.add_argument("--n", type=int, default=3000, help="eligible persons a cohort")
    parser.add_argument("--bootstrap", type=int, default=0, help="resamples of persons")
    parser.add_argument("--settings", nargs="+", choices=SETTINGS, default=list(SETTINGS))
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    parser.add_argument("--work", type=Path, default=Path("causal_table"))
    args = parser.parse_args()
    args.work.mkdir(parents=True, exist_ok=True)
    print(f"| {' | '.join(HEADINGS)} |")
    print("|" + "---|" * len(HEADINGS))
    source = generator(args.n)
    with ProcessPoolExecutor(args.processes) as pool:
        for setting in args.settings:
            found = all_cohorts(setting, args, pool)
            truth = source.truth(knobs_of(source, setting), TRUTH_SEED)
            for line in lines(setting, found, truth):
                print(line, flush=True)


if __name__ == "__main__":
    main()
