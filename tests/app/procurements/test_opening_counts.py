"""The opening counts: what is opened is what the log says was submitted, or nothing is opened at all."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from lots import states
from lots.bid import OpenedBid
from lots.refusal import Refusals
from lots.tender import Tender
from tender.bids import operations as bids
from tender.bids.access import TooLate
from tender.frame.context import seal
from tender.procurements.operations import opening_bids
from tests.app.procurements.conftest import DEADLINE, OFFICER2, PROVIDER, Tendering
from tests.reaching import reach_into

PENDLE = (
    "SELECT bid.id FROM bid JOIN provider ON provider.id = provider_id WHERE provider.name LIKE 'Pendle%'"
)


def reach(tendering: Tendering, table: str, statement: str) -> None:
    with tendering.change() as session:
        reach_into(session, table, statement)


def refused(tendering: Tendering) -> str:
    """Why the bids cannot be opened; nothing may have been."""
    tendering.to_the_deadline()
    tendering.do(opening_bids.request_opening)
    with pytest.raises(Refusals) as refusal:
        tendering.do(opening_bids.complete_opening, OFFICER2, seal=lambda *_: seal())
    assert tendering.state() == states.PUBLISHED
    with tendering.read() as session:
        assert session.scalars(select(OpenedBid)).all() == []
    return refusal.value.message


@pytest.mark.parametrize(
    ("table", "statement", "told"),
    [
        (
            "bid",
            f"UPDATE bid SET state = 'withdrawn' WHERE id = ({PENDLE})",
            "Pendle Care Ltd submitted version 1 of its bid, and it is not there to be opened.",
        ),
        (
            "bid_version",
            f"DELETE FROM bid_version WHERE bid_id = ({PENDLE})",
            "Pendle Care Ltd submitted version 1 of its bid, and it is not there to be opened.",
        ),
        (
            "bid_version",
            f"UPDATE bid_version SET sha256 = quality_sha256 WHERE bid_id = ({PENDLE})",
            "The bid of Pendle Care Ltd is not the one that the log says was submitted last (version 1).",
        ),
        (
            "bid_version",
            "UPDATE bid_version SET quality_sealed = prices_sealed WHERE id = 1",
            "The submitted bid (Pendle Care Ltd, Paula Provider): its quality sealed is not the one that",
        ),
        (
            "bid_version",
            "UPDATE bid_version SET prices_sealed = quality_sealed WHERE id = 1",
            "The submitted bid (Pendle Care Ltd, Paula Provider): its prices sealed is not the one that",
        ),
    ],
)
def test_a_bid_that_was_altered_stops_the_opening_with_its_name(
    with_bids: Tendering, table: str, statement: str, told: str
) -> None:
    reach(with_bids, table, statement)
    message = refused(with_bids)
    assert "The bids cannot be opened: the record is not what its log says." in message
    assert told in message
    assert "restore what was altered from a backup" in message


def test_a_bid_that_the_log_does_not_know_stops_the_opening(with_bids: Tendering) -> None:
    reach(with_bids, "event", "DELETE FROM event WHERE action = 'bid.submitted' AND subject LIKE 'Pendle%'")
    assert "The bid of Pendle Care Ltd is not one that the log says was submitted." in refused(with_bids)


def test_rules_altered_after_publication_stop_the_opening(with_bids: Tendering) -> None:
    reach(with_bids, "question", "UPDATE question SET weight = weight + 1 WHERE code = 'Q1'")
    assert "The question (Q1): its weight says" in refused(with_bids)


def test_the_published_deadline_counts_and_not_the_one_in_the_column(with_bids: Tendering) -> None:
    with with_bids.change() as session:
        reach_into(
            session,
            "tender",
            "UPDATE tender SET deadline = :later WHERE id = :id",
            later=(DEADLINE + timedelta(days=7)).replace(tzinfo=None).isoformat(" "),
            id=with_bids.tender_id,
        )
    with_bids.to_the_deadline()
    assert with_bids.see(lambda tender: states.stage(tender, with_bids.clock())) == states.CLOSED
    with pytest.raises(TooLate):
        with_bids.do(bids.withdraw, PROVIDER)
    assert "its deadline says" in refused(with_bids)


def test_in_a_draft_the_deadline_is_the_one_set_so_far() -> None:
    assert Tender(deadline=DEADLINE).closes_at == DEADLINE
