"""Every estimator beside the others: a forest of risk differences, and a table of all effects."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from workbench.report.artefacts import Told
from workbench.report.emulation.reading import problems_of
from workbench.report.emulation.trial import NAIVE, RISK_DIFFERENCE, Effect, Trial
from workbench.report.plots.forest import ForestRow, Kind, forest
from workbench.report.ranking.figure import Figure
from workbench.report.tables import table


def effects(trial: Trial) -> dict[str, Any]:
    """Return the forest and the table; the naive comparison is named the wrong answer in both."""
    if not trial.effects:
        raise Told(trial.words("closed").rstrip("."))
    words = trial.words
    risks = [one for one in trial.effects if one.estimand == RISK_DIFFERENCE]
    shown = dict.fromkeys(one.estimator for one in trial.effects)
    level = words.level(trial.effects[0].row["level"])
    columns = [words(k) for k in ("estimator", "estimand", "value")]
    return {
        "figures": [_forest(trial, risks)] if risks else [],
        "withheld": _withheld(trial, shown),
        "table": table(
            words("t_estimates"),
            [*columns, words("interval", level=level), words("population"), words("n")],
            [_cells(trial, one) for one in trial.effects],
            numeric=(2, 3, 5),
        ),
        "made": table(
            words("made"),
            [words("estimator"), words("convention")],
            [[words.estimator(name), _made(trial, name)] for name in shown],
        ),
    }


def _withheld(trial: Trial, shown: Iterable[str]) -> list[str]:
    """Say which estimators are not shown: their gate is closed, or they could not answer."""
    words, absent = trial.words, {n: g for n, g in trial.gate["gates"].items() if n not in shown}
    closed = [words.estimator(name) for name, gate in absent.items() if not gate["refused"]]
    said = [
        words("could_not", name=words.estimator(name), why=problems_of(trial, name))
        for name, gate in absent.items()
        if gate["refused"]
    ]
    return [words("withheld", names=", ".join(closed)), *said] if closed else said


def _forest(trial: Trial, risks: list[Effect]) -> Figure:
    """Return the forest of risk differences with its rows."""
    words, (first, second) = trial.words, trial.protocol.names
    rows = [
        ForestRow(
            words.estimator(one.estimator),
            one.value,
            one.low,
            one.high,
            _kind(trial, one),
            written=f"{words.number(one.value, 1)} ({_ends(trial, one)})",
        )
        for one in risks
    ]
    picture = forest(
        rows, axis=words("risk_axis", first=first), label=words("risk_label"), reference=0.0
    )
    numbers = pd.DataFrame(
        [[one.estimator, one.value, one.low, one.high] for one in risks],
        columns=["estimator", "points", "low", "high"],
    )
    caption = words("forest_caption", days=trial.days, first=first, second=second)
    return Figure("estimates", words("t_estimates"), words.drawn(picture), caption, numbers)


def _made(trial: Trial, name: str) -> str:
    """Return an estimator's interval and conventions."""
    row = next(one.row for one in trial.effects if one.estimator == name)
    return trial.words.convention(f"{row['interval']}; {row['convention']}")


def _kind(trial: Trial, one: Effect) -> Kind:
    """Return the mark of an estimator."""
    if one.estimator == NAIVE:
        return "floor"
    return "model" if one.estimator == trial.main else "baseline"


def _cells(trial: Trial, one: Effect) -> list[str]:
    """Return one row of the table."""
    words = trial.words
    return [
        words.estimator(one.estimator),
        words.get(f"e_{one.estimand}", one.estimand),
        words.number(one.value, _decimals(one)),
        _ends(trial, one),
        words.get(f"p_{one.row['population']}", str(one.row["population"])),
        words.number(int(one.row["n"])),
    ]


def _ends(trial: Trial, one: Effect) -> str:
    """Return the ends of an interval."""
    if one.low is None or one.high is None:
        return "–"
    low, high = (trial.words.number(end, _decimals(one)) for end in (one.low, one.high))
    return trial.words("from_to", low=low, high=high)


def _decimals(one: Effect) -> int:
    """Return how many decimals an effect is shown with."""
    return {RISK_DIFFERENCE: 1, "rmst_difference": 0}.get(one.estimand, 2)
