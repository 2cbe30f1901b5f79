"""Training: loss curves of each fold, and the primary metric over folds and repeats."""

from __future__ import annotations

import math
import re
from typing import Any

from markupsafe import Markup

from workbench.report.artefacts import Absent, Row
from workbench.report.forms import ModelFolds
from workbench.report.plots import Curve, curves
from workbench.report.run import Run
from workbench.report.tables import Table, table
from workbench.report.words import heading, number

MOST_PANELS = 12
Fit = list[tuple[float, float | None, float | None]]
"""Epoch, training loss, validation loss of one fit, in order of epoch."""


def training(run: Run) -> dict[str, Any]:
    """Return one panel of curves a fold for the run's model, and a table for all models."""
    fits = _fits(run.artefacts.rows("history.csv", "fold", "epoch"))
    if not fits:
        raise Absent("history.csv holds no epoch: the models of this run are not fitted in epochs")
    own = {fold: fit for (model, fold), fit in fits.items() if model in ("", run.model)}
    shown = own or {f"{model} {fold}": fit for (model, fold), fit in fits.items()}
    return {
        "panels": _panels(dict(list(shown.items())[:MOST_PANELS])),
        "more": max(0, len(shown) - MOST_PANELS),
        "table": _table(fits),
    }


def folds(run: Run) -> dict[str, Any]:
    """Return the primary metric of each fold and repeat, with mean and spread."""
    models = run.artefacts.form("folds.json", list[ModelFolds])
    if not models:
        raise Absent("folds.json names no model")
    return {
        "summary": table(
            f"{heading(models[0].metric)} over folds and repeats",
            ["Model", "Mean", "SD", "Smallest", "Largest", "Folds"],
            [
                [
                    one.model,
                    *(number(v) for v in (one.summary.mean, one.summary.sd)),
                    *(number(v) for v in (one.summary.min, one.summary.max)),
                    number(len(one.folds)),
                ]
                for one in models
            ],
            numeric=range(1, 6),
            note="The SD describes folds that share training cases; it is not a standard error "
            "and no interval follows from it.",
        ),
        "values": _values(models),
    }


def _values(models: list[ModelFolds]) -> Table:
    """Return every value, one row a fold and repeat, one column a model."""
    places = sorted({(one.repeat, one.fold) for model in models for one in model.folds})
    known = {(m.model, one.repeat, one.fold): one for m in models for one in m.folds}
    rows = []
    for repeat, fold in places:
        found = [known.get((model.model, repeat, fold)) for model in models]
        n = next((one.n for one in found if one is not None), None)
        values = [number(one.value) if one is not None else "–" for one in found]
        place = f"fold {fold}" if places[-1][0] == 0 else f"repeat {repeat}, fold {fold}"
        rows.append([place, number(n), *values])
    return table(
        "Value of each fold",
        ["Fold", "Cases", *(model.model for model in models)],
        rows,
        numeric=range(1, 2 + len(models)),
    )


def _fits(rows: list[Row]) -> dict[tuple[str, str], Fit]:
    """Group the history by model and fold."""
    fits: dict[tuple[str, str], Fit] = {}
    for row in rows:
        epoch = _value(row.get("epoch", ""))
        if epoch is not None:
            losses = _value(row.get("train_loss", "")), _value(row.get("val_loss", ""))
            fits.setdefault((row.get("model", ""), row["fold"]), []).append((epoch, *losses))
    return {key: sorted(fit, key=lambda step: step[0]) for key, fit in fits.items()}


def _panels(fits: dict[str, Fit]) -> list[Markup]:
    """Draw every fit on the same axes."""
    losses = [v for fit in fits.values() for _, *pair in fit for v in pair if v is not None]
    epochs = [epoch for fit in fits.values() for epoch, *_ in fit]
    if not losses:
        return []
    y_range = min(losses), max(losses)
    return [
        curves(
            _lines(fit),
            title=fold_name(fold),
            x_axis="epoch",
            label=f"Loss over epochs, {fold_name(fold)}: {_said(fit)}",
            x_range=(min(epochs), max(epochs)),
            y_range=y_range,
        )
        for fold, fit in fits.items()
    ]


def _lines(fit: Fit) -> list[Curve]:
    """Return the training and the validation curve of one fit."""
    train = [(epoch, loss) for epoch, loss, _ in fit if loss is not None]
    held = [(epoch, loss) for epoch, _, loss in fit if loss is not None]
    lowest = min(range(len(held)), key=lambda i: held[i][1]) if held else None
    both = [Curve("training", train, "aside"), Curve("validation", held, "main", lowest)]
    return [curve for curve in both if curve.points]


def _said(fit: Fit) -> str:
    """Return one fit in words."""
    best = _best(fit)
    return f"{len(fit)} epochs" + (
        f", lowest validation loss {number(best[1])} at epoch {best[0]:g}" if best else ""
    )


def _best(fit: Fit) -> tuple[float, float] | None:
    """Return epoch and value of the lowest validation loss."""
    held = [(epoch, loss) for epoch, _, loss in fit if loss is not None]
    return min(held, key=lambda pair: pair[1]) if held else None


def _table(fits: dict[tuple[str, str], Fit]) -> Table:
    """Return one row a fit: epochs, best epoch, losses."""
    rows = []
    for (model, fold), fit in fits.items():
        epoch, loss = _best(fit) or (None, None)
        best = "–" if epoch is None else f"{epoch:g}"
        last = [number(fit[-1][1]), number(loss)]
        rows.append([model or "–", fold_name(fold), number(len(fit)), best, *last])
    columns = [
        "Model",
        "Fold",
        "Epochs",
        "Best epoch",
        "Last training loss",
        "Best validation loss",
    ]
    return table("Fits", columns, rows, numeric=range(2, 6))


def _value(text: str) -> float | None:
    """Return a number of the history, None where there is none."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def fold_name(fold: str) -> str:
    """Return a fold's folder name as words.

    >>> fold_name("repeat-0-fold-3"), fold_name("repeat-1-fold-0"), fold_name("2")
    ('fold 3', 'repeat 1, fold 0', 'fold 2')
    """
    found = re.fullmatch(r"repeat-(\d+)-fold-(\d+)", fold)
    if found:
        repeat, number_ = found.groups()
        return f"fold {number_}" if repeat == "0" else f"repeat {repeat}, fold {number_}"
    return f"fold {fold}" if fold.isdigit() else fold
