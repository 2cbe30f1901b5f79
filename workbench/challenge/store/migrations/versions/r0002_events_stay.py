"""The database itself refuses to change or delete an event.

A hand with the rights of the owner can remove this; that history was changed shows in the chain.
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_SQLITE = """
CREATE TRIGGER event_no_{verb} BEFORE {verb} ON event
BEGIN SELECT RAISE(ABORT, 'events are neither changed nor deleted'); END
"""
_FUNCTION = """
CREATE FUNCTION event_stays() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'events are neither changed nor deleted'; END $$
"""
_POSTGRES = """
CREATE TRIGGER event_no_{verb} BEFORE {verb} ON event
FOR EACH STATEMENT EXECUTE FUNCTION event_stays()
"""


def upgrade() -> None:
    """Make the triggers."""
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("update", "delete"):
            op.execute(_SQLITE.format(verb=verb))
        return
    op.execute(_FUNCTION)
    for verb in ("update", "delete", "truncate"):
        op.execute(_POSTGRES.format(verb=verb))
