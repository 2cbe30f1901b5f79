"""Sensitivity analyses, provenance, and what the page does not say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workbench.report.artefacts import Absent, Told
from workbench.report.emulation.trial import RISK_DIFFERENCE, Trial
from workbench.report.languages import Words
from workbench.report.tables import joined, table
from workbench.report.words import heading, without_home

LIMITS = ("limit_1", "limit_2", "limit_3", "limit_4")


def sensitivity(trial: Trial) -> dict[str, Any]:
    """Return what the protocol's further analyses found."""
    words = trial.words
    if not trial.sensitivity:
        raise Told(words("no_sensitivity"))
    columns = ("analysis", "setting", "estimator", "estimand", "value")
    level = words.level(trial.protocol.uncertainty.level)
    return {
        "table": table(
            words("t_sensitivity"),
            [*(words(c) for c in columns), words("interval", level=level), words("note_column")],
            [_cells(trial, row) for row in trial.sensitivity],
            numeric=(4, 5),
        )
    }


def _cells(trial: Trial, row: Mapping[str, Any]) -> list[str]:
    """Return one analysis."""
    words, estimand = trial.words, str(row["estimand"])
    scale, decimals = {RISK_DIFFERENCE: (100.0, 1), "rmst_difference": (1.0, 0)}.get(
        estimand, (1.0, 2)
    )
    value, low, high = (
        words.number(None if row[k] is None else scale * row[k], decimals)
        for k in ("value", "low", "high")
    )
    setting = "interval_end" if row["setting"] == "interval" else str(row["setting"])
    return [
        words.get(f"s_{row['analysis']}", str(row["analysis"])),
        _setting(trial, setting) or "–",
        words.estimator(str(row["estimator"])) or "–",
        words.get(f"e_{estimand}", estimand) or "–",
        value,
        "–" if row["low"] is None else words("from_to", low=low, high=high),
        words.convention(str(row["note"])),
    ]


def _setting(trial: Trial, setting: str) -> str:
    """Return a setting in the language of the page; a range of risks has its decimal mark."""
    ends = setting.split(" to ")
    if len(ends) == 2:
        return trial.words.from_to(*(trial.words.mark(end) for end in ends))
    return trial.words.get(setting, setting)


def provenance(trial: Trial) -> dict[str, Any]:
    """Return digests, data, code and versions."""
    words, facts = trial.words, trial.artefacts.facts("run.json")
    if not facts:
        raise Absent("run.json")
    groups = []
    for name, group in facts.items():
        if not isinstance(group, Mapping):
            continue
        rows = [
            [words.get(f"f_{k}", heading(str(k))), _written(words, v)] for k, v in group.items()
        ]
        groups.append(table(words.heading(name), [words("fact"), words("value")], rows))
    return {"groups": groups}


def limits(trial: Trial) -> dict[str, Any]:
    """Return what the page does not say."""
    return {"said": [trial.words(key) for key in LIMITS]}


def _written(words: Words, value: Any) -> str:
    """Return a fact as text; what a data card says is English, and marked so."""
    if isinstance(value, bool):
        return words("yes" if value else "no")
    if isinstance(value, list):
        return joined([words.said(without_home(str(one))) for one in value]) or "–"
    return without_home(str(value)) if value != "" else "–"
