"""The lots of a draft and the limits on winning them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from lots import schedule as schedules
from lots.lot_fields import group_code
from lots.person import Person
from lots.refusal import NotFound, Refusal
from lots.schedule import Schedule, ScheduleRow
from lots.tender import Lot, LotGroup, Tender
from scoring import exact
from tender.frame.formats import sentence_list
from tender.procurements.operations.holding import begin_draft, lot_of, note


def replace_lots(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    tender: Tender,
    schedule: Schedule,
    seen: int | None = None,
) -> None:
    """Put the lots of a schedule in the place of all lots that were there."""
    tender = begin_draft(session, actor, now, tender, seen)
    were = schedule_body(current_schedule(tender))["lots"]
    put_lots(session, tender, schedule)
    body = {"were": were, **schedule_body(schedule)}
    note(session, actor, now, tender, "lots.changed", "All lots replaced", body)


def change_lot(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    tender: Tender,
    code: str,
    row: ScheduleRow,
    seen: int | None,
) -> None:
    """Change one lot to what `row` says; its group stays as it is."""
    tender = begin_draft(session, actor, now, tender, seen)
    lot = lot_of(tender, code)
    current = current_schedule(tender)
    row = replace(row, group=lot.group.code if lot.group else "")
    if any(other.code.casefold() == row.code.casefold() for other in current.rows if other.code != code):
        raise Refusal(f"Lot {row.code} is there already. Give each lot its own code", "code")
    were = _row_body(next(each for each in current.rows if each.code == code))
    if _row_body(row) == were:
        return
    lot.code = row.code
    _fill(lot, row)
    body = {"now": _row_body(row), "were": were}
    note(session, actor, now, tender, "lots.changed", f"Lot {code}", body)


def add_lot(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    tender: Tender,
    row: ScheduleRow,
    seen: int | None = None,
) -> None:
    """Add one lot at the end."""
    tender = begin_draft(session, actor, now, tender, seen)
    if len(tender.lots) >= schedules.MOST_LOTS:
        raise Refusal(f"A tender can have {schedules.MOST_LOTS:,} lots at most")
    if any(lot.code.casefold() == row.code.casefold() for lot in tender.lots):
        raise Refusal(f"Lot {row.code} is there already. Give each lot its own code", "code")
    lot = Lot(code=row.code, service=tender.service, position=len(tender.lots) + 1)
    _fill(lot, row)
    tender.lots.append(lot)
    session.flush()
    note(session, actor, now, tender, "lots.changed", f"Lot {row.code} added", {"now": _row_body(row)})


def remove_lot(
    session: Session, *, actor: Person, now: datetime, tender: Tender, code: str, seen: int | None
) -> None:
    """Take one lot out of a draft."""
    tender = begin_draft(session, actor, now, tender, seen)
    lot = lot_of(tender, code)
    if len(tender.lots) == 1:
        raise Refusal("A tender needs a lot. Add another before you remove this one.")
    current = current_schedule(tender)
    rows = tuple(row for row in current.rows if row.code != code)
    were = _row_body(next(row for row in current.rows if row.code == lot.code))
    put_lots(session, tender, replace(current, rows=rows))
    note(session, actor, now, tender, "lots.changed", f"Lot {code} removed", {"were": were})


def set_group(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    tender: Tender,
    code: str,
    most_lots: int,
    lot_codes: list[str],
    seen: int | None = None,
) -> None:
    """Limit how many of these lots one bidder may win (Procurement Act 2023 s.20(7), s.23(4)).

    Makes the group of that name, or changes it.
    """
    tender = begin_draft(session, actor, now, tender, seen)
    try:
        code = group_code(code.strip())
    except ValueError as error:
        raise Refusal(f"Name of the group {error}", "code") from error
    lots = [lot_of(tender, each) for each in dict.fromkeys(lot_codes)]
    if not lots:
        raise Refusal("Choose at least one lot", "lot_codes")
    elsewhere = [lot.code for lot in lots if lot.group is not None and lot.group.code != code]
    if elsewhere:
        raise Refusal(
            f"Lot {sentence_list(elsewhere)} is in another group. A lot counts in one group only", "lot_codes"
        )
    if not 1 <= most_lots <= len(lots):
        raise Refusal(f"Most lots must be from 1 to {len(lots)}, the number of lots chosen", "most_lots")
    group = next((each for each in tender.groups if each.code == code), None)
    same = next((each for each in tender.groups if each.code.casefold() == code.casefold()), None)
    if group is None and same is not None:
        raise Refusal(f"There is a group “{same.code}” already", "code")
    if group is None:
        group = LotGroup(code=code)
        tender.groups.append(group)
    group.most_lots = most_lots
    group.lots = sorted(lots, key=lambda lot: lot.position)
    session.flush()
    body = {"most_lots": most_lots, "lots": [lot.code for lot in group.lots]}
    note(session, actor, now, tender, "lots.changed", f"Limit for {code}", body)


def remove_group(
    session: Session, *, actor: Person, now: datetime, tender: Tender, code: str, seen: int | None = None
) -> None:
    """Take a limit away; the lots stay."""
    tender = begin_draft(session, actor, now, tender, seen)
    group = next((each for each in tender.groups if each.code == code), None)
    if group is None:
        raise NotFound("There is no such group in this tender.")
    were = {"most_lots": group.most_lots, "lots": [lot.code for lot in group.lots]}
    group.lots = []
    tender.groups.remove(group)
    session.flush()
    note(session, actor, now, tender, "lots.changed", f"Limit for {code} removed", {"were": were})


def current_schedule(tender: Tender) -> Schedule:
    """The tender's lots as a schedule, to be downloaded, changed and uploaded again."""
    groups = {group.id: group.code for group in tender.groups}
    rows = (
        ScheduleRow(
            lot.code,
            lot.zone,
            lot.hours_per_week,
            lot.guide_price,
            lot.weeks_per_year,
            lot.places,
            groups.get(lot.group_id or 0, ""),
        )
        for lot in tender.lots
    )
    return Schedule(tuple(rows), {group.code: group.most_lots for group in tender.groups})


def schedule_body(schedule: Schedule) -> dict[str, Any]:
    """The schedule as an event tells it."""
    return {"lots": [_row_body(row) for row in schedule.rows], "limits": dict(schedule.limits)}


def put_lots(session: Session, tender: Tender, schedule: Schedule) -> None:
    """Make the tender's lots and groups those of the schedule. A lot of the same code stays the same lot."""
    if not schedule.rows:
        raise Refusal("A tender needs at least one lot")
    present = {lot.code: lot for lot in tender.lots}
    leaving = set(present) - {row.code for row in schedule.rows}
    _take_from_questions(tender, leaving)
    for place, lot in enumerate(tender.lots):
        lot.group = None
        lot.position = -1 - place  # out of the way of the positions given below
    tender.groups = []
    tender.lots = [lot for lot in tender.lots if lot.code not in leaving]
    session.flush()
    names = dict.fromkeys(row.group for row in schedule.rows if row.group)
    groups = {
        name: LotGroup(code=name, most_lots=schedule.limits.get(name, len(schedule.rows))) for name in names
    }
    tender.groups = list(groups.values())
    for position, row in enumerate(schedule.rows, start=1):
        lot = present.get(row.code) or Lot(code=row.code, service=tender.service)
        _fill(lot, row)
        lot.position = position
        lot.group = groups.get(row.group)
        if row.code not in present:
            tender.lots.append(lot)
    session.flush()
    session.refresh(tender, ["lots", "groups"])


def _take_from_questions(tender: Tender, leaving: set[str]) -> None:
    """A question that no lot were left to would silently become a question for every lot."""
    for question in tender.questions:
        left = [lot for lot in question.lots if lot.code not in leaving]
        if question.lots and not left:
            raise Refusal(
                f"Question {question.code} is asked only in lots that would go "
                f"({sentence_list(sorted(lot.code for lot in question.lots))}). "
                "Change or remove the question first."
            )
        if len(left) != len(question.lots):
            question.lots = left


def _fill(lot: Lot, row: ScheduleRow) -> None:
    lot.zone = row.zone
    lot.hours_per_week = row.hours_per_week
    lot.weeks_per_year = row.weeks_per_year
    lot.places = row.places
    lot.guide_price = row.guide_price


def _row_body(row: ScheduleRow) -> dict[str, Any]:
    return {
        "code": row.code,
        "zone": row.zone,
        "hours_per_week": exact.plain(row.hours_per_week),
        "weeks_per_year": row.weeks_per_year,
        "places": row.places,
        "guide_price_pence": row.guide_price,
        "group": row.group,
    }
