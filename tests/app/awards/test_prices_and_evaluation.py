"""Prices opened and results worked out, by operations."""

from __future__ import annotations

import hashlib
import json

import pytest
from sqlalchemy import select

import scoring
from lots import log_check, states
from lots.award import Evaluation, current_evaluation
from lots.bid import BidPrice, BidVersion
from lots.refusal import Conflict, NotPermitted, Refusal, Refusals
from lots.seal import Seal
from lots.tender import Tender
from tender.awards.operations import evaluating, opening_prices
from tender.frame.context import seal
from tests.app.award_steps import Lock, Take
from tests.app.conftest import Change, Clock, People
from tests.app.locked_tender import BIDDERS, Bidder, Locked

OFFICER = "officer@example.org"
APPROVER = "approver@example.org"


def test_prices_cannot_be_opened_before_quality_is_locked(
    locked: Locked, arrange: Change, people: People, clock: Clock
) -> None:
    with arrange() as session:
        tender = session.get_one(Tender, locked.tender_id)
        tender.state = states.MODERATION
        session.flush()
        with pytest.raises(Conflict, match=r"“In moderation”.*“Quality locked”"):
            opening_prices.open_prices(
                session, actor=people.of(session, OFFICER), now=clock(), seal=seal(), tender=tender
            )
        assert session.scalars(select(BidPrice)).all() == []


@pytest.mark.parametrize(
    "email", ["approver@example.org", "moderator@example.org", "provider@example.org", "auditor@example.org"]
)
def test_only_an_officer_opens_prices(
    locked: Locked, change: Change, people: People, clock: Clock, email: str
) -> None:
    with change() as session:
        tender = session.get_one(Tender, locked.tender_id)
        with pytest.raises(NotPermitted):
            opening_prices.open_prices(
                session, actor=people.of(session, email), now=clock(), seal=seal(), tender=tender
            )


def test_opened_prices_are_those_that_were_sealed(locked: Locked, take: Take, read: Change) -> None:
    take(locked, "open")
    with read() as session:
        tender = session.get_one(Tender, locked.tender_id)
        assert tender.state == states.PRICES_OPENED
        record = json.loads(_record_text(session, tender))
        found = {(bid["bidder"], bid["lot"]): bid["price_pence"] for bid in record["bids"]}
        letters = "ABCDEF"
        assert found == {
            (letters[n], lot): price for n, one in enumerate(BIDDERS) for lot, price in one.prices.items()
        }


def _record_text(session: object, tender: Tender) -> str:
    from lots.record import evaluation_record

    return json.dumps(evaluation_record(session, tender))  # type: ignore[arg-type]


def test_an_envelope_under_another_key_opens_no_price_at_all(
    locked: Locked, change: Change, people: People, clock: Clock
) -> None:
    with change() as session:
        tender = session.get_one(Tender, locked.tender_id)
        with pytest.raises(Refusal, match="BID_KEY"):
            opening_prices.open_prices(
                session, actor=people.of(session, OFFICER), now=clock(), seal=Seal(bytes(32)), tender=tender
            )
        session.rollback()
        assert session.scalars(select(BidPrice)).all() == []
        assert session.get_one(Tender, locked.tender_id).state == states.QUALITY_LOCKED


def test_an_envelope_that_prices_another_lot_opens_no_price_at_all(
    locked: Locked, change: Change, people: People, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    true = opening_prices.open_prices.__globals__["envelopes"].open_prices

    def forged(seal: Seal, version: BidVersion) -> object:
        found = true(seal, version)
        prices = dict(found.prices)
        prices["L9"] = prices.pop("L1", 1)
        return type(found)(prices)

    monkeypatch.setattr("tender.bids.envelopes.open_prices", forged)
    with change() as session:
        tender = session.get_one(Tender, locked.tender_id)
        with pytest.raises(Refusal, match=r"Provider A prices L2, L3, L9, but its bid is for L1, L2, L3"):
            opening_prices.open_prices(
                session, actor=people.of(session, OFFICER), now=clock(), seal=seal(), tender=tender
            )
        session.rollback()
        assert session.scalars(select(BidPrice)).all() == []


def test_an_evaluation_keeps_the_record_and_a_result_that_anyone_gets_from_it(
    evaluated: Locked, read: Change
) -> None:
    with read() as session:
        evaluation = session.scalars(select(Evaluation)).one()
        assert hashlib.sha256(evaluation.record_text.encode()).hexdigest() == evaluation.record_sha256
        again = scoring.evaluate(scoring.read(evaluation.record_text)).as_object()
        assert again == evaluation.result
        assert evaluation.result["record_sha256"] == evaluation.record_sha256
        assert _winners(evaluation) == {"L1": ["A"], "L2": ["A"], "L3": ["C"]}


def _winners(evaluation: Evaluation) -> dict[str, list[str]]:
    return {lot["id"]: [a["bidder"] for a in lot["awards"]] for lot in evaluation.result["lots"]}


def test_evaluating_again_when_nothing_changed_adds_nothing(
    evaluated: Locked, change: Change, people: People, clock: Clock
) -> None:
    with change() as session:
        tender = session.get_one(Tender, evaluated.tender_id)
        before = log_check.check(session, tender).size
        again = evaluating.evaluate(session, actor=people.of(session, OFFICER), now=clock(), tender=tender)
        assert again.number == 1
        assert log_check.check(session, tender).size == before


def test_a_record_with_a_mark_missing_is_refused_with_the_place(
    lock: Lock, take: Take, change: Change, people: People, clock: Clock
) -> None:
    without = (*BIDDERS[:1], Bidder("Nelson Carers", (4, 4, 9), {"L1": 1700}))
    locked = lock(bidders=without)
    take(locked, "open")
    with change() as session:
        tender = session.get_one(Tender, locked.tender_id)
        with pytest.raises(Refusals) as refused:
            evaluating.evaluate(session, actor=people.of(session, OFFICER), now=clock(), tender=tender)
        assert "9 is above the highest mark, 5" in refused.value.message
        assert current_evaluation(session, tender) is None
