"""Which submission of a team counts: the card's rule, from the tables of any moment."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from workbench.challenge.store.rebuild import Rows
from workbench.scoring import Challenge
from workbench.scoring.card_phases import Phase


def counted_value(score: Mapping[str, Any], *, ladder: bool) -> float | None:
    """Return the value of a score that counts, or None for one that is shown without a rank.

    Args:
        score: A row of the table ``score``.
        ladder: Whether the phase's boards go by what the Ladder released.
    """
    if score["override_at"] is not None:
        value = score["override_value"]
    elif ladder:
        value = score["released"]
    else:
        value = _primary_value(score["sheet"])
    return None if value is None else float(value)


@lru_cache(maxsize=4_000)
def _primary_value(sheet: str) -> float | None:
    """Return the primary metric's value; a board reads every sheet of its phase each time."""
    metrics = json.loads(sheet)["metrics"]
    value: float | None = next(metric["value"] for metric in metrics if metric["primary"])
    return value


def selected(
    tables: Mapping[str, Rows], card: Challenge, phase: Phase, score_set: str
) -> dict[str, str]:
    """Return the submission that counts for each team of a phase.

    ``last``: the last one received that has a score; ``best``: the best score, the earliest where
    several are equal. What was withdrawn, or has no score in this score set, never counts.

    Args:
        tables: ``submission`` and ``score``, as :func:`workbench.challenge.store.rebuild.rebuild`
            returns them.
        card: The challenge.
        phase: The phase the files were sent to.
        score_set: Whose scores decide.

    Returns:
        The submission's id by team, in the order of team ids.
    """
    sign = 1.0 if card.metric_objects[card.primary].direction == "maximize" else -1.0
    best: dict[str, tuple[tuple[float, float], str]] = {}
    for (submission, scored_phase, in_set), score in tables["score"].items():
        row = tables["submission"][(submission,)]
        here = (scored_phase, in_set, row["phase"]) == (phase.id, score_set, phase.id)
        if not here or row["challenge"] != card.id or row["withdrawn_at"] is not None:
            continue
        value = counted_value(score, ladder=phase.ladder)
        if value is None:
            continue
        order = float(row["received_seq"])
        key = (sign * value, -order) if card.selection == "best" else (order, 0.0)
        if row["team"] not in best or key > best[row["team"]][0]:
            best[row["team"]] = (key, submission)
    return {team: best[team][1] for team in sorted(best)}
