"""Run by alembic: migrate the connection that :mod:`workbench.challenge.store.migrate` holds."""

from alembic import context

from workbench.challenge.store.tables import metadata

if hasattr(context, "config"):  # false where a tool only imports the file
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=metadata,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()
