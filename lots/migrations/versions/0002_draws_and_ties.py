"""A draw that nobody can foresee, and ties that people decide

Revision: 0002
Follows: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

APPEND_ONLY = {
    "draw_secret": "tender_id",
    "draw_entry": "id",
    "draw": "tender_id",
    "tie_proposal": "id",
    "tie_answer": "proposal_id",
}
"""Tables whose rows never change, with their keys."""


def upgrade() -> None:
    op.add_column(
        "tender", sa.Column("draw_source", sa.String(length=200), nullable=False, server_default="")
    )
    op.create_table(
        "draw_secret",
        sa.Column("tender_id", sa.Integer(), nullable=False),
        sa.Column("commitment", sa.String(length=64), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["tender_id"], ["tender.id"], name=op.f("fk_draw_secret_tender_id")),
        sa.PrimaryKeyConstraint("tender_id", name=op.f("pk_draw_secret")),
    )
    op.create_table(
        "draw_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tender_id", sa.Integer(), nullable=False),
        sa.Column("value", sa.String(length=200), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_draw_entry_by_id")),
        sa.ForeignKeyConstraint(["tender_id"], ["tender.id"], name=op.f("fk_draw_entry_tender_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draw_entry")),
    )
    op.create_index(op.f("ix_draw_entry_tender_id"), "draw_entry", ["tender_id"])
    op.create_table(
        "draw",
        sa.Column("tender_id", sa.Integer(), nullable=False),
        sa.Column("rules_sha256", sa.String(length=64), nullable=False),
        sa.Column("log_size", sa.Integer(), nullable=False),
        sa.Column("log_root", sa.String(length=64), nullable=False),
        sa.Column("secret", sa.String(length=64), nullable=False),
        sa.Column("public", sa.String(length=200), nullable=True),
        sa.Column("seed", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("log_size > 0", name=op.f("ck_draw_log_not_empty")),
        sa.ForeignKeyConstraint(["tender_id"], ["tender.id"], name=op.f("fk_draw_tender_id")),
        sa.PrimaryKeyConstraint("tender_id", name=op.f("pk_draw")),
    )
    _ties()
    for statement in _append_only(op.get_bind().dialect.name):
        op.execute(sa.text(statement))


def _ties() -> None:
    op.create_table(
        "tie_proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tender_id", sa.Integer(), nullable=False),
        sa.Column("lot_id", sa.Integer(), nullable=False),
        sa.Column("bid_ids", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_tie_proposal_reasoned")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_tie_proposal_by_id")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_tie_proposal_lot_id")),
        sa.ForeignKeyConstraint(["tender_id"], ["tender.id"], name=op.f("fk_tie_proposal_tender_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tie_proposal")),
        sa.UniqueConstraint("id", "by_id", name=op.f("uq_tie_proposal_id_by_id")),
    )
    op.create_index(op.f("ix_tie_proposal_tender_id"), "tie_proposal", ["tender_id"])
    op.create_table(
        "tie_answer",
        sa.Column("proposal_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("proposed_by_id", sa.Integer(), nullable=False),
        sa.Column("approved", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("by_id <> proposed_by_id", name=op.f("ck_tie_answer_two_people")),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_tie_answer_reasoned")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_tie_answer_by_id")),
        sa.ForeignKeyConstraint(
            ["proposal_id", "proposed_by_id"],
            ["tie_proposal.id", "tie_proposal.by_id"],
            name=op.f("fk_tie_answer_proposal_id_proposed_by_id"),
        ),
        sa.PrimaryKeyConstraint("proposal_id", name=op.f("pk_tie_answer")),
    )


def _append_only(dialect: str) -> list[str]:
    found = []
    for table, key in APPEND_ONLY.items():
        if dialect == "postgresql":
            found.append(
                f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
            )
            continue
        found += [
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            for verb in ("UPDATE", "DELETE")
        ]
        found.append(
            f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "  # noqa: S608  names of ours
            f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key}) "
            f"BEGIN SELECT RAISE(ABORT, '{table} has this row already'); END"
        )
    return found
