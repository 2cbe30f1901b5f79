"""A forger with the database in hand: every column of every table, rows added, taken, exchanged.

The columns come from the metadata, so that a column of tomorrow is forged too.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Double,
    LargeBinary,
    Table,
    create_engine,
    text,
)
from sqlalchemy.exc import IntegrityError

from workbench.audit.record import read_link, write_line
from workbench.challenge.store import Store, open_store
from workbench.challenge.store.clock import SetClock
from workbench.challenge.store.queued import SET_ASIDE
from workbench.challenge.store.submission_tables import STATES
from workbench.challenge.store.tables import PROJECTED, job, metadata
from workbench.challenge.store.tokens import authenticate, issue_token
from workbench.challenge.store.verify import verify
from workbench.challenge.submissions import score_again
from workbench.digests import of_bytes
from workbench.errors import DataError, Problem

from .. import postgres  # noqa: TID252
from ..standings.play import ORGANISER  # noqa: TID252
from .opened import Opened, open_it
from .test_rebuild import everything
from .test_verify import find_place_url

NOT_PROVEN = {
    "member.contact",  # may be erased on request
    "submission.host_detail",  # a note for the host; nothing is shown or computed from it
    "job.worker",  # how far the work is: what comes of it is an event
    "job.leased_until",
    "job.attempts",
}
COLUMNS = [
    (table, column)
    for table in metadata.sorted_tables
    for column in table.columns
    if f"{table.name}.{column.name}" not in NOT_PROVEN
]


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def full(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Store]:
    """A store with a row in every table; tests put back what they forge."""
    folder = tmp_path_factory.mktemp("forger")
    place = str(folder / "store")
    if request.param == "postgres":
        place = postgres.empty_database(request.getfixturevalue("postgres_server"), "forger")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WORKBENCH_AUDIT_HEADS", str(folder / "heads"))
        clock = SetClock(_noon())
        with open_store(place, clock=clock) as store:
            everything(open_it(store), clock)
            yield store


def _noon() -> datetime:
    return datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def forge(full: Store) -> Iterator[Connection]:
    """A connection past triggers and keys; the database is put back afterwards."""
    engine = create_engine(find_place_url(full))
    with engine.begin() as connection:
        kept = {
            table: [dict(row) for row in connection.execute(table.select()).mappings()]
            for table in metadata.sorted_tables
        }
        if full.place.is_file:
            triggers = connection.exec_driver_sql(
                "SELECT name FROM sqlite_master WHERE type = 'trigger'"
            ).all()
            for (name,) in triggers:
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
    if not full.place.is_file:
        engine.dispose()
        engine = create_engine(find_place_url(full))
    with engine.connect() as connection:
        if not full.place.is_file:
            connection.exec_driver_sql("SET session_replication_role = replica")
            connection.commit()
        yield connection
        connection.rollback()
        for table in kept:
            connection.execute(table.delete())
        for table, rows in kept.items():
            if rows:
                connection.execute(table.insert(), rows)
        connection.commit()
    engine.dispose()
    assert verify(full).problems == []


def forged_values(column: Column[Any], now: Any, other: Any) -> list[Any]:
    """Return what a forger may write instead of a value."""
    if column.name == "state":
        return [state for state in STATES if state != now]
    if isinstance(column.type, LargeBinary):
        return [bytes(now)[:-1] + b"?", b""]
    if isinstance(column.type, BigInteger):
        return [now + 1000]
    found: list[Any] = [(now or 0.0) + 0.125] if isinstance(column.type, Double) else []
    if not found:
        found = [f"{now or ''}x", other] if other not in (None, now) else [f"{now or ''}x"]
    return [*found, None] if column.nullable and now is not None else found


def write(connection: Connection, table: Table, row: dict[str, Any], name: str, value: Any) -> bool:
    """Write one value of one row; False where it would be there twice."""
    where = [table.c[key.name] == row[key.name] for key in table.primary_key.columns]
    statement = table.update().where(*where).values(**{name: value})
    try:
        assert connection.execute(statement).rowcount == 1
    except IntegrityError:
        connection.rollback()
        return False
    connection.commit()
    return True


def names(table: Table, column: str, row: dict[str, Any], problems: list[Problem]) -> bool:
    """Say whether a problem names table, row and column."""
    key = [str(row[name.name]) for name in table.primary_key.columns]
    for problem in problems:
        if table.name == "event":
            if problem.where == f"event {row['seq']}" or column == "seq":
                return problem.code in ("altered", "column-changed", "removed", "reordered")
        elif all(part in problem.where for part in (table.name, *key)):
            whole_row = column in key_names(table) or table.name in ("file", "job")
            if whole_row or f"column {column}" in problem.where:
                return True
            if column == "seq" and problem.code == "row-changed":
                return True
    return False


def key_names(table: Table) -> list[str]:
    return [column.name for column in table.primary_key.columns]


@pytest.mark.parametrize(
    ("table", "column"), COLUMNS, ids=[f"{table.name}.{column.name}" for table, column in COLUMNS]
)
def test_an_edited_value_is_named(
    full: Store, forge: Connection, table: Table, column: Column[Any]
) -> None:
    rows = [dict(row) for row in forge.execute(table.select()).mappings()]
    assert rows, f"nothing to forge in {table.name}"
    row, others = rows[0], [r[column.name] for r in rows[1:]]
    unique = column.unique or key_names(table) == [column.name]
    other = None if unique or not others else others[0]
    written = 0
    for value in forged_values(column, row[column.name], other):
        changed = {**row, column.name: value}
        if not write(forge, table, row, column.name, value):
            continue
        written += 1
        problems = verify(full).problems
        assert names(table, column.name, row, problems), (value, problems)
        assert write(forge, table, changed, column.name, row[column.name])
    assert written


@pytest.mark.parametrize("table", metadata.sorted_tables, ids=lambda table: table.name)
def test_a_removed_row_is_named(full: Store, forge: Connection, table: Table) -> None:
    for row in [dict(row) for row in forge.execute(table.select()).mappings()]:
        where = [table.c[key] == row[key] for key in key_names(table)]
        forge.execute(table.delete().where(*where))
        forge.commit()
        problems = verify(full).problems
        needed = table.name != "file" or _is_needed(forge, row["digest"])
        if table.name == "event":
            assert {"removed", "cut"} & {problem.code for problem in problems}
        elif table.name == "file":
            assert any(row["digest"] in problem.message for problem in problems) == needed
        else:
            assert names(table, key_names(table)[0], row, problems), (row, problems)
        forge.execute(table.insert(), row)
        forge.commit()


def _is_needed(connection: Connection, digest: str) -> bool:
    query = text("SELECT count(*) FROM submission WHERE digest = :digest")
    return bool(connection.scalar(query, {"digest": digest}))


@pytest.mark.parametrize("table", metadata.sorted_tables, ids=lambda table: table.name)
def test_an_added_row_is_named(full: Store, forge: Connection, table: Table) -> None:
    row = dict(forge.execute(table.select()).mappings().first() or {})
    added = dict(row)
    for name in {*key_names(table), "seq", "received_seq", "name_key"} & set(row):
        if table.name == "job" and name != "submission":
            continue
        added[name] = row[name] + 1000 if isinstance(row[name], int) else f"{row[name]}x"
    if table.name == "file":
        added["digest"] = of_bytes(added["bytes"] + b"x")
        added["bytes"] += b"x"
        added["size"] += 1
    forge.execute(table.insert(), added)
    forge.commit()
    problems = verify(full).problems
    if table.name == "event":
        assert {"removed", "reordered"} & {problem.code for problem in problems}
    else:
        assert names(table, key_names(table)[0], added, problems), problems


@pytest.mark.parametrize("table", PROJECTED.values(), ids=lambda table: table.name)
def test_exchanged_rows_are_named(full: Store, forge: Connection, table: Table) -> None:
    rows = [dict(row) for row in forge.execute(table.select()).mappings()]
    if len(rows) < 2:
        pytest.skip(f"{table.name} has one row")
    first, second = rows[:2]
    keys = key_names(table)
    forge.execute(table.delete())
    for one, other in ((first, second), (second, first)):
        forge.execute(table.insert(), {**one, **{key: other[key] for key in keys}})
    for row in rows[2:]:
        forge.execute(table.insert(), row)
    forge.commit()
    problems = verify(full).problems
    assert any(problem.where.startswith(table.name) for problem in problems), problems


@pytest.mark.parametrize(("table", "column"), COLUMNS, ids=lambda part: part.name)
def test_a_value_of_another_type_is_named(
    full: Store, forge: Connection, table: Table, column: Column[Any]
) -> None:
    """SQLite keeps a text where a number belongs, and bytes where a text does."""
    if not full.place.is_file:
        pytest.skip("PostgreSQL has types")
    if isinstance(column.type, LargeBinary) or column.name == "state":
        pytest.skip("bytes are bytes; a state is one of three")
    first = key_names(table)[0]
    where = f"{first} = (SELECT min({first}) FROM {table.name})"
    forge.exec_driver_sql(
        f"UPDATE {table.name} SET {column.name} = CAST('zz' || rowid AS BLOB) WHERE {where}"
    )
    forge.commit()
    assert verify(full).problems


def test_a_token_whose_secret_was_replaced_is_named(opened: Opened) -> None:
    """Who writes his own digest beside a team's token is let in as the team."""
    store = opened.store
    with store.writing() as transaction:
        issued = issue_token(transaction, "participant", team=opened.team)
    mine = f"wb_{issued.prefix}_mine"
    engine = create_engine(find_place_url(store))
    with engine.begin() as connection:
        connection.execute(text("UPDATE token SET digest = :d"), {"d": of_bytes(mine.encode())})
    engine.dispose()
    with store.reading() as connection:
        assert authenticate(connection, mine, store.now()).team == opened.team
    (problem,) = verify(store).problems
    assert (problem.code, problem.where) == (
        "token-changed",
        f"token {issued.prefix}, column digest",
    )


def test_the_queue_is_held_against_the_tables(opened: Opened) -> None:
    store = opened.store
    with store.writing() as transaction:
        sent = opened.send(transaction)

    def codes(**values: Any) -> list[str]:
        with store.writing() as transaction:
            transaction.execute(job.update().values(**values))
        return [problem.code for problem in verify(store).problems]

    assert codes(phase="private") == ["job-missing", "job-without-cause"]
    assert codes(phase="public") == []
    assert codes(leased_until=SET_ASIDE) == ["job-without-cause"]
    assert codes(leased_until=None, attempts=2, worker="x") == []
    with store.writing() as transaction:
        transaction.execute(job.delete())
    (problem,) = verify(store).problems
    assert problem.code == "job-missing" and sent in problem.where
    assert score_again(store, ORGANISER, sent) == 1
    assert verify(store).problems == []
    with store.writing() as transaction:
        opened.score(transaction, sent, 0.5)
        transaction.execute(job.insert(), _job(opened, sent))
    (problem,) = verify(store).problems
    assert problem.message == "it has this score already"


def _job(opened: Opened, sent: str) -> dict[str, Any]:
    return {"submission": sent, "phase": "public", "score_set": opened.score_set, "attempts": 0}


def rewrite(store: Store, seq: int) -> None:
    """Change a score in event ``seq`` and write every event and row after it as if it were so."""
    engine = create_engine(find_place_url(store))
    with engine.begin() as connection:
        if store.place.is_file:
            connection.exec_driver_sql("DROP TRIGGER event_no_update")
        else:
            connection.exec_driver_sql("SET session_replication_role = replica")
        lines = dict(connection.execute(text("SELECT seq, line FROM event")).tuples().all())
        after = read_link(lines[seq - 1].encode())
        assert after is not None
        for number in range(seq, len(lines) + 1):
            record = json.loads(lines[number])
            if number == seq:
                record["payload"]["released"] = 0.99
            body = {key: record[key] for key in ("actor", "kind", "challenge", "payload")}
            line, after = write_line(body, after, record["ts"])
            change = text("UPDATE event SET line = :line WHERE seq = :seq")
            connection.execute(change, {"line": line.decode(), "seq": number})
        connection.execute(text("UPDATE score SET released = 0.99 WHERE seq = :s"), {"s": seq})
    engine.dispose()


def test_a_history_rewritten_to_the_end_shows_at_heads_kept_elsewhere_alone(
    opened: Opened,
) -> None:
    store = opened.store
    with store.writing() as transaction:
        opened.score(transaction, opened.send(transaction), 0.5)
        seq = transaction.last.seq
        opened.send(transaction, opened.other)
    rewrite(store, seq)
    assert [problem.code for problem in verify(store).problems] == ["rewritten"]
    with pytest.raises(DataError, match="not the one its head names"), store.writing():
        pass
    store.heads.write(store.head())  # the forger reaches the heads too: nothing is left to tell
    assert verify(store).problems == []
