"""Events carry the rows that they explain

Revision: 0002
Follows: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("event", sa.Column("rows", sa.Text(), nullable=True))
    op.add_column("event", sa.Column("rows_sha256", sa.String(length=64), nullable=True))
