"""Challenge card, submission check, scorer and score sheet: shared by laptop and server."""

from workbench.scoring.answers import Answers, decisions
from workbench.scoring.card import Challenge
from workbench.scoring.card_check import load_challenge, parse_challenge
from workbench.scoring.check import check_submission
from workbench.scoring.check_report import CheckReport, check_report, checked
from workbench.scoring.compare import paired_difference
from workbench.scoring.local import sample_labels, score_file
from workbench.scoring.scorer import code_digest, score, score_table
from workbench.scoring.sheet import ScoreSheet
from workbench.scoring.splits import case_keys, split_labels
from workbench.scoring.truth import labels_digest, load_truth

__all__ = [
    "Answers",
    "Challenge",
    "CheckReport",
    "ScoreSheet",
    "case_keys",
    "check_report",
    "check_submission",
    "checked",
    "code_digest",
    "decisions",
    "labels_digest",
    "load_challenge",
    "load_truth",
    "paired_difference",
    "parse_challenge",
    "sample_labels",
    "score",
    "score_file",
    "score_table",
    "split_labels",
]
