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
from workbench.challenge.ranking.scheme_names import SCHEMES, get_scheme
from workbench.challenge.ranking.schemes import Scheme
from workbench.challenge.ranking.table import TaskTable, read_table
from workbench.challenge.ranking.ties import ranks_of

__all__ = [
    "SCHEMES",
    "Audit",
    "Consensus",
    "Scheme",
    "TaskTable",
    "agreement_matrix",
    "audit_table",
    "combine_metrics",
    "consensus_ranking",
    "get_scheme",
    "kendall",
    "mean_of_ranks",
    "ranks_of",
    "read_table",
    "scheme_ranks",
    "standard_schemes",
    "winners",
]
