"""Alembic's way in: the ledger hands over the connection it has open."""

from alembic import context

from cuibao.ledger.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
