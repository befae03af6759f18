"""Ratings that fail closed: what files say of a location, and decisions about them by two officers

Revision: 0007
Follows: 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from lots.guards.guard import append_only, renew

revision = "0007"
down_revision = "0006"

GUARDS = (
    append_only("ratings_file_change"),
    append_only("ratings_file_part", "id", "file_id, position"),
    append_only("pin_request"),
    append_only("pin_answer", "request_id"),
    append_only(
        "location_check", "id", "replaces_id", "bid_id, location_id, file_id WHERE replaces_id IS NULL"
    ),
    append_only("location_check_answer", "check_id"),
)
STAGES = "stage IN ('opening', 'recommendation', 'signing')"
FIRST = sa.text("replaces_id IS NULL")


def upgrade() -> None:
    _columns()
    _changes_of_files()
    _requests()
    _checks()
    renew(op.get_bind(), *GUARDS)


def _columns() -> None:
    op.add_column("ratings_file", sa.Column("kinds", sa.String(60), nullable=False, server_default="wide"))
    for column in (
        sa.Column("category", sa.String(100), nullable=False, server_default=""),
        sa.Column("company_number", sa.String(20), nullable=False, server_default=""),
        sa.Column("inherited", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("key_questions", sa.Boolean(), nullable=False, server_default=sa.true()),
        sa.Column("by_service", sa.Text(), nullable=False, server_default=""),
    ):
        op.add_column("rating", column)
    op.create_index("ix_rating_file_company", "rating", ["file_id", "company_number"])
    op.add_column("ratings_pin", sa.Column("refused", sa.Text(), nullable=False, server_default="[]"))


def _changes_of_files() -> None:
    op.create_table(
        "ratings_file_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(20), nullable=False),
        sa.Column("as_at", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "what IN ('withdrawn', 'redated')", name=op.f("ck_ratings_file_change_what_known")
        ),
        sa.CheckConstraint(
            "(what = 'redated') = (as_at IS NOT NULL)",
            name=op.f("ck_ratings_file_change_date_where_redated"),
        ),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_ratings_file_change_reasoned")),
        sa.ForeignKeyConstraint(
            ["file_id"], ["ratings_file.id"], name=op.f("fk_ratings_file_change_file_id")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_ratings_file_change_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ratings_file_change")),
    )
    op.create_index(op.f("ix_ratings_file_change_file_id"), "ratings_file_change", ["file_id"])
    op.create_table(
        "ratings_file_part",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("filename", sa.String(200), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["ratings_file.id"], name=op.f("fk_ratings_file_part_file_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ratings_file_part")),
        sa.UniqueConstraint("file_id", "position", name=op.f("uq_ratings_file_part_file_id_position")),
    )


def _requests() -> None:
    op.create_table(
        "pin_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tender_id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(STAGES, name=op.f("ck_pin_request_stage_known")),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_pin_request_reasoned")),
        sa.ForeignKeyConstraint(["tender_id"], ["tender.id"], name=op.f("fk_pin_request_tender_id")),
        sa.ForeignKeyConstraint(["file_id"], ["ratings_file.id"], name=op.f("fk_pin_request_file_id")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_pin_request_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pin_request")),
    )
    op.create_index(op.f("ix_pin_request_tender_id"), "pin_request", ["tender_id"])
    op.create_table(
        "pin_answer",
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("pin_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["request_id"], ["pin_request.id"], name=op.f("fk_pin_answer_request_id")),
        sa.ForeignKeyConstraint(["pin_id"], ["ratings_pin.id"], name=op.f("fk_pin_answer_pin_id")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_pin_answer_by_id")),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_pin_answer")),
    )


def _checks() -> None:
    op.create_table(
        "location_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tender_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaces_id", sa.Integer(), nullable=True),
        sa.Column("bid_id", sa.Integer(), nullable=False),
        sa.Column("location_id", sa.String(40), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_location_check_reasoned")),
        sa.CheckConstraint("evidence <> ''", name=op.f("ck_location_check_evidenced")),
        sa.ForeignKeyConstraint(["tender_id"], ["tender.id"], name=op.f("fk_location_check_tender_id")),
        sa.ForeignKeyConstraint(
            ["replaces_id"], ["location_check.id"], name=op.f("fk_location_check_replaces_id")
        ),
        sa.ForeignKeyConstraint(["bid_id"], ["bid.id"], name=op.f("fk_location_check_bid_id")),
        sa.ForeignKeyConstraint(["file_id"], ["ratings_file.id"], name=op.f("fk_location_check_file_id")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_location_check_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_location_check")),
        sa.UniqueConstraint("replaces_id", name=op.f("uq_location_check_replaces_id")),
    )
    op.create_index(op.f("ix_location_check_tender_id"), "location_check", ["tender_id"])
    op.create_index(op.f("ix_location_check_bid_id"), "location_check", ["bid_id"])
    op.create_index(
        "uq_location_check_first",
        "location_check",
        ["bid_id", "location_id", "file_id"],
        unique=True,
        sqlite_where=FIRST,
        postgresql_where=FIRST,
    )
    op.create_table(
        "location_check_answer",
        sa.Column("check_id", sa.Integer(), nullable=False),
        sa.Column("agreed", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["check_id"], ["location_check.id"], name=op.f("fk_location_check_answer_check_id")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_location_check_answer_by_id")),
        sa.PrimaryKeyConstraint("check_id", name=op.f("pk_location_check_answer")),
    )
