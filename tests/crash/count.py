"""After the kills: is every acknowledged submission there, and nothing by halves?"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy import select

from lots.bid import Bid, BidVersion
from lots.event import Event
from lots.person import Person
from lots.refusal import Refusal
from lots.tender import Tender
from tender.audit import checks
from tender.bids import envelopes
from tender.frame.context import db, seal
from tests.crash.stage import application


def count(url: str, receipts: Mapping[str, Mapping[int, str]]) -> tuple[int, list[str]]:
    """How many submissions the record holds, and each fault. `receipts` by e-mail and number."""
    app = application(url)
    with app.app_context():
        session = db.session
        providers = {person.email: person.provider_id for person in session.scalars(select(Person))}
        bids = {bid.provider_id: bid for bid in session.scalars(select(Bid))}
        versions = {(one.bid_id, one.number): one for one in session.scalars(select(BidVersion))}
        logged = [
            json.loads(body)
            for body in session.scalars(select(Event.body).where(Event.action == "bid.submitted"))
        ]
        faults = [
            f"{email}: version {number} was acknowledged and is not there as acknowledged"
            for email, own in receipts.items()
            for number, sha256 in own.items()
            if getattr(versions.get((bids[providers[email]].id, number)), "sha256", None) != sha256
        ]
        faults += _halves(list(bids.values()), versions, logged)
        faults += [f"a bid cannot be opened: {fault}" for one in versions.values() for fault in _sealed(one)]
        checked = checks.check_tender(session, session.get_one(Tender, 1), seal(), datetime.now(UTC))
        faults += [fault for part in checked.checks for fault in part.faults]
        db.engine.dispose()
    return len(versions), faults


def _halves(
    bids: list[Bid], versions: Mapping[tuple[int, int], BidVersion], logged: list[dict[str, object]]
) -> list[str]:
    faults = []
    hashes = {str(body["sha256"]) for body in logged}
    if len(logged) != len(versions) or hashes != {one.sha256 for one in versions.values()}:
        faults.append(
            f"{len(versions)} versions, {len(logged)} entries in the log, and they are not the same"
        )
    for bid in bids:
        numbers = sorted(number for bid_id, number in versions if bid_id == bid.id)
        if numbers != list(range(1, len(numbers) + 1)):
            faults.append(f"bid {bid.id} has the versions {numbers}")
        if (bid.state == "submitted") != bool(numbers):
            faults.append(f"bid {bid.id} with {len(numbers)} versions is called {bid.state}")
    return faults


def _sealed(version: BidVersion) -> list[str]:
    try:
        envelopes.open_quality(seal(), version)
        envelopes.open_prices(seal(), version)
    except Refusal as refusal:
        return [refusal.message]
    return []
