"""Whatever happens, the board shown at a moment is the board as of that moment, to the byte."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from workbench.challenge.standings import board
from workbench.challenge.store import Store
from workbench.challenge.store.permission import PUBLIC
from workbench.challenge.store.rebuild import rebuild
from workbench.challenge.store.verify import verify
from workbench.challenge.submissions.phases import settle

from .play import ORGANISER, Play, start_in

STEPS = 30
NAMES = ("Alpha", "Beta", "Gamma")


OFTEN = ["send", "score", "score", "everybody"] * 3
SELDOM = ["fail", "withdraw", "override", "set", "later"]
LAST = ["send", "everybody", "override", "later", "later", "later", "set", "everybody", "withdraw"]


def step(play: Play, what: str, draw: random.Random) -> None:
    """Let one thing happen, or time pass."""
    tables = rebuild(play.store)
    rows = [row for row in tables["submission"].values() if row["withdrawn_at"] is None]
    queued = [row["id"] for row in rows if row["state"] == "queued"]
    waits = play.waiting()
    scored = [key[0] for key in tables["score"] if key[1:] == ("open", play.score_set)]
    if what == "send":
        play.send(draw.choice(NAMES), minutes=draw.choice((0, 0, 1, 700)))
    elif what in ("score", "everybody"):
        for submission, phase in waits if what == "everybody" else waits[:1]:
            value = round(draw.uniform(0.5, 0.9), 2)
            play.score(submission, value, phase=phase, released=value)
    elif what == "fail" and queued:
        play.fail(queued[0])
    elif what == "withdraw" and rows:
        play.withdraw(draw.choice(rows)["id"])
    elif what == "override" and scored:
        play.override(draw.choice(scored), draw.choice((None, 0.7)))
    elif what == "set":
        play.score_set = play.new_set()
    elif what == "later":
        play.clock.forward(days=12)
        with play.store.writing("worker") as transaction:
            settle(transaction, play.card)
        if play.clock.now() > play.card.phase("final").closes and not play.finished:
            for submission in scored:
                value = round(draw.uniform(0.5, 0.9), 2)
                play.score(submission, value, phase="final", released=value)
            play.phase_scored()


def shown(play: Play, **options: Any) -> list[str]:
    """Return the boards of all phases for everybody, an organiser and a team."""
    viewers = (PUBLIC, ORGANISER, play.viewer("Alpha"))
    return [
        board(play.store, play.card.id, phase.id, viewer=viewer, **options).document.to_json()
        for phase in play.card.phases
        for viewer in viewers
    ]


@pytest.mark.parametrize("selection", ["last", "best"])
@pytest.mark.parametrize("seed", range(3))
def test_any_history_is_shown_again_as_it_was(store: Store, seed: int, selection: str) -> None:
    play = start_in(store, {"selection": selection}, {"ladder": seed == 2})
    draw = random.Random(seed)
    for name in NAMES:
        play.team(name)
    published = []
    for what in [draw.choice([*OFTEN, *SELDOM]) for _ in range(STEPS)] + LAST:
        step(play, what, draw)
        published.append((play.store.now(), shown(play)))
        play.clock.forward(microseconds=1)
    kinds = {event.kind for event in store.events()}
    assert {"submission-withdrawn", "score-overridden", "score-set-opened"} <= kinds
    assert {"phase-closed", "phase-scored", "submission-scored"} <= kinds
    for moment, boards in published:
        assert shown(play, as_of=moment) == boards, moment
    assert verify(store).problems == []


def test_a_clock_that_stands_still_gives_each_board_its_own_moment(store: Store) -> None:
    """Two machines of a PostgreSQL store may be seconds apart: the later one's clock waits."""
    play = start_in(store)
    play.team("Alpha")
    published = []
    for value in (0.6, 0.7, 0.8):
        play.score(play.send("Alpha", minutes=0), value)
        play.clock.forward(seconds=-1)
        published.append((play.store.now(), board(store, "demo", "open").document.to_json()))
    assert len({moment for moment, _ in published}) == 3
    for moment, text in published:
        assert board(store, "demo", "open", as_of=moment).document.to_json() == text


def test_a_board_of_a_day_whose_clock_was_corrected(store: Store) -> None:
    """What was recorded while the clock was ahead had happened when it was corrected."""
    play = start_in(store)
    play.team("Alpha")
    right = play.clock.now()
    play.clock.forward(days=10)
    sent = play.send("Alpha")
    play.clock.put(right + timedelta(hours=1))
    store.correct_clock("the worker's clock was ahead", "boss")
    play.score(sent, 0.7)
    now, text = store.now(), board(store, "demo", "open").document.to_json()
    play.clock.forward(hours=1)
    play.scored("Alpha", 0.8)
    assert now < right + timedelta(days=1)
    assert board(store, "demo", "open", as_of=now).document.to_json() == text


def test_a_moment_to_come_is_now(store: Store) -> None:
    play = start_in(store)
    later = datetime(2030, 1, 1, tzinfo=UTC)
    assert shown_public(play, as_of=later) == shown_public(play)


def shown_public(play: Play, **options: Any) -> str:
    return board(play.store, "demo", "open", **options).document.to_json()
