"""Results by centre: the primary metric where the model was used, with honest sizes."""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from workbench.errors import DataError
from workbench.metrics import Metric, UnitBootstrap
from workbench.report.artefacts import Told
from workbench.report.case import Case
from workbench.report.plots import ForestRow, forest
from workbench.report.ranking.figure import Figure
from workbench.report.run import Run
from workbench.report.tables import table

NAMES = ("centre", "center", "site", "hospital")
FEW_PERSONS = 20


def centres(run: Run) -> dict[str, Any]:
    """Return the primary metric of each centre with a patient-clustered interval."""
    column = next((n for n in NAMES if any(case.facts.get(n) for case in run.labelled)), None)
    if column is None:
        raise Told(run.words("no_centre"))
    if run.challenge is None:
        raise Told(run.words("no_card"))
    metric = run.challenge.metric_objects[run.challenge.primary]
    groups: dict[str, list[Case]] = {}
    for case in run.labelled:
        groups.setdefault(case.facts.get(column) or run.words("unknown"), []).append(case)
    found = [_estimate(run, metric, name, cases) for name, cases in sorted(groups.items())]
    rows = [replace(row, written=run.words.interval(row.value, row.low, row.high)) for row in found]
    persons = {name: len({case.person for case in cases}) for name, cases in groups.items()}
    words, name = run.words, run.words.metric(metric.name)
    few, title = words("few"), words("by_centre", metric=name)
    said = "; ".join(f"{row.label} {row.written}" for row in rows)
    picture = forest(
        rows,
        axis=name,
        label=words("by_centre_label", title=title, said=said),
        reference=run.sheet.primary.value,
    )
    picture = words.drawn(picture)
    columns = ["label", "value", "low", "high"]
    data = pd.DataFrame([[getattr(row, c) for c in columns] for row in rows], columns=columns)
    return {
        "forest": picture,
        "figures": [Figure("centres", title, picture, "", data)],
        "table": table(
            title,
            [words("centre"), words("cases"), words("persons"), name],
            [
                [
                    row.label,
                    words.number(len(groups[row.label])),
                    words.number(persons[row.label]) + few * (persons[row.label] < FEW_PERSONS),
                    row.written,
                ]
                for row in rows
            ],
            numeric=range(1, 4),
            note=words("centres_note"),
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
