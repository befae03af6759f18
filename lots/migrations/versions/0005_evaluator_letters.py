"""Letters of each evaluator's own

Revision: 0005
Follows: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

APPEND_ONLY = ("evaluator_letter",)


def upgrade() -> None:
    op.create_table(
        "evaluator_letter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tender_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("bid_id", sa.Integer(), nullable=False),
        sa.Column("letter", sa.String(length=4), nullable=False),
        sa.Column("dealt_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["tender_id"], ["tender.id"], name=op.f("fk_evaluator_letter_tender_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_evaluator_letter_person_id")),
        sa.ForeignKeyConstraint(["bid_id"], ["bid.id"], name=op.f("fk_evaluator_letter_bid_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluator_letter")),
        sa.UniqueConstraint(
            "tender_id", "person_id", "bid_id", name=op.f("uq_evaluator_letter_tender_id_person_id_bid_id")
        ),
        sa.UniqueConstraint(
            "tender_id", "person_id", "letter", name=op.f("uq_evaluator_letter_tender_id_person_id_letter")
        ),
    )
    for statement in _refusing_changes():
        op.execute(sa.text(statement))


def _refusing_changes() -> list[str]:
    if op.get_bind().dialect.name == "sqlite":
        return [
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            for table in APPEND_ONLY
            for verb in ("UPDATE", "DELETE")
        ]
    return [
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        for table in APPEND_ONLY
    ]
