"""Who was emulated: the seven parts of the protocol, the flow of persons, table 1."""

from __future__ import annotations

from typing import Any

from workbench.methods.causal.protocol_text import protocol_text
from workbench.report.emulation.trial import Trial
from workbench.report.forms import FlowStep
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
    """Return how many persons each step kept and left out."""
    words = trial.words
    steps = trial.artefacts.form("flow.json", list[FlowStep])
    return {
        "steps": [
            {
                "step": trial.told(step.step),
                "kept": words.number(step.kept),
                "excluded": words("left_out", n=words.number(step.excluded)) * bool(step.excluded),
                "reason": trial.told(step.reason) if step.excluded else "",
            }
            for step in steps
        ]
    }


def table_one(trial: Trial) -> dict[str, Any]:
    """Return table 1 by the strategy that was followed to the end of the grace period."""
    words = trial.words
    rows = trial.artefacts.rows("table_one.csv", "variable", "group", "n", "mean", "sd", "count")
    return {"table": described(rows, words("covariates"), words)}
