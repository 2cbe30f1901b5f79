"""A finished ranking: one or several tasks, its tables and the conventions behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from workbench.challenge.ranking import frames
from workbench.challenge.ranking.agreement import agreement_matrix, scheme_ranks, standard_schemes
from workbench.challenge.ranking.consensus import Consensus, consensus_ranking
from workbench.challenge.ranking.consensus import Method as ConsensusMethod
from workbench.challenge.ranking.schemes import Scheme
from workbench.challenge.ranking.table import TaskTable
from workbench.challenge.ranking.task_ranking import TaskRanking
from workbench.errors import UsageError, did_you_mean

TABLES = (
    "scores",
    "rank_counts",
    "pairs",
    "cases",
    "schemes",
    "agreement",
    "stability",
    "centres",
    "consensus",
)


@dataclass(frozen=True)
class Ranking:
    """Rankings of one or several tasks with their uncertainty.

    Attributes:
        tasks: One ranking a task, by name.
        conventions: What :meth:`facts` returns.
        case_tables: Per-case values of each task; empty for a metric of the whole set.
        scheme: The scheme that ranked, where per-case values were ranked.
        task_weights: Weight of each task in the consensus; None weighs all alike.
        consensus_method: How several tasks are joined.
    """

    tasks: tuple[TaskRanking, ...]
    conventions: Mapping[str, Any]
    case_tables: tuple[TaskTable, ...] = ()
    scheme: Scheme | None = None
    task_weights: Sequence[float] | None = None
    consensus_method: ConsensusMethod = "mean_rank"

    def facts(self) -> dict[str, Any]:
        """Return the conventions, plain JSON values: scheme, direction, unit, seed, tests ..."""
        return dict(self.conventions)

    def consensus(self) -> Consensus:
        """Return the ranking over all tasks.

        Raises:
            UsageError: Exact Kemeny was asked for with more than ten algorithms.
        """
        ranks = np.array([task.ranks for task in self.tasks])
        names = self.tasks[0].scores.names
        return consensus_ranking(
            ranks, names, method=self.consensus_method, weights=self.task_weights
        )

    def table(self, name: str) -> pd.DataFrame:
        """Return one of the tables; see :meth:`tables`.

        Raises:
            UsageError: There is no table of that name.
        """
        if name not in TABLES:
            hint = did_you_mean(name, TABLES)
            raise UsageError(f"no table '{name}'; there are {', '.join(TABLES)}", remedy=hint)
        if name == "cases":
            return frames.cases(self.case_tables, self.conventions["direction"])
        if name == "schemes":
            return self._schemes.copy()
        if name == "agreement":
            return agreement_matrix(self._schemes) if self.case_tables else frames.EMPTY_AGREEMENT
        if name == "consensus":
            return self.consensus().to_frame()
        return frames.of_tasks(name, self.tasks)

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return all tables, one row a line.

        ``scores`` (``rank_low`` and ``rank_high``: bootstrap percentile interval of the rank;
        ``set_low`` and ``set_high``: simultaneous confidence set of the rank), ``rank_counts``,
        ``pairs``, ``cases``, ``schemes``, ``agreement``, ``stability``, ``centres`` and
        ``consensus``. Tables that a ranking cannot have are empty, with their columns.
        """
        return {name: self.table(name) for name in TABLES}

    @cached_property
    def _schemes(self) -> pd.DataFrame:
        """Return what other schemes make of the same values; the one used stands first."""
        if self.scheme is None:
            return frames.one_scheme(self.conventions["scheme"], self.tasks)
        direction = self.conventions["direction"]
        others = standard_schemes(direction, self.tasks[0].ties)
        schemes = [self.scheme, *(s for s in others if s.label != self.scheme.label)]
        return scheme_ranks(self.case_tables, schemes, direction)
