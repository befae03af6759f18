"""Opening by two officers after the deadline, and taking back a tender or a lot."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lots import draw, event, log_check, states
from lots.bid import Bid, BidPrice, BidVersion, OpenedBid
from lots.refusal import Conflict, NotFound, NotPermitted, Refusal
from lots.seal import Seal
from lots.tender import Cancellation, Opening, find_tender
from scoring import merkle
from tender.audit import draw_check
from tender.bids import operations as bids
from tender.frame.context import seal
from tender.procurements.operations import cancelling, changing_lots, changing_rules, opening_bids
from tender.procurements.operations.changing_rules import RuleSettings
from tests.app.procurements.conftest import (
    OFFICER,
    OFFICER2,
    PROVIDER,
    PROVIDER2,
    Tendering,
    logged,
    on,
)
from tests.app.staging import Stage, scene
from tests.reaching import reach_into


def complete(tendering: Tendering, email: str = OFFICER2, key: Seal | None = None) -> None:
    tendering.do(opening_bids.complete_opening, email, seal=lambda *_: key or seal())


def all_of(tendering: Tendering, table: type[Any]) -> list[Any]:
    with tendering.read() as session:
        return list(session.scalars(select(table)))


@scene(after="published_id")
def bid_for_id(stage: Stage) -> int:
    """The number of the published tender, with two bids in."""
    tendering = on(stage, stage["published_id"])
    tendering.bid(PROVIDER, {"L1": 1_599, "L2": 1_610})
    tendering.bid(PROVIDER2, {"L2": 1_580})
    return tendering.tender_id


@pytest.fixture
def with_bids(published: Tendering, bid_for_id: int) -> Tendering:
    assert published.tender_id == bid_for_id
    return published


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


def sha256_of_lines(*lines: str) -> str:
    return hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()


def test_letters_follow_the_hashes_that_the_receipts_carry_by_a_seed_that_anybody_can_work_out(
    with_bids: Tendering,
) -> None:
    with_bids.to_the_deadline()
    with_bids.open()
    with with_bids.read() as session:
        tender = find_tender(session, with_bids.tender_id)
        made = session.get_one(draw.Draw, tender.id)
        published = tender.rules["rules"]["draw"]["commitment"]
        assert published == sha256_of_lines("draw-secret/1", made.secret)
        size, root = up_to_the_last_bid(session, tender.id)
        seed = sha256_of_lines(
            "draw-seed/1", f"rules {tender.rules_sha256}", f"log {size} {root}", f"secret {made.secret}"
        )
        assert (made.log_size, made.log_root, made.seed, made.public) == (size, root, seed, None)
        by_letter = sorted((one.bid.alias, one.version.sha256) for one in session.scalars(select(OpenedBid)))
        drawn = [sha256_of_lines("draw-letter/1", seed, digest) for _, digest in by_letter]
        assert drawn == sorted(drawn)
        told = logged(session, with_bids.tender_id, "opening.completed")[0].body
        assert all(digest in told for _, digest in by_letter)
        assert '"count":2' in told


def up_to_the_last_bid(session: Session, tender_id: int) -> tuple[int, str]:
    """Size and root of the log when bids closed, worked out from its entries."""
    log = list(
        session.scalars(
            select(event.Event).where(event.Event.log == f"tender:{tender_id}").order_by(event.Event.sequence)
        )
    )
    last = max(one.sequence for one in log if one.action in ("bid.submitted", "bid.withdrawn"))
    assert len(log) > last + 2, "the opening is in the log, and not in the draw"
    leaves = [merkle.leaf_hash(one.leaf()) for one in log[: last + 1]]
    return last + 1, merkle.root(leaves).hex()


def test_the_secret_of_the_draw_is_sealed_until_bids_are_opened(with_bids: Tendering) -> None:
    with with_bids.read() as session:
        kept = session.get_one(draw.DrawSecret, with_bids.tender_id)
        assert len(kept.sealed) > 4_000
        before = bytes(kept.sealed)
    with_bids.to_the_deadline()
    with_bids.open()
    with with_bids.read() as session:
        secret = session.get_one(draw.Draw, with_bids.tender_id).secret
        assert secret.encode() not in before
        told = "".join(one.body for one in session.scalars(select(event.Event).order_by(event.Event.id)))
        assert told.count(secret) == 1, "the entry of the opening alone tells it"


def test_a_secret_that_was_altered_stops_the_opening(with_bids: Tendering) -> None:
    with with_bids.change() as session:
        blank = "X'02'" if session.get_bind().dialect.name == "sqlite" else "'\\x02'"
        reach_into(session, "draw_secret", f"UPDATE draw_secret SET sealed = {blank}")
    with_bids.to_the_deadline()
    with_bids.do(opening_bids.request_opening)
    with pytest.raises(Refusal, match="A sealed envelope is damaged"):
        complete(with_bids)
    assert with_bids.state() == states.PUBLISHED


LOTTO = "UK National Lottery, Lotto draw of Saturday 5 December 2026"


@scene(after="draft_id")
def with_a_public_source_id(stage: Stage) -> int:
    """The number of a tender whose rules name a public source of chance, with a bid in."""
    tendering = on(stage, stage["draft_id"])
    tendering.complete()
    tendering.do(
        changing_rules.change_rules,
        settings=lambda _, tender: replace(RuleSettings.of(tender), draw_source=LOTTO),
        seen=None,
    )
    tendering.publish()
    tendering.bid(PROVIDER, {"L1": 1_599, "L2": 1_610})
    return tendering.tender_id


@pytest.fixture
def with_a_public_source(tendering: Tendering, with_a_public_source_id: int) -> Tendering:
    assert tendering.tender_id == with_a_public_source_id
    return tendering


def test_both_officers_type_what_the_public_source_showed_and_the_seed_holds_it(
    with_a_public_source: Tendering,
) -> None:
    tendering = with_a_public_source
    assert tendering.see(lambda tender: tender.rules["rules"]["draw"]["source"]) == LOTTO
    tendering.to_the_deadline()
    tendering.do(opening_bids.request_opening, public=" 5  12 23 34 41 48 ")
    with pytest.raises(Refusal, match="Type in first what the public source of chance showed"):
        complete(tendering)
    tendering.do(opening_bids.type_public, OFFICER2, public="5 12 23 34 41 48")
    complete(tendering)
    with tendering.read() as session:
        made = session.get_one(draw.Draw, tendering.tender_id)
        assert made.public == "5 12 23 34 41 48"
        assert made.seed == sha256_of_lines(
            "draw-seed/1", f"rules {made.rules_sha256}", f"log {made.log_size} {made.log_root}",
            f"secret {made.secret}", "public 5 12 23 34 41 48",
        )  # fmt: skip


DRAW_ATTACKS = {
    "draw_secret": ("UPDATE draw_secret SET sealed = X'02'", "The sealed secret of the draw:"),
    "draw": ("UPDATE draw SET secret = '{0}'", "The secret of the draw is not the one that was committed"),
    "draw log": ("UPDATE draw SET log_size = log_size + 1", "another log than the one up to the last bid"),
    "draw seed": ("UPDATE draw SET seed = '{0}'", "The seed of the draw is not the one that its parts give"),
    "draw public": ("UPDATE draw SET public = '1 2 3'", "is not what the draw was made with"),
    "bid": ("UPDATE bid SET alias = 'B'", "Provider B was not dealt that letter: the draw gives A."),
}


@pytest.mark.parametrize("attack", DRAW_ATTACKS)
def test_a_draw_that_was_altered_behind_the_service_is_named(
    with_a_public_source: Tendering, attack: str
) -> None:
    tendering = with_a_public_source
    tendering.to_the_deadline()
    tendering.do(opening_bids.request_opening, public="1 2")
    tendering.do(opening_bids.type_public, OFFICER2, public="1 2")
    complete(tendering)
    with tendering.read() as session:
        tender = find_tender(session, tendering.tender_id)
        assert draw_check.faults(session, tender, seal()) == []
    statement, told = DRAW_ATTACKS[attack]
    with tendering.change() as session:
        if session.get_bind().dialect.name == "postgresql":
            statement = statement.replace("X'02'", "'\\x02'")
        reach_into(session, attack.partition(" ")[0], statement.format("ab" * 32))
    with tendering.read() as session:
        tender = find_tender(session, tendering.tender_id)
        found = draw_check.faults(session, tender, seal())
        assert found is not None
        assert any(told in fault for fault in found), found


def test_officers_who_type_different_numbers_open_nothing_until_they_agree(
    with_a_public_source: Tendering,
) -> None:
    tendering = with_a_public_source
    tendering.to_the_deadline()
    with pytest.raises(Refusal, match="Enter what this showed: UK National Lottery"):
        tendering.do(opening_bids.request_opening, public=" ")
    tendering.do(opening_bids.request_opening, public="5 12 23 34 41 47")
    both = "You typed “5 12 23 34 41 48”, and Olive Officer typed “5 12 23 34 41 47”"
    with pytest.raises(Refusal, match=both):
        tendering.do(opening_bids.type_public, OFFICER2, public="5 12 23 34 41 48")
    with tendering.read() as session:
        told = "".join(one.body for one in session.scalars(select(event.Event)))
        assert "5 12 23 34 41 47" not in told, "the log does not tell the second officer what the first typed"
    tendering.do(opening_bids.type_public, public="5 12 23 34 41 48")
    assert tendering.actions()[-1] == "draw.typed"
    tendering.do(opening_bids.type_public, OFFICER2, public="5 12 23 34 41 48")
    complete(tendering)
    assert tendering.state() == states.OPENED


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
