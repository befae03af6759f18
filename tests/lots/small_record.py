"""A small real record as the first revision could hold it: a row or more in every table, without the models,
so that it stays what it was however they change."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, MetaData

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
H = "0" * 64


def person(number: int, name: str, **more: Any) -> dict[str, Any]:
    return {
        "id": number,
        "email": f"{name.lower()}@example.org",
        "name": name,
        "password_hash": None,
        "session_token": f"token-{number}",
        "active": True,
        "provider_id": None,
        "created_at": MONDAY,
        **more,
    }


def tender(number: int, **more: Any) -> dict[str, Any]:
    return {
        "id": number,
        "reference": f"OLD-{number}",
        "title": "Homecare",
        "description": "",
        "buyer": "A council",
        "service": "homecare",
        "state": "draft",
        "deadline": None,
        "created_by_id": 1,
        "created_at": MONDAY,
        "published_at": None,
        "opened_at": None,
        "revision": 3,
        "quality_weight": 6000,
        "price_weight": 4000,
        "mark_lowest": 0,
        "mark_highest": 5,
        "decimals": 2,
        "quality_minimum": None,
        "price_method": "lowest_over_bid",
        "slope": "",
        "ceiling": 2800,
        "floor": 1200,
        "ties": ["quality", "draw"],
        "draw_seed": "Draw",
        "cqc_unrated": "allow",
        "cqc_minimum_overall": "",
        "cqc_areas": ["Lancashire"],
        "below_mean": 1500,
        "below_next": None,
        "allocation": "rank_order",
        "rules_text": None,
        "rules_sha256": None,
        "standstill_offered": True,
        **more,
    }


PUBLISHED = {
    "deadline": MONDAY + timedelta(days=10),
    "published_at": MONDAY,
    "rules_text": '{"format":"tender-rules/1"}',
    "rules_sha256": H,
}


def lot(number: int, tender_id: int, code: str, **more: Any) -> dict[str, Any]:
    return {
        "id": number,
        "tender_id": tender_id,
        "code": code,
        "position": number,
        "service": "homecare",
        "zone": "Burnley",
        "hours_per_week": 112800,
        "weeks_per_year": 52,
        "places": 1,
        "guide_price": 2400,
        "group_id": None,
        "cancelled_at": None,
        **more,
    }


def question(number: int, tender_id: int, code: str) -> dict[str, Any]:
    return {
        "id": number,
        "tender_id": tender_id,
        "code": code,
        "position": number,
        "bank_key": "",
        "title": "Safeguarding",
        "text": "How do you keep people safe?",
        "criterion": "It says who.",
        "weight": 6000,
        "minimum": None,
        "word_limit": 750,
    }


def bid(number: int, tender_id: int, provider_id: int, **more: Any) -> dict[str, Any]:
    return {
        "id": number,
        "tender_id": tender_id,
        "provider_id": provider_id,
        "state": "submitted",
        "started_at": MONDAY,
        "alias": None,
        **more,
    }


def provider(number: int, name: str) -> dict[str, Any]:
    return {
        "id": number,
        "name": name,
        "company_number": "",
        "address": "",
        "contact_email": "",
        "phone": "",
        "cqc_provider_id": "",
        "is_sme": True,
        "is_vcse": False,
        "created_at": MONDAY,
    }


ROWS: dict[str, list[dict[str, Any]]] = {
    "provider": [provider(1, "Pendle Care"), provider(2, "Ribble Homecare")],
    "person": [
        person(1, "Olive"),
        person(2, "Oscar"),
        person(3, "Eve"),
        person(4, "Paula", provider_id=1),
    ],
    "person_role": [{"person_id": 1, "role": "officer"}, {"person_id": 3, "role": "evaluator"}],
    "provider_location": [{"id": 1, "provider_id": 1, "location_id": "1-100"}],
    "ratings_file": [
        {
            "id": 1,
            "filename": "ratings.csv",
            "sha256": H,
            "as_at": date(2026, 11, 1),
            "row_count": 1,
            "loaded_by_id": 1,
            "loaded_at": MONDAY,
        }
    ],
    "rating": [
        {
            "id": 1,
            "file_id": 1,
            "row": 2,
            "location_id": "1-100",
            "location_name": "Pendle",
            "provider_cqc_id": "1-1",
            "provider_name": "Pendle Care",
            "local_authority": "Lancashire",
            "services": "",
            "dormant": False,
            "ended": "",
            "published": "2026-01-01",
            "overall": "Good",
            "safe": "Good",
            "effective": "Good",
            "caring": "Good",
            "responsive": "Good",
            "well_led": "Good",
        }
    ],
    # awarded, a draft, and open for bids
    "tender": [
        tender(1, state="standstill", opened_at=MONDAY + timedelta(days=11), **PUBLISHED),
        tender(2),
        tender(3, state="published", **PUBLISHED),
    ],
    "lot_group": [
        {"id": 1, "tender_id": 1, "code": "zones", "most_lots": 1},
        {"id": 2, "tender_id": 2, "code": "zones", "most_lots": 1},
    ],
    "lot": [
        lot(1, 1, "L1", group_id=1),
        lot(2, 1, "L2", group_id=1, cancelled_at=MONDAY),
        lot(3, 2, "L1", group_id=2),
        lot(4, 3, "L1"),
    ],
    "question": [question(1, 1, "Q1"), question(2, 2, "Q1"), question(3, 3, "Q1")],
    "question_lot": [{"question_id": 1, "lot_id": 1}, {"question_id": 2, "lot_id": 3}],
    "panel_member": [
        {"id": number, "tender_id": tender_id, "person_id": 3, "role": "evaluator", "named_at": MONDAY}
        for number, tender_id in ((1, 1), (2, 2), (3, 3))
    ],
    "bid": [bid(1, 1, 1, alias="A"), bid(2, 1, 2, alias="B"), bid(3, 3, 1)],
    "bid_draft": [
        {"bid_id": number, "sealed": b"sealed", "saved_at": MONDAY, "revision": 1} for number in (1, 3)
    ],
    "bid_version": [
        {
            "id": number,
            "bid_id": number,
            "number": 1,
            "submitted_at": MONDAY,
            "submitted_by_id": 4,
            "quality_sealed": b"quality",
            "prices_sealed": b"prices",
            "quality_sha256": H,
            "prices_sha256": H,
            "sha256": H,
        }
        for number in (1, 2, 3)
    ],
    "opening": [
        {
            "tender_id": 1,
            "first_id": 1,
            "first_at": MONDAY,
            "second_id": 2,
            "second_at": MONDAY,
        }
    ],
    "opened_bid": [
        {
            "bid_id": number,
            "version_id": number,
            "company": {"name": "Pendle Care"},
            "preferences": [],
            "most_lots": None,
            "hours_per_week": None,
        }
        for number in (1, 2)
    ],
    "bid_answer": [{"bid_id": 1, "question_id": 1, "text": "We train everybody."}],
    "bid_lot": [{"id": 1, "bid_id": 1, "lot_id": 1}],
    "bid_price": [{"bid_lot_id": 1, "price": 1599}],
    "cancellation": [
        {"id": 1, "tender_id": 1, "lot_id": 2, "reason": "Not needed.", "by_id": 1, "at": MONDAY}
    ],
    "ratings_pin": [{"id": 1, "tender_id": 1, "file_id": 1, "stage": "opening", "by_id": 1, "at": MONDAY}],
    "eligibility_decision": [
        {
            "id": 1,
            "bid_id": 2,
            "state": "excluded",
            "reason": "A conviction.",
            "evidence": "",
            "response_invited_on": None,
            "response": "",
            "by_id": 1,
            "tender_id": 1,
            "at": MONDAY,
            "replaces_id": None,
        }
    ],
    "eligibility_decision_lot": [{"decision_id": 1, "lot_id": 1}],
    "conflict_declaration": [
        {
            "id": 1,
            "tender_id": 1,
            "bid_id": 1,
            "person_id": 3,
            "conflicted": True,
            "detail": "A cousin works there.",
            "at": MONDAY,
            "replaces_id": None,
        }
    ],
    "conflict_decision": [
        {"id": 1, "declaration_id": 1, "may_mark": True, "reason": "Far away.", "by_id": 2, "at": MONDAY}
    ],
    "mark": [
        {
            "id": 1,
            "tender_id": 1,
            "bid_id": 1,
            "question_id": 1,
            "person_id": 3,
            "mark": 4,
            "rationale": "It says who.",
            "at": MONDAY,
            "replaces_id": None,
            "change_reason": "",
        }
    ],
    "agreed_mark": [
        {
            "id": 1,
            "tender_id": 1,
            "bid_id": 1,
            "question_id": 1,
            "mark": 4,
            "reasons": "It says who.",
            "discussion": "All agreed.",
            "outside_reason": "",
            "recorded_by_id": 2,
            "at": MONDAY,
            "replaces_id": None,
            "change_reason": "",
        }
    ],
    "agreed_mark_present": [{"agreed_mark_id": 1, "person_id": 3}],
    "evaluation": [
        {
            "id": 1,
            "tender_id": 1,
            "number": 1,
            "record_text": "{}",
            "record_sha256": H,
            "result_text": "{}",
            "made_by_id": 1,
            "made_at": MONDAY,
        }
    ],
    "recommendation": [
        {
            "id": 1,
            "tender_id": 1,
            "evaluation_id": 1,
            "reason": "The best.",
            "by_id": 1,
            "at": MONDAY,
            "outcome": "approved",
            "decision_reason": "Agreed.",
            "decided_by_id": 2,
            "decided_at": MONDAY,
        }
    ],
    "award": [
        {
            "id": 1,
            "tender_id": 1,
            "recommendation_id": 1,
            "lot_id": 1,
            "bid_id": 1,
            "place": 1,
            "reason": "Ranked first.",
        }
    ],
    "standstill": [
        {
            "tender_id": 1,
            "summaries_sent_on": date(2026, 12, 10),
            "notice_on": date(2026, 12, 10),
            "ends_on": date(2026, 12, 21),
            "by_id": 1,
            "at": MONDAY,
        }
    ],
    "event": [
        {
            "id": 1,
            "log": "tender:1",
            "sequence": 0,
            "tender_id": 1,
            "at": MONDAY,
            "actor_id": 1,
            "actor_name": "Olive",
            "action": "tender.created",
            "subject": "OLD-1",
            "body": "{}",
            "leaf_hash": H,
        }
    ],
    "tree_head": [{"id": 1, "log": "tender:1", "size": 1, "root": H, "at": MONDAY}],
    "sign_in_attempt": [{"id": 1, "email_hash": H, "address_hash": H, "at": MONDAY}],
}
"""By table, in an order in which foreign keys hold. Tender 1 is awarded, 2 a draft, 3 open for bids."""


LATER: dict[str, list[dict[str, Any]]] = {
    "log_frontier": [{"log": "tender:1", "size": 1, "nodes": H, "keyed_hash": H}],
    "registration": [
        {
            "id": 1,
            "company": "Newcomer Care Ltd",
            "name": "Nora",
            "email": "nora@example.org",
            "secret_hash": H,
            "address_hash": H,
            "at": MONDAY,
        }
    ],
    "panel_change": [
        {
            "id": 1,
            "tender_id": 1,
            "at": MONDAY,
            "replaces_id": None,
            "member_id": 1,
            "kind": "stood_down",
            "reason": "She is ill for months.",
            "marks_count": True,
            "by_id": 1,
        }
    ],
    "step_request": [
        {
            "id": 1,
            "tender_id": 1,
            "step": "open-prices",
            "subject": "",
            "stage": "quality_locked",
            "shown_sha256": H,
            "reason": "",
            "by_id": 1,
            "at": MONDAY,
        }
    ],
    "evaluator_letter": [
        {"id": 1, "tender_id": 1, "person_id": 3, "bid_id": 1, "letter": "A", "dealt_at": MONDAY}
    ],
    "account_request": [
        {"id": 1, "person_id": 3, "kind": "link", "roles": ["evaluator"], "by_id": 1, "at": MONDAY}
    ],
    "account_answer": [{"request_id": 1, "confirmed": True, "by_id": 2, "at": MONDAY}],
    "password_link": [{"id": 1, "person_id": 3, "by_id": 1, "confirmed_by_id": 2, "at": MONDAY}],
    "person_notice": [{"id": 1, "person_id": 3, "text": "A link was made.", "at": MONDAY, "read_at": MONDAY}],
    "attendance": [{"id": 1, "tender_id": 1, "at": MONDAY, "replaces_id": None, "by_id": 2}],
    "attendance_person": [{"attendance_id": 1, "person_id": 3}],
    "draw_secret": [{"tender_id": 1, "commitment": H, "sealed": b"sealed", "made_at": MONDAY}],
    "draw_entry": [{"id": 1, "tender_id": 1, "value": "5 12 23", "by_id": 1, "at": MONDAY}],
    "draw": [
        {
            "tender_id": 1,
            "rules_sha256": H,
            "log_size": 1,
            "log_root": H,
            "secret": H,
            "public": "5 12 23",
            "seed": H,
            "made_at": MONDAY,
        }
    ],
    "tie_proposal": [
        {
            "id": 1,
            "tender_id": 1,
            "lot_id": 1,
            "bid_ids": [1, 2],
            "reason": "A draw before two witnesses.",
            "by_id": 1,
            "at": MONDAY,
        }
    ],
    "tie_answer": [
        {
            "proposal_id": 1,
            "proposed_by_id": 1,
            "approved": True,
            "reason": "I watched that draw myself.",
            "by_id": 2,
            "at": MONDAY,
        }
    ],
    "ratings_file_change": [
        {
            "id": 1,
            "file_id": 1,
            "what": "withdrawn",
            "as_at": None,
            "reason": "It is the file of another region.",
            "by_id": 1,
            "at": MONDAY,
        }
    ],
    "ratings_file_part": [{"id": 1, "file_id": 1, "position": 1, "filename": "ratings.csv", "sha256": H}],
    "pin_request": [
        {
            "id": 1,
            "tender_id": 1,
            "file_id": 1,
            "stage": "opening",
            "reason": "The CQC published a new rating.",
            "by_id": 1,
            "at": MONDAY,
        }
    ],
    "pin_answer": [{"request_id": 1, "pin_id": 1, "reason": "", "by_id": 2, "at": MONDAY}],
    "location_check": [
        {
            "id": 1,
            "tender_id": 1,
            "at": MONDAY,
            "replaces_id": None,
            "bid_id": 1,
            "location_id": "1-777",
            "file_id": 1,
            "reason": "Rated Good on every question.",
            "evidence": "The register, read on Monday.",
            "by_id": 1,
        }
    ],
    "location_check_answer": [{"check_id": 1, "agreed": True, "reason": "", "by_id": 2, "at": MONDAY}],
}
"""Rows for tables that later revisions make."""


def write_down(connection: Connection) -> None:
    """Put every row into the tables as they are now, whatever revision they are at; guards are to be off."""
    tables = MetaData()
    tables.reflect(connection)
    rows = {name: listed for name, listed in {**ROWS, **LATER}.items() if name in tables.tables}
    missing = set(tables.tables) - set(rows) - {"alembic_version"}
    assert not missing, f"small_record.py has no row for {missing}"
    for name, listed in rows.items():
        connection.execute(tables.tables[name].insert(), listed)
