"""The receipt of a submission: what a provider can prove its bid by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lots import event, states
from lots.bid import Bid, BidVersion
from lots.event import Event
from lots.person import Person
from lots.refusal import NotFound
from lots.tree import TreeHead
from scoring.canonical import canonical_json
from tender.bids import envelopes
from tender.frame.formats import long_datetime


@dataclass(frozen=True)
class Receipt:
    """One submission and its place in the log.

    While bids are sealed only the hashes of that place are shown: the number of an entry would tell how
    much others have done. The submission's event carries salt, so that nobody can find the number by trial.
    """

    version: BidVersion
    event: Event
    head: TreeHead
    submitted_by: str
    provider: str
    """The bidder's name, as it is today."""

    @property
    def place_is_open(self) -> bool:
        """Whether the entry's number and content may be shown: from the opening of the bids on."""
        return states.is_opened(self.version.bid.tender)

    @property
    def leaf_hash(self) -> str:
        return self.event.leaf_hash


def event_body(version: BidVersion, salt: str) -> dict[str, Any]:
    """What the log keeps of a submission."""
    return {
        "bid": version.bid_id,
        "version": version.number,
        "sha256": version.sha256,
        "quality_sha256": version.quality_sha256,
        "prices_sha256": version.prices_sha256,
        "salt": salt,
    }


def receipt_of(session: Session, bid: Bid, number: int) -> Receipt:
    """The receipt of one version. Raises NotFound where there is no such version."""
    version = next((one for one in bid.versions if one.number == number), None)
    if version is None:
        raise NotFound("Your organisation has no such receipt for this tender.")
    log = event.log_of(bid.tender)
    entry = session.scalars(
        select(Event).where(
            Event.log == log,
            Event.action == "bid.submitted",
            Event.body.contains(f'"{version.sha256}"', autoescape=True),
        )
    ).one()
    head = session.scalars(
        select(TreeHead).where(TreeHead.log == log, TreeHead.size == entry.sequence + 1)
    ).one()
    person = session.get_one(Person, version.submitted_by_id)
    return Receipt(version, entry, head, person.name, bid.provider.name)


def as_text(receipt: Receipt) -> str:
    """The receipt as a plain text file, lines ended for any editor."""
    version, tender = receipt.version, receipt.version.bid.tender
    lines = [
        "RECEIPT FOR A BID",
        "",
        f"Tender:        {tender.reference}, {tender.title}",
        f"Buyer:         {tender.buyer}",
        f"Provider:      {receipt.provider} (number {version.bid.provider_id})",
        f"Version:       {version.number}",
        f"Submitted:     {long_datetime(version.submitted_at)}",
        f"               {version.submitted_at.astimezone(UTC).isoformat(timespec='microseconds')}",
        f"Submitted by:  {receipt.submitted_by}",
        f"Deadline:      {long_datetime(tender.deadline)}",
        f"Rules SHA-256: {tender.rules_sha256}",
        "",
        f"Bid SHA-256:   {version.sha256}",
        "",
        "This is the SHA-256 of the line below, exactly as it stands:",
        canonical_json(envelopes.version_document(version)).decode(),
        "",
        "quality_sha256 and prices_sha256 are the SHA-256 of the two files of your bid. You can download",
        "them from this receipt’s page. Keep them private: they hold your answers and prices.",
        "",
        f"Log:           {receipt.head.log}",
        f"Log entry:     {receipt.leaf_hash}",
        f"Log head:      {receipt.head.root}",
        "",
        "The log head stands for every entry of this tender’s log up to and including this one. Whether the",
        "log still begins with them anybody can see on the service’s page /log/compare, to which this file",
        "can be given as it is.",
    ]
    if receipt.place_is_open:
        lines += [
            f"The entry is number {receipt.event.sequence}; the log then had {receipt.head.size} entries.",
            "The entry’s hash is RFC 6962’s leaf hash of this line:",
            receipt.event.leaf().decode(),
        ]
    else:
        lines += ["Its number and content can be had on this receipt’s page once bids have been opened."]
    return "\r\n".join([*lines, ""])


def as_object(receipt: Receipt) -> dict[str, Any]:
    """The receipt as plain values, for programs that compare its head with the log later. The size of the
    log only where it may be known."""
    version, tender = receipt.version, receipt.version.bid.tender
    return {
        "format": "tender-receipt/1",
        "reference": tender.reference,
        "version": version.number,
        "submitted_at": version.submitted_at.astimezone(UTC).isoformat(timespec="microseconds"),
        "bid_sha256": version.sha256,
        "log": receipt.head.log,
        "leaf_hash": receipt.leaf_hash,
        "root": receipt.head.root,
        "size": receipt.head.size if receipt.place_is_open else None,
    }
