"""A store opens on both databases, keeps what was written, and refuses what is not its own."""

from workbench.challenge.store import Store, open_store
from workbench.challenge.store.events import SettingsChanged


def test_what_was_written_is_there_when_it_is_opened_again(store: Store, place: str) -> None:
    with store.writing("anna") as transaction:
        done = transaction.append(SettingsChanged(name="contact", value="x", reason="start"))
    store.close()
    with open_store(place, clock=store.clock, create=False) as again:
        assert list(again.events()) == [done]
