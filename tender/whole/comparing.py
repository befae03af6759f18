"""Whether the tables say what the log tells, row by row and column by column, as sentences."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from lots.bid import Bid
from lots.meaning import Meaning
from lots.person import Person
from lots.provider import Provider
from lots.replay import Difference, Telling, differences, entries, strays
from lots.tender import Lot, Question, Tender

MOST_NAMED: Final = 50
"""The most differences that are named."""

_TABLES: Final = {
    "agreed_mark": "The agreed mark",
    "agreed_mark_present": "The presence at the agreed mark",
    "award": "The award",
    "bid": "The bid",
    "bid_answer": "The answer",
    "bid_lot": "The lot that the bid is for",
    "bid_price": "The price",
    "bid_version": "The submitted bid",
    "cancellation": "The cancellation",
    "conflict_decision": "The decision on a conflict",
    "conflict_declaration": "The declaration on conflicts",
    "eligibility_decision": "The decision on eligibility",
    "eligibility_decision_lot": "The lot of the decision on eligibility",
    "evaluation": "The evaluation",
    "lot": "The lot",
    "lot_group": "The limit on lots",
    "mark": "The mark",
    "opened_bid": "The opened bid",
    "opening": "The opening of bids",
    "panel_member": "The panel member",
    "person": "The person",
    "person_role": "The role",
    "provider": "The provider",
    "provider_location": "The location of the provider",
    "question": "The question",
    "question_lot": "The lot of the question",
    "rating": "The CQC ratings",
    "ratings_file": "The file of CQC ratings",
    "ratings_pin": "The pinned file of CQC ratings",
    "recommendation": "The recommendation",
    "standstill": "The standstill",
    "tender": "The tender",
}
"""What people call a row. Any other table goes by its own name."""

_COLUMNS: Final = {
    "at": "time",
    "cqc_provider_id": "number at the CQC",
    "preferences": "list of lots preferred",
    "reasons": "text of reasons",
    "rows": "number of rows",
}
"""What people call a column whose name would not do in a sentence."""

_TELLING: Final = ("reference", "code", "name", "filename", "title", "role", "number", "stage")
"""Columns that tell people which row is meant."""
_OF_BIDDERS: Final = frozenset({"bid", "opened_bid", "bid_version", "provider"})


@dataclass(frozen=True)
class Compared:
    """What came of comparing tables with a log."""

    rows: int
    """How many rows the log tells of."""
    taken_over: int
    """Entries that took rows over as they stood, without telling how they came about."""
    faults: tuple[str, ...]


def compare(session: Session, tender: Tender | None, *, sealed: bool = False) -> Compared:
    """Replay the log and compare each row with it. One query for each table, however many rows there are.

    `sealed`: leave out whose bid a row is about, since nobody may know yet who bids.
    """
    telling, meaning, taken_over = Telling(), Meaning(), 0
    for entry in entries(session, tender, telling):
        telling.add(entry)
        meaning.add(entry, telling)
        taken_over += entry.action == "record.taken_over"
    found = list(islice(differences(session, tender, telling), MOST_NAMED + 1))
    faults = [
        *telling.faults[:MOST_NAMED],
        *meaning.faults[:MOST_NAMED],
        *_sentences(session, found[:MOST_NAMED], sealed=sealed),
    ]
    if len(found) > MOST_NAMED:
        faults.append(f"More than {MOST_NAMED} rows are not as the log says; the rest is not listed here.")
    if tender is None:
        faults += [
            f"{_called(table)} (number {key}) belongs to no tender."
            for table, key in islice(strays(session), MOST_NAMED)
        ]
    rows = sum(told.values is not None for table in telling.tables.values() for told in table.values())
    return Compared(rows, taken_over, tuple(faults))


def _called(table: Table) -> str:
    return _TABLES.get(table.name, f"The row of “{table.name.replace('_', ' ')}”")


def _sentences(session: Session, found: Iterable[Difference], *, sealed: bool) -> list[str]:
    found = list(found)
    if not found:
        return []
    names = _Names(session, sealed=sealed)
    return [_sentence(names, one) for one in found]


def _sentence(names: _Names, one: Difference) -> str:
    row = f"{_called(one.table)}{names.about(one)}"
    if one.is_gone:
        return f"{row} is gone; entry {one.entry} of the log tells of it."
    if not one.column:
        if one.entry is None:
            return f"{row} is told by no entry of the log."
        return f"{row} is there; entry {one.entry} of the log took it out."
    column = _COLUMNS.get(one.column) or one.column.removesuffix("_id").replace("_", " ")
    now, told = names.shown(one, one.values.get(one.column)), names.shown(one, one.told)
    if now == told or isinstance(one.told, dict):
        return f"{row}: its {column} is not the one that entry {one.entry} of the log tells."
    return f"{row}: its {column} says {now}; the log says {told} (entry {one.entry})."


class _Names:
    """What people call the things that a row refers to. Read only where there is something to tell."""

    def __init__(self, session: Session, *, sealed: bool) -> None:
        self._session = session
        self._sealed = sealed
        self._known: dict[str, dict[int, str]] = defaultdict(dict)

    def about(self, one: Difference) -> str:
        """Which row it is, in brackets after what it is called."""
        if self._sealed and _leads_to_a_bidder(one.table):
            return ""
        parts = []
        key = dict(
            zip((column.name for column in one.table.primary_key.columns), one.key.split(","), strict=True)
        )
        if one.table.name in {"bid", "question", "lot", "person", "provider"}:
            known = self._of(one.table.name, int(one.key))
            parts += [known] if known else []
        for column in one.table.columns:
            for foreign in column.foreign_keys:
                value = one.values.get(column.name, key.get(column.name))
                known = self._of(foreign.column.table.name, value)
                parts += [known] if known and known not in parts else []
        if not parts or one.table.name in {
            "tender",
            "ratings_file",
            "person_role",
            "evaluation",
            "panel_member",
        }:
            texts = (one.values.get(name, key.get(name)) for name in _TELLING)
            parts += [str(text) for text in texts if isinstance(text, (str, int)) and str(text) not in parts]
        return f" ({', '.join(parts[:4]) or f'number {one.key}'})"

    def shown(self, one: Difference, value: Any) -> str:
        if isinstance(value, dict):
            return "another text"
        if value is None:
            return "nothing"
        for foreign in one.table.columns[one.column].foreign_keys if one.column in one.table.columns else ():
            known = self._of(foreign.column.table.name, value)
            return known or f"number {value}"
        if isinstance(value, bool):
            return "yes" if value else "no"
        return str(value) if isinstance(value, int) else f"“{value}”"

    def _of(self, table: str, key: Any) -> str:
        """What the row of that number is called; "" where there is no name for it."""
        if key is None or (self._sealed and table in _OF_BIDDERS):
            return ""
        if not self._known[table]:
            self._known[table] = self._read(table)
        return self._known[table].get(int(key), "")

    def _read(self, table: str) -> dict[int, str]:
        if table in {"bid", "opened_bid"}:
            rows = self._session.execute(select(Bid.id, Bid.alias, Provider.name).outerjoin(Provider))
            return {id_: f"Provider {alias}, {name}" if alias else str(name) for id_, alias, name in rows}
        column = {
            "person": Person.name,
            "provider": Provider.name,
            "question": Question.code,
            "lot": Lot.code,
        }.get(table)
        if column is None:
            return {}
        return {id_: name for id_, name in self._session.execute(select(column.class_.id, column))}  # noqa: C416


def _leads_to_a_bidder(table: Table) -> bool:
    return table.name in _OF_BIDDERS or any(
        foreign.column.table.name in _OF_BIDDERS
        for column in table.columns
        for foreign in column.foreign_keys
    )
