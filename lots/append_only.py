"""Tables whose rows the database itself refuses to change or delete."""

from __future__ import annotations

TABLES = (
    "event",
    "tree_head",
    "bid_version",
    "opened_bid",
    "bid_answer",
    "bid_lot",
    "bid_price",
    "cancellation",
    "rating",
    "ratings_file",
    "ratings_pin",
    "eligibility_decision",
    "eligibility_decision_lot",
    "conflict_declaration",
    "conflict_decision",
    "mark",
    "agreed_mark",
    "agreed_mark_present",
    "evaluation",
    "standstill",
)

_FROZEN_RULES_SQLITE = (
    "CREATE TRIGGER tender_rules_frozen BEFORE UPDATE OF rules_text, rules_sha256 ON tender "
    "WHEN OLD.rules_text IS NOT NULL AND "
    "(NEW.rules_text IS NOT OLD.rules_text OR NEW.rules_sha256 IS NOT OLD.rules_sha256) "
    "BEGIN SELECT RAISE(ABORT, 'published rules are frozen'); END"
)
_FROZEN_RULES_POSTGRESQL = (
    "CREATE FUNCTION refuse_rules_change() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'published rules are frozen'; END $$",
    "CREATE TRIGGER tender_rules_frozen BEFORE UPDATE OF rules_text, rules_sha256 ON tender FOR EACH ROW "
    "WHEN (OLD.rules_text IS NOT NULL AND (NEW.rules_text IS DISTINCT FROM OLD.rules_text "
    "OR NEW.rules_sha256 IS DISTINCT FROM OLD.rules_sha256)) EXECUTE FUNCTION refuse_rules_change()",
)


def statements(dialect: str) -> list[str]:
    """The SQL that protects the tables, for `sqlite` or `postgresql`."""
    if dialect == "sqlite":
        return [
            _FROZEN_RULES_SQLITE,
            *(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                for table in TABLES
                for verb in ("UPDATE", "DELETE")
            ),
        ]
    return [
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$",
        *(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
            for table in TABLES
        ),
        *_FROZEN_RULES_POSTGRESQL,
    ]
