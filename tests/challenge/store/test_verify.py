"""What was done to a store behind its back is found, and named."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from workbench.audit.record import read_link, write_line
from workbench.challenge.store import Store
from workbench.challenge.store.verify import verify
from workbench.errors import DataError

from .opened import Opened


@pytest.fixture
def full(opened: Opened) -> Opened:
    """A store with six submissions, four of them scored."""
    with opened.store.writing() as transaction:
        ids = [opened.send(transaction, content=b"%d" % number) for number in range(6)]
        for place, submission in enumerate(ids[:4]):
            opened.score(transaction, submission, 0.5 + place / 10)
    return opened


def tamper(store: Store, *statements: str, **values: object) -> None:
    """Change the database as its owner can, past the triggers and the keys."""
    engine = create_engine(find_place_url(store))
    with engine.begin() as connection:
        if store.place.is_file:
            connection.execute(text("DROP TRIGGER IF EXISTS event_no_update"))
            connection.execute(text("DROP TRIGGER IF EXISTS event_no_delete"))
        else:
            connection.execute(text("SET session_replication_role = replica"))
        for statement in statements:
            connection.execute(text(statement), values)
    engine.dispose()


def find_place_url(store: Store) -> str:
    return store.place.url.render_as_string(hide_password=False)


def found(store: Store) -> list[str]:
    return [problem.code for problem in verify(store).problems]


def where(store: Store) -> list[str]:
    return [problem.where for problem in verify(store).problems]


def line(store: Store, seq: int) -> str:
    with store.reading() as connection:
        found = connection.scalar(text(f"SELECT line FROM event WHERE seq = {seq}"))
    return str(found)


def test_a_store_that_nobody_touched_is_whole(full: Opened) -> None:
    checked = verify(full.store)
    assert checked.problems == []
    assert (checked.events, checked.hash) == (full.store.head().seq, full.store.head().hash)


def test_a_score_edited_in_the_database_is_named(full: Opened) -> None:
    tamper(full.store, "UPDATE score SET released = 0.99 WHERE submission = 's-000007'")
    (problem,) = verify(full.store).problems
    assert problem.code == "row-changed"
    assert problem.where == "score s-000007, public, v-000002, column released"
    assert problem.message == "holds 0.99, the events say 0.6"


@pytest.mark.parametrize(
    ("statement", "code", "named"),
    [
        ("UPDATE score SET sheet = '{}' WHERE submission = 's-000006'", "row-changed", "sheet"),
        (
            "UPDATE score SET resampled = '' WHERE submission = 's-000006'",
            "row-changed",
            "resampled",
        ),
        ("UPDATE submission SET team = 't-000005' WHERE id = 's-000006'", "row-changed", "team"),
        ("UPDATE submission SET state = 'failed' WHERE id = 's-000011'", "row-changed", "state"),
        ("UPDATE submission SET seq = 1 WHERE id = 's-000006'", "row-changed", "seq"),
        ("UPDATE submission SET seq = 999 WHERE id = 's-000006'", "row-changed", "seq"),
        ("UPDATE challenge SET labels = '{}'", "row-changed", "labels"),
        ("UPDATE team SET name = 'x' WHERE id = 't-000004'", "row-changed", "name"),
        ("DELETE FROM score WHERE submission = 's-000008'", "row-missing", "score s-000008"),
        ("UPDATE file SET bytes = 'other' WHERE digest LIKE '%'", "file-changed", "file"),
        ("DELETE FROM file", "file-missing", "submission"),
    ],
)
def test_an_edited_row_is_found(full: Opened, statement: str, code: str, named: str) -> None:
    tamper(full.store, statement)
    problems = verify(full.store).problems
    assert {problem.code for problem in problems} == {code}
    assert all(named in problem.where for problem in problems)


def test_a_row_no_event_made_is_found(full: Opened) -> None:
    copied = "challenge, 'x', 'x', created_at, 900 FROM team WHERE id = 't-000004'"
    tamper(
        full.store,
        f"INSERT INTO team (id, challenge, name, name_key, created_at, seq) SELECT 't-9', {copied}",
    )
    (problem,) = verify(full.store).problems
    assert (problem.code, problem.where) == ("row-without-event", "team t-9")


def test_an_altered_record_is_named_by_its_number(full: Opened) -> None:
    altered = line(full.store, 7).replace("answer.csv", "answer.cvs")
    tamper(full.store, "UPDATE event SET line = :line WHERE seq = 7", line=altered)
    (problem,) = verify(full.store).problems
    assert (problem.code, problem.where) == ("altered", "event 7")


def test_a_record_written_anew_breaks_the_chain(full: Opened) -> None:
    before = read_link(line(full.store, 6).encode())
    assert before is not None
    event = {"actor": "x", "kind": "note", "challenge": None, "payload": {}}
    forged, _ = write_line(event, before, "2026-03-01T12:00:00.000000Z")
    tamper(full.store, "UPDATE event SET line = :line WHERE seq = 7", line=forged.decode())
    problems = verify(full.store).problems
    assert ("altered", "event 8") in [(problem.code, problem.where) for problem in problems]


def test_a_removed_record_is_named_by_its_number(full: Opened) -> None:
    tamper(full.store, "DELETE FROM event WHERE seq IN (7, 8)")
    (problem,) = verify(full.store).problems
    assert problem.code == "removed"
    assert problem.message == "2 record(s) removed between 6 and 9"


def test_reordered_records_are_named(full: Opened) -> None:
    swap = {"one": line(full.store, 7), "two": line(full.store, 8)}
    tamper(
        full.store,
        "UPDATE event SET line = :two WHERE seq = 7",
        "UPDATE event SET line = :one WHERE seq = 8",
        **swap,
    )
    problems = verify(full.store).problems
    assert [(p.code, p.where) for p in problems] == [
        ("reordered", "event 7"),
        ("reordered", "event 8"),
    ]


def test_a_column_beside_the_record_is_compared(full: Opened) -> None:
    tamper(full.store, "UPDATE event SET kind = 'team-created' WHERE seq = 7")
    assert found(full.store) == ["column-changed"]


def append_forged(store: Store) -> None:
    """Append a score for a submission that has none, with a chain that holds."""
    last = store.head()
    record = {
        "actor": "worker",
        "kind": "submission-scored",
        "challenge": "tissue-lesions",
        "payload": {
            "submission": "s-000010",
            "phase": "public",
            "score_set": "v-000002",
            "sheet": "{}",
            "resampled": "",
            "released": 1.0,
        },
    }
    at = "2026-03-01T12:00:00.000000Z"
    forged, _ = write_line(record, last, at)
    tamper(
        store,
        "INSERT INTO event (seq, kind, challenge, at, line)"
        " VALUES (:seq, :kind, :challenge, :at, :line)",
        seq=last.seq + 1,
        kind=record["kind"],
        challenge=record["challenge"],
        at=at,
        line=forged.decode(),
    )


def test_a_forged_record_at_the_end_is_found(full: Opened) -> None:
    append_forged(full.store)
    codes = found(full.store)
    assert "row-missing" in codes and "row-changed" in codes
    assert ("ahead-of-head" in codes) == full.store.place.is_file


def test_a_removed_tail_shows_at_the_head_kept_elsewhere(full: Opened) -> None:
    last = full.store.head().seq
    tamper(full.store, f"DELETE FROM event WHERE seq > {last - 2}")
    assert "cut" in found(full.store)
    with pytest.raises(DataError, match="event log was changed"), full.store.writing():
        pass


def test_a_log_that_is_all_gone_shows(full: Opened) -> None:
    tamper(full.store, "DELETE FROM event")
    assert "cut" in found(full.store)


def test_an_older_copy_of_the_whole_database_shows(opened: Opened, tmp_path: Path) -> None:
    store = opened.store
    if not store.place.is_file:
        pytest.skip("the file of a SQLite store is copied")
    with store.writing() as transaction:
        opened.send(transaction)
    store.close()
    shutil.copy(store.place.name, tmp_path / "older")
    with store.writing() as transaction:
        opened.send(transaction)
    store.close()
    for part in store.place.name.parent.glob("challenge.db*"):
        part.unlink()
    shutil.copy(tmp_path / "older", store.place.name)
    assert found(store) == ["cut"]
    with pytest.raises(DataError, match="its head counts"), store.writing():
        pass


def test_another_history_of_the_same_length_shows(full: Opened) -> None:
    last = full.store.head().seq
    before = read_link(line(full.store, last - 1).encode())
    assert before is not None
    record = {"actor": "x", "kind": "note", "challenge": None, "payload": {}}
    forged, _ = write_line(record, before, "2026-03-01T12:00:00.000000Z")
    change = f"UPDATE event SET line = :line WHERE seq = {last}"
    tamper(full.store, change, line=forged.decode())
    assert "rewritten" in found(full.store)
    with pytest.raises(DataError, match="not the one its head names"), full.store.writing():
        pass
