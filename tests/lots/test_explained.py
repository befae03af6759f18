"""Nothing of the record changes unless the log tells it, row by row."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session, sessionmaker

from lots import event, explained
from lots.database import WRITE, Base, connect
from lots.event import Event
from lots.explained import Unexplained
from lots.log_key import IN_SESSION, LogKey
from lots.person import Person, PersonRole
from lots.provider import Provider
from lots.rating import Rating, RatingsFile
from lots.rows import OUTSIDE, covered_columns, covered_tables, is_covered, written_down
from lots.tender import Cancellation, Lot, Question, Tender
from tests.lots.conftest import KEY

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture
def held(database: str) -> Iterator[Session]:
    """A session that is held to explaining, as the application's are."""
    engine = connect(database, execution_options={WRITE: True})
    sessions = sessionmaker(engine, info={IN_SESSION: LogKey(KEY)})
    explained.hold(sessions)
    with sessions() as session:
        yield session
    engine.dispose()


def person(email: str = "o@example.org") -> Person:
    return Person(email=email, name="Olu Officer", session_token=email, created_at=NOON)


def a_tender(officer: Person) -> Tender:
    tender = Tender(
        reference="HC-1",
        title="Homecare",
        buyer="Lancashire",
        service="homecare",
        created_by=officer,
        created_at=NOON,
    )
    lot = Lot(code="L1", position=1, service="homecare", zone="Pendle", hours_per_week=1, guide_price=1)
    tender.lots = [lot]
    tender.questions = [Question(code="Q1", position=1, title="T", text="x", weight=6000, lots=[lot])]
    return tender


def write(session: Session, tender: Tender | None = None) -> dict[str, Any]:
    """Write an event, and give the rows that it carries."""
    entry = event.write(
        session, tender=tender, actor=None, action="tender.changed", subject="x", body={}, now=NOON
    )
    assert entry.rows is not None
    assert entry.rows_sha256 == hashlib.sha256(entry.rows.encode()).hexdigest()
    assert entry.rows_sha256 in entry.leaf().decode()
    rows: dict[str, Any] = json.loads(entry.rows)
    return rows


def test_a_new_row_goes_whole_into_the_next_event(held: Session) -> None:
    held.add(a_tender(person()))
    held.flush()
    held.add(Cancellation(tender_id=1, reason="Not needed.", by_id=1, at=NOON))
    write(held)
    assert write(held, held.get_one(Tender, 1))["cancellation"] == {
        "1": {
            "tender_id": 1,
            "lot_id": None,
            "reason": "Not needed.",
            "by_id": 1,
            "at": "2026-11-23T12:00:00.000000+00:00",
        }
    }
    assert write(held) == {}, "each change is told once"


def test_of_a_changed_row_the_changed_columns_are_told_however_often_they_were_written(held: Session) -> None:
    somebody = person()
    provider = Provider(name="Pendle Care", created_at=NOON)
    held.add_all([somebody, provider])
    write(held)
    provider.name = "Pendle"
    held.flush()
    provider.name, provider.is_sme = "Pendle Care Ltd", True
    assert write(held) == {"provider": {"1": {"name": "Pendle Care Ltd", "is_sme": True}}}
    provider.name = provider.name
    somebody.session_token = "a new one"
    assert write(held) == {}


def test_a_row_that_is_taken_out_is_told(held: Session) -> None:
    somebody = person()
    somebody.role_rows = [PersonRole(role="officer"), PersonRole(role="approver")]
    held.add(somebody)
    assert set(write(held)["person_role"]) == {"1,officer", "1,approver"}
    somebody.role_rows = [row for row in somebody.role_rows if row.role == "officer"]
    assert write(held) == {"person_role": {"1,approver": None}}


def test_a_row_that_came_and_went_between_two_events_never_was(held: Session) -> None:
    somebody = person()
    somebody.role_rows = [PersonRole(role="officer")]
    held.add(somebody)
    held.flush()
    somebody.role_rows = []
    assert "person_role" not in write(held)


def test_rows_that_only_link_are_told_when_they_come_and_when_they_go(held: Session) -> None:
    officer = person()
    tender = a_tender(officer)
    held.add(tender)
    write(held)
    assert write(held, tender)["question_lot"] == {"1,1": {}}
    held.commit()
    held.expire_all()
    question = held.get_one(Question, 1)
    question.lots = []
    assert write(held, tender) == {"question_lot": {"1,1": None}}
    question.lots = list(tender.lots)
    write(held, tender)
    held.commit()
    held.expunge_all()
    tender = held.get_one(Tender, 1)
    tender.questions = []
    assert write(held, tender) == {"question": {"1": None}, "question_lot": {"1,1": None}}


def test_the_logs_of_tenders_tell_their_rows_and_the_installations_the_rest(held: Session) -> None:
    tender = a_tender(person())
    held.add(tender)
    assert {"tender", "lot", "question"} <= set(write(held, tender))
    assert set(write(held)) == {"person"}


def test_a_change_that_no_event_follows_is_not_committed(held: Session) -> None:
    held.add(person())
    write(held)
    held.commit()
    held.get_one(Person, 1).active = False
    with pytest.raises(Unexplained, match="no event tells the change of person 1"):
        held.commit()
    held.rollback()
    assert held.get_one(Person, 1).active
    held.commit()


def test_what_is_undone_needs_no_event(held: Session) -> None:
    held.add(person())
    held.flush()
    held.rollback()
    assert write(held) == {}


def test_the_record_is_not_changed_past_its_objects(held: Session) -> None:
    for statement in (update(Person).values(name="Mallory"), insert(Person).values(name="Mallory")):
        with pytest.raises(Unexplained, match="change it by its objects"):
            held.execute(statement)


def test_ratings_are_told_as_their_number_and_one_hash(held: Session) -> None:
    held.add(
        RatingsFile(filename="f.csv", sha256="a" * 64, as_at=date(2026, 11, 1), row_count=2, loaded_at=NOON)
    )
    held.flush()
    columns = [column for column in Rating.__table__.columns if column.name != "id"]
    row = {column.name: False if column.type.python_type is bool else "" for column in columns}
    rows = [
        {**row, "file_id": 1, "row": at, "location_id": f"1-{at}", "dormant": False} for at in range(7000)
    ]
    held.execute(insert(Rating), rows)
    told = write(held)["rating"]
    assert set(told) == {"1"}
    assert told["1"]["rows"] == 7000
    assert explained.digest(held, Base.metadata.tables["rating"], 1) == told["1"]


def test_secrets_and_contact_details_are_told_as_hashes_alone(held: Session) -> None:
    somebody = person("secret.address@example.org")
    somebody.password_hash = "$argon2id$very-secret"
    held.add(somebody)
    write(held)
    stored = held.scalar(select(Event.rows))
    assert stored is not None
    assert "secret" not in stored
    assert hashlib.sha256(b"$argon2id$very-secret").hexdigest() in stored


def test_long_texts_and_bytes_are_told_as_hashes_that_no_text_can_pass_for() -> None:
    description = Tender.__table__.columns["description"]
    long = "word " * 100
    assert written_down(description, "short") == "short"
    assert written_down(description, long) == {"sha256": hashlib.sha256(long.encode()).hexdigest()}
    assert written_down(description, f'{{"sha256":"{"a" * 64}"}}') != {"sha256": "a" * 64}


def test_every_table_and_column_is_explained_or_listed_with_the_reason_why_not() -> None:
    names = {table.name for table in Base.metadata.tables.values()}
    names |= {f"{column.table}.{column.name}" for t in Base.metadata.tables.values() for column in t.columns}
    assert set(OUTSIDE) <= names, "what is listed is there"
    assert all(len(reason) > 20 for reason in OUTSIDE.values())
    for table in Base.metadata.tables.values():
        for column in table.columns:
            told = column.primary_key or column in covered_columns(table)
            assert told or not is_covered(table, column)
    covered = [*covered_tables(of_tenders=True), *covered_tables(of_tenders=False)]
    assert {table.name for table in covered} | set(OUTSIDE) >= set(Base.metadata.tables)
    for table in covered:
        for column in covered_columns(table):
            assert written_down(column, None) is None
