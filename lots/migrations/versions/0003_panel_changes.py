"""What becomes of panel members after publication; a tender may come to have a second moderator

Revision: 0003
Follows: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

APPEND_ONLY = ("panel_change",)


def upgrade() -> None:
    op.drop_index("uq_panel_member_moderator", table_name="panel_member")
    op.create_table(
        "panel_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tender_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaces_id", sa.Integer(), nullable=True),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("marks_count", sa.Boolean(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('joined', 'stood_down', 'returned')", name=op.f("ck_panel_change_kind_known")
        ),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_panel_change_reasoned")),
        sa.CheckConstraint(
            "kind = 'stood_down' OR marks_count IS NULL", name=op.f("ck_panel_change_marks_of_who_left")
        ),
        sa.ForeignKeyConstraint(["tender_id"], ["tender.id"], name=op.f("fk_panel_change_tender_id")),
        sa.ForeignKeyConstraint(
            ["replaces_id"], ["panel_change.id"], name=op.f("fk_panel_change_replaces_id")
        ),
        sa.ForeignKeyConstraint(["member_id"], ["panel_member.id"], name=op.f("fk_panel_change_member_id")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_panel_change_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel_change")),
        sa.UniqueConstraint("replaces_id", name=op.f("uq_panel_change_replaces_id")),
    )
    op.create_index("ix_panel_change_tender_id", "panel_change", ["tender_id"])
    op.create_index(
        "uq_panel_change_first",
        "panel_change",
        ["member_id"],
        unique=True,
        sqlite_where=sa.text("replaces_id IS NULL"),
        postgresql_where=sa.text("replaces_id IS NULL"),
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
