"""What there is to mark: every bid in the assessment on every question that it had to answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy.orm import Session

from lots.bid import Bid, OpenedBid
from lots.refusal import NotFound
from lots.tender import Question, Tender
from tender.eligibility.assessment import BidderEligibility, assessment


@dataclass(frozen=True)
class MarkScale:
    """The whole marks that may be given, both ends included."""

    lowest: int
    highest: int

    def __iter__(self) -> Iterator[int]:
        return iter(range(self.lowest, self.highest + 1))

    def __contains__(self, mark: object) -> bool:
        return type(mark) is int and self.lowest <= mark <= self.highest


@dataclass(frozen=True)
class Item:
    """One bid on one question."""

    opened: OpenedBid
    question: Question

    @property
    def bid(self) -> Bid:
        return self.opened.bid

    @property
    def alias(self) -> str:
        return self.opened.bid.alias or ""

    @property
    def key(self) -> tuple[int, int]:
        """Bid id and question id."""
        return self.opened.bid_id, self.question.id


@dataclass(frozen=True)
class Plan:
    """Bids by alias, questions in their published order."""

    scale: MarkScale
    bidders: tuple[BidderEligibility, ...]
    """Everybody who bid, in the assessment or not."""
    questions: tuple[Question, ...]
    items: tuple[Item, ...]
    """By bid, then question."""

    @property
    def bids(self) -> list[OpenedBid]:
        return [bidder.opened for bidder in self.bidders if bidder.in_assessment]

    def find(self, alias: str, code: str) -> Item:
        """The item at an address. Raises NotFound for whatever is not marked in this tender."""
        for item in self.items:
            if item.alias == alias and item.question.code == code:
                return item
        raise NotFound("There is no such bid and question to mark in this tender.")

    def item(self, bid: Bid, question: Question) -> Item:
        for item in self.items:
            if item.key == (bid.id, question.id):
                return item
        raise NotFound("There is no such bid and question to mark in this tender.")


def scale_of(tender: Tender) -> MarkScale:
    marks = tender.rules["rules"]["marks"]
    return MarkScale(marks["lowest"], marks["highest"])


def plan(session: Session, tender: Tender, bidders: list[BidderEligibility] | None = None) -> Plan:
    """What is to be marked now. A question asked in some lots only is marked where the bid
    stays in the assessment in one of them."""
    bidders = assessment(session, tender) if bidders is None else bidders
    asked_in = {
        entry["id"]: frozenset(entry["lots"]) if "lots" in entry else None
        for entry in tender.rules["rules"]["questions"]
    }
    questions = tuple(tender.questions)
    items = []
    for bidder in bidders:
        lots = set(bidder.lots_in)
        for question in questions:
            needed = asked_in[question.code]
            if lots and (needed is None or lots & needed):
                items.append(Item(bidder.opened, question))
    return Plan(scale_of(tender), tuple(bidders), questions, tuple(items))
