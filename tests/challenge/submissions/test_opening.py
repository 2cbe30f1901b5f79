"""Opening a challenge: sealed, complete, once; what does not fit is refused."""

import json
import threading
from pathlib import Path

import pytest
from sqlalchemy import select

from workbench.challenge.store import Store, open_store
from workbench.challenge.store.clock import SetClock
from workbench.challenge.store.tables import file
from workbench.challenge.submissions import Labels, open_challenge
from workbench.challenge.submissions.cards import card_of, card_of_set, current_set
from workbench.errors import DataError, UsageError, WorkbenchError
from workbench.scoring import labels_digest, load_challenge, load_truth

from .world import World, truth, write_pack


def test_what_is_needed_is_kept_and_hidden_labels_are_not(world: World) -> None:
    sealed = {
        split: labels_digest(load_truth(world.labels / f"{split}.csv", world.card), world.card)
        for split in ("public", "private")
    }
    opened = next(e for e in world.store.events() if e.kind == "challenge-opened")
    assert opened.actor == "organiser"
    assert {k: v for k, v in opened.payload["labels"].items() if k != "sample"} == sealed
    with world.store.reading() as connection:
        kept = [bytes(content) for content in connection.scalars(select(file.c.bytes))]
        again = card_of(connection, "demo")
        of_set = card_of_set(connection, current_set(connection, "demo"))
    assert again.digest == world.card.digest == of_set.digest
    assert not [content for content in kept if b"p-public-0" in content or b"p-private" in content]
    assert any(b"sample-00,yes,p-sample-0" in content for content in kept)
    events = "".join(json.dumps(event.payload) for event in world.store.events())
    assert str(world.labels) not in events and "p-public-0" not in events


@pytest.mark.parametrize(
    ("spoil", "kind", "says"),
    [
        (lambda f, s: (s / "public.csv").unlink(), DataError, "cannot read"),
        (lambda f, s: (s / "public.csv").write_text(truth("sample")), DataError, "list of cases"),
        (lambda f, s: (s / "public.csv").write_text("case,label\na,yes\n"), DataError, "patient"),
        (lambda f, s: (s / "public.csv").rename(s / "x") and (s / "public.csv").symlink_to("x"),
         DataError, "symbolic link"),
    ],
)  # fmt: skip
def test_labels_that_do_not_fit_are_refused(
    tmp_path: Path, spoil: object, kind: type[WorkbenchError], says: str
) -> None:
    folder = write_pack(tmp_path)
    spoil(folder, tmp_path / "labels")  # type: ignore[operator]
    with open_store(tmp_path / "store") as store, pytest.raises(kind) as caught:
        open_challenge(store, folder, tmp_path / "labels")
    assert says in caught.value.render()
    with open_store(tmp_path / "store") as store:
        assert store.head().seq == 0


def test_hidden_labels_and_a_phase_are_needed(tmp_path: Path) -> None:
    folder = write_pack(tmp_path)
    with open_store(tmp_path / "store") as store:
        with pytest.raises(UsageError, match="hidden"):
            open_challenge(store, folder)
        bare = load_challenge(folder).model_copy(update={"phases": []}).within(folder)
        with pytest.raises(UsageError, match="no phase"):
            open_challenge(store, bare, tmp_path / "labels")


def test_of_two_organisers_who_open_at_once_one_succeeds(
    store: Store, tmp_path: Path, place: str, clock: SetClock
) -> None:
    folder = write_pack(tmp_path)
    ends: list[str] = []
    start = threading.Barrier(2)

    def organise(name: str) -> None:
        with open_store(place, clock=clock) as own:
            start.wait()
            try:
                open_challenge(own, folder, tmp_path / "labels", name)
                ends.append("open")
            except DataError as error:
                ends.append(error.render())

    threads = [threading.Thread(target=organise, args=(name,)) for name in ("ann", "bob")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ends)[-1] == "open" and "in this store before" in sorted(ends)[0]
    assert [event.kind for event in store.events()].count("challenge-opened") == 1


def test_public_labels_come_from_the_store_and_hidden_ones_from_the_folder(world: World) -> None:
    with world.store.reading() as connection:
        current = current_set(connection, "demo")
        public = Labels().of(connection, world.card, world.card.split("sample"), current)
        assert len(public) == 12
        with pytest.raises(WorkbenchError, match="not at hand"):
            Labels().of(connection, world.card, world.card.split("public"), current)
