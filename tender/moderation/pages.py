"""What the moderator's pages show."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from lots import panel
from lots.mark import Mark
from lots.moderation import AgreedMark
from lots.person import Person
from lots.tender import Tender
from tender.eligibility.to_mark import Item
from tender.frame.formats import plural, sentence_list
from tender.marking.seats import Seat
from tender.moderation.moderation_table import Moderated, ModerationTable

SHOW = {"all": "all", "open": "still to agree", "red": "three or more apart"}


@dataclass(frozen=True)
class Overview:
    """The table laid out as a grid, as far as it was asked for."""

    table: ModerationTable
    show: str

    @property
    def open(self) -> list[Moderated]:
        return [row for row in self.table.rows if not row.settled]

    @property
    def by_spread(self) -> Counter[str]:
        """How many are still to agree, by how far apart the evaluators are."""
        return Counter(row.spread for row in self.open)

    @property
    def cells(self) -> list[tuple[str, list[Moderated | None]]]:
        """A row for each bid with anything to show, a cell for each question."""
        found = {(row.item.alias, row.item.question.code): row for row in self.table.rows if self._shows(row)}
        aliases = dict.fromkeys(row.item.alias for row in self.table.rows)
        rows = []
        for alias in aliases:
            cells = [found.get((alias, question.code)) for question in self.table.plan.questions]
            if any(cells):
                rows.append((alias, cells))
        return rows

    def _shows(self, row: Moderated) -> bool:
        if self.show == "open":
            return not row.settled
        return self.show != "red" or row.spread == "red"


def following(table: ModerationTable, after: Moderated | None = None) -> Moderated | None:
    """The next that is not settled, question by question, beginning again at the first."""
    rows = sorted(table.rows, key=lambda row: row.item.question.position)
    at = 0 if after is None else next(at for at, row in enumerate(rows) if row.item == after.item) + 1
    for row in (*rows[at:], *rows[:at]):
        if not row.settled and (after is None or row.item != after.item):
            return row
    return None


def what_locking_changes(table: ModerationTable) -> list[str]:
    """What becomes final, a sentence each."""
    marked = {seat.person.name for seat in table.seats if any(seat_marks(seat, row) for row in table.rows)}
    return [
        f"{plural(len(table.rows), 'agreed mark')} for {plural(len(table.plan.bids), 'bid')} become final.",
        f"The marks of {sentence_list(sorted(marked))} become final, and so does which of them count.",
        "An officer can open the prices.",
        "Evaluators can no longer be stood down, replaced or added.",
    ]


def seat_marks(seat: Seat, row: Moderated) -> bool:
    return any(own.person_id == seat.person.id for own in (*row.marks, *row.set_aside))


def own_history(session: Session, item: Item) -> dict[int, list[Mark]]:
    """By person id, the marks on the item that their evaluator has replaced since, newest first."""
    bid_id, question_id = item.key
    rows = session.scalars(
        select(Mark)
        .where(Mark.bid_id == bid_id, Mark.question_id == question_id)
        .order_by(Mark.id.desc())
        .options(joinedload(Mark.person))
    )
    entries: dict[int, list[Mark]] = {}
    for row in rows:
        entries.setdefault(row.person_id, []).append(row)
    return {person_id: marks[1:] for person_id, marks in entries.items()}


def agreed_history(session: Session, item: Item) -> list[AgreedMark]:
    """The agreed marks on the item that were replaced since, newest first."""
    bid_id, question_id = item.key
    rows = session.scalars(
        select(AgreedMark)
        .where(AgreedMark.bid_id == bid_id, AgreedMark.question_id == question_id)
        .order_by(AgreedMark.id.desc())
        .options(joinedload(AgreedMark.recorded_by))
    )
    return list(rows)[1:]


def evaluators_of(session: Session, tender: Tender) -> list[Person]:
    """The evaluators who sit now, by name: who can be at a meeting beside the moderator."""
    found = {
        member.person_id: member.person
        for member in panel.members(session, tender)
        if member.role == panel.EVALUATOR
    }
    return sorted(found.values(), key=lambda person: person.name)
