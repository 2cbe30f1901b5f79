"""Score the phases that take their files from another one: once, when they have closed."""

from __future__ import annotations

from sqlalchemy import select

from workbench.challenge.standings import course
from workbench.challenge.standings.draining import drain
from workbench.challenge.standings.live import cards_of
from workbench.challenge.store import Store
from workbench.challenge.store.events import PhaseScored
from workbench.challenge.store.permission import Principal, Resource, require
from workbench.challenge.store.rebuild import Tables, rebuild
from workbench.challenge.store.tables import phase as phases
from workbench.challenge.submissions import Labels, selected
from workbench.challenge.submissions.backlog import unfinished
from workbench.challenge.submissions.phases import settle
from workbench.challenge.submissions.queue import enqueue
from workbench.errors import HostError, Problem
from workbench.scoring import Challenge
from workbench.scoring.card_phases import Phase


def score_finals(store: Store, challenge: str, labels: Labels, principal: Principal) -> list[str]:
    """Score every closed phase that takes files from another one and has no scores yet.

    What is selected there is scored on the phase's own split, in the score set of the other board.
    Killed at any moment it goes on where it stopped; two organisers at once score once.

    Args:
        store: The store.
        challenge: Id of the challenge.
        labels: What to score with.
        principal: An organiser.

    Returns:
        The ids of the phases scored now.

    Raises:
        HostError: Submissions still wait, or a selected one cannot be scored.
        UsageError: Not an organiser.
    """
    require(principal, "organise", Resource(challenge))
    tables, now = rebuild(store, challenge=challenge), store.now()
    card = cards_of(store)(course.challenge_row(tables, challenge)["card_digest"])
    done = []
    for phase in card.phases:
        closes = course.closing_times(tables, card)
        if phase.takes_from is None or closes[phase.id] > now:
            continue
        if not course.is_scored(tables, challenge, phase):
            _score(store, card, phase, labels, principal)
            done.append(phase.id)
            tables = rebuild(store, challenge=challenge)
    return done


def _score(
    store: Store, card: Challenge, phase: Phase, labels: Labels, principal: Principal
) -> None:
    """Score one phase."""
    source = card.phase(str(phase.takes_from))
    list(drain(store, labels, card.id))
    with store.reading() as connection:
        left = unfinished(connection, card.id, phase=source.id)
    if left:
        raise HostError(
            f"{left} submissions of phase '{source.id}' have no score yet",
            remedy="workbench challenge work --once; withdraw what cannot be scored",
        )
    tables = rebuild(store, challenge=card.id)
    score_set, _ = course.shown_set(tables, card.id, source)
    chosen = _selection(store, tables, source, score_set)
    with store.writing(principal.actor) as transaction:
        settle(transaction, card)
        for submission in chosen if score_set else ():
            if (submission, phase.id, score_set) not in tables["score"]:
                enqueue(transaction, submission, phase.id, str(score_set))
    list(drain(store, labels, card.id))
    _finish(store, card, phase, chosen, score_set, principal)


def _selection(store: Store, tables: Tables, source: Phase, score_set: str | None) -> list[str]:
    """Return the submissions that count in the phase the files were sent to."""
    if score_set is None:
        return []
    of_set = cards_of(store)(tables["score_set"][(score_set,)]["card_digest"])
    return list(selected(tables, of_set, of_set.phase(source.id), score_set).values())


def _model_failed(tables: Tables, submission: str, phase: Phase) -> bool:
    """Say whether a submission is a model that left no answers here: it stays without a score."""
    run = tables["model_run"].get((submission, phase.id))
    return run is not None and run["code"] != "ok"


def _finish(
    store: Store,
    card: Challenge,
    phase: Phase,
    chosen: list[str],
    score_set: str | None,
    principal: Principal,
) -> None:
    """Record that the phase is scored, unless somebody else did."""
    tables = rebuild(store, challenge=card.id)
    missing = [
        submission
        for submission in chosen
        if tables["submission"][(submission,)]["withdrawn_at"] is None
        and (submission, phase.id, score_set) not in tables["score"]
        and not _model_failed(tables, submission, phase)
    ]
    if missing:
        remedy = "see its host detail, then workbench challenge work --again ID; or withdraw it"
        problems = [Problem("no-score", "it has no score", f"submission {s}") for s in missing]
        raise HostError(f"phase '{phase.id}' cannot be scored", problems=problems, remedy=remedy)
    newest = score_set or course.score_sets(tables, card.id)[-1]["id"]
    with store.writing(principal.actor) as transaction:
        key = (phases.c.challenge == card.id, phases.c.id == phase.id)
        if transaction.execute(select(phases.c.scored_at).where(*key)).scalar() is None:
            event = PhaseScored(phase=phase.id, score_set=newest, submissions=chosen)
            transaction.append(event, challenge=card.id)
