"""Boards played on synthetic scores: teams, submissions and events without files being judged."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import select

from workbench.challenge.standings import Standings, board
from workbench.challenge.store import Store, open_store
from workbench.challenge.store.clock import SetClock
from workbench.challenge.store.events import (
    PhaseOpened,
    PhaseScored,
    ScoreOverridden,
    ScoreSetOpened,
    SubmissionFailed,
    SubmissionReceived,
    SubmissionScored,
    SubmissionWithdrawn,
)
from workbench.challenge.store.files import put_file
from workbench.challenge.store.opening import open_challenge
from workbench.challenge.store.permission import PUBLIC, Principal
from workbench.challenge.store.queued import without_a_job
from workbench.challenge.store.rebuild import rebuild
from workbench.challenge.store.tables import job
from workbench.challenge.store.teams import create_team
from workbench.challenge.store.values import encode
from workbench.challenge.submissions.cards import current_set, keep_card
from workbench.challenge.submissions.queue import drop, enqueue
from workbench.scoring import Challenge, parse_challenge

from ..two_classes import TWO_CLASSES  # noqa: TID252

CARD: dict[str, Any] = TWO_CLASSES | {
    "metrics": [{"name": "accuracy", "primary": True}, {"name": "brier"}],
    "intervals": {"resamples": 200, "level": 0.95, "seed": 7},
    "data": {
        "splits": [{"id": name, "hidden": True, "sealed": "a" * 64} for name in ("pub", "priv")]
    },
    "phases": [
        {
            "id": "open",
            "split": "pub",
            "opens": "2026-02-01T00:00:00Z",
            "closes": "2026-04-01T00:00:00Z",
        },
        {
            "id": "final",
            "split": "priv",
            "opens": "2026-04-01T00:00:00Z",
            "closes": "2026-04-02T00:00:00Z",
            "final": True,
            "takes_from": "open",
        },
    ],
}
N, B = 400, 200
ORGANISER = Principal("boss", "organiser")


@dataclass
class Play:
    """A store with an open challenge, and everything that can happen on it."""

    store: Store
    clock: SetClock
    card: Challenge
    score_set: str
    teams: dict[str, str] = field(default_factory=dict)
    received: int = 0

    def team(self, name: str) -> str:
        with self.store.writing("boss") as tx:
            self.teams[name] = create_team(tx, self.card.id, name)
        return self.teams[name]

    def waiting(self) -> list[tuple[str, str]]:
        """Return the submissions and phases that wait for a score in the newest set."""
        with self.store.reading() as connection:
            newest = job.c.score_set == current_set(connection, self.card.id)
            query = select(job.c.submission, job.c.phase).where(newest).order_by(job.c.submission)
            return [(row.submission, row.phase) for row in connection.execute(query)]

    @property
    def finished(self) -> bool:
        """Whether the final was scored."""
        return any(event.kind == PhaseScored.kind for event in self.store.events())

    def send(self, name: str, phase: str = "open", minutes: float = 1) -> str:
        self.received += 1
        self.clock.forward(minutes=minutes)
        with self.store.writing(self.teams[name]) as tx:
            new = tx.new_id("s")
            content = f"{self.received}".encode()
            payload = SubmissionReceived(
                submission=new,
                team=self.teams[name],
                phase=phase,
                digest=put_file(tx, content),
                size=len(content),
                filename="a.csv",
                check_digest="c" * 64,
            )
            tx.append(payload, challenge=self.card.id)
            enqueue(tx, new, phase, current_set(tx.connection, self.card.id))
        return new

    def score(
        self,
        submission: str,
        value: float,
        *,
        phase: str = "open",
        score_set: str = "",
        seed: int | None = None,
        released: float | None = None,
        resampled: Any = None,
    ) -> None:
        if resampled is None:
            resampled = draws(value, seed if seed is not None else int(submission[2:]))
        payload = SubmissionScored(
            submission=submission,
            phase=phase,
            score_set=score_set or self.score_set,
            sheet=json.dumps(sheet(self.card, value), separators=(",", ":")),
            resampled=encode(resampled),
            released=released,
        )
        with self.store.writing("worker") as tx:
            tx.append(payload, challenge=self.card.id)
            where = {"submission": submission, "phase": phase, "score_set": payload.score_set}
            tx.execute(job.delete().where(*(job.c[n] == v for n, v in where.items())))

    def scored(self, name: str, value: float, **options: Any) -> str:
        new = self.send(name)
        self.score(new, value, **options)
        return new

    def fail(self, submission: str) -> None:
        self._append(SubmissionFailed(submission=submission, code="rejected", reason="row 3"))

    def withdraw(self, submission: str, actor: str = "boss") -> None:
        self._append(SubmissionWithdrawn(submission=submission, reason="mistake"), actor)

    def override(self, submission: str, value: float | None) -> None:
        event = ScoreOverridden(
            submission=submission,
            phase="open",
            score_set=self.score_set,
            value=value,
            reason="found out",
        )
        self._append(event)

    def new_set(self, card: Challenge | None = None) -> str:
        chosen = card or self.card
        with self.store.writing("boss") as tx:
            keep_card(tx, chosen)
            new = tx.new_id("v")
            event = ScoreSetOpened(
                score_set=new,
                cause="metric-version",
                reason="ties",
                card_digest=chosen.digest,
                code_digest="d" * 64,
                labels={},
            )
            tx.append(event, challenge=self.card.id)
            for row in tx.execute(without_a_job()).all():
                enqueue(tx, row.submission, row.phase, new)
        return new

    def phase_scored(self, phase: str = "final") -> None:
        chosen = [key[0] for key in rebuild(self.store)["score"] if key[1] == phase]
        self._append(PhaseScored(phase=phase, score_set=self.score_set, submissions=chosen))

    def board(self, phase: str | None = "open", **options: Any) -> Standings:
        return board(self.store, self.card.id, phase, **options)

    def viewer(self, name: str) -> Principal:
        team = self.teams[name]
        return Principal(team, "participant", team=team, challenge=self.card.id)

    def _append(self, payload: Any, actor: str = "boss") -> None:
        self.clock.forward(minutes=1)
        with self.store.writing(actor) as tx:
            tx.append(payload, challenge=self.card.id)
            if isinstance(payload, SubmissionFailed | SubmissionWithdrawn):
                drop(tx, payload.submission)


def start(place: Path, changes: dict[str, Any] | None = None, phase: Any = None) -> Play:
    """Open the challenge in a new store; ``phase`` changes the open phase."""
    clock = SetClock(datetime(2026, 3, 1, 12, tzinfo=UTC))
    return start_in(open_store(place, clock=clock), changes, phase)


def start_in(store: Store, changes: dict[str, Any] | None = None, phase: Any = None) -> Play:
    """Open the challenge in an empty store whose clock can be set."""
    content = json.loads(json.dumps(CARD | (changes or {})))
    content["phases"][0] |= phase or {}
    card = parse_challenge(content, Path("card.yaml"))
    clock = store.clock
    assert isinstance(clock, SetClock)
    with store.writing("boss") as tx:
        score_set = open_challenge(tx, card)
        for one in card.phases:
            tx.append(PhaseOpened(phase=one.id), challenge=card.id)
    return Play(store, clock, card, score_set)


def draws(value: float, seed: int) -> Any:
    """Return resampled values about a score."""
    return value + np.random.default_rng(seed).normal(scale=0.02, size=B)


def sheet(card: Challenge, value: float) -> dict[str, Any]:
    """Return a score sheet with a value of the primary metric."""
    metrics = [
        {
            "name": metric.label,
            "value": value if entry.primary else round(1 - value, 6),
            "low": value - 0.041234 if entry.primary else None,
            "high": value + 0.041234 if entry.primary else None,
            "level": 0.95,
            "method": "percentile bootstrap over units",
            "primary": entry.primary,
            "direction": metric.direction,
            "convention": "",
            "digits": entry.digits,
            "resamples": B,
            "undefined_resamples": 0,
            "seed": 7,
        }
        for entry, metric in zip(card.metrics, card.metric_objects, strict=True)
    ]
    floor = {"metric": "accuracy", "answer": "no", "value": 0.6, "low": 0.55, "high": 0.65}
    digest = hashlib.sha256(b"x").hexdigest()
    return {
        "schema_version": "1.0",
        "challenge": card.id,
        "version": card.version,
        "unit": "patient",
        "n_cases": N,
        "n_units": N // 2,
        "decision": "most-probable",
        "missing": {"policy": "reject", "n_cases": 0},
        "metrics": metrics,
        "floor": floor | {"gain": 0.1, "gain_low": 0.0, "gain_high": 0.2},
        "digests": dict.fromkeys(("truth", "submission", "challenge", "code"), digest),
    }


def names(standings: Standings) -> list[tuple[Any, str]]:
    """Return rank and name of every team."""
    return [(row.rank, row.name) for row in standings.document.rows if row.kind == "team"]


__all__ = ["CARD", "ORGANISER", "PUBLIC", "Play", "draws", "names", "sheet", "start", "start_in"]
