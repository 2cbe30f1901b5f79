"""The conventions behind a ranking, as a page prints them."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Sequence
from typing import Any

from workbench.challenge.ranking.task_ranking import TaskRanking

_SHOWN = ("clinical-ai-workbench", "numpy", "scipy")


def facts_of(
    tasks: Sequence[TaskRanking], *, permutations: int, **conventions: Any
) -> dict[str, Any]:
    """Return plain JSON values: what was ranked, how, and by which versions.

    Args:
        tasks: The rankings, one or more.
        permutations: Number of sign flips asked for; given as None where none were made.
        conventions: Facts the caller knows: scheme, direction, missing, unit, resamples, seed ...
    """
    methods = sorted({task.tests.method for task in tasks})
    flipped = any(method.startswith("sign-flip") for method in methods)
    return {
        **conventions,
        "score_direction": tasks[0].scores.direction,
        "ties": tasks[0].ties,
        "level": tasks[0].level,
        "tests": "; ".join(methods),
        "permutations": permutations if flipped else None,
        "rank_interval": "percentiles of bootstrap ranks; not a confidence set near ties",
        "rank_set": "simultaneous confidence set from the tests of all pairs",
        "tie_group": "not separable from rank 1 in the tests of all pairs",
        "n_algorithms": len(tasks[0].scores.names),
        "n_tasks": len(tasks),
        "left_out_resamples": sum(task.scores.undefined for task in tasks),
        "versions": {name: importlib.metadata.version(name) for name in _SHOWN},
    }
