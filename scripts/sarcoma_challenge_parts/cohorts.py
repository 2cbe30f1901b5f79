"""Cohorts whose true effect is known: drawn, shifted, named by chance, written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from workbench import registry, storage
from workbench.errors import DataError
from workbench.methods.causal.cohort import Cohort
from workbench.methods.causal.cohort_files import write_cohort

UNANSWERABLE = ("no_overlap",)
_NAMES = {"null": "no_effect"}  # tables read "null" as a missing value
_LEAST, _MOST = 2000, 4000  # eligible persons of a cohort
_STRENGTHS = ("confounding", "immortal_time", "informative_censoring", "unmeasured", "time_varying")
_RATIOS = ("hr_low_risk", "hr_intermediate_risk", "hr_high_risk")
_STRONGEST = 3.0


def use_case() -> Any:
    """Return the use case that draws cohorts and simulates their truth."""
    params = registry.load("use_case", "sarcoma", "params")
    return registry.load("use_case", "sarcoma")(params())


def write_cohorts(
    folder: Path, seed: int, each: int, variants: int, names: str = "H"
) -> pd.DataFrame:
    """Write cohorts of every scenario, a folder each, and return their labels.

    Args:
        folder: New or empty; it may be public.
        seed: All follows from it; that of hidden cohorts is kept secret.
        each: Cohorts of a scenario.
        variants: Settings a scenario is tried with; the truth of each is simulated.
        names: First letter of the cohorts' names. Numbers are given by lot: a name tells nothing.

    Returns:
        ``cohort``, ``effect``, ``oracle_sd``, ``scenario``, ``answerable``: the organiser's.
    """
    if folder.exists() and any(folder.iterdir()):
        raise DataError("the folder is not empty", where=str(folder), remedy="choose another")
    sarcoma, random = use_case(), np.random.default_rng(seed)
    total = each * len(sarcoma.scenarios)
    numbers = iter((1 + random.permutation(total)).tolist())
    rows = []
    for scenario in sarcoma.scenarios:
        for cohort, truth in _drawn(sarcoma, scenario, random, each, variants):
            name = f"{names}{next(numbers):0{len(str(total))}d}"
            write_cohort(cohort, folder / name)
            row = {
                "cohort": name,
                "effect": f"{truth.risk_difference:.5f}",
                "oracle_sd": f"{truth.trial_sd(len(cohort)):.5f}",
                "scenario": _NAMES.get(scenario, scenario),
                "answerable": int(scenario not in UNANSWERABLE),
            }
            rows.append(row)
    return pd.DataFrame(rows).sort_values("cohort", ignore_index=True)


def write_labels(labels: pd.DataFrame, path: Path) -> Path:
    """Write labels as CSV."""
    return storage.write_text(path, labels.to_csv(index=False, lineterminator="\n"))


def _drawn(
    sarcoma: Any, scenario: str, random: np.random.Generator, each: int, variants: int
) -> Iterator[tuple[Cohort, Any]]:
    """Yield the cohorts of a scenario with the truth of their settings."""
    settings = [shifted(sarcoma.knobs(scenario), random) for _ in range(min(variants, each))]
    truths = [sarcoma.truth(knobs, int(random.integers(2**62))) for knobs in settings]
    for number in range(each):
        knobs, truth = (some[number % len(settings)] for some in (settings, truths))
        n = int(random.integers(_LEAST, _MOST + 1))
        drawn = sarcoma.cohort(int(random.integers(2**62)), replace(knobs, n=n), moving=True)
        # A registry's precision; it also keeps the files small.
        yield replace(drawn, baseline=drawn.baseline.round(2)), truth


def shifted(knobs: Any, random: np.random.Generator) -> Any:
    """Return the knobs of a scenario, each turned a little: what is 0 or no effect stays so."""
    strengths = {
        name: float(min(getattr(knobs, name) * random.uniform(0.75, 1.25), _STRONGEST))
        for name in _STRENGTHS
    }
    power = random.uniform(0.6, 1.4)
    ratios = {name: float(getattr(knobs, name) ** power) for name in _RATIOS}
    return replace(knobs, **strengths, **ratios)
