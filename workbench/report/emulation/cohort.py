"""Who was emulated: the seven parts of the protocol, the flow of persons, table 1."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from workbench.methods.causal.protocol_text import protocol_text
from workbench.methods.survival.disclosure import LEAST
from workbench.report.emulation.trial import Trial
from workbench.report.forms import FlowStep
from workbench.report.sections.joined_steps import joined
from workbench.report.sections.table_one import described
from workbench.report.tables import table


def protocol(trial: Trial) -> dict[str, Any]:
    """Return the protocol in words, and its digest."""
    words = trial.words
    return {
        "digest": words("digest", digest=trial.protocol.digest()),
        "table": table(
            words("t_protocol"),
            [words("part"), words("emulated")],
            [list(part) for part in protocol_text(trial.protocol, words.language)],
        ),
    }


def flow(trial: Trial) -> dict[str, Any]:
    """Return how many persons each step kept and left out, steps of a few persons joined."""
    words = trial.words
    steps = joined(trial.artefacts.form("flow.json", list[FlowStep]))
    return {
        "steps": [
            {
                "step": " + ".join(trial.told(one.step) for one in group),
                "kept": words.number(group[-1].kept),
                "excluded": _left_out(trial, group),
                "reason": "; ".join(trial.told(one.reason) for one in group if one.excluded),
            }
            for group in steps
        ]
    }


def _left_out(trial: Trial, group: Sequence[FlowStep]) -> str:
    """Return how many a group of steps left out, in words; a few of a whole flow are not told."""
    gone = sum(one.excluded for one in group)
    number = trial.words.number(gone) if gone >= LEAST else f"<{LEAST}"
    return trial.words("left_out", n=number) if gone else ""


def table_one(trial: Trial) -> dict[str, Any]:
    """Return table 1 by the strategy that was followed to the end of the grace period."""
    words = trial.words
    rows = trial.artefacts.rows("table_one.csv", "variable", "group", "n", "mean", "sd", "count")
    return {"table": described(rows, words("covariates"), words)}
