"""A store opens on both databases, keeps what was written, and refuses what is not its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import insert, select, text

from workbench.challenge.store import Store, migrate, open_store
from workbench.challenge.store.engine import make_engine
from workbench.challenge.store.events import SettingsChanged, SubmissionWithdrawn
from workbench.challenge.store.places import find_place
from workbench.challenge.store.tables import PROJECTED, challenge, metadata
from workbench.challenge.store.verify import verify
from workbench.errors import DataError, UsageError

from .opened import Opened

NOTE = SettingsChanged(name="contact", value={"mail": "x"}, reason="start")


def test_what_was_written_is_there_when_it_is_opened_again(store: Store, place: str) -> None:
    with store.writing("anna") as transaction:
        done = transaction.append(NOTE)
    store.close()
    with open_store(place, clock=store.clock, create=False) as again:
        assert list(again.events()) == [done]
        assert done.actor == "anna"


def test_the_migrations_make_the_tables_of_the_code(store: Store) -> None:
    with store.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_all_revisions_are_known() -> None:
    config = Config()
    folder = Path(migrate.__file__).parent / "migrations"
    config.set_main_option("script_location", str(folder))
    scripts = ScriptDirectory.from_config(config)
    oldest_first = [script.revision for script in scripts.walk_revisions()][::-1]
    assert tuple(oldest_first) == migrate.REVISIONS
    assert scripts.get_current_head() == migrate.REVISIONS[-1]


def test_a_store_of_the_first_revision_is_brought_up_to_date(new_place: str) -> None:
    found = find_place(new_place)
    if found.is_file:
        found.name.parent.mkdir()
    engine = make_engine(found)
    row = {
        "id": "old",
        "version": "1.0.0",
        "unit": "patient",
        "card": "{}",
        "card_digest": "",
        "labels": "{}",
        "code_digest": "",
        "opened_at": "2026-01-01T00:00:00.000000Z",
        "seq": 1,
    }
    with engine.begin() as connection:
        migrate.upgrade(connection, to=migrate.REVISIONS[0])
        connection.execute(insert(challenge), row)
    engine.dispose()
    with open_store(new_place) as store, store.reading() as connection:
        assert migrate.revision_of(connection) == migrate.REVISIONS[-1]
        assert connection.scalar(select(challenge.c.id)) == "old"


def test_a_store_of_a_newer_workbench_is_refused(store: Store, place: str) -> None:
    with store.writing() as transaction:
        transaction.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DataError, match="newer one wrote it"):
        open_store(place)


def test_a_store_that_is_not_there_is_not_made_by_who_only_looks(new_place: str) -> None:
    with pytest.raises(DataError, match="there is no store"):
        open_store(new_place, create=False)


@pytest.mark.parametrize("verb", ["UPDATE event SET kind = 'x'", "DELETE FROM event"])
def test_the_database_refuses_to_change_events(store: Store, verb: str) -> None:
    with store.writing() as transaction:
        transaction.append(NOTE)
    refused = pytest.raises(DataError, match="neither changed nor deleted")
    with refused, store.writing() as transaction:
        transaction.execute(text(verb))
    assert verify(store).problems == []


def test_an_event_about_what_is_absent_changes_nothing(opened: Opened) -> None:
    before = opened.store.head()
    withdrawn = SubmissionWithdrawn(submission="s-9", reason="mistake")
    refused = pytest.raises(DataError, match="there is no submission 's-9'")
    with refused, opened.store.writing() as transaction:
        transaction.append(withdrawn, challenge=opened.challenge)
    with pytest.raises(DataError, match="does not fit"), opened.store.writing() as transaction:
        opened.send(transaction, team="t-9")
    assert opened.store.head() == before


def test_only_secret_columns_are_written_past_the_events(opened: Opened) -> None:
    with opened.store.writing() as transaction:
        new = opened.send(transaction)
        transaction.set_secret("submission", new, host_detail="labels.csv, row 3")
        with pytest.raises(ValueError, match="events alone"):
            transaction.set_secret("submission", new, state="scored")
        with pytest.raises(DataError, match="no submission"):
            transaction.set_secret("submission", "s-9", host_detail="x")
    assert not [event for event in opened.store.events() if "row 3" in str(event)]
    assert verify(opened.store).problems == []


def test_every_projected_table_says_which_event_changed_it() -> None:
    assert all(table.c.seq.unique for table in PROJECTED.values())


@pytest.mark.parametrize(
    "url", ["mysql://me:secret@host/db", "postgresql+psycopg://me:secret@host/db", "http://x"]
)
def test_other_databases_are_refused_without_telling_the_password(url: str) -> None:
    with pytest.raises(UsageError) as caught:
        find_place(url)
    assert "secret" not in str(caught.value)


def test_a_password_is_in_no_text_of_the_store() -> None:
    place = find_place("postgresql://me:secret@127.0.0.1:1/db")
    engine = make_engine(place)
    assert "secret" not in f"{place} {place.name} {place!r} {engine!r}"
    with pytest.raises(DataError) as caught:
        open_store("postgresql://me:secret@127.0.0.1:1/db")
    assert "secret" not in str(caught.value)


def test_the_place_is_named_by_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert find_place().name == Path(tmp_path.parent, find_place().name)
    monkeypatch.setenv("WORKBENCH_STORE", str(tmp_path / "here"))
    assert find_place().name == tmp_path / "here" / "challenge.db"


def test_an_error_of_the_database_shows_no_value(store: Store) -> None:
    with pytest.raises(DataError) as caught, store.writing() as transaction:
        transaction.execute(text("INSERT INTO nowhere VALUES (:v)"), {"v": "top-secret"})
    assert "top-secret" not in str(caught.value)


def test_an_error_of_the_caller_stays_the_callers(store: Store, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), store.writing():
        (tmp_path / "labels.csv").read_bytes()


def test_a_folder_of_heads_that_cannot_be_made_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("WORKBENCH_AUDIT_HEADS", str(tmp_path / "file/heads"))
    named = pytest.raises(DataError, match="file/heads")
    with open_store(tmp_path / "store") as store, named, store.writing() as transaction:
        transaction.append(NOTE)


def test_a_new_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    """Also in a folder that others may read: it holds every team's scores and files."""
    tmp_path.chmod(0o755)
    with open_store(tmp_path) as store, store.writing("anna") as transaction:
        transaction.append(NOTE)
        modes = {path.name: path.stat().st_mode & 0o077 for path in tmp_path.glob("challenge.db*")}
    assert "challenge.db-wal" in modes
    assert set(modes.values()) == {0}
