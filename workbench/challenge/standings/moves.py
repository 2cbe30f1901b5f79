"""Who moves between two boards: public against private, before against after a rescore."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from workbench.challenge.ranking import kendall
from workbench.challenge.standings.board import Standings
from workbench.challenge.standings.document import Rank, Row


@dataclass(frozen=True)
class Place:
    """Where a team stands on one board."""

    rank: Rank | None
    rank_low: Rank | None
    rank_high: Rank | None
    set_low: int | None
    set_high: int | None
    score: float | None
    low: float | None
    high: float | None
    submission: str | None


@dataclass(frozen=True)
class Move:
    """A team on two boards.

    Attributes:
        team: Id of the team.
        name: Its name.
        before: Its place on the first board; None where it is not on it.
        after: Its place on the second.
        ranks: How many ranks it gains (positive) or loses; None where it is ranked on one only.
        score: Score after minus score before, as shown; None likewise.
    """

    team: str
    name: str
    before: Place | None
    after: Place | None
    ranks: Rank | None
    score: float | None


@dataclass(frozen=True)
class Movement:
    """All teams of two boards, in the order of the second.

    Attributes:
        first: What the first board is.
        second: What the second is.
        moves: One a team.
        tau: Kendall's tau-b of the two rankings, of teams on both; None for fewer than two.
        moved: How many teams have another rank.
        beyond: How many have a rank outside their rank interval on the first board.
    """

    first: str
    second: str
    moves: tuple[Move, ...]
    tau: float | None
    moved: int
    beyond: int

    def as_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return asdict(self) | {"moves": [asdict(move) for move in self.moves]}


def movement(first: Standings, second: Standings, names: tuple[str, str]) -> Movement:
    """Return who moves from one board to another, and whether by more than chance explains.

    Args:
        first: A board.
        second: Another one with teams of the same challenge.
        names: What the two boards are, for people.
    """
    one, two = _teams(first), _teams(second)
    moves = tuple(_move(one.get(team), two.get(team)) for team in [*two, *(set_minus(one, two))])
    both = [(m.before, m.after) for m in moves if m.ranks is not None and m.before and m.after]
    beyond = [
        b
        for b, a in both
        if b.rank_low is not None
        and b.rank_high is not None
        and a.rank is not None
        and not b.rank_low <= a.rank <= b.rank_high
    ]
    tau = None
    if len(both) > 1:
        ranks = np.array([[b.rank, a.rank] for b, a in both], dtype=np.float64)
        found = float(np.asarray(kendall(ranks[:, 0], ranks[:, 1][None, :])[0]).ravel()[0])
        tau = round(found, 4) if np.isfinite(found) else None
    return Movement(*names, moves, tau, sum(m.ranks not in (None, 0) for m in moves), len(beyond))


def set_minus(one: dict[str, Row], two: dict[str, Row]) -> list[str]:
    """Return the teams of the first board that are not on the second, in its order."""
    return [team for team in one if team not in two]


def _teams(board: Standings) -> dict[str, Row]:
    return {row.team: row for row in board.document.rows if row.team is not None}


def _move(before: Row | None, after: Row | None) -> Move:
    """Return one team's move."""
    known = after or before
    assert known is not None and known.team is not None
    ranks = score = None
    if before and after and before.rank is not None and after.rank is not None:
        ranks = before.rank - after.rank
        if before.score is not None and after.score is not None:
            score = round(after.score - before.score, 12)
    return Move(known.team, known.name, _place(before), _place(after), ranks, score)


def _place(row: Row | None) -> Place | None:
    if row is None:
        return None
    return Place(**{name: getattr(row, name) for name in Place.__dataclass_fields__})
