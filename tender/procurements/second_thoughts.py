"""What does not stop publication and is probably a slip: each said with its mend."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from lots.tender import Tender
from lots.working_days import ENGLAND, NO_STANDSTILL, NotKnown, is_working_day
from tender.frame.formats import LONDON, hundredths_as_text, long_date, long_datetime, money, sentence_list
from tender.procurements.operations.publishing import DETAILS, LOTS, RULES, Gap

SHORT_NOTICE = timedelta(days=10)
"""Less is hardly time to answer. Light touch has no minimum in law (Procurement Act 2023 s.54)."""
LONG_NOTICE = timedelta(days=366)
HIGH_MINIMUM = 8_000
"""Basis points of the quality points."""


def second_thoughts(tender: Tender, now: datetime) -> list[Gap]:
    """Everything of the kind, with the part of the tender where it is mended."""
    return [
        *([] if tender.deadline is None else _about_deadline(tender.deadline, now)),
        *_about_prices(tender),
        *_about_details(tender),
    ]


def _about_deadline(deadline: datetime, now: datetime) -> Iterator[Gap]:
    local = deadline.astimezone(LONDON)
    left = deadline - now
    if left < SHORT_NOTICE:
        much = f"{left.days} days" if left.days > 1 else f"{int(left.total_seconds() // 3600)} hours"
        yield Gap(
            f"The deadline is only {much} away: few providers can answer in time. Set a later one, "
            "unless that is meant.",
            DETAILS,
        )
    if left > LONG_NOTICE:
        yield Gap(
            f"The deadline, {long_datetime(deadline)}, is more than a year away. Check the year.", DETAILS
        )
        return
    if (local.month, local.day) >= (12, 24) or (local.month, local.day) <= (1, 2):
        yield Gap(
            f"The deadline, {long_date(deadline)}, is at Christmas or New Year, when few people are at work. "
            "Set another day, unless that is meant.",
            DETAILS,
        )
        return
    try:
        works = is_working_day(local.date(), ENGLAND)
    except NotKnown as unknown:
        yield Gap(f"{unknown}", DETAILS)
        return
    if not works:
        yield Gap(
            f"The deadline is on {local:%A}, {long_date(deadline)}, which is no working day: nobody is "
            "there to help a provider. Set another day, unless that is meant.",
            DETAILS,
        )


def _about_prices(tender: Tender) -> Iterator[Gap]:
    ceiling, floor = tender.ceiling, tender.floor
    if ceiling is not None:
        above = [lot.code for lot in tender.lots if lot.guide_price > ceiling]
        if above:
            yield Gap(
                f"The ceiling of {money(ceiling)} an hour is below the guide price of lot {_some(above)}. "
                "Raise the ceiling, or correct the guide prices.",
                RULES,
            )
    if floor is not None:
        below = [lot.code for lot in tender.lots if lot.guide_price < floor]
        if below:
            yield Gap(
                f"The lowest price of {money(floor)} an hour is above the guide price of lot {_some(below)}. "
                "Lower it, or correct the guide prices.",
                LOTS,
            )


def _about_details(tender: Tender) -> Iterator[Gap]:
    minimum = tender.quality_minimum
    if minimum is not None and minimum >= HIGH_MINIMUM:
        yield Gap(
            f"The minimum quality is {hundredths_as_text(minimum)}%: a bid that is short of it in one answer "
            "may be out, and perhaps every bid is. Lower it, unless that is meant.",
            RULES,
        )
    if not tender.description.strip():
        yield Gap("The description is empty. Say what is bought, for whom and from when.", DETAILS)
    if not tender.standstill_offered:
        yield Gap(f"No standstill is offered. {NO_STANDSTILL} Offer eight working days.", DETAILS)


def _some(codes: list[str]) -> str:
    return sentence_list(codes[:5]) + (f" and {len(codes) - 5} more" if len(codes) > 5 else "")
