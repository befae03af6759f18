"""Whom providers ask about a tender

Revision: 0002
Follows: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column(
        "tender", sa.Column("contact_name", sa.String(length=200), nullable=False, server_default="")
    )
    op.add_column(
        "tender", sa.Column("contact_email", sa.String(length=254), nullable=False, server_default="")
    )
