"""Leaderboards and, later, rankings, phases and the challenge store."""

from workbench.challenge.board import Board, Group, Row, leaderboard

__all__ = ["Board", "Group", "Row", "leaderboard"]
