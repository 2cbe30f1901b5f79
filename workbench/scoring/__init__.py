"""Challenge card, submission check, scorer and score sheet: shared by laptop and server."""

from workbench.scoring.answers import Answers, decisions
from workbench.scoring.card import Challenge
from workbench.scoring.card_check import load_challenge, parse_challenge
from workbench.scoring.check import check_submission
from workbench.scoring.compare import paired_difference
from workbench.scoring.local import sample_labels, score_file
from workbench.scoring.scorer import code_digest, score
from workbench.scoring.sheet import ScoreSheet
from workbench.scoring.truth import load_truth

__all__ = [
    "Answers",
    "Challenge",
    "ScoreSheet",
    "check_submission",
    "code_digest",
    "decisions",
    "load_challenge",
    "load_truth",
    "paired_difference",
    "parse_challenge",
    "sample_labels",
    "score",
    "score_file",
]
