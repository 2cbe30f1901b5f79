"""Limits per team: counted where they are decided, whoever posts at the same moment."""

import multiprocessing
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from workbench.challenge.store import Store, open_store
from workbench.challenge.store.clock import SetClock
from workbench.challenge.store.permission import Principal
from workbench.challenge.store.verify import verify
from workbench.challenge.submissions import (
    Labels,
    Refusal,
    WorkRules,
    entries,
    entry,
    organiser_here,
    quota,
    score_again,
    submit,
    withdraw,
    work,
    work_once,
)

from .world import World, answer, keys, make_world

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def send(world: World, shift: float, team: Principal | None = None) -> str:
    content = answer(shift / 1000)
    return submit(world.store, team or world.team, "demo", content, filename="a.csv").id


def post_many(place: str, team: Principal, shifts: range) -> list[str]:
    """Post files from a process of its own, with threads; return what came of each."""
    ends: list[str] = []
    with open_store(place, clock=SetClock(NOON)) as store:

        def post(shift: int) -> None:
            try:
                content = answer(shift / 1000)
                ends.append(submit(store, team, "demo", content, filename="a.csv").id)
            except Refusal as refusal:
                ends.append(refusal.code)

        threads = [threading.Thread(target=post, args=(shift,)) for shift in shifts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return ends


def test_fifty_posts_of_threads_at_a_quota_of_five_give_five(world: World, place: str) -> None:
    ends = post_many(place, world.team, range(50))
    assert len(ends) == 50 and ends.count("quota-day") == 45
    assert len(entries(world.store, world.team)) == 5
    assert quota(world.store, world.team, "demo").day == 0
    assert verify(world.store).problems == []


def test_fifty_posts_of_processes_at_a_quota_of_five_give_five(world: World, place: str) -> None:
    with multiprocessing.get_context("fork").Pool(5) as pool:
        jobs = [(place, world.team, range(10 * i, 10 * i + 10)) for i in range(5)]
        ends = [end for found in pool.starmap(post_many, jobs) for end in found]
    assert len(ends) == 50 and ends.count("quota-day") == 45
    assert len(set(ends)) == 6 and len(entries(world.store, world.team)) == 5


def test_the_day_is_that_of_utc_and_each_team_has_its_own(world: World, clock: SetClock) -> None:
    clock.put(datetime(2026, 3, 1, 23, 59, 59, 999_000, tzinfo=UTC))
    for shift in range(5):
        send(world, shift)
    with pytest.raises(Refusal, match="next day begins at 00:00 UTC") as caught:
        send(world, 5)
    assert caught.value.code == "quota-day"
    send(world, 5, world.teams[1])
    clock.put(datetime(2026, 3, 2, tzinfo=UTC))
    send(world, 5)
    assert quota(world.store, world.team, "demo").day == 4


def test_a_clock_that_is_set_back_gives_no_quota_back(world: World, clock: SetClock) -> None:
    for shift in range(5):
        send(world, shift)
    clock.forward(days=-1)
    with pytest.raises(Exception, match="set back"):
        send(world, 5)
    clock.forward(days=1)
    assert len(entries(world.store, world.team)) == 5


def test_total_and_concurrent_limits(store: Store, tmp_path: Path) -> None:
    world = make_world(store, tmp_path / "x", {"limits": {"total": 3, "concurrent": 2}})
    first, _ = send(world, 0), send(world, 1)
    with pytest.raises(Refusal) as caught:
        send(world, 2)
    assert caught.value.code == "quota-concurrent"
    done = work_once(store, world.worker)
    assert done is not None and done.submission == first
    send(world, 2)
    with pytest.raises(Refusal) as caught:
        send(world, 3)
    assert caught.value.code == "quota-total"
    assert quota(store, world.team, "demo").as_dict() == {"day": None, "total": 0, "concurrent": 0}


def test_a_post_that_is_sent_again_is_one_submission(world: World) -> None:
    first = submit(world.store, world.team, "demo", answer(), filename="a.csv")
    again = submit(world.store, world.team, "demo", answer(), filename="b.csv")
    assert (again.id, again.known, again.quota.day) == (first.id, True, 4)
    assert again.received_at == first.received_at and len(entries(world.store, world.team)) == 1
    other = submit(world.store, world.teams[1], "demo", answer(), filename="a.csv")
    assert other.id != first.id and not other.known
    for shift in range(1, 5):
        send(world, shift)
    assert send(world, 0) == first.id  # a retry is answered also when nothing is left


def test_retries_at_the_same_moment_are_one_submission(world: World, place: str) -> None:
    ends: list[str] = []
    threads = [threading.Thread(target=lambda: ends.append(send(world, 0))) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ends) == 12 and len(set(ends)) == 1
    assert quota(world.store, world.team, "demo").day == 4


def test_withdrawing_gives_nothing_back_and_the_file_may_be_sent_anew(world: World) -> None:
    first = send(world, 0)
    withdraw(world.store, world.team, first, "wrong file")
    assert quota(world.store, world.team, "demo").day == 4
    second = send(world, 0)
    assert second != first and quota(world.store, world.team, "demo").day == 3


def test_a_failure_on_the_organisers_side_costs_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise MemoryError("no room for /secret/labels.csv")

    first = send(world, 0)
    monkeypatch.setattr("workbench.challenge.submissions.judge.scored", fail)
    clock = world.store.clock
    assert isinstance(clock, SetClock)
    outcomes = []
    for _ in range(3):
        done = work_once(world.store, Labels(world.labels))
        outcomes.append(done and done.outcome)
        clock.forward(minutes=5)
    assert outcomes == ["put-back", "put-back", "failed"]
    failed = entry(world.store, world.team, first)
    assert (failed.state, failed.code) == ("failed", "scoring-failed")
    assert "secret" not in str(failed.as_dict())
    assert quota(world.store, world.team, "demo").day == 5
    again = submit(world.store, world.team, "demo", answer(), filename="a.csv")
    assert (again.id, again.known, again.state) == (first, True, "failed")  # no new try for asking


def test_files_that_make_the_scorer_fail_are_not_free_for_ever(
    world: World, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise MemoryError

    sent = []
    with monkeypatch.context() as failing:
        failing.setattr("workbench.challenge.submissions.judge.scored", fail)
        for shift in range(3):
            sent.append(send(world, shift))
            work_once(world.store, world.worker, rules=WorkRules(attempts=1))
    withdraw(world.store, world.team, sent[2], "to try again")  # it stays counted
    with pytest.raises(Refusal, match="could not be scored on the organiser's side") as caught:
        send(world, 3)
    assert caught.value.code == "quota-failed"
    assert quota(world.store, world.team, "demo").day == 5
    send(world, 3, world.teams[1])
    assert score_again(world.store, organiser_here(), sent[0]) == 1
    assert [d.outcome for d in work(world.store, world.worker, idle_s=None)] == ["scored"] * 2
    assert quota(world.store, world.team, "demo").day == 4  # now it counts
    send(world, 3)
    clock.forward(days=1)
    send(world, 4)


def test_answers_that_have_no_score_cost_what_others_cost(store: Store, tmp_path: Path) -> None:
    world = make_world(store, tmp_path / "x", {"metrics": [{"name": "ppv", "primary": True}]})
    never = "\n".join(["case,no,yes", *(f"{key},1,0" for key in keys("public")), ""])
    sent = submit(store, world.team, "demo", never.encode(), filename="a.csv").id
    done = work_once(store, world.worker)
    assert done is not None and done.outcome == "failed"  # at once: it is the file
    found = entry(store, world.team, sent)
    assert (found.state, found.code) == ("failed", "no-score")
    assert "the class is never called" in found.reason
    assert quota(store, world.team, "demo").day == 4
