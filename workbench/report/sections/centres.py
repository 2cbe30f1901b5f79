"""Results by centre: the primary metric where the model was used, with honest sizes."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from workbench.errors import DataError
from workbench.metrics import Metric, UnitBootstrap
from workbench.report.artefacts import Absent
from workbench.report.plots import ForestRow, forest
from workbench.report.run import Case, Run
from workbench.report.tables import table
from workbench.report.words import heading, interval, number

NAMES = ("centre", "center", "site", "hospital")
FEW_PERSONS = 20


def centres(run: Run) -> dict[str, Any]:
    """Return the primary metric of each centre with a patient-clustered interval."""
    column = next((n for n in NAMES if any(case.facts.get(n) for case in run.labelled)), None)
    if column is None:
        raise Absent("cases.csv has no column centre: all cases are taken as one centre")
    if run.challenge is None:
        raise Absent("challenge.json is not in the run folder: the metric to split is not known")
    metric = run.challenge.metric_objects[run.challenge.primary]
    groups: dict[str, list[Case]] = {}
    for case in run.labelled:
        groups.setdefault(case.facts.get(column) or "unknown", []).append(case)
    rows = [_estimate(run, metric, name, cases) for name, cases in sorted(groups.items())]
    persons = {name: len({case.person for case in cases}) for name, cases in groups.items()}
    few = " (few)"
    said = "; ".join(f"{row.label} {interval(row.value, row.low, row.high)}" for row in rows)
    return {
        "forest": forest(
            rows,
            axis=heading(metric.name),
            label=f"{heading(metric.name)} by centre: {said}",
            reference=run.sheet.primary.value,
        ),
        "table": table(
            f"{heading(metric.name)} by centre",
            ["Centre", "Cases", "Persons", heading(metric.name)],
            [
                [
                    row.label,
                    number(len(groups[row.label])),
                    number(persons[row.label]) + few * (persons[row.label] < FEW_PERSONS),
                    interval(row.value, row.low, row.high),
                ]
                for row in rows
            ],
            numeric=range(1, 4),
            note="Bootstrap over the persons of a centre; not corrected for looking at several "
            "centres. The dashed line is the result over all centres.",
        ),
        "few": [name for name in sorted(groups) if persons[name] < FEW_PERSONS],
        "limit": FEW_PERSONS,
    }


def _estimate(run: Run, metric: Metric, name: str, cases: list[Case]) -> ForestRow:
    """Return the metric on one centre's cases; without an interval for a single person."""
    classes, _ = run.predictions
    rules = run.challenge.intervals if run.challenge else None
    truth = np.array([classes.index(case.label) for case in cases])
    if metric.needs == "labels":
        answers = np.array([classes.index(case.decided) for case in cases])
    else:
        answers = np.array([case.probabilities for case in cases])
    try:
        value = metric(truth, answers)
    except DataError:
        return ForestRow(name, None)
    persons = [case.person or case.case for case in cases]
    if rules is None or len(set(persons)) < 2:
        return ForestRow(name, value)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        bootstrap = UnitBootstrap(truth, persons, rules.resamples, rules.seed)
        found = bootstrap.interval(metric, answers, rules.level)
    if np.isnan(found.low):
        return ForestRow(name, value)
    return ForestRow(name, value, found.low, found.high)
