"""Which table may do what: for each column that changes, when and why.

A revision that changes one of these writes the new guard out and calls `renew` with it.
"""

from __future__ import annotations

from lots.guards.guard import PUBLISHED, Guard, append_only

BIDDING = "(SELECT state FROM {tables}tender WHERE id = {row}.tender_id) = 'published'"
DRAFT_BIDDING = (
    "(SELECT state FROM {tables}tender WHERE id = "
    "(SELECT tender_id FROM {tables}bid WHERE id = {row}.bid_id)) = 'published'"
)
QUESTION_PUBLISHED = (
    "EXISTS (SELECT 1 FROM {tables}tender WHERE rules_text IS NOT NULL AND id = "
    "(SELECT tender_id FROM {tables}question WHERE id = {row}.question_id))"
)

GUARDS = (
    append_only("event", "id", "log, sequence"),
    append_only("tree_head", "id", "log, size"),
    Guard(
        "log_frontier",
        ("log",),
        fixed=("log",),
        changing=dict.fromkeys(("size", "nodes", "keyed_hash"), "it grows with its log"),
    ),
    append_only("bid_version", "id", "bid_id, number"),
    append_only("opened_bid", "bid_id", "version_id"),
    append_only("bid_answer", "bid_id, question_id"),
    append_only("bid_lot", "id", "bid_id, lot_id"),
    append_only("bid_price", "bid_lot_id"),
    append_only("cancellation", "id", "tender_id, lot_id"),
    append_only("rating", "id", "file_id, location_id"),
    append_only("ratings_file", "id", "sha256"),
    append_only("ratings_pin"),
    append_only("ratings_file_change"),
    append_only("ratings_file_part", "id", "file_id, position"),
    append_only("pin_request"),
    append_only("pin_answer", "request_id"),
    append_only(
        "location_check", "id", "replaces_id", "bid_id, location_id, file_id WHERE replaces_id IS NULL"
    ),
    append_only("location_check_answer", "check_id"),
    append_only("eligibility_decision", "id", "replaces_id", "bid_id WHERE replaces_id IS NULL"),
    append_only("eligibility_decision_lot", "decision_id, lot_id"),
    append_only("conflict_declaration", "id", "replaces_id", "bid_id, person_id WHERE replaces_id IS NULL"),
    append_only("conflict_decision", "id", "declaration_id"),
    append_only("mark", "id", "replaces_id", "bid_id, question_id, person_id WHERE replaces_id IS NULL"),
    append_only("agreed_mark", "id", "replaces_id", "bid_id, question_id WHERE replaces_id IS NULL"),
    append_only("agreed_mark_present", "agreed_mark_id, person_id"),
    append_only("evaluation", "id", "tender_id, number"),
    append_only("award", "id", "lot_id, place", "lot_id, bid_id"),
    append_only("standstill", "tender_id"),
    Guard(
        "recommendation",
        ("id",),
        fixed=("id", "tender_id", "evaluation_id", "reason", "by_id", "at"),
        while_={
            "{row}.outcome = 'waiting'": ("outcome", "decision_reason", "decided_by_id", "decided_at"),
        },
    ),
    Guard(
        "opening",
        ("tender_id",),
        fixed=("tender_id", "first_id", "first_at"),
        while_={"{row}.second_id IS NULL": ("second_id", "second_at")},
    ),
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
    Guard(
        "lot",
        ("id", "tender_id, code", "tender_id, position"),
        fixed=("id", "tender_id"),
        frozen=(
            "code",
            "position",
            "service",
            "zone",
            "hours_per_week",
            "weeks_per_year",
            "places",
            "guide_price",
            "group_id",
        ),
        while_={"{row}.cancelled_at IS NULL": ("cancelled_at",)},
        published=PUBLISHED,
        removable="the lots of a draft change",
    ),
    Guard(
        "lot_group",
        ("id", "tender_id, code"),
        fixed=("id", "tender_id"),
        frozen=("code", "most_lots"),
        published=PUBLISHED,
        removable="the limits of a draft change",
    ),
    Guard(
        "question",
        ("id", "tender_id, code"),
        fixed=("id", "tender_id"),
        frozen=(
            "code",
            "position",
            "bank_key",
            "title",
            "text",
            "criterion",
            "weight",
            "minimum",
            "word_limit",
        ),
        published=PUBLISHED,
        removable="the questions of a draft change",
    ),
    Guard(
        "question_lot",
        ("question_id, lot_id",),
        fixed=("question_id", "lot_id"),
        published=QUESTION_PUBLISHED,
        removable="the questions of a draft change",
    ),
    Guard(
        "bid",
        ("id", "tender_id, provider_id", "tender_id, alias"),
        fixed=("id", "tender_id", "provider_id", "started_at"),
        while_={BIDDING: ("state",), "{row}.alias IS NULL": ("alias",)},
    ),
    Guard(
        "bid_draft",
        ("bid_id",),
        fixed=("bid_id",),
        while_={DRAFT_BIDDING: ("sealed", "saved_at", "revision")},
    ),
    Guard(
        "person",
        ("id", "email", "session_token"),
        fixed=("id", "email", "name", "created_at"),
        while_={"{row}.provider_id IS NULL": ("provider_id",)},
        changing={
            "password_hash": "a person sets a new password",
            "session_token": "signing out everywhere changes it",
            "active": "access is given and taken",
        },
    ),
    Guard(
        "person_role",
        ("person_id, role",),
        fixed=("person_id", "role"),
        removable="roles are given and taken, each with an entry in the log",
    ),
    Guard(
        "provider",
        ("id",),
        fixed=("id", "created_at"),
        changing=dict.fromkeys(
            (
                "name",
                "company_number",
                "address",
                "contact_email",
                "phone",
                "cqc_provider_id",
                "is_sme",
                "is_vcse",
            ),
            "a company describes itself afresh; what a bid says of it is sealed in the bid",
        ),
    ),
    Guard(
        "provider_location",
        ("id", "provider_id, location_id"),
        fixed=("id", "provider_id", "location_id"),
        removable="a company names its locations afresh; a bid holds its own list",
    ),
)
"""Every table of the record."""

UNGUARDED = {
    "sign_in_attempt": "failed sign-ins are forgotten after some minutes",
    "registration": "registrations that wait are forgotten once they are confirmed or have run out",
    "alembic_version": "which revision the database is at",
}
"""Tables that nothing is refused in, and why."""
