"""People: a contact, panels that change, second persons, evaluators' letters, attendance, accounts

Revision: 0004
Follows: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from lots.guards.guard import PUBLISHED, Guard, append_only, renew

revision = "0004"
down_revision = "0003"

GUARDS = (
    append_only("panel_change", "id", "replaces_id", "member_id WHERE replaces_id IS NULL"),
    append_only("step_request"),
    append_only("evaluator_letter", "id", "tender_id, person_id, bid_id", "tender_id, person_id, letter"),
    append_only("account_request"),
    append_only("account_answer", "request_id"),
    append_only("password_link"),
    append_only("attendance", "id", "replaces_id", "tender_id WHERE replaces_id IS NULL"),
    append_only("attendance_person", "attendance_id, person_id"),
    Guard(
        "person_notice",
        ("id",),
        fixed=("id", "person_id", "text", "at"),
        while_={"{row}.read_at IS NULL": ("read_at",)},
    ),
    Guard(
        "panel_member",
        ("id", "tender_id, person_id, role"),
        fixed=("id", "tender_id", "person_id", "role", "named_at"),
        published=PUBLISHED,
        removable="the panel of a draft changes",
        extendable="somebody joins the panel of a published tender, with the reason in panel_change",
    ),
    Guard(
        "tender",
        ("id", "reference"),
        fixed=("id", "created_by_id", "created_at"),
        frozen=(
            "reference",
            "title",
            "description",
            "buyer",
            "contact_name",
            "contact_email",
            "service",
            "deadline",
            "published_at",
            "quality_weight",
            "price_weight",
            "mark_lowest",
            "mark_highest",
            "decimals",
            "quality_minimum",
            "price_method",
            "slope",
            "ceiling",
            "floor",
            "ties",
            "draw_seed",
            "cqc_unrated",
            "cqc_minimum_overall",
            "cqc_areas",
            "below_mean",
            "below_next",
            "allocation",
            "rules_text",
            "rules_sha256",
            "standstill_offered",
        ),
        while_={"{row}.opened_at IS NULL": ("opened_at",)},
        changing={
            "state": "a tender goes from stage to stage",
            "revision": "it counts changes to the draft, for pages opened before, and decides nothing",
        },
        published="{row}.rules_text IS NOT NULL",
        extendable="a tender begins as a draft",
    ),
)
"""As they were when this revision was made."""


def upgrade() -> None:
    _contact()
    _panel_changes()
    _step_requests()
    _evaluator_letters()
    _accounts()
    _attendance()
    renew(op.get_bind(), *GUARDS)


def _contact() -> None:
    op.add_column(
        "tender", sa.Column("contact_name", sa.String(length=200), nullable=False, server_default="")
    )
    op.add_column(
        "tender", sa.Column("contact_email", sa.String(length=254), nullable=False, server_default="")
    )


def _panel_changes() -> None:
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


def _step_requests() -> None:
    op.create_table(
        "step_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tender_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("shown_sha256", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["tender_id"], ["tender.id"], name=op.f("fk_step_request_tender_id")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_step_request_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_step_request")),
    )
    op.create_index("ix_step_request_tender_id", "step_request", ["tender_id"])


def _evaluator_letters() -> None:
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


def _accounts() -> None:
    op.create_table(
        "account_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('roles', 'link')", name=op.f("ck_account_request_kind_known")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_account_request_person_id")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_account_request_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_request")),
    )
    op.create_index("ix_account_request_person_id", "account_request", ["person_id"])
    op.create_table(
        "account_answer",
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"], ["account_request.id"], name=op.f("fk_account_answer_request_id")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_account_answer_by_id")),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_account_answer")),
    )
    op.create_table(
        "password_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_password_link_person_id")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_password_link_by_id")),
        sa.ForeignKeyConstraint(
            ["confirmed_by_id"], ["person.id"], name=op.f("fk_password_link_confirmed_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_password_link")),
    )
    op.create_index("ix_password_link_person_id", "password_link", ["person_id"])
    op.create_table(
        "person_notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_person_notice_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_notice")),
    )
    op.create_index("ix_person_notice_person_id", "person_notice", ["person_id"])


def _attendance() -> None:
    op.create_table(
        "attendance",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tender_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaces_id", sa.Integer(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["tender_id"], ["tender.id"], name=op.f("fk_attendance_tender_id")),
        sa.ForeignKeyConstraint(["replaces_id"], ["attendance.id"], name=op.f("fk_attendance_replaces_id")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_attendance_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance")),
        sa.UniqueConstraint("replaces_id", name=op.f("uq_attendance_replaces_id")),
    )
    op.create_index("ix_attendance_tender_id", "attendance", ["tender_id"])
    op.create_index(
        "uq_attendance_first",
        "attendance",
        ["tender_id"],
        unique=True,
        sqlite_where=sa.text("replaces_id IS NULL"),
        postgresql_where=sa.text("replaces_id IS NULL"),
    )
    op.create_table(
        "attendance_person",
        sa.Column("attendance_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attendance_id"], ["attendance.id"], name=op.f("fk_attendance_person_attendance_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_attendance_person_person_id")),
        sa.PrimaryKeyConstraint("attendance_id", "person_id", name=op.f("pk_attendance_person")),
    )
