"""Submissions of a challenge: opened, checked, taken under limits, scored once, shown as allowed.

Nothing here depends on HTTP: the verbs and the server call the same functions.
"""

from workbench.challenge.submissions.again import score_again
from workbench.challenge.submissions.checking import check, check_here, check_model
from workbench.challenge.submissions.disclosure import Shown, ShownMetric, visible
from workbench.challenge.submissions.intake import Receipt, submit
from workbench.challenge.submissions.labels import Labels
from workbench.challenge.submissions.limits import Quota
from workbench.challenge.submissions.opening import OpenedChallenge, open_challenge, seal_challenge
from workbench.challenge.submissions.outcome import Done
from workbench.challenge.submissions.own import (
    entries,
    entry,
    host_detail,
    quota,
    sent_file,
    withdraw,
)
from workbench.challenge.submissions.practice import is_run, models_of, open_practice, practice_card
from workbench.challenge.submissions.queue import WorkRules
from workbench.challenge.submissions.refusals import Refusal, unknown_is_refused
from workbench.challenge.submissions.selection import counted_value, selected
from workbench.challenge.submissions.shown_errors import UNAVAILABLE, for_participant
from workbench.challenge.submissions.team_view import Entry
from workbench.challenge.submissions.waiting import wait_for
from workbench.challenge.submissions.who import (
    holder,
    organiser_here,
    reader,
    team_here,
    tokens_of,
    tokens_told,
)
from workbench.challenge.submissions.worker import work, work_once

__all__ = [
    "UNAVAILABLE",
    "Done",
    "Entry",
    "Labels",
    "OpenedChallenge",
    "Quota",
    "Receipt",
    "Refusal",
    "Shown",
    "ShownMetric",
    "WorkRules",
    "check",
    "check_here",
    "check_model",
    "counted_value",
    "entries",
    "entry",
    "for_participant",
    "holder",
    "host_detail",
    "is_run",
    "models_of",
    "open_challenge",
    "open_practice",
    "organiser_here",
    "practice_card",
    "quota",
    "reader",
    "score_again",
    "seal_challenge",
    "selected",
    "sent_file",
    "submit",
    "team_here",
    "tokens_of",
    "tokens_told",
    "unknown_is_refused",
    "visible",
    "wait_for",
    "withdraw",
    "work",
    "work_once",
]
