"""What a new score set would hold, computed without writing: events that never happened."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from workbench.audit.record import timestamp
from workbench.challenge.instruments.ladder import Rung, release
from workbench.challenge.store import Store
from workbench.challenge.store.events import Payload, ScoreSetOpened
from workbench.challenge.store.lines import Event
from workbench.challenge.store.rebuild import Tables
from workbench.challenge.submissions.answers import answers_of, cases_of
from workbench.challenge.submissions.cards import card_of
from workbench.challenge.submissions.outcome import score_event
from workbench.errors import Problem, WorkbenchError
from workbench.scoring import ScoreSheet, check_submission
from workbench.scoring.scorer import Scored, code_digest, scored

if TYPE_CHECKING:
    from workbench.challenge.standings.rescore_plan import Plan

NAME = "dry-run"


def apply(
    store: Store, tables: Tables, plan: Plan, cause: Any, reason: str, actor: str
) -> tuple[Tables, list[Problem]]:
    """Return the tables as a new score set would make them, and what could not be scored.

    Args:
        store: Where the files are.
        tables: The tables now; they stay as they are.
        plan: What the set is made with.
        cause: Why, in a word.
        reason: Why.
        actor: Who asks.
    """
    after = copy.deepcopy(tables)
    seq, at = store.head().seq, timestamp(store.now())
    problems: list[Problem] = []

    def happen(payload: Payload) -> None:
        nonlocal seq
        seq += 1
        content = payload.model_dump(mode="json")
        after.add(Event(seq, at, actor, payload.kind, plan.card.id, content))

    happen(
        ScoreSetOpened(
            score_set=NAME,
            cause=cause,
            reason=reason,
            card_digest=plan.card.digest,
            code_digest=code_digest(),
            labels=plan.seals,
        )
    )
    rungs: dict[tuple[str, str], list[Rung]] = {}
    for task in plan.tasks:
        row = tables["submission"][(task.submission,)]
        try:
            result = _score(store, plan, row, task.phase)
        except WorkbenchError as error:
            where = f"submission {task.submission}, phase {task.phase}"
            problems.append(Problem("no-score", error.message, where))
            continue
        team = rungs.setdefault((row["team"], task.phase), [])
        released = _released(plan, task.phase, result, team)
        happen(score_event(task.submission, task.phase, NAME, result, released))
    return after, problems


def sheet_of(score: Mapping[str, Any]) -> ScoreSheet:
    """Return the sheet of a score's row."""
    return ScoreSheet.from_json(score["sheet"])


def _score(store: Store, plan: Plan, row: Mapping[str, Any], phase: str) -> Scored:
    """Score a submission's file as the worker would."""
    with store.reading() as connection:
        content = answers_of(connection, row["id"], phase, row["kind"], row["digest"])
        opened = card_of(connection, plan.card.id)
        keys = cases_of(connection, opened, row["phase"], phase, row["kind"])
    table = check_submission(content, plan.card, keys)
    return scored(table, plan.labels[plan.card.phase(phase).split], plan.card)


def _released(plan: Plan, phase: str, result: Scored, before: list[Rung]) -> float | None:
    """Return what the Ladder would let be seen; None in a phase without it."""
    if not plan.card.phase(phase).ladder:
        return None
    primary, sheet = result.sheet.primary, result.sheet
    value = float(primary.value or 0.0)
    shown = release(
        value,
        result.resampled,
        before,
        direction=primary.direction,
        n_cases=sheet.n_cases,
        n_units=sheet.n_units,
        target=plan.card.metric_objects[plan.card.primary].target,
    )
    before.append(Rung(value, result.resampled, shown))
    return shown
