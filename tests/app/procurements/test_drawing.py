"""The draw of letters: what it is made from, who types what, and what is named where it was altered."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lots import draw, event, states
from lots.bid import OpenedBid
from lots.refusal import Refusal
from lots.tender import find_tender
from scoring import merkle
from tender.audit import draw_check
from tender.frame.context import seal
from tender.procurements.operations import changing_rules, opening_bids
from tender.procurements.operations.changing_rules import RuleSettings
from tests.app.client import Client
from tests.app.procurements.conftest import OFFICER, OFFICER2, PROVIDER, Tendering, logged, on
from tests.app.procurements.test_opening_and_cancelling import complete
from tests.app.staging import Stage, scene
from tests.reaching import reach_into


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
    with pytest.raises(Refusal, match="its sealed is not the one that entry"):
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


# Pages


def test_two_officers_type_what_the_public_source_showed_on_the_page_of_the_opening(
    with_a_public_source: Tendering, sign_in: Callable[[str], Client]
) -> None:
    tendering, path = with_a_public_source, f"{with_a_public_source.path}/opening"
    tendering.to_the_deadline()
    first = sign_in(OFFICER)
    second = first.another().enter(OFFICER2)
    assert LOTTO in first.get(path).text
    empty = first.post_form(path, {"public": ""}, submit="Ask for the bids to be opened")
    assert empty.errors, "it says what is missing"
    first.post_form(path, {"public": "5 12 23 34 41 47"}, submit="Ask for the bids to be opened")
    assert "You typed “5 12 23 34 41 47”" in first.get(path).text
    seen = second.get(path)
    assert "5 12 23" not in seen.text, "the second officer is not shown what the first typed"
    wrong = second.post_form(path, {"public": "5 12 23 34 41 48"}, submit="Go on to open the bids")
    assert "Olive Officer typed “5 12 23 34 41 47”" in wrong.text
    assert wrong.value("public") == "5 12 23 34 41 48", "nothing typed is lost"
    first.post_form(path, {"public": "5 12 23 34 41 48"}, submit="Correct what you typed")
    again = second.post_form(path, {"public": "5 12 23 34 41 48"}, submit="Go on to open the bids")
    second.post_form(again.links()["Open the bids"], submit="Open the bids")
    told = second.get(path).text
    with tendering.read() as session:
        made = session.get_one(draw.Draw, tendering.tender_id)
        assert made.seed in told
        assert made.secret in told


def test_publication_warns_where_ties_do_not_end_with_a_draw(tendering: Tendering, officer: Client) -> None:
    tendering.complete()
    warning = "The rules do not end ties with a draw."
    assert warning not in officer.get(f"{tendering.path}/publish").text
    tendering.do(
        changing_rules.change_rules,
        settings=lambda _, tender: replace(RuleSettings.of(tender), ties=("quality", "price")),
        seen=None,
    )
    assert warning in officer.get(f"{tendering.path}/publish").text
