"""Where a phase stands by the tables: which submissions belong to it, whose scores are shown."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from workbench.challenge.store.rebuild import Tables
from workbench.challenge.submissions import phases
from workbench.errors import UsageError
from workbench.scoring import Challenge
from workbench.scoring.card_phases import Phase

Values = dict[str, Any]
Cards = Callable[[str], Challenge]
"""Gives the card of a digest."""


def challenge_row(tables: Tables, challenge: str) -> Values:
    """Return the row of a challenge.

    Raises:
        UsageError: It was not open yet.
    """
    row = tables["challenge"].get((challenge,))
    if row is None:
        raise UsageError(f"the challenge '{challenge}' was not open at that time")
    return row


def score_sets(tables: Tables, challenge: str) -> list[Values]:
    """Return the score sets of a challenge, oldest first."""
    rows = [row for row in tables["score_set"].values() if row["challenge"] == challenge]
    return sorted(rows, key=lambda row: int(row["seq"]))


def sent_to(phase: Phase) -> str:
    """Return the phase whose files a phase scores: its own, or the one it takes from."""
    return phase.takes_from or phase.id


def submissions(tables: Tables, challenge: str, phase: Phase) -> list[Values]:
    """Return the submissions whose files a phase scores, in the order they came."""
    source = sent_to(phase)
    rows = tables["submission"].values()
    found = [row for row in rows if (row["challenge"], row["phase"]) == (challenge, source)]
    return sorted(found, key=lambda row: int(row["received_seq"]))


def waiting(tables: Tables, challenge: str, phase: Phase, score_set: str, before: str) -> list[str]:
    """Return the submissions scored in one set and not yet in a later one; withdrawn ones aside."""
    return [
        row["id"]
        for row in submissions(tables, challenge, phase)
        if row["withdrawn_at"] is None
        and (row["id"], phase.id, before) in tables["score"]
        and (row["id"], phase.id, score_set) not in tables["score"]
    ]


def shown_set(tables: Tables, challenge: str, phase: Phase) -> tuple[str | None, list[str]]:
    """Return the score set a phase's board shows, and what is still waiting in the newest one.

    A new set takes the board over at once, when everybody who has a score in the set before has one
    in it too: a board never mixes sets, and never shows half of one.
    """
    shown: str | None = None
    left: list[str] = []
    for row in score_sets(tables, challenge):
        if shown is not None:
            left = waiting(tables, challenge, phase, row["id"], shown)
            if left:
                continue
        if any(key[1:] == (phase.id, row["id"]) for key in tables["score"]):
            shown, left = row["id"], []
    return shown, left


def is_scored(tables: Tables, challenge: str, phase: Phase) -> bool:
    """Say whether a phase's scores may be shown.

    Those of a phase that takes files from another may, once all of them are there.
    """
    if phase.takes_from is None:
        return True
    row = tables["phase"].get((challenge, phase.id))
    return row is not None and row["scored_at"] is not None


def closing_times(tables: Tables, card: Challenge) -> dict[str, datetime]:
    """Return when each phase closes, by the card or by an organiser's hand."""
    rows = ((phase.id, tables["phase"].get((card.id, phase.id))) for phase in card.phases)
    return phases.closing_times(card, {name: row["closed_at"] for name, row in rows if row})


def default_phase(tables: Tables, card: Challenge, now: datetime) -> Phase:
    """Return the phase to show where none is named: scored finals, what is open, what came last.

    Raises:
        UsageError: The card has no phase.
    """
    if not card.phases:
        raise UsageError(f"{card.id} has no phase, so it has no board")
    closes = closing_times(tables, card)
    final = [phase for phase in card.phases if phase.final and closes[phase.id] <= now]
    for phase in reversed(final):
        if is_scored(tables, card.id, phase):
            return phase
    begun = [phase for phase in card.phases if phase.takes_from is None and phase.opens <= now]
    still = [phase for phase in begun if now < closes[phase.id]]
    return still[0] if still else (begun or card.phases)[-1]


def seals(score_set: Values) -> dict[str, str]:
    """Return the sha256 of the labels by split that a score set is made with."""
    found: dict[str, str] = json.loads(score_set["labels"])
    return found
