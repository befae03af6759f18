"""Resting a tender on a file of ratings; where that lets anybody back in, two officers decide it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from lots import event, states
from lots.person import Person, require_role
from lots.rating import RatingsFile, RatingsPin
from lots.rating_decisions import PinAnswer, PinRequest, waiting_request
from lots.reason import reason_given
from lots.refusal import Conflict, NotPermitted, Refusal
from lots.tender import Tender, lock_tender
from scoring.english import listed
from tender.eligibility import assessment
from tender.eligibility.assessment import BidderEligibility
from tender.eligibility.blindness import keep_blind
from tender.eligibility.operations.dealing_letters import deal_letters
from tender.eligibility.operations.returning import refuse_unmarked_return
from tender.eligibility.returning import coming_back, refused_so_far, still_refused
from tender.frame.formats import long_datetime

PIN_STAGES = {
    "opening": (states.OPENED, states.MARKING, states.MODERATION, states.QUALITY_LOCKED),
    "recommendation": (states.QUALITY_LOCKED, states.PRICES_OPENED),
    "signing": (states.APPROVED, states.STANDSTILL, states.AWARDED),
}
"""When a file may be pinned, by what for."""
SIGNING = "signing"


def current_pin(session: Session, tender: Tender) -> RatingsPin | None:
    return session.scalar(
        select(RatingsPin)
        .where(RatingsPin.tender_id == tender.id)
        .order_by(RatingsPin.id.desc())
        .limit(1)
        .options(joinedload(RatingsPin.file), joinedload(RatingsPin.by))
    )


def stage_to_pin_for(tender: Tender) -> str | None:
    """What a file would be pinned for now, if anything."""
    found = [name for name, stages in PIN_STAGES.items() if tender.state in stages]
    return found[0] if found else None


@dataclass(frozen=True)
class Effect:
    """What pinning a file would do: how everybody stood and would stand, and who needs two officers."""

    pinned: RatingsPin | None
    earlier: list[BidderEligibility]
    later: list[BidderEligibility]
    refused_before: set[str]
    stage: str

    @property
    def changed(self) -> list[BidderEligibility]:
        return assessment.changes(self.earlier, self.later)

    @property
    def returning(self) -> list[BidderEligibility]:
        return coming_back(self.refused_before, self.later)

    @property
    def takes_two(self) -> bool:
        """Whether a second officer must confirm: somebody comes back, or the award is approved already and
        somebody stands differently."""
        return bool(self.returning) or (self.stage == SIGNING and bool(self.changed))


def effect_of(session: Session, tender: Tender, ratings_file: RatingsFile, stage: str) -> Effect:
    """What pinning the file would do. A fixed number of queries."""
    pinned = current_pin(session, tender)
    earlier = assessment.assessment(session, tender) if pinned is not None else []
    later = assessment.assessment(session, tender, ratings_file)
    return Effect(pinned, earlier, later, refused_so_far(pinned, earlier), stage)


def pin(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    tender: Tender,
    ratings_file: RatingsFile,
    stage: str = "opening",
    reason: str = "",
) -> RatingsPin | PinRequest:
    """Rest the tender's eligibility on this file from now on.

    Where that lets anybody back in, the reason is required, nothing changes yet, and a request is returned
    that another officer has to confirm. Once quality is locked, a file that would bring back a bidder that
    was never marked is refused: a person has to decide on that bidder first.
    """
    tender = lock_tender(session, tender)
    require_role(actor, "officer")
    keep_blind(session, tender, actor)
    effect = _allowed(session, tender, now, ratings_file, stage)
    if effect.takes_two:
        return _request(session, actor, now, tender, ratings_file, effect, reason)
    _close_waiting(session, tender, actor, now)
    entry = _write(session, tender, ratings_file, effect, by_id=actor.id, now=now)
    _tell(session, tender, actor, now, entry, effect, {"reason": reason.strip()} if reason.strip() else {})
    deal_letters(session, actor=actor, now=now, tender=tender)
    return entry


def _allowed(
    session: Session, tender: Tender, now: datetime, ratings_file: RatingsFile, stage: str
) -> Effect:
    if stage not in PIN_STAGES:
        raise Refusal(f"Ratings are pinned for {', '.join(PIN_STAGES)}, not for “{stage}”.", "stage")
    states.require(tender, now, *PIN_STAGES[stage])
    gone = ratings_file.withdrawal
    if gone is not None:
        raise Refusal(
            f"{gone.by.name} withdrew this file on {long_datetime(gone.at)}: {gone.reason} Choose another."
        )
    effect = effect_of(session, tender, ratings_file, stage)
    before = effect.pinned
    if before is not None and before.file_id == ratings_file.id and before.stage == stage:
        raise Conflict(
            f"This file is already pinned: {before.by.name} pinned it for the {stage}. Nothing was changed."
        )
    refuse_unmarked_return(
        session,
        tender,
        effect.earlier,
        effect.later,
        "Decide on eligibility first, with the reason, then pin the file.",
    )
    return effect


def _request(
    session: Session,
    actor: Person,
    now: datetime,
    tender: Tender,
    ratings_file: RatingsFile,
    effect: Effect,
    reason: str,
) -> PinRequest:
    waiting = waiting_request(session, tender)
    if waiting is not None:
        raise Conflict(
            f"{waiting.by.name} asked for {waiting.file.filename} on {long_datetime(waiting.at)}. "
            "Another officer confirms or refuses that first."
        )
    if not reason.strip():
        names = listed([one.name for one in (effect.returning or effect.changed)])
        raise Refusal(f"Say why these ratings are right: {_what_changes(effect, names)}.", "reason")
    request = PinRequest(
        tender_id=tender.id,
        file_id=ratings_file.id,
        stage=effect.stage,
        reason=reason_given(reason, name="why these ratings are right"),
        by_id=actor.id,
        at=now,
    )
    session.add(request)
    session.flush()
    event.write(
        session,
        tender=tender,
        actor=actor,
        action="ratings.pin_requested",
        subject=ratings_file.filename,
        body={
            "request": request.id,
            "sha256": ratings_file.sha256,
            "stage": effect.stage,
            "reason": request.reason,
            "coming_back": [one.alias for one in effect.returning],
            "changed": _changed(effect),
        },
        now=now,
    )
    return request


def _what_changes(effect: Effect, names: str) -> str:
    several = len(effect.returning or effect.changed) > 1
    if effect.returning:
        return f"with them {names} {'come' if several else 'comes'} back into the assessment"
    return f"with them {names} {'stand' if several else 'stands'} differently after the approval"


def answer(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    tender: Tender,
    request: PinRequest,
    agreed: bool,
    reason: str = "",
) -> PinAnswer:
    """Confirm what another officer asked for, which takes effect with that; or refuse it, with a reason."""
    tender = lock_tender(session, tender)
    require_role(actor, "officer")
    keep_blind(session, tender, actor)
    waiting = waiting_request(session, tender)
    if waiting is None or waiting.id != request.id:
        raise Conflict("This request was answered already, or another file was pinned since.")
    if actor.id == waiting.by_id:
        raise NotPermitted(
            "You asked for these ratings. Another officer has to confirm or refuse them; until then "
            "the ratings pinned before count."
        )
    if not agreed:
        reason = reason_given(reason, name="why you refuse them")
        entry = _answered(session, waiting, actor, now, reason, None)
        body = {"request": waiting.id, "sha256": waiting.file.sha256, "reason": reason}
        _event(session, tender, actor, now, "ratings.pin_refused", waiting.file, body)
        return entry
    effect = _allowed(session, tender, now, waiting.file, waiting.stage)
    made = _write(session, tender, waiting.file, effect, by_id=waiting.by_id, now=now)
    entry = _answered(session, waiting, actor, now, reason.strip(), made.id)
    body = {
        "request": waiting.id,
        "reason": waiting.reason,
        "requested_by": waiting.by.name,
        "confirmed_by": actor.name,
        "coming_back": [one.alias for one in effect.returning],
    }
    _tell(session, tender, actor, now, made, effect, body)
    deal_letters(session, actor=actor, now=now, tender=tender)
    return entry


def _write(
    session: Session, tender: Tender, file: RatingsFile, effect: Effect, *, by_id: int, now: datetime
) -> RatingsPin:
    entry = RatingsPin(
        tender_id=tender.id,
        file_id=file.id,
        stage=effect.stage,
        by_id=by_id,
        at=now,
        refused=json.dumps(sorted(still_refused(effect.refused_before, effect.later))),
    )
    session.add(entry)
    session.flush()
    return entry


def _answered(
    session: Session, request: PinRequest, actor: Person, now: datetime, reason: str, pin_id: int | None
) -> PinAnswer:
    entry = PinAnswer(request_id=request.id, pin_id=pin_id, reason=reason, by_id=actor.id, at=now)
    session.add(entry)
    session.flush()
    session.expire(request, ["answer"])
    return entry


def _close_waiting(session: Session, tender: Tender, actor: Person, now: datetime) -> None:
    """A request is about how things stood when it was made: another pin makes it void."""
    waiting = waiting_request(session, tender)
    if waiting is not None:
        reason = "Another file was pinned instead."
        _answered(session, waiting, actor, now, reason, None)
        body = {"request": waiting.id, "sha256": waiting.file.sha256, "reason": reason}
        _event(session, tender, actor, now, "ratings.pin_refused", waiting.file, body)


def _tell(
    session: Session,
    tender: Tender,
    actor: Person,
    now: datetime,
    entry: RatingsPin,
    effect: Effect,
    more: dict[str, Any],
) -> None:
    file = entry.file
    body = {
        "sha256": file.sha256,
        "as_at": file.dated.isoformat(),
        "stage": entry.stage,
        "refused": json.loads(entry.refused),
        "changed": _changed(effect),
        **more,
    }
    _event(session, tender, actor, now, "ratings.pinned", file, body)


def _changed(effect: Effect) -> list[dict[str, Any]]:
    return [
        {"bid": one.alias, "lots": sorted(one.states), "states": dict(sorted(one.states.items()))}
        for one in effect.changed
    ]


def _event(
    session: Session,
    tender: Tender,
    actor: Person,
    now: datetime,
    action: str,
    file: RatingsFile,
    body: dict[str, Any],
) -> None:
    event.write(session, tender=tender, actor=actor, action=action, subject=file.filename, body=body, now=now)


def requests(session: Session, tender: Tender) -> Sequence[PinRequest]:
    """Every request of the tender, oldest first, with who asked and who answered."""
    return session.scalars(
        select(PinRequest)
        .where(PinRequest.tender_id == tender.id)
        .order_by(PinRequest.id)
        .options(joinedload(PinRequest.file), joinedload(PinRequest.by))
    ).all()
