"""What an entry says in words agrees with the rows that it carries, whoever forged the one or the other."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from lots import taking_over
from lots.database import WRITE, connect
from lots.event import Event
from lots.tender import Tender
from scoring.canonical import canonical_json
from tender.frame.context import now
from tender.whole.comparing import compare
from tests.app.audit.example_scene import few_bidders
from tests.app.audit.test_alterations import disarm, owning
from tests.app.conftest import Change
from tests.postgresql import SUPERUSER, by

__all__ = ["few_bidders", "owning"]

Body = dict[str, Any]


def forge(session: Session, action: str, alter_body: Callable[[Body], None]) -> None:
    """Alter what the last entry with this action says, and nothing else."""
    entry = session.scalars(select(Event).where(Event.action == action).order_by(Event.id.desc())).first()
    assert entry is not None
    body = json.loads(entry.body)
    alter_body(body)
    session.execute(
        text("UPDATE event SET body = :body WHERE id = :id"),
        {"body": canonical_json(body).decode(), "id": entry.id},
    )


def found(session: Session, tender_id: int = 1) -> str:
    session.expire_all()
    return "\n".join(compare(session, session.get_one(Tender, tender_id)).faults)


def put(**values: Any) -> Callable[[Body], None]:
    return lambda body: body.update(values)


def exchange_winners(body: Body) -> None:
    lot = next(code for code, aliases in body["awards"].items() if aliases)
    body["awards"][lot] = ["Z"]


def lower_a_price(body: Body) -> None:
    prices = body["bids"][0]["pence_an_hour"]
    prices[min(prices)] -= 1


FORGERIES = (
    ("mark.given", put(mark=9), "it says another mark than the row that it carries"),
    ("mark.given", put(rationale="Better."), "it says another rationale than the row"),
    ("mark.given", put(bid="Z"), "it names another bid than the row"),
    ("mark.given", put(question="Q9"), "it names another question than the row"),
    ("mark.agreed", put(mark=9), "it says another mark than the row"),
    ("mark.agreed", put(reasons="Good."), "it says another reasons than the row"),
    ("mark.agreed", put(present=[1]), "it names others as present"),
    ("eligibility.decided", put(state="in_assessment"), "it says another state than the row"),
    ("eligibility.decided", put(lots=["L1"]), "it names other lots"),
    ("conflict.decided", put(may_mark=True), "it says another may mark than the row"),
    ("conflict.declared", lambda body: body["declarations"].pop(), "it does not carry the declarations"),
    ("bid.submitted", put(prices_sha256="ff"), "it says another prices sha256 than the row"),
    ("opening.requested", put(first=3), "it says another first than the row"),
    ("opening.completed", lambda body: body["bids"].pop(), "it names other bids than those that it opened"),
    ("prices.opened", lower_a_price, "it says other prices than the rows"),
    ("evaluation.made", put(record_sha256="ff"), "it says another record sha256 than the row"),
    ("award.recommended", put(evaluation=1), "it names another evaluation than the row"),
    ("award.approved", exchange_winners, "it says other awards than the rows"),
    (
        "summaries.sent",
        put(standstill_ends_on="2026-01-01"),
        "it says another standstill ends on than the row",
    ),
    ("tender.published", put(rules_sha256="ff"), "it says another rules sha256 than the row"),
    ("tender.published", lambda body: body["panel"].pop(), "it names another panel"),
)


def test_an_entry_whose_words_were_forged_is_named_by_its_rows(owning: Session) -> None:
    disarm(owning)
    unnamed = []
    for action, alter_body, named in FORGERIES:
        trial = owning.begin_nested()
        forge(owning, action, alter_body)
        told = "\n".join(found(owning, tender_id) for tender_id in (1, 2, 3))
        if f"({action}): {named}" not in told:
            unnamed.append((action, named, told))
        trial.rollback()
    assert unnamed == []


def test_rows_forged_together_with_table_and_hash_are_named_by_the_words_of_the_entry(
    owning: Session,
) -> None:
    disarm(owning)
    entry = owning.scalars(select(Event).where(Event.action == "mark.given").order_by(Event.id)).first()
    assert entry is not None
    assert entry.rows is not None
    rows = json.loads(entry.rows)
    (key,) = rows["mark"]
    rows["mark"][key]["mark"] = 0
    forged = canonical_json(rows).decode()
    owning.execute(text("UPDATE mark SET mark = 0 WHERE id = :id"), {"id": int(key)})
    owning.execute(
        text("UPDATE event SET rows = :rows, rows_sha256 = :sha256 WHERE id = :id"),
        {"rows": forged, "sha256": hashlib.sha256(forged.encode()).hexdigest(), "id": entry.id},
    )
    assert "(mark.given): it says another mark than the row that it carries" in found(owning)


@pytest.mark.parametrize(
    ("action", "state", "named"),
    [
        ("moderation.opened", "awarded", "it takes the tender to “Awarded”, which this step does not do"),
        ("mark.given", "awarded", "it takes the tender to “Awarded”, which this step does not do"),
        ("marking.started", "opened", "which this step does not do"),
    ],
)
def test_a_step_that_leads_to_another_stage_than_it_does_is_named(
    owning: Session, action: str, state: str, named: str
) -> None:
    disarm(owning)
    entry = owning.scalars(select(Event).where(Event.action == action).order_by(Event.id)).first()
    assert entry is not None
    rows = json.loads(entry.rows or "{}")
    rows.setdefault("tender", {})["1"] = {"state": state}
    owning.execute(
        text("UPDATE event SET rows = :rows WHERE id = :id"),
        {"rows": canonical_json(rows).decode(), "id": entry.id},
    )
    assert named in found(owning)


def test_an_older_record_is_taken_over_as_it_stands_and_held_from_then_on(
    few_bidders: None, change: Change, database: str
) -> None:
    engine = connect(by(SUPERUSER, database), execution_options={WRITE: True})
    with Session(engine) as session:
        disarm(session)
        session.execute(text("UPDATE event SET rows = NULL, rows_sha256 = NULL"))
        session.commit()
    engine.dispose()
    with change() as session:
        assert taking_over.take_over(session, new_tables=frozenset(), now=now()) == 4
    with change() as session:
        assert taking_over.take_over(session, new_tables=frozenset(), now=now()) == 0, "once is enough"
        for tender in [None, *session.scalars(select(Tender))]:
            compared = compare(session, tender)
            assert compared.faults == ()
            assert compared.taken_over == 1
