"""Opening by two officers after the deadline, and taking back a tender or a lot."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from lots import log_check, states
from lots.bid import Bid, BidPrice, BidVersion, OpenedBid
from lots.refusal import Conflict, NotFound, NotPermitted, Refusal
from lots.seal import Seal
from lots.tender import Cancellation, Opening, find_tender
from tender.bids import operations as bids
from tender.frame.context import seal
from tender.procurements.operations import cancelling, changing_lots, opening_bids
from tests.app.procurements.conftest import (
    OFFICER,
    OFFICER2,
    PROVIDER,
    Tendering,
    logged,
)
from tests.reaching import reach_into


def complete(tendering: Tendering, email: str = OFFICER2, key: Seal | None = None) -> None:
    tendering.do(opening_bids.complete_opening, email, seal=lambda *_: key or seal())


def all_of(tendering: Tendering, table: type[Any]) -> list[Any]:
    with tendering.read() as session:
        return list(session.scalars(select(table)))


def test_two_different_officers_open_the_bids_after_the_deadline(with_bids: Tendering) -> None:
    with_bids.to_the_deadline()
    with_bids.do(opening_bids.request_opening)
    complete(with_bids)
    assert with_bids.state() == states.OPENED
    assert with_bids.see(lambda tender: tender.opened_at) == with_bids.clock()
    with with_bids.read() as session:
        opened = {one.bid.alias: one for one in session.scalars(select(OpenedBid))}
        assert set(opened) == {"A", "B"}
        assert {one.name for one in opened.values()} == {"Pendle Care Ltd", "Ribble Homecare CIC"}
        pendle = next(one for one in opened.values() if one.name == "Pendle Care Ltd")
        assert [each.lot.code for each in pendle.lots] == ["L1", "L2"]
        assert len(pendle.answers) == 8
        assert pendle.answers[0].text == "Pendle Care Ltd on Safeguarding."
        opening = session.get_one(Opening, with_bids.tender_id)
        assert (opening.first.name, opening.second and opening.second.name) == (
            "Olive Officer",
            "Oscar Officer",
        )


def test_prices_stay_sealed_at_the_opening(with_bids: Tendering) -> None:
    with_bids.to_the_deadline()
    with_bids.open()
    assert all_of(with_bids, BidPrice) == []


def test_a_second_before_the_deadline_nothing_opens(with_bids: Tendering) -> None:
    with_bids.to_the_deadline(seconds=-1)
    with pytest.raises(Conflict, match="is at “Open for bids”"):
        with_bids.do(opening_bids.request_opening)
    with_bids.to_the_deadline()
    with_bids.do(opening_bids.request_opening)


def test_one_officer_alone_cannot_open(with_bids: Tendering) -> None:
    with_bids.to_the_deadline()
    with pytest.raises(Refusal, match="first officer has to ask"):
        complete(with_bids, OFFICER)
    with_bids.do(opening_bids.request_opening)
    with pytest.raises(NotPermitted, match="Another officer has to complete it"):
        complete(with_bids, OFFICER)
    with pytest.raises(Conflict, match="You asked for the opening"):
        with_bids.do(opening_bids.request_opening)
    with pytest.raises(Conflict, match=r"Olive Officer asked for the opening.*You can complete it"):
        with_bids.do(opening_bids.request_opening, OFFICER2)
    assert with_bids.state() == states.PUBLISHED


@pytest.mark.parametrize("email", ["approver@example.org", "moderator@example.org", PROVIDER])
def test_nobody_but_officers_opens(with_bids: Tendering, email: str) -> None:
    with_bids.to_the_deadline()
    with pytest.raises(NotPermitted):
        with_bids.do(opening_bids.request_opening, email)
    with_bids.do(opening_bids.request_opening)
    with pytest.raises(NotPermitted):
        complete(with_bids, email)


def test_two_officers_who_ask_at_once_are_not_first_and_second(with_bids: Tendering) -> None:
    with_bids.to_the_deadline()
    told = with_bids.at_once(
        lambda: with_bids.do(opening_bids.request_opening),
        lambda: with_bids.do(opening_bids.request_opening, OFFICER2),
    )
    assert len(told) == 1
    assert "You can complete it" in told[0]


def test_a_second_officer_who_presses_twice_at_once_opens_once(with_bids: Tendering) -> None:
    with_bids.to_the_deadline()
    with_bids.do(opening_bids.request_opening)
    told = with_bids.at_once(lambda: complete(with_bids), lambda: complete(with_bids))
    assert len(told) == 1
    assert with_bids.actions().count("opening.completed") == 1


def test_drafts_and_withdrawn_bids_are_not_opened(with_bids: Tendering) -> None:
    with_bids.do(bids.withdraw, PROVIDER)
    with_bids.to_the_deadline()
    with_bids.open()
    with with_bids.read() as session:
        assert [one.name for one in session.scalars(select(OpenedBid))] == ["Ribble Homecare CIC"]


def test_the_last_version_of_a_replaced_bid_is_opened(with_bids: Tendering) -> None:
    with_bids.bid(PROVIDER, {"L3": 1_500})
    with_bids.to_the_deadline()
    with_bids.open()
    with with_bids.read() as session:
        pendle = next(one for one in session.scalars(select(OpenedBid)) if one.name == "Pendle Care Ltd")
        assert pendle.version.number == 2
        assert [each.lot.code for each in pendle.lots] == ["L3"]


def test_a_tender_without_bids_can_be_opened_and_says_so(published: Tendering) -> None:
    published.to_the_deadline()
    published.open()
    assert published.state() == states.OPENED
    with published.read() as session:
        assert '"count":0' in logged(session, published.tender_id, "opening.completed")[0].body


def test_with_another_key_no_bid_opens_and_nothing_changes(with_bids: Tendering) -> None:
    with_bids.to_the_deadline()
    with_bids.do(opening_bids.request_opening)
    with pytest.raises(Refusal, match="BID_KEY"):
        complete(with_bids, key=Seal(bytes(range(32))))
    assert with_bids.state() == states.PUBLISHED
    assert all_of(with_bids, OpenedBid) == []
    assert "opening.completed" not in with_bids.actions()


@pytest.mark.parametrize("column", ["quality_sealed", "quality_sha256", "sha256"])
def test_one_altered_envelope_keeps_all_bids_closed(with_bids: Tendering, column: str) -> None:
    with with_bids.change() as session:
        latest = list(session.scalars(select(BidVersion).order_by(BidVersion.id)))[-1]
        altered: Any = getattr(latest, column)
        altered = altered[:-1] + (bytes([altered[-1] ^ 1]) if isinstance(altered, bytes) else "x")
        statement = f"UPDATE bid_version SET {column} = :altered WHERE id = :id"
        reach_into(session, "bid_version", statement, altered=altered, id=latest.id)
    with_bids.to_the_deadline()
    with_bids.do(opening_bids.request_opening)
    with pytest.raises(Refusal):
        complete(with_bids)
    assert with_bids.state() == states.PUBLISHED
    assert all_of(with_bids, OpenedBid) == []
    with with_bids.read() as session:
        assert all(bid.alias is None for bid in session.scalars(select(Bid)))


def test_a_tender_is_cancelled_at_any_time_before_award_with_its_reason(with_bids: Tendering) -> None:
    with_bids.do(cancelling.cancel, reason="The budget for it was withdrawn.")
    assert with_bids.state() == states.CANCELLED
    with with_bids.read() as session:
        assert [one.reason for one in session.scalars(select(Cancellation))] == [
            "The budget for it was withdrawn."
        ]
    with pytest.raises(Conflict, match="It is cancelled"):
        with_bids.do(cancelling.cancel, OFFICER2, reason="Again, and for a second time.")
    with_bids.to_the_deadline()
    with pytest.raises(Conflict, match="is cancelled, so nothing in it can change"):
        with_bids.do(opening_bids.request_opening)


def test_a_cancellation_needs_a_reason_and_an_officer(published: Tendering) -> None:
    with pytest.raises(Refusal, match="Say why in at least 5 words") as refused:
        published.do(cancelling.cancel, reason=" \n ")
    assert refused.value.field == "reason"
    with pytest.raises(NotPermitted):
        published.do(cancelling.cancel, "auditor@example.org", reason="Why not")


def lot(code: str) -> Any:
    return lambda _session, tender: next(each for each in tender.lots if each.code == code)


def test_a_lot_is_cancelled_alone_and_the_others_go_on(with_bids: Tendering) -> None:
    with_bids.do(cancelling.cancel_lot, lot=lot("L1"), reason="It is served by another contract.")
    assert with_bids.state() == states.PUBLISHED
    assert with_bids.see(lambda tender: [each.cancelled_at is None for each in tender.lots]) == [
        False,
        True,
        True,
    ]
    with pytest.raises(Conflict, match="Lot L1 was cancelled on 23 November 2026"):
        with_bids.do(cancelling.cancel_lot, OFFICER2, lot=lot("L1"), reason="Again, and for a second time.")
    with_bids.do(cancelling.cancel_lot, lot=lot("L2"), reason="Too few people live there now.")
    with pytest.raises(Refusal, match="last lot"):
        with_bids.do(cancelling.cancel_lot, lot=lot("L3"), reason="Too few people live there now.")
    with_bids.to_the_deadline()
    with_bids.open()


def test_a_lot_of_another_tender_is_not_found(published: Tendering) -> None:
    mine = published.tender_id
    published.create("homecare", "LCC-2")
    other = published.tender_id
    published.tender_id = mine
    with pytest.raises(NotFound):
        published.do(
            cancelling.cancel_lot,
            lot=lambda session, _: find_tender(session, other).lots[0],
            reason="A number forged by a stranger",
        )


def test_a_lot_of_a_draft_is_removed_and_not_cancelled(tendering: Tendering) -> None:
    with pytest.raises(Conflict, match="is at “Draft”"):
        tendering.do(cancelling.cancel_lot, lot=lot("L1"), reason="It is not wanted any more.")


def test_two_officers_who_cancel_different_lots_at_once_leave_one(tendering: Tendering) -> None:
    tendering.do(changing_lots.remove_lot, code="L3", seen=None)
    tendering.complete()
    tendering.publish()
    told = tendering.at_once(
        lambda: tendering.do(cancelling.cancel_lot, lot=lot("L1"), reason="One lot of them is enough."),
        lambda: tendering.do(
            cancelling.cancel_lot, OFFICER2, lot=lot("L2"), reason="Two lots of them are enough."
        ),
    )
    assert told == ["This is the last lot. Cancel the whole tender instead."]


def test_the_log_of_a_tender_from_draft_to_opening_is_whole(with_bids: Tendering) -> None:
    with_bids.to_the_deadline()
    with_bids.open()
    with with_bids.read() as session:
        found = log_check.check(session, find_tender(session, with_bids.tender_id))
    assert found.intact, found.faults
    assert found.heads >= 2
