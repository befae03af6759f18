"""What a provider does with its bid. Each verb checks, changes, writes the event and flushes."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from lots import bid as bids
from lots import event
from lots import text as texts
from lots.bid import Bid, BidVersion
from lots.person import Person
from lots.refusal import Conflict, NotFound, Refusal, Refusals
from lots.seal import Seal
from lots.tender import Tender, lock_tender
from scoring.canonical import sha256_of
from tender.bids import envelopes, receipts
from tender.bids.access import TooLate, find_bid, own_bid, provider_of, require_open
from tender.bids.checks import Missing, lots_bid_for, questions_to_answer, whats_missing
from tender.bids.company import ProviderDetails, change_provider
from tender.bids.company import shown_as as details_shown_as
from tender.bids.draft import PRICES, DraftContent, read_draft, write_draft
from tender.bids.envelopes import PriceEnvelope, QualityEnvelope
from tender.bids.prices import price_faults
from tender.bids.receipts import Receipt, receipt_of
from tender.frame.formats import long_datetime

__all__ = [
    "DraftContent",
    "Missing",
    "ProviderDetails",
    "Receipt",
    "TooLate",
    "change_provider",
    "contents_of",
    "details_shown_as",
    "read_draft",
    "receipt_of",
    "save_answer",
    "save_prices",
    "shown_as",
    "start",
    "submit",
    "whats_missing",
    "withdraw",
]

MOST_CHARACTERS = 50_000
"""Of one answer, saved or submitted; word limits are far below."""

_CONTROLS = {code: " " for code in range(32) if chr(code) not in "\r\n\t\v\f"}
# what word processors leave behind; a database may refuse it and nobody can read it


def start(session: Session, *, actor: Person, now: datetime, tender: Tender) -> Bid:
    """Begin the provider's bid; the one that is there if somebody began it before. Raises TooLate."""
    provider = provider_of(actor)
    tender = lock_tender(session, tender)
    require_open(tender, now)
    bid = find_bid(session, tender, provider)
    if bid is not None:
        return bid
    bid = Bid(tender=tender, provider=provider, state=bids.DRAFT, started_at=now)
    session.add(bid)
    session.flush()
    _note(session, actor, "bid.started", bid, {"bid": bid.id}, now)
    return bid


def save_answer(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    seal: Seal,
    tender: Tender,
    question_code: str,
    text: str,
    seen: int | None = None,
) -> DraftContent:
    """Keep an answer in the draft, however long or short; an empty one is taken out.

    `seen` is the answer's revision that the page showed. Raises Conflict, TooLate, NotFound, Refusal.
    """
    bid = _bid_to_change(session, actor, now, tender)
    if question_code not in {question.code for question in bid.tender.questions}:
        raise NotFound("This tender has no such question.")
    content = read_draft(seal, bid)
    text = texts.prose(text.translate(_CONTROLS))
    if text == content.answers.get(question_code, ""):
        return content
    content.require_unchanged(question_code, seen)
    if len(text) > MOST_CHARACTERS:
        raise Refusal(f"Answer must be {MOST_CHARACTERS:,} characters or fewer, it has {len(text):,}", "text")
    answers = {code: answer for code, answer in content.answers.items() if code != question_code}
    if text:
        answers[question_code] = text
    content = content.with_part(question_code, actor, now, answers=answers)
    write_draft(seal, bid, content, now)
    session.flush()
    return content


def save_prices(  # noqa: PLR0913
    session: Session,
    *,
    actor: Person,
    now: datetime,
    seal: Seal,
    tender: Tender,
    prices: Mapping[str, int],
    preferences: Sequence[str] = (),
    most_lots: int | None = None,
    hours_per_week: int | None = None,
    seen: int | None = None,
) -> DraftContent:
    """Keep in the draft which lots are bid for, each with its price in pence an hour.

    `preferences` are codes of such lots, most wanted first; `hours_per_week` is in hundredths. `seen` is
    the revision of these that the page showed. Raises Refusals, Conflict, TooLate.
    """
    bid = _bid_to_change(session, actor, now, tender)
    content = read_draft(seal, bid)
    given = {
        "prices": {lot.code: prices[lot.code] for lot in bid.tender.lots if lot.code in prices},
        "preferences": tuple(preferences),
        "most_lots": most_lots,
        "hours_per_week": hours_per_week,
    }
    faults = price_faults(bid.tender, prices, preferences, most_lots, hours_per_week)
    if faults:
        raise Refusals(faults)
    if all(getattr(content, name) == value for name, value in given.items()):
        return content
    content.require_unchanged(PRICES, seen)
    content = content.with_part(PRICES, actor, now, **given)
    write_draft(seal, bid, content, now)
    session.flush()
    return content


def contents_of(tender: Tender, bid: Bid, content: DraftContent) -> tuple[QualityEnvelope, PriceEnvelope]:
    """What would be submitted of a draft now: only lots still to be had, and the answers that they need."""
    chosen = [lot.code for lot in lots_bid_for(tender, content)]
    quality = QualityEnvelope(
        company=bid.provider.description(),
        answers={
            question.code: content.answers[question.code]
            for question in questions_to_answer(tender, content)
            if question.code in content.answers
        },
        lots=tuple(chosen),
        preferences=tuple(code for code in content.preferences if code in chosen),
        most_lots=content.most_lots,
        hours_per_week=content.hours_per_week,
    )
    return quality, PriceEnvelope({code: content.prices[code] for code in chosen})


def shown_as(quality: QualityEnvelope, prices: PriceEnvelope) -> str:
    """What the page before submission carries as `seen`: a digest of all that it shows."""
    return sha256_of(
        {
            "company": quality.company,
            "answers": quality.answers,
            "lots": list(quality.lots),
            "preferences": list(quality.preferences),
            "most_lots": quality.most_lots,
            "hours_per_week": quality.hours_per_week,
            "prices": prices.prices,
        }
    )


def submit(
    session: Session, *, actor: Person, now: datetime, seal: Seal, tender: Tender, seen: str | None = None
) -> Receipt:
    """Submit the draft as the bid's next version, which replaces any before it.

    The same content again, a button pressed twice, is no new version: the receipt is the one that there is.
    `seen` is `shown_as(...)` of what the page showed. Raises Refusals for what is missing, Conflict, TooLate.
    """
    bid = _bid_to_change(session, actor, now, tender)
    content = read_draft(seal, bid)
    missing = whats_missing(bid.tender, bid.provider, content)
    if missing:
        raise Refusals([Refusal(one.message) for one in missing])
    quality, prices = contents_of(bid.tender, bid, content)
    if seen is not None and seen != shown_as(quality, prices):
        raise Conflict("The bid was changed since you opened this page. Check it again before you submit it.")
    current = current_version(bid)
    if current is not None and submitted_is(seal, current, quality, prices):
        return receipt_of(session, bid, current.number)
    version = _seal_version(session, seal, bid, actor, now, quality, prices)
    bid.state = bids.SUBMITTED
    body = receipts.event_body(version, secrets.token_hex(envelopes.SALT_BYTES))
    _note(session, actor, "bid.submitted", bid, body, now)
    session.flush()
    return receipt_of(session, bid, version.number)


def withdraw(
    session: Session, *, actor: Person, now: datetime, tender: Tender, seen: int | None = None
) -> None:
    """Take the submitted bid back. The draft stays and can be submitted again until the deadline.

    `seen` is the number of the version that the page showed. Raises Conflict, TooLate, Refusal.
    """
    bid = _bid_to_change(session, actor, now, tender)
    version = current_version(bid)
    if version is None:
        raise Conflict("There is no submitted bid to withdraw. It may have been withdrawn already.")
    if seen is not None and seen != version.number:
        raise Conflict(
            f"Version {version.number} of this bid was submitted on {long_datetime(version.submitted_at)}. "
            "Look at it before you withdraw it."
        )
    bid.state = bids.WITHDRAWN
    body = {"bid": bid.id, "version": version.number, "sha256": version.sha256}
    _note(session, actor, "bid.withdrawn", bid, body, now)
    session.flush()


def current_version(bid: Bid) -> BidVersion | None:
    """The version that would be opened; None for a bid that was never submitted, or withdrawn."""
    return bid.versions[-1] if bid.state == bids.SUBMITTED else None


def submitted_is(seal: Seal, version: BidVersion, quality: QualityEnvelope, prices: PriceEnvelope) -> bool:
    """Whether the version holds exactly this."""
    return envelopes.open_quality(seal, version) == quality and envelopes.open_prices(seal, version) == prices


def _bid_to_change(session: Session, actor: Person, now: datetime, tender: Tender) -> Bid:
    provider_of(actor)
    tender = lock_tender(session, tender)
    bid = own_bid(session, tender, actor)
    require_open(tender, now)
    return bid


def _seal_version(
    session: Session,
    seal: Seal,
    bid: Bid,
    actor: Person,
    now: datetime,
    quality: QualityEnvelope,
    prices: PriceEnvelope,
) -> BidVersion:
    number = len(bid.versions) + 1
    quality_plain = envelopes.quality_bytes(bid.tender, quality)
    prices_plain = envelopes.prices_bytes(prices)
    version = BidVersion(
        bid=bid,
        number=number,
        submitted_at=now,
        submitted_by_id=actor.id,
        quality_sealed=seal.close(quality_plain, about=envelopes.about(bid, number, "quality")),
        prices_sealed=seal.close(prices_plain, about=envelopes.about(bid, number, "prices")),
        quality_sha256=hashlib.sha256(quality_plain).hexdigest(),
        prices_sha256=hashlib.sha256(prices_plain).hexdigest(),
        sha256="",
    )
    version.sha256 = sha256_of(envelopes.version_document(version))
    session.add(version)
    session.flush()
    return version


def _note(
    session: Session, actor: Person, action: str, bid: Bid, body: dict[str, object], now: datetime
) -> None:
    event.write(
        session,
        tender=bid.tender,
        actor=actor,
        action=action,
        subject=bid.provider.name,
        body=body,
        now=now,
    )
