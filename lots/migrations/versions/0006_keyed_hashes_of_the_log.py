"""Keyed hashes, the clock's own reading and the tree's frontier beside each log

Revision: 0006
Follows: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from lots.guards.guard import Guard, renew

revision = "0006"
down_revision = "0005"

GUARDS = (
    Guard(
        "log_frontier",
        ("log",),
        fixed=("log",),
        changing=dict.fromkeys(("size", "nodes", "keyed_hash"), "it grows with its log"),
    ),
)


def upgrade() -> None:
    op.add_column("event", sa.Column("clock", sa.DateTime(timezone=True), nullable=True))
    op.add_column("event", sa.Column("keyed_hash", sa.String(length=64), nullable=True))
    op.add_column("tree_head", sa.Column("keyed_hash", sa.String(length=64), nullable=True))
    op.create_table(
        "log_frontier",
        sa.Column("log", sa.String(length=40), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("nodes", sa.Text(), nullable=False),
        sa.Column("keyed_hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("log", name=op.f("pk_log_frontier")),
    )
    renew(op.get_bind(), *GUARDS)
