"""Whether what an entry says in words agrees with the rows that it carries: nobody who can write the one
is believed against the other."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from lots import states
from lots.replay import Entry, Telling
from lots.rows import Values

STATE_AFTER: Final = {
    "tender.published": states.PUBLISHED,
    "opening.completed": states.OPENED,
    "marking.started": states.MARKING,
    "moderation.opened": states.MODERATION,
    "quality.locked": states.QUALITY_LOCKED,
    "prices.opened": states.PRICES_OPENED,
    "award.recommended": states.RECOMMENDED,
    "award.approved": states.APPROVED,
    "award.returned": states.PRICES_OPENED,
    "summaries.sent": states.STANDSTILL,
    "award.confirmed": states.AWARDED,
    "tender.cancelled": states.CANCELLED,
}
"""The stage to which each of these actions takes a tender. No other action changes it."""

TAKEN_OVER: Final = "record.taken_over"
"""The action of an entry that carries rows without telling how they came about."""


@dataclass
class Meaning:
    """What was found so far in the entries of one log."""

    state: str | None = None
    faults: list[str] = field(default_factory=list)

    def add(self, entry: Entry, telling: Telling) -> None:
        """Look at an entry whose rows are told already."""
        self._follow_state(entry)
        if entry.action == TAKEN_OVER or not telling.carries_rows:
            return
        rule = RULES.get(entry.action)
        if rule is not None:
            self.faults += [
                f"Entry {entry.sequence} ({entry.action}): {fault}." for fault in rule(entry, telling)
            ]

    def _follow_state(self, entry: Entry) -> None:
        before = self.state
        for values in entry.rows.get("tender", {}).values():
            if values is not None and "state" in values:
                self.state = values["state"]
        if entry.action == TAKEN_OVER or not entry.rows:
            return
        expected = STATE_AFTER.get(entry.action, before or states.DRAFT)
        if self.state is not None and self.state != expected:
            self._fault(entry, f"it takes the tender to “{_title(self.state)}”, which this step does not do")
        elif before is not None and self.state != before and not _is_legal(before, str(self.state)):
            self._fault(entry, f"a tender cannot go from “{_title(before)}” to “{_title(str(self.state))}”")

    def _fault(self, entry: Entry, text: str) -> None:
        self.faults.append(f"Entry {entry.sequence} ({entry.action}): {text}.")


def _title(state: str) -> str:
    return states.NAMES.get(state, state)


def _is_legal(before: str, after: str) -> bool:
    moves = states.STAGES[before].moves if before in states.STAGES else ()
    if before == states.PUBLISHED:  # closed by the clock, which no entry tells
        moves = (*moves, *states.STAGES[states.CLOSED].moves)
    return after in moves


Rule = Callable[[Entry, Telling], Iterator[str]]


def _one(entry: Entry, table: str) -> Values | None:
    """The one row of the table that the entry carries."""
    rows = [row for row in entry.rows.get(table, {}).values() if row is not None]
    return rows[0] if len(rows) == 1 else None


def _unlike(entry: Entry, row: Mapping[str, Any], columns: Mapping[str, str]) -> Iterator[str]:
    """Compare the row with parts of the body, by column. What the body leaves out is not compared."""
    for column, part in columns.items():
        if part in entry.body and not _same(row.get(column), entry.body[part]):
            yield f"it says another {part.replace('_', ' ')} than the row that it carries"


def _same(written: Any, said: Any) -> bool:
    if isinstance(written, dict):
        text = said if isinstance(said, str) else ""
        return written == {"sha256": hashlib.sha256(text.encode()).hexdigest()}
    return bool(written == said)


def _one_row(
    table: str, columns: Mapping[str, str], actor: str | None = None, *, coded: bool = False
) -> Rule:
    """A rule for entries about one new row: its columns, who did it, and the bid and question named."""

    def rule(entry: Entry, telling: Telling) -> Iterator[str]:
        row = _one(entry, table)
        if row is None:
            yield f"it does not carry the one row of “{table.replace('_', ' ')}” that it tells of"
            return
        yield from _unlike(entry, row, columns)
        if actor is not None and row.get(actor) != entry.actor_id:
            yield "the row that it carries names another person than the one who acted"
        if coded:
            if "bid" in entry.body and telling.values("bid", row["bid_id"]).get("alias") != entry.body["bid"]:
                yield "it names another bid than the row that it carries"
            question = telling.values("question", row.get("question_id")).get("code")
            if "question" in entry.body and question != entry.body["question"]:
                yield "it names another question than the row that it carries"

    return rule


def _recommended(entry: Entry, telling: Telling) -> Iterator[str]:
    yield from _one_row("recommendation", {"reason": "reason"}, "by_id")(entry, telling)
    row = _one(entry, "recommendation") or {}
    if telling.values("evaluation", row.get("evaluation_id")).get("number") != entry.body.get("evaluation"):
        yield "it names another evaluation than the row that it carries"


def _agreed(entry: Entry, telling: Telling) -> Iterator[str]:
    texts = ("mark", "reasons", "discussion", "outside_reason", "change_reason")
    columns = {**{name: name for name in texts}, "replaces_id": "replaces"}
    yield from _one_row("agreed_mark", columns, "recorded_by_id", coded=True)(entry, telling)
    present = {int(key.split(",")[1]) for key in entry.rows.get("agreed_mark_present", {})}
    if "present" in entry.body and present != set(entry.body["present"]):
        yield "it names others as present than the rows that it carries"


def _decided(entry: Entry, telling: Telling) -> Iterator[str]:
    texts = ("state", "reason", "evidence", "response", "response_invited_on")
    columns = {**{name: name for name in texts}, "replaces_id": "replaces"}
    yield from _one_row("eligibility_decision", columns, coded=True)(entry, telling)
    links = entry.rows.get("eligibility_decision_lot", {})
    lots = {telling.values("lot", key.split(",")[1]).get("code") for key in links}
    if "lots" in entry.body and lots != (set() if entry.body["lots"] == "all" else set(entry.body["lots"])):
        yield "it names other lots than the rows that it carries"


def _declared(entry: Entry, telling: Telling) -> Iterator[str]:
    rows = [row for row in entry.rows.get("conflict_declaration", {}).values() if row is not None]
    said = entry.body.get("declarations", [])
    if len(rows) != len(said) or any(row["person_id"] != entry.actor_id for row in rows):
        yield "it does not carry the declarations that it tells of"
        return
    for one in said:  # bidders are named there, whom this log knows by numbers alone
        like = next((row for row in rows if _is_declared(row, one)), None)
        if like is None:
            yield "it says something else of a conflict than the rows that it carries"
            return
        rows.remove(like)


def _is_declared(row: Values, said: Mapping[str, Any]) -> bool:
    same = (row["conflicted"], row["replaces_id"]) == (said["conflicted"], said["replaces"])
    return same and _same(row["detail"], said["detail"])


def _opened(entry: Entry, telling: Telling) -> Iterator[str]:
    opened = entry.rows.get("opened_bid", {})
    said = {one["alias"]: one["version_sha256"] for one in entry.body.get("bids", [])}
    carried = {
        telling.values("bid", key).get("alias"): telling.values("bid_version", row["version_id"]).get(
            "sha256"
        )
        for key, row in opened.items()
        if row is not None
    }
    if said != carried:
        yield "it names other bids than those that it opened"
    opening = next(iter(entry.rows.get("opening", {}).values()), None)
    if opening is None or opening.get("second_id") != entry.actor_id:
        yield "it does not carry the second officer who acted"


def _submitted(entry: Entry, telling: Telling) -> Iterator[str]:
    columns = {name: name for name in ("sha256", "quality_sha256", "prices_sha256")}
    columns |= {"number": "version", "bid_id": "bid"}
    yield from _one_row("bid_version", columns, "submitted_by_id")(entry, telling)
    if telling.values("bid", entry.body.get("bid")).get("state") != "submitted":
        yield "the bid that it tells of does not count as submitted after it"


def _withdrawn(entry: Entry, telling: Telling) -> Iterator[str]:
    if telling.values("bid", entry.body.get("bid")).get("state") != "withdrawn":
        yield "the bid that it tells of does not count as withdrawn after it"


def _priced(entry: Entry, telling: Telling) -> Iterator[str]:
    said = {
        (one["bid"], lot): price
        for one in entry.body.get("bids", [])
        for lot, price in one["pence_an_hour"].items()
    }
    carried = {}
    for key, row in entry.rows.get("bid_price", {}).items():
        link = telling.values("bid_lot", key)
        place = (
            telling.values("bid", link.get("bid_id")).get("alias"),
            telling.values("lot", link.get("lot_id")).get("code"),
        )
        carried[place] = (row or {}).get("price")
    if said != carried:
        yield "it says other prices than the rows that it carries"


def _approved(entry: Entry, telling: Telling) -> Iterator[str]:
    said = {
        (lot, place): alias
        for lot, aliases in entry.body.get("awards", {}).items()
        for place, alias in enumerate(aliases, 1)
    }
    carried = {
        (telling.values("lot", row["lot_id"]).get("code"), row["place"]): telling.values(
            "bid", row["bid_id"]
        ).get("alias")
        for row in entry.rows.get("award", {}).values()
        if row is not None
    }
    if said != carried:
        yield "it says other awards than the rows that it carries"
    yield from _answered(entry, telling)


def _answered(entry: Entry, telling: Telling) -> Iterator[str]:
    columns = {"decision_reason": "reason"}
    yield from _one_row("recommendation", columns, "decided_by_id")(entry, telling)


def _published(entry: Entry, telling: Telling) -> Iterator[str]:
    row = _one(entry, "tender")
    if row is None:
        yield "it does not carry the tender that was published"
        return
    yield from _unlike(entry, row, {"rules_sha256": "rules_sha256"})
    if "panel" in entry.body:
        said = {(one["person"], one["role"]) for one in entry.body["panel"]}
        members = (told.values for told in telling.rows("panel_member").values())
        if said != {(row["person_id"], row["role"]) for row in members if row is not None}:
            yield "it names another panel than the entries before it"


RULES: Final[Mapping[str, Rule]] = {
    "tender.published": _published,
    "bid.submitted": _submitted,
    "bid.withdrawn": _withdrawn,
    "opening.requested": _one_row("opening", {"first_id": "first"}, "first_id"),
    "opening.completed": _opened,
    "ratings.pinned": _one_row("ratings_pin", {"stage": "stage"}, "by_id"),
    "eligibility.decided": _decided,
    "conflict.declared": _declared,
    "conflict.decided": _one_row(
        "conflict_decision",
        {"may_mark": "may_mark", "reason": "reason", "declaration_id": "declaration"},
        "by_id",
    ),
    "mark.given": _one_row(
        "mark", {"mark": "mark", "rationale": "rationale", "replaces_id": "replaces"}, "person_id", coded=True
    ),
    "mark.changed": _one_row(
        "mark",
        {
            "mark": "mark",
            "rationale": "rationale",
            "replaces_id": "replaces",
            "change_reason": "change_reason",
        },
        "person_id",
        coded=True,
    ),
    "mark.agreed": _agreed,
    "agreed_mark.changed": _agreed,
    "prices.opened": _priced,
    "evaluation.made": _one_row(
        "evaluation", {"number": "number", "record_sha256": "record_sha256"}, "made_by_id"
    ),
    "award.recommended": _recommended,
    "award.approved": _approved,
    "award.returned": _answered,
    "summaries.sent": _one_row(
        "standstill",
        {
            "summaries_sent_on": "summaries_sent_on",
            "notice_on": "notice_on",
            "ends_on": "standstill_ends_on",
        },
        "by_id",
    ),
    "tender.cancelled": _one_row("cancellation", {"reason": "reason"}, "by_id"),
    "lot.cancelled": _one_row("cancellation", {"reason": "reason"}, "by_id"),
}
"""What must hold between the body of an entry and its rows, by action."""
