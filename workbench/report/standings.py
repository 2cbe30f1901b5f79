"""Boards of a store as a page: what the standings know, handed to the page as plain values."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.challenge.standings import Result, Standings
from workbench.report.board import BoardView, board_page


def page_of(boards: Sequence[Standings]) -> str:
    """Return the page of boards."""
    return board_page([_view(board) for board in boards])


def page_of_result(result: Result) -> str:
    """Return the page of a closed challenge: the deciding board first."""
    return board_page(
        [_view(board) for board in reversed(list(result.boards.values()))],
        moves={phase: moved.as_dict() for phase, moved in result.shake_ups.items()},
        groups=[table.model_dump(mode="json") for table in result.groups],
    )


def _view(board: Standings) -> BoardView:
    """Return a board as the page takes it."""
    return BoardView(board.document.model_dump(mode="json"), board.tables(), board.facts())
