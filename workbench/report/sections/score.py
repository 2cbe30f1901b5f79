"""Scores: the model among its baselines and the floor, every metric, and paired differences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
from markupsafe import Markup

from workbench.report.artefacts import Absent
from workbench.report.forms import Compared
from workbench.report.languages import Words
from workbench.report.plots.forest import ForestRow, Kind, forest
from workbench.report.ranking.figure import Figure
from workbench.report.run import Run
from workbench.report.tables import Table, joined, table
from workbench.scoring import ScoreSheet
from workbench.scoring.sheet import Floor, MetricScore


def score(run: Run) -> dict[str, Any]:
    """Return the forest of primary scores and the table of all metrics."""
    sheet, words = run.sheet, run.words
    metric, title = sheet.primary, words.metric(sheet.primary.name)
    rows = score_rows(run)
    picture = forest(
        rows,
        axis=words("axis_better", metric=title, better=words.better(metric.direction)),
        label=words("forest_label", title=title, said=_said(rows)),
        reference=sheet.floor.value,
    )
    picture = words.drawn(picture)
    return {
        "forest": picture,
        "figures": [_figure("score", title, picture, rows)],
        "forest_table": table(
            words("with_intervals", title=title, level=words.level(metric.level)),
            ["", words("value"), words("low"), words("high")],
            [[r.label, *(words.number(v) for v in (r.value, r.low, r.high))] for r in rows],
            numeric=(1, 2, 3),
        ),
        "metrics": _metrics(run, sheet, run.model or words("the_model")),
        "others": [_metrics(run, one.score, one.model) for one in _baselines(run)],
    }


def score_rows(run: Run) -> list[ForestRow]:
    """Return the model, its baselines and the floor on the primary metric."""
    sheet, metric, words = run.sheet, run.sheet.primary, run.words
    rows = [_row(words, run.model or words("the_model"), metric)]
    for one in _baselines(run):
        other = next((m for m in one.score.metrics if m.name == metric.name), None)
        if other is not None:
            rows.append(_row(words, one.model, other, "baseline"))
    answer = sheet.floor.answer
    label = words.get(f"floor_{answer}", "") or words("always_short", answer=answer)
    return [*rows, _row(words, label, sheet.floor, "floor")]


def _row(words: Words, label: str, one: MetricScore | Floor, kind: Kind = "model") -> ForestRow:
    """Return one value of a forest plot."""
    written = words.interval(one.value, one.low, one.high)
    return ForestRow(label, one.value, one.low, one.high, kind, written=written)


def _said(rows: Sequence[ForestRow]) -> str:
    """Return the rows of a forest in words."""
    return "; ".join(f"{row.label} {row.written}" for row in rows)


def differences(run: Run) -> dict[str, Any]:
    """Return the forest and table of model minus baseline."""
    compared = [one for one in run.comparison if one.difference is not None]
    if not compared:
        raise Absent("this run was compared with no baseline")
    found = [(one.model, one.difference) for one in compared if one.difference is not None]
    words, first = run.words, found[0][1]
    rows = [
        ForestRow(
            words("against", name=name),
            d.difference,
            d.low,
            d.high,
            written=words.interval(d.difference, d.low, d.high),
        )
        for name, d in found
    ]
    metric = words.metric(first.metric)
    title = words("difference_of", metric=metric)
    label = words("differences_label", said=_said(rows))
    picture = words.drawn(forest(rows, axis=title, label=label, reference=0.0))
    return {
        "forest": picture,
        "figures": [_figure("differences", title, picture, rows)],
        "table": table(
            words("model_minus", metric=metric),
            [
                words("baseline"),
                words("difference"),
                words("interval", level=words.level(first.level)),
            ],
            [[name, words.number(d.difference), words.ends(d.low, d.high)] for name, d in found],
            numeric=(1, 2),
            note=words("method_note", method=words.said(first.method)),
        ),
        "favours": {"maximize": "right", "minimize": "left"}.get(first.direction, ""),
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


def _metrics(run: Run, sheet: ScoreSheet, model: str) -> Table:
    """Return the table of all metrics of one sheet with their conventions."""
    words, first = run.words, sheet.primary
    cases, units = words.count(sheet.n_cases, "case"), words.count(sheet.n_units, sheet.unit)
    level = words("interval", level=words.level(first.level))
    return table(
        words("all_metrics", model=model, cases=cases, units=units),
        [words("metric"), words("value"), level, words("better"), words("convention")],
        [
            [
                words.metric(one.name) + (words("primary") if one.primary else ""),
                words.number(one.value, one.digits),
                words.ends(one.low, one.high, one.digits),
                words.better(one.direction),
                _convention(run, one, first),
            ]
            for one in sheet.metrics
        ],
        numeric=(1, 2),
        note=words(
            "metrics_note",
            challenge=sheet.challenge,
            version=sheet.version,
            method=words.said(first.method),
            resamples=words.number(first.resamples),
            seed=first.seed,
            units=words.count(sheet.n_units, sheet.unit),
        ),
    )


def _convention(run: Run, one: MetricScore, first: MetricScore) -> str:
    """Return what a metric is and where it departs from the conventions of the table."""
    words, card = run.words, run.challenge
    known = {m.label: m for m in card.metric_objects} if card else {}
    told = []
    if one.name in known:
        metric = known[one.name]
        told.append(words.get(f"metric_{metric.name}", metric.title))
    told.append(words.convention(one.convention))
    if one.method != first.method:
        told.append(words.convention(one.method))
    if one.undefined_resamples:
        told.append(words("without_value", n=words.count(one.undefined_resamples, "resample")))
    return joined(told, words("semicolon"))
