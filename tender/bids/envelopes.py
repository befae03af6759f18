"""The two envelopes that a bid travels in, and how each is closed, hashed, opened and checked.

An envelope is the canonical JSON of one object. Its SHA-256 is kept beside the sealed bytes and stands on
the provider's receipt; the salt inside keeps anybody from finding a price by hashing guesses. `about`
binds the sealed bytes to one tender, bid and version, so that no envelope can be put in another's place.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass
from typing import Any

from lots.bid import PRICES_FORMAT, QUALITY_FORMAT, Bid, BidVersion
from lots.refusal import Refusal
from lots.seal import Seal
from lots.tender import Tender
from scoring import exact
from scoring.canonical import canonical_json, sha256_of

VERSION_FORMAT = "bid-version/1"
SALT_BYTES = 32

_QUALITY_FIELDS = frozenset(
    {
        "format",
        "salt",
        "tender",
        "rules_sha256",
        "company",
        "answers",
        "lots",
        "preferences",
        "most_lots",
        "hours_per_week",
    }
)
_PRICES_FIELDS = frozenset({"format", "salt", "prices"})


@dataclass(frozen=True)
class QualityEnvelope:
    """All of a bid but its prices."""

    company: dict[str, Any]
    """As `Provider.description()` gives it."""
    answers: dict[str, str]
    """By question code."""
    lots: tuple[str, ...]
    """Codes of the lots bid for, in the tender's order."""
    preferences: tuple[str, ...]
    """Lot codes, most wanted first; empty where the provider gave no order."""
    most_lots: int | None
    hours_per_week: int | None
    """Hundredths of an hour."""


@dataclass(frozen=True)
class PriceEnvelope:
    prices: dict[str, int]
    """Pence an hour, by lot code."""


def quality_bytes(tender: Tender, quality: QualityEnvelope) -> bytes:
    """The quality envelope, with fresh salt: canonical JSON, ready to be hashed and sealed."""
    return canonical_json(
        {
            "format": QUALITY_FORMAT,
            "salt": secrets.token_hex(SALT_BYTES),
            "tender": tender.reference,
            "rules_sha256": tender.rules_sha256,
            "company": quality.company,
            "answers": quality.answers,
            "lots": list(quality.lots),
            "preferences": list(quality.preferences),
            "most_lots": quality.most_lots,
            "hours_per_week": None if quality.hours_per_week is None else exact.plain(quality.hours_per_week),
        }
    )


def prices_bytes(prices: PriceEnvelope) -> bytes:
    """The price envelope, with fresh salt: canonical JSON, ready to be hashed and sealed."""
    return canonical_json(
        {"format": PRICES_FORMAT, "salt": secrets.token_hex(SALT_BYTES), "prices": prices.prices}
    )


def about(bid: Bid, number: int, part: str) -> str:
    """The associated data that binds an envelope to its place; `part` is `quality` or `prices`."""
    return f"tender:{bid.tender_id}/bid:{bid.id}/version:{number}/{part}"


def about_draft(bid: Bid) -> str:
    return f"tender:{bid.tender_id}/bid:{bid.id}/draft"


def version_document(version: BidVersion) -> dict[str, Any]:
    """What `BidVersion.sha256` is the digest of, and what a receipt shows to be checked by."""
    return {
        "format": VERSION_FORMAT,
        "tender": version.bid.tender.reference,
        "provider": version.bid.provider_id,
        "number": version.number,
        "quality_sha256": version.quality_sha256,
        "prices_sha256": version.prices_sha256,
    }


def open_quality(seal: Seal, version: BidVersion) -> QualityEnvelope:
    """The quality envelope of a submission. Raises Refusal where it is not the one that was submitted."""
    document = json.loads(quality_plain(seal, version))
    _require_shape(version, document, QUALITY_FORMAT, _QUALITY_FIELDS)
    tender = version.bid.tender
    if document["tender"] != tender.reference or document["rules_sha256"] != tender.rules_sha256:
        raise Refusal(f"{_place(version)} was made for another tender, or under other rules.")
    return QualityEnvelope(
        company=document["company"],
        answers=document["answers"],
        lots=tuple(document["lots"]),
        preferences=tuple(document["preferences"]),
        most_lots=document["most_lots"],
        hours_per_week=_hours(version, document["hours_per_week"]),
    )


def open_prices(seal: Seal, version: BidVersion) -> PriceEnvelope:
    """The price envelope of a submission. Raises Refusal where it is not the one that was submitted."""
    document = json.loads(prices_plain(seal, version))
    _require_shape(version, document, PRICES_FORMAT, _PRICES_FIELDS)
    return PriceEnvelope(document["prices"])


def quality_plain(seal: Seal, version: BidVersion) -> bytes:
    """The bytes whose hash is `quality_sha256`, checked against it."""
    plain = seal.open(version.quality_sealed, about=about(version.bid, version.number, "quality"))
    return _checked(version, plain, version.quality_sha256)


def prices_plain(seal: Seal, version: BidVersion) -> bytes:
    """The bytes whose hash is `prices_sha256`, checked against it."""
    plain = seal.open(version.prices_sealed, about=about(version.bid, version.number, "prices"))
    return _checked(version, plain, version.prices_sha256)


def _checked(version: BidVersion, plain: bytes, expected: str) -> bytes:
    if hashlib.sha256(plain).hexdigest() != expected:
        raise Refusal(f"{_place(version)} is not the one whose hash was kept when it was submitted.")
    if sha256_of(version_document(version)) != version.sha256:
        raise Refusal(f"{_place(version)} does not agree with the hash on the provider’s receipt.")
    return plain


def _require_shape(
    version: BidVersion, document: dict[str, Any], expected: str, fields: frozenset[str]
) -> None:
    if document.get("format") != expected or frozenset(document) != fields:
        raise Refusal(f"{_place(version)} is not in the format {expected}.")


def _place(version: BidVersion) -> str:
    return f"An envelope of bid {version.bid_id}, version {version.number},"


def _hours(version: BidVersion, text: str | None) -> int | None:
    number = None if text is None else exact.hundredths(text)
    if text is not None and number is None:
        raise Refusal(f"{_place(version)} is not in the format {QUALITY_FORMAT}.")
    return number
