"""A tie that the published rules leave: proposed by an officer, approved by another person, then awarded."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from lots.award import current_evaluation
from lots.bid import Bid
from lots.event import Event
from lots.person import PersonRole
from lots.refusal import Conflict, NotPermitted, Refusal
from lots.tender import Tender
from lots.tie import TieProposal
from tender.awards.operations import deciding, deciding_ties, evaluating
from tender.eligibility.operations import deciding_eligibility
from tests.app.award_steps import Browse, Lock, Take
from tests.app.conftest import Change, Clock, People
from tests.app.locked_tender import Bidder, Locked

OFFICER, APPROVER = "officer@example.org", "approver@example.org"
REASON = "A draw was held on 24 November 2026 before two witnesses from internal audit."
LEVEL = (
    Bidder("Alpha Care", (4, 4, 4), {"L1": 1800, "L2": 1800}),
    Bidder("Beta Care", (4, 4, 4), {"L1": 1800}),
)
"""Level in L1; L2 is Alpha's alone, and clear."""


@pytest.fixture
def tied(lock: Lock, take: Take) -> Locked:
    locked = lock(bidders=LEVEL, lots=("Burnley", "Pendle"), ties=["quality", "price"])
    take(locked, "evaluate")
    return locked


@pytest.fixture
def do(tied: Locked, change: Change, people: People, clock: Clock) -> Any:
    def run(verb: Any, email: str, **more: Any) -> None:
        with change() as session:
            tender = session.get_one(Tender, tied.tender_id)
            verb(session, actor=people.of(session, email), now=clock(), tender=tender, **more)
        clock.forward(minutes=1)

    return run


def propose(do: Any, *order: str, lot: str = "L1", email: str = OFFICER, reason: str = REASON) -> None:
    do(deciding_ties.propose_tie, email, lot_code=lot, order=order, reason=reason)


def answer(
    do: Any, *, approved: bool = True, email: str = APPROVER, reason: str = "I watched that draw myself."
) -> None:
    do(deciding_ties.answer_tie, email, proposal_id=1, approved=approved, reason=reason)


def winners(read: Change, tied: Locked) -> dict[str, list[str]]:
    with read() as session:
        evaluation = current_evaluation(session, session.get_one(Tender, tied.tender_id))
        assert evaluation is not None
        return {lot["id"]: [one["bidder"] for one in lot["awards"]] for lot in evaluation.result["lots"]}


def test_a_tie_that_was_decided_and_approved_is_awarded_and_the_other_lot_with_it(
    tied: Locked, do: Any, read: Change
) -> None:
    assert winners(read, tied) == {"L1": [], "L2": ["A"]}
    propose(do, "B", "A")
    assert winners(read, tied) == {"L1": [], "L2": ["A"]}, "a proposal alone decides nothing"
    answer(do)
    assert winners(read, tied) == {"L1": ["B"], "L2": ["A"]}
    do(deciding.recommend, OFFICER, reason="The best bids, and the tie as decided.")
    do(deciding.approve, APPROVER, reason="The record bears it out.")
    with read() as session:
        evaluation = current_evaluation(session, session.get_one(Tender, tied.tender_id))
        assert evaluation is not None
        assert evaluation.record["ties_decided"] == [
            {
                "lot": "L1",
                "bidders": ["B", "A"],
                "reason": REASON,
                "decided_by": "Olive Officer",
                "approved_by": evaluation.made_by.name,
            }
        ]
        log = select(Event.action).where(Event.log == f"tender:{tied.tender_id}").order_by(Event.sequence)
        assert [one for one in session.scalars(log) if one.startswith(("tie.", "evaluation."))] == [
            "evaluation.made",
            "tie.proposed",
            "tie.decided",
            "evaluation.made",
        ]


@pytest.mark.parametrize(
    ("order", "more", "told"),
    [
        (("A",), {}, "Give each of the 2 bidders a place of its own"),
        (("A", "A"), {}, "Give each of the 2 bidders a place of its own"),
        (("A", "B", "Z"), {}, "Give each of the 2 bidders a place of its own"),
        (("A", "B"), {"reason": "  "}, "Say why you would place them in this order in at least 5 words"),
        (("A", "B"), {"lot": "L2"}, "No tie of these bidders waits for a decision in lot L2"),
    ],
)
def test_an_order_is_whole_and_reasoned_and_about_a_tie(
    do: Any, order: tuple[str, ...], more: dict[str, Any], told: str
) -> None:
    with pytest.raises(Refusal, match=told):
        propose(do, *order, **more)


def test_two_different_people_decide_a_tie(do: Any, tied: Locked, arrange: Change, people: People) -> None:
    for email in (APPROVER, "auditor@example.org", "moderator@example.org"):
        with pytest.raises(NotPermitted):
            propose(do, "A", "B", email=email)
    propose(do, "A", "B")
    with pytest.raises(NotPermitted):
        answer(do, email="officer2@example.org")
    with arrange() as session:
        officer = people.of(session, OFFICER)
        officer.role_rows.append(PersonRole(role="approver"))
    with pytest.raises(NotPermitted, match="You proposed this order"):
        answer(do, email=OFFICER)


def test_the_database_itself_refuses_one_person_for_both(do: Any, tied: Locked, change: Change) -> None:
    propose(do, "A", "B")
    alone = """
        INSERT INTO tie_answer (proposal_id, proposed_by_id, approved, reason, by_id, at)
        SELECT id, by_id, true, 'Mine.', by_id, at FROM tie_proposal
    """
    somebody_else = """
        INSERT INTO tie_answer (proposal_id, proposed_by_id, approved, reason, by_id, at)
        SELECT id, by_id + 1, true, 'Mine.', by_id, at FROM tie_proposal
    """
    for attack in (alone, somebody_else, "UPDATE tie_proposal SET reason = 'Another.'"):
        with change() as session, pytest.raises(DBAPIError), session.begin_nested():
            session.execute(text(attack))


def test_a_proposal_that_was_sent_back_can_be_made_anew(do: Any, tied: Locked, read: Change) -> None:
    propose(do, "A", "B")
    with pytest.raises(Conflict, match="Olive Officer has proposed an order for this tie"):
        propose(do, "B", "A")
    answer(do, approved=False, reason="Nobody at all watched that draw.")
    with pytest.raises(Conflict, match="sent it back since you opened this page"):
        answer(do)
    assert winners(read, tied)["L1"] == []
    propose(do, "B", "A")
    do(
        deciding_ties.answer_tie,
        APPROVER,
        proposal_id=2,
        approved=True,
        reason="Two people watched it this time.",
    )
    assert winners(read, tied)["L1"] == ["B"]


def test_a_decision_lapses_where_the_bids_are_level_no_longer(
    tied: Locked, do: Any, read: Change, change: Change, clock: Clock, people: People
) -> None:
    propose(do, "B", "A")
    answer(do)
    with change() as session:
        tender = session.get_one(Tender, tied.tender_id)
        deciding_eligibility.decide(
            session,
            actor=people.of(session, OFFICER),
            now=clock(),
            tender=tender,
            bid=session.scalars(select(Bid).where(Bid.tender_id == tender.id, Bid.alias == "B")).one(),
            state="withdrawn",
            lot_codes=(),
            reason="It said so in writing on 24 November.",
            evidence="Letter of 24 November.",
        )
    do(evaluating.evaluate, OFFICER)
    assert winners(read, tied) == {"L1": ["A"], "L2": ["A"]}
    with read() as session:
        evaluation = current_evaluation(session, session.get_one(Tender, tied.tender_id))
        assert evaluation is not None
        assert "ties_decided" not in evaluation.record
        assert session.scalars(select(TieProposal)).one().answer is not None, "what was decided stays"


# Pages


def test_an_officer_and_an_approver_decide_a_tie_on_pages(tied: Locked, read: Change, browse: Browse) -> None:
    officer, approver = browse(OFFICER), browse(APPROVER)
    seen = officer.get(f"/tenders/{tied.tender_id}/results")
    link = seen.links()["Decide the tie in L1"]
    page = officer.get(link)
    assert "These bidders are level after everything that was published" in page.text
    wrong = officer.post_form(link, {"place_0": "1", "place_1": "1", "reason": REASON})
    assert "Give each bidder a place of its own" in wrong.text
    assert REASON in wrong.text, "nothing typed is lost"
    missing = officer.post_form(link, {"place_0": "", "place_1": "1", "reason": REASON})
    assert "Select the place of Alpha Care" in missing.text
    officer.post_form(link, {"place_0": "2", "place_1": "1", "reason": REASON})
    waiting = approver.get(f"/tenders/{tied.tender_id}/results")
    link = waiting.links()["Approve or send back the order for L1"]
    assert "Beta Care" in approver.get(link).text
    done = approver.post_form(link, {"decision": "approve", "reason": "I watched that draw myself."})
    assert "The tie is decided, and the results are worked out again." in done.text
    assert winners(read, tied)["L1"] == ["B"]
    lot = officer.get(f"/tenders/{tied.tender_id}/results/L1")
    assert "placed by the decision of Olive Officer, approved by" in lot.text
    assert "level; placed by a person’s decision" in lot.text
    report = officer.get(f"/tenders/{tied.tender_id}/report")
    assert "Tie, decided by a person" in report.text
    assert REASON in report.text
