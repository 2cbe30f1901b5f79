"""What a rescoring is made with: the card and labels from now on, and what is to be scored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import pandas as pd

from workbench.challenge.standings import course
from workbench.challenge.standings.rescored_card import check_phases
from workbench.challenge.standings.rescored_labels import OF_LABELS, check_labels, current_labels
from workbench.challenge.store import Store
from workbench.challenge.store.events import Cause
from workbench.challenge.store.rebuild import Tables
from workbench.challenge.submissions import Labels
from workbench.challenge.submissions.cards import card_of_set, current_set
from workbench.errors import UsageError
from workbench.scoring import Challenge, labels_digest
from workbench.scoring.scorer import code_digest


class Task(NamedTuple):
    """A submission to be scored anew on a phase's split."""

    submission: str
    phase: str


@dataclass(frozen=True)
class Plan:
    """What a new score set is made with.

    Attributes:
        card: Its card.
        labels: Labels by split, of the splits that are scored.
        seals: sha256 of the labels by split, of all splits.
        changed: Splits whose labels are not those of the newest set.
        tasks: What is scored.
        before: The newest set.
    """

    card: Challenge
    labels: dict[str, pd.DataFrame]
    seals: dict[str, str]
    changed: set[str]
    tasks: list[Task]
    before: str


def plan_rescoring(
    store: Store,
    tables: Tables,
    challenge: str,
    labels: Labels,
    card: Challenge | None,
    cause: Cause,
) -> Plan:
    """Check what is asked for and gather what it needs.

    Raises:
        UsageError: A challenge that is closed, another challenge's card, or nothing that could
            change a score.
        HostError: Labels that are absent, or changed without a cause that says so.
    """
    row = course.challenge_row(tables, challenge)
    if row["closed_at"] is not None:
        raise UsageError(f"{challenge} was closed at {row['closed_at']}: its report is final")
    with store.reading() as connection:
        before = current_set(connection, challenge)
        now_used = card_of_set(connection, before)
    chosen = card or now_used
    if chosen.id != challenge:
        raise UsageError(f"the card is of {chosen.id}, not of {challenge}")
    check_phases(store, chosen)
    tasks = tasks_of(tables, challenge)
    for phase in sorted({task.phase for task in tasks}):
        chosen.phase(phase)  # a named error where the new card has no such phase
    # Whose case was taken out, or corrected, may stand in a split nobody has been scored on yet.
    everywhere = cause in OF_LABELS
    judged = [phase.id for phase in chosen.phases] if everywhere else [task.phase for task in tasks]
    splits = sorted({chosen.phase(phase).split for phase in judged})
    found = {name: current_labels(store, chosen, name, labels) for name in splits}
    latest = course.score_sets(tables, challenge)[-1]
    old = course.seals(latest)
    seals = old | {name: labels_digest(table, chosen) for name, table in found.items()}
    changed = {name for name in splits if seals[name] != old.get(name)}
    check_labels(store, tables, found, changed, chosen, cause)
    same = chosen.digest == latest["card_digest"] and code_digest() == latest["code_digest"]
    if same and not changed:
        raise UsageError(
            "card, code and labels are those of the newest score set: no score would change",
            where=challenge,
            remedy="install the version with the new metric, or give the new card (--card)",
        )
    return Plan(chosen, found, seals, changed, tasks, before)


def tasks_of(tables: Tables, challenge: str) -> list[Task]:
    """Return what has a score, and what waits for one, in the order it came."""
    own = {r["id"]: r for r in tables["submission"].values() if r["challenge"] == challenge}
    wanted = {Task(key[0], key[1]) for key in tables["score"] if key[0] in own}
    wanted |= {Task(row["id"], row["phase"]) for row in own.values() if row["state"] == "queued"}
    wanted = {task for task in wanted if own[task.submission]["withdrawn_at"] is None}
    return sorted(wanted, key=lambda task: (own[task.submission]["received_seq"], task.phase))
