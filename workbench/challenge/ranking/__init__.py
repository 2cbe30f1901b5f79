"""Rankings of algorithms from per-case values: schemes, consensus over tasks, agreement, audit."""

from workbench.challenge.ranking.scheme_names import SCHEMES, get_scheme
from workbench.challenge.ranking.schemes import Scheme
from workbench.challenge.ranking.table import TaskTable, read_table

__all__ = ["SCHEMES", "Scheme", "TaskTable", "get_scheme", "read_table"]
