"""The only bridge from the tables to an evaluation record."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from lots.bid import Bid, BidLot, OpenedBid
from lots.draw import Draw
from lots.eligibility import IN_ASSESSMENT, EligibilityDecision, all_decisions, current_decisions
from lots.moderation import AgreedMark, current_agreed_marks
from lots.rating import RatingsFile, RatingsPin
from lots.relevant_location import RelevantLocation, relevant_locations
from lots.tender import Tender
from lots.tie import ties_decided
from scoring import exact
from scoring.methods.tie_keys import question_of

FORMAT = "evaluation/1"


def opened_bids(session: Session, tender: Tender, only: Bid | None = None) -> list[OpenedBid]:
    """The bids that were opened (or `only` that one), by alias, with their lots and prices. A fixed
    number of queries.

    Read afresh even where this session holds them already: prices arrive after the bids do.
    """
    statement = (
        select(OpenedBid)
        .join(OpenedBid.bid)
        .where(Bid.tender_id == tender.id)
        .options(
            contains_eager(OpenedBid.bid),
            joinedload(OpenedBid.version),
            selectinload(OpenedBid.lots).options(joinedload(BidLot.price), joinedload(BidLot.lot)),
        )
    )
    if only is not None:
        statement = statement.where(OpenedBid.bid_id == only.id)
    found = list(session.scalars(statement, execution_options={"populate_existing": True}))
    return sorted(found, key=lambda opened_bid: (len(opened_bid.bid.alias or ""), opened_bid.bid.alias or ""))


def pinned_file(session: Session, tender: Tender) -> RatingsFile | None:
    """The current ratings file of the tender: the one pinned last."""
    pin = session.scalar(
        select(RatingsPin)
        .where(RatingsPin.tender_id == tender.id)
        .order_by(RatingsPin.id.desc())
        .limit(1)
        .options(joinedload(RatingsPin.file))
    )
    return None if pin is None else pin.file


def evaluation_record(session: Session, tender: Tender) -> dict[str, Any]:
    """The current evaluation record of the tender: frozen rules, opened bids, agreed marks."""
    opened = opened_bids(session, tender)
    locations = relevant_locations(session, tender, opened, pinned_file(session, tender))
    drawn = session.get(Draw, tender.id)
    record = record_of_bidders(tender, opened, locations, all_decisions(session, tender), drawn)
    agreed = current_agreed_marks(session, tender)
    record["bids"] = _bids(tender, opened, agreed, record["rules"], live_lots(tender))
    decided = ties_decided(session, tender, record)
    return {**record, "ties_decided": decided} if decided else record


def live_lots(tender: Tender) -> set[str]:
    """The codes of the lots that were not cancelled."""
    return {lot.code for lot in tender.lots if lot.cancelled_at is None}


def record_of_bidders(
    tender: Tender,
    opened: list[OpenedBid],
    locations: dict[int, list[RelevantLocation]],
    decided: dict[int, list[EligibilityDecision]],
    drawn: Draw | None,
) -> dict[str, Any]:
    """The evaluation record with every bidder and no bid yet: enough to say who stays in assessment."""
    document, live = tender.rules, live_lots(tender)
    # a tender from before there were commitments has a draw for its letters alone
    draw = {"draw": drawn.parts()} if drawn is not None and "draw" in document["rules"] else {}
    return {
        "format": FORMAT,
        **draw,
        "rules": _rules_for(document["rules"], live),
        "lots": [lot for lot in document["lots"] if lot["id"] in live],
        "bidders": [
            _bidder(opened_bid, locations[opened_bid.bid_id], decided.get(opened_bid.bid_id, []), live)
            for opened_bid in opened
        ],
        "bids": [],
    }


def _rules_for(rules: dict[str, Any], live: set[str]) -> dict[str, Any]:
    """The published rules, without the lots that were cancelled since."""
    questions = [
        {**question, "lots": [code for code in question["lots"] if code in live]}
        if "lots" in question
        else question
        for question in rules["questions"]
    ]
    groups = [
        {**group, "lots": [code for code in group["lots"] if code in live]}
        for group in rules["allocation"]["groups"]
    ]
    live_questions = [question for question in questions if question.get("lots", True)]
    gone = {question["id"] for question in questions} - {question["id"] for question in live_questions}
    return {
        **rules,
        "questions": live_questions,
        # a question that no lot asks any more can part no tie
        "ties": [key for key in rules["ties"] if question_of(key) not in gone],
        "allocation": {**rules["allocation"], "groups": [group for group in groups if group["lots"]]},
    }


def _bidder(
    opened_bid: OpenedBid,
    locations: list[RelevantLocation],
    decisions: list[EligibilityDecision],
    live: set[str],
) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "id": opened_bid.bid.alias,
        "name": opened_bid.name,
        "preferences": [code for code in opened_bid.preferences if code in live],
        "cqc": [location.entry() for location in locations],
    }
    if opened_bid.most_lots is not None:
        entry["most_lots"] = opened_bid.most_lots
    if opened_bid.hours_per_week is not None:
        entry["hours_per_week"] = exact.plain(opened_bid.hours_per_week)
    entries = _decisions(opened_bid, decisions, live)
    if entries:
        entry["decision"] = entries[0] if len(entries) == 1 else entries
    return entry


def _decisions(
    opened_bid: OpenedBid, decisions: list[EligibilityDecision], live: set[str]
) -> list[dict[str, Any]]:
    """What people decided on the bid, each decision with the lots in which it counts."""
    lots = [bid_lot.lot for bid_lot in opened_bid.lots if bid_lot.lot.code in live]
    counting = current_decisions(decisions, lots)
    entries = []
    for decision in decisions:
        codes = [lot.code for lot in lots if counting.get(lot.code) is decision]
        if decision.state == IN_ASSESSMENT or not codes:
            continue
        entry: dict[str, Any] = {"state": decision.state, "reason": decision.reason}
        if len(codes) < len(lots):
            entry["lots"] = codes
        entries.append(entry)
    return entries


def _bids(
    tender: Tender,
    opened: list[OpenedBid],
    agreed: dict[tuple[int, int], AgreedMark],
    rules: dict[str, Any],
    live: set[str],
) -> list[dict[str, Any]]:
    question_ids = {question.code: question.id for question in tender.questions}
    questions_of = {
        code: [q["id"] for q in rules["questions"] if code in q.get("lots", live)] for code in live
    }
    entries = []
    for opened_bid in opened:
        for bid_lot in opened_bid.lots:
            code = bid_lot.lot.code
            if code not in live:
                continue
            entry: dict[str, Any] = {"bidder": opened_bid.bid.alias, "lot": code}
            if "draw" in rules:
                entry["sealed"] = opened_bid.version.sha256
            if bid_lot.price is not None:
                entry["price_pence"] = bid_lot.price.price
            entry["marks"] = {
                question: agreed[opened_bid.bid_id, question_ids[question]].mark
                for question in questions_of[code]
                if (opened_bid.bid_id, question_ids[question]) in agreed
            }
            entries.append(entry)
    return entries
