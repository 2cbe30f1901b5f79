"""Many write at once, and are killed at any moment: no event is lost, doubled or half there."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from workbench.challenge.store import Store, open_store
from workbench.challenge.store.events import SettingsChanged
from workbench.challenge.store.rebuild import rebuild
from workbench.challenge.store.teams import create_team
from workbench.challenge.store.verify import verify
from workbench.errors import UsageError

from .opened import Opened

PROGRAM = Path(__file__).with_name("writer_program.py")


def writer(place: str, count: int, name: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(PROGRAM), place, str(count), name],
        stdout=subprocess.PIPE,
        text=True,
        env=dict(os.environ),
    )


def whole(store: Store) -> int:
    """Check that a store is whole; return how many events it has."""
    checked = verify(store)
    assert checked.problems == []
    assert [event.seq for event in store.events()] == list(range(1, checked.events + 1))
    return checked.events


def test_threads_write_one_whole_chain(store: Store) -> None:
    def write(number: int) -> int:
        with store.writing(f"organiser-{number % 2}") as transaction:
            payload = SettingsChanged(name=f"n{number}", value=number, reason="test")
            return transaction.append(payload).seq

    with ThreadPoolExecutor(16) as pool:
        seqs = list(pool.map(write, range(60)))
    assert sorted(seqs) == list(range(1, 61))
    assert whole(store) == 60
    head = store.kept_head()
    assert head is not None and head.count == 60


def test_two_organisers_in_two_processes_lose_nothing(new_place: str) -> None:
    writers = [writer(new_place, 15, name) for name in ("anna", "bo")]  # both make the store, too
    acknowledged = [int(seq) for one in writers for seq in one.communicate()[0].split()]
    assert len(acknowledged) == len(set(acknowledged)) == 30
    with open_store(new_place, create=False) as store:
        assert whole(store) == 60
        assert len(rebuild(store)["setting"]) == 32


def test_one_of_two_who_want_the_same_name_gets_it(opened: Opened) -> None:
    def create(_: int) -> str:
        try:
            with opened.store.writing() as transaction:
                return create_team(transaction, opened.challenge, "The same")
        except UsageError as error:
            return error.message

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(create, range(8)))
    assert sorted(answer.startswith("t-") for answer in answers) == [False] * 7 + [True]


def test_writers_killed_at_any_moment_leave_a_whole_store(place: str) -> None:
    moments = random.Random(0)
    acknowledged: list[int] = []
    for number in range(2):
        writers = [writer(place, 10_000, f"{number}-{name}") for name in "ab"]
        for one in writers:  # both are past their start
            assert one.stdout
            acknowledged.append(int(one.stdout.readline()))
        time.sleep(moments.uniform(0.0, 0.3))
        for one in writers:
            one.send_signal(signal.SIGKILL)
            acknowledged += [int(seq) for seq in one.communicate()[0].split()]
    with open_store(place) as store:
        with store.writing() as transaction:
            transaction.append(SettingsChanged(name="after", value=1, reason="test"))
        events = whole(store)
        written = sum(event.kind == "settings-changed" for event in store.events())
        assert written % 2 == 1  # each transaction wrote both of its events or none
        assert len(acknowledged) == len(set(acknowledged))
        assert set(acknowledged) <= set(range(1, events))


def test_a_block_that_fails_leaves_nothing(opened: Opened) -> None:
    before = opened.store.head()
    with pytest.raises(RuntimeError, match="stop"), opened.store.writing() as transaction:
        opened.send(transaction)
        raise RuntimeError("stop")
    assert opened.store.head() == before
    assert rebuild(opened.store)["submission"] == {}
    whole(opened.store)


def test_a_thread_does_not_wait_for_itself(store: Store) -> None:
    with store.writing(), pytest.raises(RuntimeError, match="already holds"), store.writing():
        pass


def test_readers_see_one_moment_while_others_write(store: Store) -> None:
    payload = SettingsChanged(name="n", value=1, reason="test")
    with store.writing() as transaction:
        transaction.append(payload)
    events = store.events()
    assert next(events).seq == 1
    with store.writing() as transaction:
        transaction.append(payload)
    assert list(events) == []
    assert store.head().seq == 2
