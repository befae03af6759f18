"""A draw that nobody can foresee, and ties that people decide

Revision: 0008
Follows: 0007
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from lots.guards.guard import Guard, append_only, renew

revision = "0008"
down_revision = "0007"

GUARDS = (
    append_only("draw_secret", "tender_id"),
    append_only("draw_entry"),
    append_only("draw", "tender_id"),
    append_only("tie_proposal", "id, by_id", "id"),
    append_only("tie_answer", "proposal_id"),
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
            "draw_source",
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
    renew(op.get_bind(), *GUARDS)


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
