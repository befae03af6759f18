"""Alembic's entry point: runs the revisions on the engine handed over by `lots.migrations`."""

from __future__ import annotations

from alembic import context

import lots.tables
from lots.database import WRITE, Base

engine = context.config.attributes["engine"]

with engine.connect().execution_options(**{WRITE: True}) as connection:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=engine.dialect.name == "sqlite",
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()

assert lots.tables  # noqa: S101  imported for the tables that it declares
