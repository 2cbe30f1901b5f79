"""What a reader of a ranking must know: warnings, conventions, limits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workbench.report.ranking.view import TaskView
from workbench.report.tables import Table, table
from workbench.report.words import better, heading, level, number, plural

FEW_UNITS = 30
_NAMES = {
    "scheme_title": "Scheme in words",
    "direction": "Better values",
    "score_direction": "Better ranked scores",
    "missing": "Policy for missing values",
    "n_missing": "Missing values",
    "consensus": "Consensus over tasks",
    "left_out_resamples": "Resamples left out (a score undefined)",
    "n_algorithms": "Algorithms",
    "n_tasks": "Tasks",
    "p_first": "P(first)",
}


def notices(found: list[TaskView], facts: Mapping[str, Any]) -> list[str]:
    """Return what a reader must know before the numbers."""
    said = []
    if facts.get("unit") == "case":
        said.append(
            "Every case was taken as a unit of its own. If a patient has several cases, intervals "
            "and tests are too sure: name the column that tells whose each case is."
        )
    if facts.get("n_missing"):
        policy = facts.get("missing") or "unknown"
        said.append(f"{plural(int(facts['n_missing']), 'value')} missing; policy: {policy}.")
    few = [view for view in found if int(view.scores["n_units"].iloc[0]) < FEW_UNITS]
    for view in few:
        units = plural(int(view.scores["n_units"].iloc[0]), "unit")
        where = f" in {view.task}" if view.task else ""
        said.append(f"Only {units}{where}: bootstrap intervals are too narrow with so few.")
    return said


def conventions(facts: Mapping[str, Any]) -> Table:
    """Return all conventions, one a line."""
    rows = []
    for name, value in facts.items():
        if isinstance(value, Mapping):
            value = ", ".join(f"{key} {inner}" for key, inner in value.items())
        if value is None or value == "" or (name == "consensus" and facts.get("n_tasks") == 1):
            continue
        if name in ("direction", "score_direction"):
            value = f"{better(str(value))} ({value})"
        rows.append(
            [
                _NAMES.get(name, heading(name)),
                # A seed is copied, not read: no spaces between its digits.
                number(value) if isinstance(value, int) and name != "seed" else str(value),
            ]
        )
    return table("How it was computed", ["Convention", "Value"], rows)


def limits(found: list[TaskView], facts: Mapping[str, Any]) -> list[str]:
    """Return in plain words what the page does not say."""
    share = level(found[0].level)
    return [
        "The rank interval describes how a rank moves when units of the same kind are "
        f"drawn again (unit: {facts.get('unit')}). Between near equals it is narrower than what is "
        "really known.",
        f"The rank sets hold for all algorithms at once: with a chance of {share} none of them "
        "misses the true rank. They are wider, and honest near ties.",
        "Algorithms that cannot be told apart are not proven equal: the test set may be small.",
        "A ranking of these cases says little about cases of another kind, centre or time.",
        "A rank says nothing about use: a first place can be of no clinical worth.",
    ]
