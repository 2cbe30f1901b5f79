"""Standings: boards from the events alone, who moves, rescoring, closing and its proof."""

from workbench.challenge.standings.board import Standings, standings
from workbench.challenge.standings.closing import ClosedReport, close_challenge
from workbench.challenge.standings.csv_file import board_csv
from workbench.challenge.standings.document import BoardDocument, Row
from workbench.challenge.standings.gate import Gate, shown_groups
from workbench.challenge.standings.groups import GroupTable, group_tables
from workbench.challenge.standings.live import Follower, board, rank_in, rank_of
from workbench.challenge.standings.moves import Movement, movement
from workbench.challenge.standings.proof import Proof, verify_report
from workbench.challenge.standings.report import Result
from workbench.challenge.standings.rescoring import Rescoring, rescore

__all__ = [
    "BoardDocument",
    "ClosedReport",
    "Follower",
    "Gate",
    "GroupTable",
    "Movement",
    "Proof",
    "Rescoring",
    "Result",
    "Row",
    "Standings",
    "board",
    "board_csv",
    "close_challenge",
    "group_tables",
    "movement",
    "rank_in",
    "rank_of",
    "rescore",
    "shown_groups",
    "standings",
    "verify_report",
]
