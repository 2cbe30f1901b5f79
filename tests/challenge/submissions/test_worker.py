"""The queue and its workers: each submission once, whatever happens to one of them."""

import json
import threading
from pathlib import Path

import pytest

from workbench.challenge.store import Store, open_store
from workbench.challenge.store.clock import SetClock
from workbench.challenge.store.opening import open_score_set
from workbench.challenge.store.rebuild import rebuild
from workbench.challenge.store.tables import setting
from workbench.challenge.store.verify import verify
from workbench.challenge.submissions import (
    Labels,
    WorkRules,
    entry,
    host_detail,
    organiser_here,
    score_again,
    submit,
    withdraw,
    work,
    work_once,
)
from workbench.challenge.submissions.backlog import unfinished
from workbench.challenge.submissions.cards import sealed_labels
from workbench.challenge.submissions.queue import enqueue
from workbench.errors import HostError
from workbench.scoring import ScoreSheet, score
from workbench.scoring.scorer import scored as plain_scored

from .world import World, answer, make_world, truth

SCORED = "workbench.challenge.submissions.judge.scored"


def send(world: World, *shifts: int, team: int = 0) -> list[str]:
    return [
        submit(world.store, world.teams[team], "demo", answer(s / 1000), filename="a.csv").id
        for s in shifts
    ]


def scored(world: World) -> list[str]:
    events = world.store.events()
    return [e.payload["submission"] for e in events if e.kind == "submission-scored"]


def test_what_came_first_is_scored_first_and_as_workbench_score_does(world: World) -> None:
    sent = [*send(world, 0, 1), *send(world, 2, team=1), *send(world, 3)]
    assert [d.submission for d in work(world.store, world.worker, idle_s=None)] == sent
    rows = rebuild(world.store)["score"]
    for shift, row in enumerate(rows.values()):
        expected = score(answer(shift / 1000), world.labels / "public.csv", world.card)
        assert ScoreSheet.from_json(row["sheet"]).to_json() == expected.to_json()
    assert verify(world.store).problems == []


def test_labels_changed_after_opening_are_refused_and_the_organiser_is_told(world: World) -> None:
    (sent,) = send(world, 0)
    file = world.labels / "public.csv"
    file.write_text(truth("public", 1))
    for _ in range(2):
        with pytest.raises(HostError, match="not those that were sealed") as caught:
            work_once(world.store, world.worker)
        assert [p.code for p in caught.value.problems] == ["labels-changed"]
    with world.store.reading() as connection:
        row = connection.execute(setting.select().where(setting.c.name == NAME)).one()
    assert json.loads(row.value) == {"code": "labels-changed"}
    waits = entry(world.store, world.team, sent)
    assert waits.state == "queued" and "stopped on the organiser's side" in waits.reason
    assert [e.payload.get("name") for e in world.store.events()].count(NAME) == 1
    told = json.dumps([e.payload for e in world.store.events()][-1])
    assert str(world.labels) not in told
    file.write_text(truth("public"))
    done = work_once(world.store, world.worker)
    assert done is not None and done.outcome == "scored"
    with world.store.reading() as connection:
        row = connection.execute(setting.select().where(setting.c.name == NAME)).one()
    assert row.value == "null"


NAME = "scoring-stopped.public"


def test_labels_changed_while_a_worker_runs_are_noticed(world: World) -> None:
    send(world, 0, 1)
    labels = world.worker
    assert work_once(world.store, labels) is not None
    (world.labels / "public.csv").write_text(truth("public", 2))
    with pytest.raises(HostError):
        work_once(world.store, labels)


def test_a_worker_without_labels_leaves_what_it_cannot_score(world: World) -> None:
    send(world, 0)
    before = world.store.head()
    with pytest.raises(HostError, match="not at hand"):
        work_once(world.store, Labels())
    assert world.store.head() == before
    assert len(list(work(world.store, world.worker, idle_s=None))) == 1


def test_a_submission_that_cannot_be_scored_does_not_block_the_others(
    world: World, monkeypatch: pytest.MonkeyPatch, clock: SetClock
) -> None:
    bad, *good = send(world, 0, 1, 2)

    def sometimes(table: object, *rest: object) -> object:
        if table["yes"].iloc[0] == 0.1:  # type: ignore[index]
            raise RuntimeError("label of public-00 is yes")
        return plain_scored(table, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(SCORED, sometimes)
    assert [d.outcome for d in work(world.store, world.worker, idle_s=None)] == [
        "put-back",
        "scored",
        "scored",
    ]
    assert scored(world) == good
    for _ in range(2):
        clock.forward(minutes=1)
        list(work(world.store, world.worker, idle_s=None))
    failed = entry(world.store, world.team, bad)
    assert (failed.state, failed.code) == ("failed", "scoring-failed")
    assert "public-00" not in json.dumps(failed.as_dict())
    assert "public-00" not in json.dumps([e.payload for e in world.store.events()])
    assert host_detail(world.store, world.team, bad) is None
    assert "label of public-00" in str(host_detail(world.store, organiser_here(), bad))
    monkeypatch.setattr(SCORED, plain_scored)
    assert score_again(world.store, organiser_here(), bad) == 1
    assert len(list(work(world.store, world.worker, idle_s=None))) == 1
    assert entry(world.store, world.team, bad).state == "scored"
    assert entry(world.store, world.team, bad).reason == ""


def test_a_submission_that_ends_its_workers_is_given_up(
    world: World, monkeypatch: pytest.MonkeyPatch, clock: SetClock
) -> None:
    class Killed(BaseException):
        """What no handler catches: the process is gone."""

    def kill(*_: object) -> None:
        raise Killed

    (bad,) = send(world, 0)
    monkeypatch.setattr(SCORED, kill)
    for _ in range(3):
        with pytest.raises(Killed):
            work_once(world.store, world.worker)
        assert work_once(world.store, world.worker) is None  # leased
        clock.forward(hours=1)
    done = work_once(world.store, world.worker)
    assert done is not None and done.outcome == "failed"
    assert entry(world.store, world.team, bad).state == "failed"


def test_several_workers_share_the_queue(world: World, place: str, clock: SetClock) -> None:
    sent = [*send(world, 0, 1, 2, 3), *send(world, 4, 5, 6, 7, team=1)]
    outcomes: list[str] = []

    def run() -> None:
        with open_store(place, clock=clock) as own:
            outcomes.extend(d.outcome for d in work(own, Labels(world.labels), idle_s=None))

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes == ["scored"] * 8 and sorted(scored(world)) == sorted(sent)


def test_a_late_worker_does_not_score_twice(
    world: World, monkeypatch: pytest.MonkeyPatch, clock: SetClock
) -> None:
    inner: list[object] = []

    def slow(*given: object) -> object:
        if not inner:
            clock.forward(hours=1)  # the lease is over: another worker takes the job
            inner.append("other")
            inner.append(work_once(world.store, world.worker))
        return plain_scored(*given)  # type: ignore[arg-type]

    (sent,) = send(world, 0)
    monkeypatch.setattr(SCORED, slow)
    done = work_once(world.store, world.worker)
    assert done is not None and done.outcome == "dropped"
    assert scored(world) == [sent]


def test_what_is_withdrawn_while_it_is_scored_stays_withdrawn(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    (sent,) = send(world, 0)

    def slow(*given: object) -> object:
        withdraw(world.store, world.team, sent, "wrong file")
        return plain_scored(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(SCORED, slow)
    done = work_once(world.store, world.worker)
    assert done is not None and done.outcome == "dropped"
    assert entry(world.store, world.team, sent).state == "withdrawn" and scored(world) == []


def test_a_later_score_set_and_a_final_phase_use_the_same_queue(
    world: World, clock: SetClock
) -> None:
    (sent,) = send(world, 0)
    assert work_once(world.store, world.worker) is not None
    with world.store.writing("organiser") as transaction:
        (first,) = {key[2] for key in rebuild(world.store)["score"]}
        labels = sealed_labels(transaction.connection, first)
        second = open_score_set(
            transaction, world.card, labels, cause="opt-out", reason="somebody opted out"
        )
        enqueue(transaction, sent, "open", second)
        enqueue(transaction, sent, "open", second)
    with world.store.reading() as connection:
        assert unfinished(connection, "demo") == 1
    done = work_once(world.store, world.worker)
    assert done is not None and (done.score_set, done.outcome) == (second, "scored")
    rows = rebuild(world.store)["score"]
    assert len(rows) == 2 and len({row["sheet"] for row in rows.values()}) == 1


def test_what_was_given_up_in_a_later_set_holds_nobody_up(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    (first,) = send(world, 0)
    assert work_once(world.store, world.worker) is not None
    with world.store.writing("organiser") as transaction:
        (key,) = rebuild(world.store)["score"]
        labels = sealed_labels(transaction.connection, key[2])
        new = open_score_set(transaction, world.card, labels, cause="opt-out", reason="one left")
        enqueue(transaction, first, "open", new)
    (second,) = send(world, 1)
    assert "1 submission came earlier" in entry(world.store, world.team, second).reason
    with monkeypatch.context() as failing:
        failing.setattr(SCORED, lambda *_: 1 / 0)
        done = work_once(world.store, world.worker, rules=WorkRules(attempts=1), only=first)
    assert done is not None and done.outcome == "failed"
    assert entry(world.store, world.team, second).reason == "it is next"


def test_a_file_for_two_splits_is_scored_on_each(world: World, clock: SetClock) -> None:
    clock.forward(days=31)
    both = answer(splits=("public", "private"))
    sent = submit(world.store, world.team, "demo", both, filename="a.csv").id
    assert work_once(world.store, world.worker) is not None
    clock.forward(days=30)
    with world.store.writing("organiser") as transaction:
        (key,) = rebuild(world.store)["score"]
        enqueue(transaction, sent, "final", key[2])
    done = work_once(world.store, world.worker)
    assert done is not None and (done.phase, done.outcome) == ("final", "scored")
    (row,) = (r for k, r in rebuild(world.store)["score"].items() if k[1] == "final")
    expected = score(answer(splits=("private",)), world.labels / "private.csv", world.card)
    assert ScoreSheet.from_json(row["sheet"]).to_json() == expected.to_json()


def test_the_ladder_sees_a_teams_files_in_order(store: Store, tmp_path: Path) -> None:
    from .world import CARD

    phases = [dict(phase) for phase in CARD["phases"]]
    phases[1]["ladder"] = True
    world = make_world(store, tmp_path / "x", {"phases": phases})
    first, second = send(world, 0, 1)
    with store.writing("w") as transaction:
        from workbench.challenge.store.tables import job

        held = job.update().where(job.c.submission == first)
        transaction.execute(held.values(leased_until="2026-03-01T12:10:00.000000Z"))
    assert work_once(store, world.worker) is None  # the second waits for the first
    assert isinstance(store.clock, SetClock)
    store.clock.forward(hours=1)
    assert [d.submission for d in work(store, world.worker, idle_s=None)] == [first, second]
    released = [row["released"] for row in rebuild(store)["score"].values()]
    assert released[0] is not None and released[0] == released[1]
    shown = entry(store, world.team, second).score
    assert shown is not None and shown.primary.low is None and shown.secondary == ()
    assert shown.primary.value == round(released[1], 3)
