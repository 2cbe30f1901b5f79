"""Training: loss curves of each fold, and the primary metric over folds and repeats."""

from __future__ import annotations

import math
import re
from typing import Any

import pandas as pd
from markupsafe import Markup

from workbench.report.artefacts import Row, Told
from workbench.report.forms import ModelFolds
from workbench.report.languages import Words
from workbench.report.plots import Curve, curves
from workbench.report.ranking.figure import Figure
from workbench.report.run import Run
from workbench.report.tables import Table, table

MOST_PANELS = 12
Fit = list[tuple[float, float | None, float | None]]
"""Epoch, training loss, validation loss of one fit, in order of epoch."""


def training(run: Run) -> dict[str, Any]:
    """Return one panel of curves a fold for the run's model, and a table for all models."""
    fits = _fits(run.artefacts.rows("history.csv", "fold", "epoch"))
    if not fits:
        raise Told(run.words("no_epoch"))
    own = {fold: fit for (model, fold), fit in fits.items() if model in ("", run.model)}
    shown = own or {f"{model} {fold}": fit for (model, fold), fit in fits.items()}
    first = dict(list(shown.items())[:MOST_PANELS])
    panels = _panels(run.words, first)
    columns = ["epoch", "train_loss", "val_loss"]
    return {
        "panels": panels,
        "figures": [
            Figure(f"training-{i}", fold_name(fold, run.words), plot, "", _rows(fit, columns))
            for i, ((fold, fit), plot) in enumerate(zip(first.items(), panels, strict=False), 1)
        ],
        "more": max(0, len(shown) - MOST_PANELS),
        "table": _table(run.words, fits),
    }


def _rows(fit: Fit, columns: list[str]) -> pd.DataFrame:
    """Return one fit as a table."""
    return pd.DataFrame(fit, columns=columns)


def folds(run: Run) -> dict[str, Any]:
    """Return the primary metric of each fold and repeat, with mean and spread."""
    models = run.artefacts.form("folds.json", list[ModelFolds])
    if not models:
        raise Told(run.words("no_folds"))
    words = run.words
    return {
        "summary": table(
            words("over_folds", metric=words.metric(models[0].metric)),
            [words(k) for k in ("model", "mean", "sd", "smallest", "largest", "folds")],
            [
                [
                    one.model,
                    *(words.number(v) for v in (one.summary.mean, one.summary.sd)),
                    *(words.number(v) for v in (one.summary.min, one.summary.max)),
                    words.number(len(one.folds)),
                ]
                for one in models
            ],
            numeric=range(1, 6),
            note=words("folds_note"),
        ),
        "values": _values(words, models),
    }


def _values(words: Words, models: list[ModelFolds]) -> Table:
    """Return every value, one row a fold and repeat, one column a model."""
    places = sorted({(one.repeat, one.fold) for model in models for one in model.folds})
    known = {(m.model, one.repeat, one.fold): one for m in models for one in m.folds}
    rows = []
    for repeat, fold in places:
        found = [known.get((model.model, repeat, fold)) for model in models]
        n = next((one.n for one in found if one is not None), None)
        values = [words.number(one.value) if one is not None else "–" for one in found]
        key = "a_fold" if places[-1][0] == 0 else "repeat_fold"
        rows.append([words(key, fold=fold, repeat=repeat), words.number(n), *values])
    return table(
        words("fold_values"),
        [words("fold"), words("cases"), *(model.model for model in models)],
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


def _panels(words: Words, fits: dict[str, Fit]) -> list[Markup]:
    """Draw every fit on the same axes."""
    losses = [v for fit in fits.values() for _, *pair in fit for v in pair if v is not None]
    epochs = [epoch for fit in fits.values() for epoch, *_ in fit]
    if not losses:
        return []
    y_range = min(losses), max(losses)
    return [
        words.drawn(
            curves(
                _lines(words, fit),
                title=fold_name(fold, words),
                x_axis=words("epoch"),
                label=words("loss_label", fold=fold_name(fold, words), said=_said(words, fit)),
                x_range=(min(epochs), max(epochs)),
                y_range=y_range,
            )
        )
        for fold, fit in fits.items()
    ]


def _lines(words: Words, fit: Fit) -> list[Curve]:
    """Return the training and the validation curve of one fit."""
    train = [(epoch, loss) for epoch, loss, _ in fit if loss is not None]
    held = [(epoch, loss) for epoch, _, loss in fit if loss is not None]
    lowest = min(range(len(held)), key=lambda i: held[i][1]) if held else None
    both = [
        Curve(words("on_training"), train, "aside"),
        Curve(words("on_validation"), held, "main", lowest),
    ]
    return [curve for curve in both if curve.points]


def _said(words: Words, fit: Fit) -> str:
    """Return one fit in words."""
    best = _best(fit)
    said = words.count(len(fit), "epoch")
    if best is None:
        return said
    return words("lowest_at", said=said, loss=words.number(best[1]), epoch=f"{best[0]:g}")


def _best(fit: Fit) -> tuple[float, float] | None:
    """Return epoch and value of the lowest validation loss."""
    held = [(epoch, loss) for epoch, _, loss in fit if loss is not None]
    return min(held, key=lambda pair: pair[1]) if held else None


def _table(words: Words, fits: dict[tuple[str, str], Fit]) -> Table:
    """Return one row a fit: epochs, best epoch, losses."""
    rows = []
    for (model, fold), fit in fits.items():
        epoch, loss = _best(fit) or (None, None)
        best = "–" if epoch is None else f"{epoch:g}"
        last = [words.number(fit[-1][1]), words.number(loss)]
        rows.append([model or "–", fold_name(fold, words), words.number(len(fit)), best, *last])
    columns = ("model", "fold", "epochs", "best_epoch", "last_loss", "best_loss")
    return table(words("fits"), [words(k) for k in columns], rows, numeric=range(2, 6))


def _value(text: str) -> float | None:
    """Return a number of the history, None where there is none."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def fold_name(fold: str, words: Words) -> str:
    """Return a fold's folder name as words.

    >>> from workbench.report.languages import words_of
    >>> en = words_of("run", "en")
    >>> fold_name("repeat-0-fold-3", en), fold_name("repeat-1-fold-0", en), fold_name("2", en)
    ('fold 3', 'repeat 1, fold 0', 'fold 2')
    """
    found = re.fullmatch(r"repeat-(\d+)-fold-(\d+)", fold)
    if found:
        repeat, number = found.groups()
        return words("a_fold" if repeat == "0" else "repeat_fold", fold=number, repeat=repeat)
    return words("a_fold", fold=fold) if fold.isdigit() else fold
