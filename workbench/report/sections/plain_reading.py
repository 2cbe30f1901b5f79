"""What a run's result says in plain language, and what it does not say."""

from __future__ import annotations

import math

from workbench.report.artefacts import Absent
from workbench.report.run import Run
from workbench.report.words import percent
from workbench.scoring.card_answer import SurvivalAnswer


def said(run: Run) -> list[str]:
    """Return what the numbers of a survival run mean; nothing where they are not known."""
    if run.kind != "survival":
        return []
    return [*_order(run), *_promise(run)]


def not_said(run: Run) -> list[str]:
    """Return what nobody may read out of the result."""
    keys: tuple[str, ...] = ("not_said_patient", "not_said_elsewhere")
    if run.kind == "survival":
        keys = ("not_said_effect", "not_said_life", "not_said_elsewhere")
    return [run.words(key) for key in keys]


def _order(run: Run) -> list[str]:
    """Return how often the one with the higher risk had the event first."""
    for metric in run.sheet.metrics:
        if metric.name.startswith(("uno-c", "harrell-c")) and metric.value is not None:
            share = percent(metric.value)
            return [run.words("reads_order", metric=run.words.metric(metric.name), share=share)]
    return []


def _promise(run: Run) -> list[str]:
    """Return predicted beside observed risk at the last time that has both."""
    try:
        rows = run.artefacts.rows("calibration_groups.csv", "model", "horizon", "n", "predicted")
    except Absent:
        return []
    own = [row for row in rows if row["model"] == run.model]
    if not own:
        return []
    last = [row for row in own if row["horizon"] == own[-1]["horizon"]]
    known = [
        (float(row["n"]), 1 - float(row["predicted"]), 1 - float(row["observed"] or "nan"))
        for row in last
    ]
    known = [row for row in known if math.isfinite(row[2])]
    persons = sum(row[0] for row in known)
    if not persons:
        return []
    predicted, seen = (sum(row[0] * row[at] for row in known) / persons for at in (1, 2))
    return [
        run.words(
            "reads_promise",
            time=run.words.at(_axis(run), float(own[-1]["horizon"])),
            predicted=percent(predicted),
            seen=percent(seen),
        )
    ]


def _axis(run: Run) -> str:
    """Return the name of the time in the labels, which says its unit."""
    card = run.challenge
    return card.answer.time if card and isinstance(card.answer, SurvivalAnswer) else "time"
