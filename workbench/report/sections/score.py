"""Scores: the model among its baselines and the floor, every metric, and paired differences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from markupsafe import Markup

from workbench.report.artefacts import Absent
from workbench.report.forms import Compared
from workbench.report.plots import ForestRow, forest
from workbench.report.ranking.figure import Figure
from workbench.report.run import Run
from workbench.report.tables import Table, table
from workbench.report.words import better, constant, heading, interval, level, number, plural
from workbench.scoring import ScoreSheet
from workbench.scoring.sheet import MetricScore


def score(run: Run) -> dict[str, Any]:
    """Return the forest of primary scores and the table of all metrics."""
    sheet = run.sheet
    metric = sheet.primary
    rows = score_rows(run)
    said = "; ".join(f"{row.label} {interval(row.value, row.low, row.high)}" for row in rows)
    card = run.challenge
    titles = {m.label: m.title for m in card.metric_objects} if card else {}
    picture = forest(
        rows,
        axis=f"{heading(metric.name)}, {better(metric.direction)} is better",
        label=f"Forest plot of {heading(metric.name)}: {said}",
        reference=sheet.floor.value,
    )
    return {
        "forest": picture,
        "figures": [_figure("score", heading(metric.name), picture, rows)],
        "forest_table": table(
            f"{heading(metric.name)} with {level(metric.level)} intervals",
            ["", "Value", "Low", "High"],
            [[r.label, number(r.value), number(r.low), number(r.high)] for r in rows],
            numeric=(1, 2, 3),
        ),
        "metrics": _metrics(sheet, titles, run.model or "the model"),
        "others": [_metrics(one.score, titles, one.model) for one in _baselines(run)],
    }


def score_rows(run: Run) -> list[ForestRow]:
    """Return the model, its baselines and the floor on the primary metric."""
    sheet, metric = run.sheet, run.sheet.primary
    rows = [ForestRow(run.model or "model", metric.value, metric.low, metric.high)]
    for one in _baselines(run):
        other = next((m for m in one.score.metrics if m.name == metric.name), None)
        if other is not None:
            rows.append(ForestRow(one.model, other.value, other.low, other.high, "baseline"))
    floor = sheet.floor
    label = constant(floor.answer).replace("always answering", "always")
    return [*rows, ForestRow(label, floor.value, floor.low, floor.high, "floor")]


def differences(run: Run) -> dict[str, Any]:
    """Return the forest and table of model minus baseline."""
    compared = [one for one in run.comparison if one.difference is not None]
    if not compared:
        raise Absent("this run was compared with no baseline")
    found = [(one.model, one.difference) for one in compared if one.difference is not None]
    rows = [ForestRow(f"against {name}", d.difference, d.low, d.high) for name, d in found]
    said = "; ".join(f"{row.label} {interval(row.value, row.low, row.high)}" for row in rows)
    title = f"Difference of {heading(found[0][1].metric).lower()}"
    picture = forest(rows, axis=title.lower(), label=f"Paired differences: {said}", reference=0.0)
    return {
        "forest": picture,
        "figures": [_figure("differences", title, picture, rows)],
        "table": table(
            f"{heading(found[0][1].metric)}: model minus baseline",
            ["Baseline", "Difference", f"{level(found[0][1].level)} interval"],
            [[name, number(d.difference), _ends(d.low, d.high)] for name, d in found],
            numeric=(1, 2),
            note=f"Method: {found[0][1].method}, the same resamples as the scores.",
        ),
        "favours": {"maximize": "right", "minimize": "left"}.get(found[0][1].direction, ""),
    }


def _figure(name: str, title: str, picture: Markup, rows: Sequence[ForestRow]) -> Figure:
    """Return a forest plot with its rows."""
    columns = ["label", "value", "low", "high", "kind"]
    data = pd.DataFrame([[getattr(row, name) for name in columns] for row in rows], columns=columns)
    return Figure(name, title, picture, "", data)


def _baselines(run: Run) -> list[Compared]:
    """Return the baselines, none when no comparison was kept."""
    try:
        return [one for one in run.comparison if one.baseline]
    except Absent:
        return []


def _metrics(sheet: ScoreSheet, titles: Mapping[str, str], model: str) -> Table:
    """Return the table of all metrics of one sheet with their conventions."""
    first = sheet.primary
    cases, units = plural(sheet.n_cases, "case"), plural(sheet.n_units, sheet.unit)
    return table(
        f"All metrics of {model}, {cases} of {units}",
        ["Metric", "Value", f"{level(first.level)} interval", "Better", "Convention"],
        [
            [
                heading(one.name) + (" (primary)" if one.primary else ""),
                number(one.value, one.digits),
                _ends(one.low, one.high, one.digits),
                better(one.direction),
                _convention(one, first, titles),
            ]
            for one in sheet.metrics
        ],
        numeric=(1, 2),
        note=f"Challenge {sheet.challenge} {sheet.version}. Intervals: {first.method}, "
        f"{number(first.resamples)} resamples, seed {first.seed}; unit: {sheet.unit} "
        f"(n = {number(sheet.n_units)}).",
    )


def _convention(one: MetricScore, first: MetricScore, titles: Mapping[str, str]) -> str:
    """Return what a metric is and where it departs from the conventions of the table."""
    said = [titles.get(one.name, ""), one.convention]
    if one.method != first.method:
        said.append(one.method)
    if one.undefined_resamples:
        said.append(f"{number(one.undefined_resamples)} resamples without a value")
    return "; ".join(words for words in said if words)


def _ends(low: float | None, high: float | None, digits: int = 3) -> str:
    """Return the ends of an interval."""
    if low is None or high is None:
        return "–"
    return f"{number(low, digits)} to {number(high, digits)}"
