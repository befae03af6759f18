"""What an evaluator's pages show: their own marks and nobody else's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from lots import panel, states
from lots.bid import Bid, BidAnswer, OpenedBid
from lots.letters import by_letter, letters
from lots.mark import Mark, current_marks
from lots.panel import ConflictDecision, ConflictDeclaration
from lots.person import Person
from lots.refusal import NotFound, NotPermitted
from lots.tender import Tender
from tender.eligibility.operations.dealing_letters import first_agreed
from tender.eligibility.to_mark import Item, Plan, plan
from tender.marking.operations.giving_marks import DECLARE_FIRST, require_may_mark
from tender.marking.seats import Seat, seat_of, seats

BY_QUESTION, BY_BID = "question", "bid"


@dataclass(frozen=True)
class Desk:
    """Everything that one evaluator has to mark in one tender, in the order that they chose, under letters of
    their own."""

    tender: Tender
    plan: Plan
    seat: Seat
    marks: dict[tuple[int, int], Mark]
    """The evaluator's own marks, by bid and question."""
    order: str
    agreed_at: dict[tuple[int, int], datetime]
    """When a mark was first agreed, by bid and question."""
    letters: dict[int, str]
    """The evaluator's own, by bid id."""

    @cached_property
    def items(self) -> list[Item]:
        if not self.seat.declared:
            return []
        mine = [
            item
            for item in self.plan.items
            if item.opened.bid_id in self.letters and self.seat.is_asked(item.key, self.agreed_at)
        ]
        mine.sort(key=lambda item: by_letter(self.letter(item)))
        if self.order == BY_BID:
            return mine
        return sorted(mine, key=lambda item: item.question.position)

    @cached_property
    def done(self) -> int:
        return sum(1 for item in self.items if item.key in self.marks)

    @property
    def total(self) -> int:
        return len(self.items)

    @property
    def cells(self) -> list[tuple[str, list[tuple[Item | None, Mark | None]]]]:
        """A row for each bid, a cell for each question: the item and the own mark, none where not asked."""
        found = {(self.letter(item), item.question.code): item for item in self.items}
        rows = []
        for letter in sorted({letter for letter, _ in found}, key=by_letter):
            items = [found.get((letter, question.code)) for question in self.plan.questions]
            rows.append((letter, [(item, self.marks.get(item.key) if item else None) for item in items]))
        return rows

    def letter(self, item: Item) -> str:
        """Under which the evaluator knows the bid."""
        return self.letters[item.opened.bid_id]

    def find(self, letter: str, code: str) -> Item:
        """The item at an address. Raises NotFound, or NotPermitted where a conflict bars them, who still may
        have a letter for the bid."""
        if not self.seat.declared:
            raise NotPermitted(DECLARE_FIRST)
        for item in self.plan.items:
            if self.letters.get(item.opened.bid_id) == letter and item.question.code == code:
                require_may_mark(self.seat, item)
                return item
        raise NotFound("There is no such bid and question for you to mark in this tender.")

    def beside(self, item: Item) -> tuple[Item | None, Item | None]:
        """The items before and after this one."""
        at = self._at(item)
        return (
            self.items[at - 1] if at else None,
            self.items[at + 1] if at + 1 < len(self.items) else None,
        )

    def next_unmarked(self, after: Item | None = None) -> Item | None:
        """The next item without a mark, beginning again at the first."""
        at = 0 if after is None else self._at(after) + 1
        for item in (*self.items[at:], *self.items[:at]):
            if item.key not in self.marks and item is not after:
                return item
        return None

    def _at(self, item: Item) -> int:
        return next(at for at, each in enumerate(self.items) if each.key == item.key)


def desk(session: Session, tender: Tender, person: Person, order: str = BY_QUESTION) -> Desk:
    """The person's desk. Raises NotPermitted for whoever does not evaluate this tender; a fixed number of
    queries."""
    if not states.is_opened(tender):
        raise NotFound("The bids of this tender have not been opened, so there is nothing to mark yet.")
    marking_plan = plan(session, tender)
    seat = seat_of(seats(session, tender), person)
    own = current_marks(session, tender, person)
    marks = {(bid_id, question_id): mark for (_, bid_id, question_id), mark in own.items()}
    return Desk(
        tender=tender,
        plan=marking_plan,
        seat=seat,
        marks=marks,
        order=BY_BID if order == BY_BID else BY_QUESTION,
        agreed_at=first_agreed(session, tender),
        letters=_letters(session, tender, person, marking_plan),
    )


def _letters(session: Session, tender: Tender, person: Person, marking_plan: Plan) -> dict[int, str]:
    """The evaluator's letters by bid id. Tenders that were marked before evaluators had any of their own
    keep the tender's."""
    own = {bid_id: letter for (_, bid_id), letter in letters(session, tender, person).items()}
    if own or tender.state == states.OPENED:
        return own
    return {bidder.opened.bid_id: bidder.alias for bidder in marking_plan.bidders}


def answer_to(session: Session, item: Item) -> str:
    """What the bid answers; empty where it left the question out."""
    answer = session.get(BidAnswer, item.key)
    return "" if answer is None else answer.text


def history(session: Session, person: Person, item: Item) -> list[Mark]:
    """The person's marks on the item that were replaced since, newest first."""
    bid_id, question_id = item.key
    rows = list(
        session.scalars(
            select(Mark)
            .where(Mark.bid_id == bid_id, Mark.question_id == question_id, Mark.person_id == person.id)
            .order_by(Mark.id.desc())
        )
    )
    return rows[1:]


@dataclass(frozen=True)
class DeclaredConflict:
    """A declared conflict as the moderator sees it: with the bidder's name and without its letter."""

    number: int
    """From 1, in the order of declaration; what its address says."""
    declaration: ConflictDeclaration
    decision: ConflictDecision | None
    replaced: bool
    """Whether the evaluator has said more about it since."""

    @property
    def bidder(self) -> str:
        opened: OpenedBid | None = self.declaration.bid.opened
        return "" if opened is None else opened.name

    @property
    def waiting(self) -> bool:
        return self.decision is None and not self.replaced


def find_declared_conflicts(session: Session, tender: Tender) -> list[DeclaredConflict]:
    """Every declared conflict of the tender, oldest first. A fixed number of queries."""
    rows = list(
        session.scalars(
            select(ConflictDeclaration)
            .where(ConflictDeclaration.tender_id == tender.id, ConflictDeclaration.conflicted)
            .order_by(ConflictDeclaration.id)
            .options(
                joinedload(ConflictDeclaration.person),
                selectinload(ConflictDeclaration.bid).selectinload(Bid.opened),
            )
        )
    )
    decided = panel.decisions(session, tender)
    replaced = {row.replaces_id for row in rows}
    return [
        DeclaredConflict(number, row, decided.get(row.id), row.id in replaced)
        for number, row in enumerate(rows, start=1)
    ]
