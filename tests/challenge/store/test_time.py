"""A store's time never runs back."""

from __future__ import annotations

import pytest

from workbench.challenge.store import Store
from workbench.challenge.store.clock import SetClock
from workbench.challenge.store.events import SettingsChanged
from workbench.challenge.store.verify import verify
from workbench.errors import DataError

NOTE = SettingsChanged(name="note", value=1, reason="test")


def test_a_clock_that_was_set_back_is_refused(store: Store, clock: SetClock) -> None:
    with store.writing() as transaction:
        transaction.append(NOTE)
    clock.forward(minutes=-1)
    with pytest.raises(DataError, match="set back"), store.writing() as transaction:
        transaction.append(NOTE)
    with pytest.raises(DataError, match="set back"):
        store.now()
    assert store.head().seq == 1


def test_machines_may_be_a_little_apart(store: Store, clock: SetClock) -> None:
    with store.writing() as transaction:
        first = transaction.append(NOTE)
    clock.forward(seconds=-4)
    with store.writing() as transaction:
        second = transaction.append(NOTE)
    assert second.at == first.at.replace("000000Z", "000001Z")
    assert verify(store).problems == []


def test_an_organiser_records_that_a_machine_was_ahead(store: Store, clock: SetClock) -> None:
    clock.forward(days=300)
    with store.writing() as transaction:
        transaction.append(NOTE)
    clock.forward(days=-300)
    done = store.correct_clock("the worker's clock was a year ahead", "anna")
    assert (done.kind, done.actor) == ("clock-corrected", "anna")
    with store.writing() as transaction:
        assert transaction.append(NOTE).at == done.at.replace("000000Z", "000001Z")
    assert verify(store).problems == []


def test_a_moment_names_its_zone(clock: SetClock) -> None:
    with pytest.raises(ValueError, match="time zone"):
        clock.put(clock.now().replace(tzinfo=None))
