"""Great steps are taken on a whole record only: what no entry of the log tells stops them, by name."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from lots import log_check
from lots.event import Event, log_of
from lots.refusal import Refusal, Refusals
from lots.tender import Tender
from tender.whole.comparing import compare

_WAY_OUT: Final = (
    "Nothing was changed. Have an auditor read the check of this tender, and have whoever runs the "
    "service restore what was altered from a backup. If that cannot be done, the tender can be cancelled."
)
_MOST_NAMED: Final = 5


def require_whole(session: Session, tender: Tender, step: str) -> None:
    """Refuse the step (“Bids cannot be opened”) unless the log holds together and every row is as it tells.

    Raises Refusals with what was found, and with the way out.
    """
    session.flush()
    faults = [*log_check.check(session, tender).faults, *compare(session, tender).faults]
    refuse(step, faults)


def refuse(step: str, faults: list[str]) -> None:
    """Raise Refusals with the faults, if there are any."""
    if not faults:
        return
    more = [f"{len(faults) - _MOST_NAMED} more."] if len(faults) > _MOST_NAMED else []
    sentences = [f"{step}: the record is not what its log says.", *faults[:_MOST_NAMED], *more, _WAY_OUT]
    raise Refusals([Refusal(sentence) for sentence in sentences])


@dataclass(frozen=True)
class Submitted:
    """A bid as the log has it when bids close."""

    provider: str
    version: int
    sha256: str
    """The hash on the provider's receipt."""


def submitted_by_log(session: Session, tender: Tender) -> dict[int, Submitted]:
    """The bids that the log says were submitted and not withdrawn, by their number."""
    rows = session.execute(
        select(Event.action, Event.subject, Event.body)
        .where(Event.log == log_of(tender), Event.action.in_(("bid.submitted", "bid.withdrawn")))
        .order_by(Event.sequence)
    )
    submitted: dict[int, Submitted] = {}
    for action, provider, text in rows:
        body = json.loads(text)
        if action == "bid.submitted":
            submitted[body["bid"]] = Submitted(provider, body["version"], body["sha256"])
        else:
            submitted.pop(body["bid"], None)
    return submitted


def require_all_bids(session: Session, tender: Tender, present: dict[int, Submitted], step: str) -> None:
    """Refuse unless the bids at hand are those that the log counts: submitted less withdrawn.

    Raises Refusals that name each provider whose bid is missing, another one, or not in the log.
    """
    logged = submitted_by_log(session, tender)
    faults = [
        f"{one.provider} submitted version {one.version} of its bid, and it is not there to be opened."
        for bid_id, one in logged.items()
        if bid_id not in present
    ]
    faults += [
        f"The bid of {one.provider} is not one that the log says was submitted."
        for bid_id, one in present.items()
        if bid_id not in logged
    ]
    faults += [
        f"The bid of {one.provider} is not the one that the log says was submitted last "
        f"(version {logged[bid_id].version})."
        for bid_id, one in present.items()
        if bid_id in logged and (one.version, one.sha256) != (logged[bid_id].version, logged[bid_id].sha256)
    ]
    refuse(step, faults)
