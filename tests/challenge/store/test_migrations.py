"""A migration that has landed is never edited: stores out there were made by it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text

from workbench.challenge.store import migrate, open_store
from workbench.challenge.store.engine import make_engine
from workbench.challenge.store.places import find_place
from workbench.challenge.store.tables import metadata
from workbench.digests import of_bytes

# The sha256 of each file as it landed. A change of the tables is a new file, and a line here; a
# line here is never changed.
LANDED = {
    "0001": "f3ebc991a5f5a0ce2036bd5359c0501c06af71097cc92de4b8ae4b9e237fb73d",
    "0002": "5262af05a575a913c20418c9fa2fe1c94671077c8d74a87b8a9cfb14f1d722cc",
    "0003": "f7148ae1c342d192092135b15f4f791af32bf07369ee98ef4eb2e689d6455ebd",
}
FILES = {
    file.name[1:5]: file for file in Path(migrate.__file__).parent.glob("migrations/versions/r*.py")
}


@pytest.mark.parametrize("revision", LANDED)
def test_a_landed_migration_stays_as_it_is(revision: str) -> None:
    digest = of_bytes(FILES[revision].read_bytes())
    assert digest == LANDED[revision], "write a new migration: this one has made stores"


def test_all_but_the_newest_migration_have_landed() -> None:
    assert sorted(FILES) == list(migrate.REVISIONS)
    assert set(migrate.REVISIONS[:-1]) <= set(LANDED) <= set(migrate.REVISIONS)


@pytest.mark.parametrize("revision", sorted(FILES))
def test_a_migration_follows_from_its_own_text_alone(revision: str) -> None:
    """It takes no table from the code, so that what it makes cannot change with the code."""
    allowed = {"alembic", "sqlalchemy", "json", "__future__"}
    for node in ast.walk(ast.parse(FILES[revision].read_text())):
        if isinstance(node, ast.Import):
            assert {name.name.split(".")[0] for name in node.names} <= allowed
        elif isinstance(node, ast.ImportFrom):
            assert (node.module or "").split(".")[0] in allowed and not node.level


def schema(connection: Connection) -> list[str]:
    """Return what a database was made of: its own text of tables, keys, indices and triggers."""
    if connection.dialect.name == "sqlite":
        query = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL"
        return sorted(connection.scalars(text(query)))
    columns = (
        "SELECT table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable "
        "|| ' ' || coalesce(column_default, '') FROM information_schema.columns "
        "WHERE table_schema = 'public'"
    )
    constraints = (
        "SELECT conrelid::regclass::text || ' ' || conname || ' ' || pg_get_constraintdef(oid) "
        "FROM pg_constraint WHERE connamespace = 'public'::regnamespace"
    )
    indices = "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'"
    triggers = "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal"
    queries = (columns, constraints, indices, triggers)
    return sorted(str(row) for query in queries for row in connection.scalars(text(query)))


def test_a_store_brought_up_step_by_step_is_as_one_made_today(new_place: str) -> None:
    found = find_place(new_place)
    if found.is_file:
        found.name.parent.mkdir()
    engine = make_engine(found)
    for revision in migrate.REVISIONS:
        with engine.begin() as connection:
            migrate.upgrade(connection, to=revision)
            assert migrate.revision_of(connection) == revision
    engine.dispose()
    with open_store(new_place) as store, store.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
        stepwise = schema(connection)
    engine = make_engine(found)
    with engine.begin() as connection:
        if found.is_file:
            for name in connection.scalars(
                text("SELECT name FROM sqlite_master WHERE type='table'")
            ).all():
                connection.execute(text(f"DROP TABLE {name}"))
        else:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()
    with open_store(new_place) as store, store.reading() as connection:
        assert schema(connection) == stepwise
