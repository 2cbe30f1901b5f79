"""Standings: boards from the events alone, who moves, rescoring, closing and its proof."""

from workbench.challenge.standings.board import Standings, standings
from workbench.challenge.standings.csv_file import board_csv
from workbench.challenge.standings.document import BoardDocument, Row
from workbench.challenge.standings.live import Follower, board, rank_of
from workbench.challenge.standings.moves import Movement, movement

__all__ = [
    "BoardDocument",
    "Follower",
    "Movement",
    "Row",
    "Standings",
    "board",
    "board_csv",
    "movement",
    "rank_of",
    "standings",
]
