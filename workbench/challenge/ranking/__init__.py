"""Rankings of algorithms from per-case values: schemes, consensus over tasks, agreement, audit."""

from workbench.challenge.ranking.agreement import (
    agreement_matrix,
    kendall,
    scheme_ranks,
    standard_schemes,
    winners,
)
from workbench.challenge.ranking.audit import Audit, audit_table
from workbench.challenge.ranking.combine import combine_metrics, mean_of_ranks
from workbench.challenge.ranking.consensus import Consensus, consensus_ranking
from workbench.challenge.ranking.from_predictions import rank_predictions
from workbench.challenge.ranking.from_table import rank
from workbench.challenge.ranking.ranking import Ranking
from workbench.challenge.ranking.resampled import Resampled, resampled_scores
from workbench.challenge.ranking.scheme_names import SCHEMES, get_scheme
from workbench.challenge.ranking.schemes import Scheme
from workbench.challenge.ranking.table import TaskTable, read_table
from workbench.challenge.ranking.task_ranking import TaskRanking, rank_resampled
from workbench.challenge.ranking.ties import ranks_of

__all__ = [
    "SCHEMES",
    "Audit",
    "Consensus",
    "Ranking",
    "Resampled",
    "Scheme",
    "TaskRanking",
    "TaskTable",
    "agreement_matrix",
    "audit_table",
    "combine_metrics",
    "consensus_ranking",
    "get_scheme",
    "kendall",
    "mean_of_ranks",
    "rank",
    "rank_predictions",
    "rank_resampled",
    "ranks_of",
    "read_table",
    "resampled_scores",
    "scheme_ranks",
    "standard_schemes",
    "winners",
]
