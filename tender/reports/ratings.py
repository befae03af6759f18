"""The CQC ratings of a report: which were used, what there is to know of them, and who decided about them."""

from __future__ import annotations

from tender.frame.formats import long_date, long_datetime
from tender.reports.blocks import Block, Column, Reasons, table
from tender.reports.gather import Material


def ratings_blocks(material: Material) -> list[Block]:
    rows = [
        (
            pin.stage.capitalize(),
            f"{pin.file.filename}, as at {long_date(pin.file.dated)}",
            pin.file.sha256,
            f"{pin.by.name}, {long_date(pin.at)}",
        )
        for pin in material.pins
    ]
    columns = (
        Column("For", "text", 14),
        Column("File of CQC ratings", "text", 24),
        Column("SHA-256", "code", 48),
        Column("Pinned by", "text", 18),
    )
    return [
        table("CQC ratings that were used", columns, rows),
        *_to_know(material),
        *_by_two_officers(material),
    ]


def _to_know(material: Material) -> list[Block]:
    """What the ratings say that the rules allow: ended, dormant, inherited and old ones, and the like."""
    rows = [
        (bidder.name, f"{flag[:1].upper()}{flag[1:]}.")
        for bidder in material.eligibility
        for flag in bidder.flags
    ]
    if not rows:
        return []
    columns = (Column("Provider", "name", 28), Column("What the ratings say", "text", 72))
    return [table("What there is to know of the ratings", columns, rows)]


def _by_two_officers(material: Material) -> list[Block]:
    entries = []
    for request in material.pin_requests:
        answer = request.answer
        done = "waits for a second officer"
        if answer is not None:
            did = "confirmed" if answer.pin_id is not None else "refused"
            done = f"{did} by {answer.by.name}, {long_datetime(answer.at)}"
            done += f": {answer.reason}" if answer.reason else ""
        label = f"{request.file.filename}, asked for by {request.by.name}, {long_datetime(request.at)}"
        entries.append((label, f"{request.reason}\n{done[:1].upper()}{done[1:]}"))
    for bidder in material.eligibility:
        for location in bidder.locations:
            check = location.check
            if check is None or check.answer is None:
                continue
            did = "Confirmed" if check.answer.agreed else "Refused"
            label = (
                f"{bidder.name}, location {location.location_id}. {check.by.name}, {long_datetime(check.at)}"
            )
            text = f"{check.reason}\nEvidence: {check.evidence}\n{did} by {check.answer.by.name}. "
            entries.append((label, f"{text}{check.answer.reason}".strip()))
    return [Reasons("Decided on ratings by two officers", tuple(entries))] if entries else []
