"""What the leaderboard of a folder of score sheets is: rows in groups that may be compared."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

import pandas as pd

from workbench.errors import Problem


@dataclass(frozen=True)
class Row:
    """One line of a board.

    Attributes:
        rank: Competition rank: exact ties share a rank and the next rank is skipped. None for the
            floor, which nobody submitted.
        name: Folder or file the score came from.
        score: Value of the primary metric.
        low: Lower end of its interval.
        high: Upper end.
        n_cases: Cases scored.
        n_units: Units scored.
        submission: Digest of the submission.
        code: Digest of the scoring code.
        rank_low: Lower end of the bootstrap interval of the rank; None where it cannot be had.
        rank_high: Upper end.
        set_low: Smallest rank of the simultaneous confidence set.
        set_high: Largest.
        tie_group: Whether no test tells it from the leader.
        p_first: Share of resamples in first place.
    """

    rank: int | None
    name: str
    score: float
    low: float | None
    high: float | None
    n_cases: int
    n_units: int
    submission: str = ""
    code: str = ""
    rank_low: float | None = None
    rank_high: float | None = None
    set_low: int | None = None
    set_high: int | None = None
    tie_group: bool | None = None
    p_first: float | None = None


@dataclass(frozen=True)
class Group:
    """Scores that may be compared: same challenge, version, labels and primary metric.

    Sheets alone give ranks; rank intervals need the predictions and labels beside them, as in a run
    folder. ``missing`` says why there are none.
    """

    challenge: str
    version: str
    truth: str
    metric: str
    direction: str
    level: float
    digits: int
    rows: list[Row]
    missing: str = ""


@dataclass(frozen=True)
class Board:
    """All groups of a folder, and the files that could not be read.

    Sheets of another challenge, version or set of labels are never ranked together: each gets its
    own group.
    """

    groups: list[Group]
    problems: list[Problem] = field(default_factory=list)

    def to_frame(self) -> pd.DataFrame:
        """Return all rows as a table, with the group's challenge, version, truth and metric."""
        shared = ("challenge", "version", "truth", "metric", "direction", "level")
        rows = [
            {**{name: getattr(group, name) for name in shared}, **asdict(row)}
            for group in self.groups
            for row in group.rows
        ]
        table = pd.DataFrame(rows)
        return table.astype({"rank": "Int64"}) if len(table) else table

    def as_dict(self) -> dict[str, Any]:
        """Return groups and problems as plain JSON values."""
        return {
            "groups": [asdict(group) for group in self.groups],
            "problems": [problem.as_dict() for problem in self.problems],
        }
