"""Leaderboards and, later, rankings, phases and the challenge store."""

from workbench.challenge.board import leaderboard
from workbench.challenge.sheet_board import Board, Group, Row

__all__ = ["Board", "Group", "Row", "leaderboard"]
