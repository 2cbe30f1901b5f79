"""Score everybody anew: a new immutable score set, and who moves by how much."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from workbench.challenge.standings import course, dry_run
from workbench.challenge.standings.board import Standings, standings
from workbench.challenge.standings.course import Cards
from workbench.challenge.standings.draining import drain
from workbench.challenge.standings.live import cards_of
from workbench.challenge.standings.moves import Movement, movement
from workbench.challenge.standings.rescore_plan import Plan, plan_rescoring, tasks_of
from workbench.challenge.store import Store
from workbench.challenge.store.challenges import check_known, check_running
from workbench.challenge.store.events import Cause
from workbench.challenge.store.opening import open_score_set
from workbench.challenge.store.permission import Principal, Resource, require
from workbench.challenge.store.rebuild import Tables, rebuild
from workbench.challenge.submissions import Labels
from workbench.challenge.submissions.cards import (
    current_set,
    forget_list,
    keep_card,
    keep_list,
)
from workbench.challenge.submissions.opening import public_labels
from workbench.challenge.submissions.queue import drop_earlier_sets, enqueue
from workbench.errors import Problem, UsageError
from workbench.scoring import Challenge


@dataclass(frozen=True)
class Rescoring:
    """What scoring everybody anew did, or would do.

    Attributes:
        challenge: Id of the challenge.
        score_set: The new set; None for a dry run.
        cause: Why, in a word.
        reason: Why.
        before: The newest set until then.
        scored: How many scores the new set has.
        changed: How many of them differ from those before.
        movements: By phase, who moves.
        lifted: What was set by hand in the set before and no longer counts: submission and phase.
        problems: Submissions that could not be scored.
    """

    challenge: str
    score_set: str | None
    cause: str
    reason: str
    before: str
    scored: int
    changed: int
    movements: dict[str, Movement]
    lifted: list[tuple[str, str]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def rescore(
    store: Store,
    challenge: str,
    labels: Labels,
    principal: Principal,
    *,
    cause: Cause,
    reason: str,
    card: Challenge | None = None,
    dry_run_only: bool = False,
) -> Rescoring:
    """Open a new score set and score everybody in it; the old one stays as it is.

    Args:
        store: The store.
        challenge: Id of the challenge.
        labels: Labels as they are to be from now on. They may differ from the sealed ones only
            where the cause is ``opt-out`` (cases are gone, nothing else changed) or ``labels``.
        principal: An organiser.
        cause: ``metric-version``, ``card``, ``labels`` or ``opt-out``.
        reason: Why, for everybody to read.
        card: The card from now on; that of the newest set where not given.
        dry_run_only: Compute who would move and write nothing.

    Raises:
        UsageError: Not an organiser, a challenge that is unknown or closed, another challenge's
            card, or nothing that could change a score.
        HostError: Labels that are absent, or changed without a cause that says so.
    """
    require(principal, "organise", Resource(challenge))
    check_known(store, challenge)
    tables = rebuild(store, challenge=challenge)
    plan = plan_rescoring(store, tables, challenge, labels, card, cause)
    cards = _with(cards_of(store), plan.card)
    if dry_run_only:
        after, problems = dry_run.apply(store, tables, plan, cause, reason, principal.actor)
        new = course.score_sets(after, challenge)[-1]["id"]
    else:
        new = _open(store, plan, cause, reason, principal)
        problems = _work(store, labels, challenge, new)
        after = rebuild(store, challenge=challenge)
    movements = _movements(store, cards, challenge, (tables, after), (plan, new), principal)
    scores = {key: row for key, row in after["score"].items() if key[2] == new}
    old = {key[:2]: row["sheet"] for key, row in tables["score"].items() if key[2] == plan.before}
    changed = sum(_values(row["sheet"]) != _values(old.get(k[:2])) for k, row in scores.items())
    return Rescoring(
        challenge=challenge,
        score_set=None if dry_run_only else new,
        cause=cause,
        reason=reason,
        before=plan.before,
        scored=len(scores),
        changed=changed,
        movements=movements,
        lifted=_lifted(tables, plan.before, scores),
        problems=problems,
    )


def _open(store: Store, plan: Plan, cause: Cause, reason: str, principal: Principal) -> str:
    """Open the set and put everybody into the queue, in one step."""
    with store.writing(principal.actor) as transaction:
        check_running(transaction.connection, plan.card.id)
        if current_set(transaction.connection, plan.card.id) != plan.before:
            raise UsageError(
                "another score set was opened meanwhile", where=plan.card.id, remedy="look at it"
            )
        keep_card(transaction, plan.card)
        for name in sorted(plan.changed):
            if not plan.card.split(name).hidden:
                if cause == "opt-out":  # who left is no longer in the store's copy either
                    forget_list(transaction, plan.card.id, f"labels.{name}")
                content = public_labels(plan.labels[name], plan.card, plan.seals[name])
                keep_list(transaction, plan.card.id, f"labels.{name}", content)
        new = open_score_set(transaction, plan.card, plan.seals, cause=cause, reason=reason)
        drop_earlier_sets(transaction, plan.card.id, new)
        # Asked again, now that nobody else writes: what came since the plan belongs to it too.
        for task in tasks_of(rebuild(store, challenge=plan.card.id), plan.card.id):
            enqueue(transaction, task.submission, task.phase, new)
    return new


def _work(store: Store, labels: Labels, challenge: str, score_set: str) -> list[Problem]:
    """Score the set; return what could not be."""
    return [
        Problem(
            "no-score",
            done.detail.strip().splitlines()[-1] if done.detail.strip() else "it was given up",
            f"submission {done.submission}, phase {done.phase}",
        )
        for done in drain(store, labels, challenge)
        if done.score_set == score_set and done.outcome == "failed"
    ]


def _movements(
    store: Store,
    cards: Cards,
    challenge: str,
    tables: Sequence[Tables],
    sets: tuple[Plan, str],
    principal: Principal,
) -> dict[str, Movement]:
    """Return who moves in every phase with scores."""
    before, after = tables
    plan, new = sets
    now = store.now()

    def shown(of: Tables, phase: str, score_set: str) -> Standings:
        options: dict[str, Any] = {"now": now, "viewer": principal, "score_set": score_set}
        return standings(of, cards, challenge, phase, **options)

    found = {}
    for phase in plan.card.phases:
        old, _ = course.shown_set(before, challenge, phase)
        if old is not None:
            boards = shown(before, phase.id, old), shown(after, phase.id, new)
            found[phase.id] = movement(*boards, names=(old, "the new set"))
    return found


def _lifted(
    tables: Tables, before: str, scores: Mapping[tuple[str, ...], Any]
) -> list[tuple[str, str]]:
    """Return the submissions whose score was set by hand before, and is scored anew."""
    of_before = {key[:2]: row for key, row in tables["score"].items() if key[2] == before}
    return [
        (submission, phase)
        for submission, phase, _ in scores
        if of_before.get((submission, phase), {}).get("override_at")
    ]


def _with(cards: Cards, card: Challenge) -> Cards:
    """Return what also gives a card that is not in the store yet."""
    return lambda digest: card if digest == card.digest else cards(digest)


def _values(sheet: str | None) -> list[tuple[str, float | None]] | None:
    """Return the metrics of a sheet."""
    if sheet is None:
        return None
    return [(metric.name, metric.value) for metric in dry_run.sheet_of({"sheet": sheet}).metrics]
