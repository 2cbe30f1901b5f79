"""One task of a ranking, as its figures and its section see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd


@dataclass(frozen=True)
class TaskView:
    """The tables of one task, and what its figures need to know.

    Attributes:
        tables: All tables of a ranking; see ``docs/ranking.md``.
        facts: Its conventions.
        task: Name of the task.
    """

    tables: Mapping[str, pd.DataFrame]
    facts: Mapping[str, Any]
    task: str

    def table(self, name: str) -> pd.DataFrame:
        """Return the rows of this task."""
        whole = self.tables[name]
        return whole[whole["task"] == self.task].reset_index(drop=True)

    @cached_property
    def scores(self) -> pd.DataFrame:
        """Return the board, best first."""
        return self.table("scores").sort_values(["rank", "algorithm"], ignore_index=True)

    @cached_property
    def order(self) -> list[str]:
        """Return the algorithms, best first."""
        return self.scores["algorithm"].astype(str).tolist()

    @property
    def level(self) -> float:
        """Return the level of intervals, sets and groups."""
        return float(self.scores["level"].iloc[0])

    @property
    def leaders(self) -> list[str]:
        """Return the algorithms not separable from the leader."""
        return self.scores.loc[self.scores["tie_group"].astype(bool), "algorithm"].tolist()

    def label(self, words: str) -> str:
        """Return the text alternative of a figure: what, where, and who leads."""
        task = f", task {self.task}" if self.task else ""
        return f"{words}{task}; {len(self.order)} algorithms, first: {self.order[0]}"


def views(tables: Mapping[str, pd.DataFrame], facts: Mapping[str, Any]) -> list[TaskView]:
    """Return one view a task, in the order of the tables."""
    return [TaskView(tables, facts, str(task)) for task in tables["scores"]["task"].unique()]
