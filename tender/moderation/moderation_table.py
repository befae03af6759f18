"""Every bid and question side by side: who marked what, how far apart, and what was agreed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from lots.bid import Bid
from lots.letters import letters
from lots.mark import Mark
from lots.moderation import AgreedMark, spread
from lots.panel import PanelChange
from lots.person import Person
from lots.refusal import NotFound
from lots.tender import Question, Tender
from tender.eligibility.assessment import assessment
from tender.eligibility.to_mark import Item, MarkScale, Plan, plan
from tender.marking.seats import Seat, seats


@dataclass(frozen=True)
class Moderated:
    """One bid on one question as the moderator has it."""

    item: Item
    scale: MarkScale
    marks: tuple[Mark, ...]
    """Own marks that count, by evaluator's name."""
    set_aside: tuple[Mark, ...]
    """Own marks of evaluators whom a conflict, declared since, keeps off the bid, or who were stood down and
    whose marks do not count."""
    missing: tuple[Person, ...]
    """Evaluators who may mark it and have not."""
    kept_off: tuple[Person, ...]
    agreed: AgreedMark | None
    tainted_by: tuple[Person, ...]
    """Who was present at the agreed mark, or had marked, and was barred from the bid, or stood down without
    their marks, only afterwards."""
    stood_down: Mapping[int, PanelChange]
    """By person id, of the evaluators whose marks are shown here."""
    letters: Mapping[int, str]
    """By person id, the evaluator's own letter for this bid."""

    @property
    def kept_off_ids(self) -> frozenset[int]:
        return frozenset(person.id for person in self.kept_off)

    @property
    def lowest(self) -> int:
        return min(own.mark for own in self.marks)

    @property
    def highest(self) -> int:
        return max(own.mark for own in self.marks)

    @property
    def spread(self) -> str:
        return spread([own.mark for own in self.marks])

    @property
    def settled(self) -> bool:
        """Agreed, and nothing has come up since."""
        return self.agreed is not None and not self.tainted_by

    @property
    def outside(self) -> str:
        """Which marks of the scale no evaluator's own mark reaches, as `below 2 or above 4`; "" for none."""
        if not self.marks:
            return ""
        sides = []
        if self.lowest > self.scale.lowest:
            sides.append(f"below {self.lowest}")
        if self.highest < self.scale.highest:
            sides.append(f"above {self.highest}")
        return " or ".join(sides)

    def is_outside(self, mark: int) -> bool:
        return bool(self.marks) and not self.lowest <= mark <= self.highest


@dataclass(frozen=True)
class ModerationTable:
    """All that is moderated, by bid and then question."""

    plan: Plan
    seats: tuple[Seat, ...]
    rows: tuple[Moderated, ...]

    def find(self, alias: str, code: str) -> Moderated:
        item = self.plan.find(alias, code)
        return self._row(item.key)

    def find_item(self, bid: Bid, question: Question) -> Moderated:
        return self._row((bid.id, question.id))

    def _row(self, key: tuple[int, int]) -> Moderated:
        for row in self.rows:
            if row.item.key == key:
                return row
        raise NotFound("There is no such bid and question to moderate in this tender.")


def moderation_table(session: Session, tender: Tender, only: Bid | None = None) -> ModerationTable:
    """The table of all bids, or of `only` one bid. A fixed number of queries."""
    table = plan(session, tender, assessment(session, tender, only=only))
    panel = seats(session, tender)
    marks = _current(session, tender, only)
    agreed = _agreed(session, tender, only)
    first = {key: entries[0].at for key, entries in agreed.items()}
    known: dict[int, dict[int, str]] = {}
    for (person_id, bid_id), letter in letters(session, tender).items():
        known.setdefault(bid_id, {})[person_id] = letter
    rows = tuple(
        _row(item, table.scale, panel, marks, agreed.get(item.key, []), first, known) for item in table.items
    )
    return ModerationTable(table, tuple(panel), rows)


def _row(
    item: Item,
    scale: MarkScale,
    panel: list[Seat],
    marks: dict[tuple[int, int, int], Mark],
    entries: list[AgreedMark],
    agreed_at: dict[tuple[int, int], datetime],
    known: dict[int, dict[int, str]],
) -> Moderated:
    agreed = entries[-1] if entries else None
    counting, aside, missing, off, tainting = [], [], [], [], []
    for seat in panel:
        own = marks.get((seat.person.id, *item.key))
        if item.opened.bid_id in seat.kept_off and (seat.sits or own is not None):
            off.append(seat.person)
        barred_at = _barred_at(seat, item.opened.bid_id)
        if barred_at is not None:
            if own is not None:
                aside.append(own)
            if agreed is not None and barred_at > agreed.at and (own is not None or _was_there(seat, agreed)):
                tainting.append(seat.person)
        elif own is not None:
            counting.append(own)
        elif seat.is_asked(item.key, agreed_at):
            missing.append(seat.person)
    return Moderated(
        item=item,
        scale=scale,
        marks=tuple(counting),
        set_aside=tuple(aside),
        missing=tuple(missing),
        kept_off=tuple(off),
        agreed=agreed,
        tainted_by=tuple(tainting),
        stood_down={seat.person.id: seat.stood_down for seat in panel if seat.stood_down is not None},
        letters=known.get(item.opened.bid_id, {}),
    )


def _barred_at(seat: Seat, bid_id: int) -> datetime | None:
    """Since when the evaluator's mark on this bid does not count; None while it does."""
    if bid_id in seat.kept_off:
        return seat.declarations[bid_id].at
    if seat.stood_down is not None and not seat.stood_down.marks_count:
        return seat.stood_down.at
    return None


def _was_there(seat: Seat, agreed: AgreedMark) -> bool:
    return any(person.id == seat.person.id for person in agreed.present)


def _current(session: Session, tender: Tender, only: Bid | None) -> dict[tuple[int, int, int], Mark]:
    statement = select(Mark).where(Mark.tender_id == tender.id)
    if only is not None:
        statement = statement.where(Mark.bid_id == only.id)
    rows = session.scalars(statement.order_by(Mark.id).options(selectinload(Mark.person)))
    return {(row.person_id, row.bid_id, row.question_id): row for row in rows}


def _agreed(session: Session, tender: Tender, only: Bid | None) -> dict[tuple[int, int], list[AgreedMark]]:
    """Every agreed mark by bid and question, oldest first."""
    statement = select(AgreedMark).where(AgreedMark.tender_id == tender.id)
    if only is not None:
        statement = statement.where(AgreedMark.bid_id == only.id)
    rows = session.scalars(
        statement.order_by(AgreedMark.id).options(
            selectinload(AgreedMark.present), selectinload(AgreedMark.recorded_by)
        )
    )
    entries: dict[tuple[int, int], list[AgreedMark]] = {}
    for row in rows:
        entries.setdefault((row.bid_id, row.question_id), []).append(row)
    return entries
