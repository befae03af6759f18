"""Which of a bidder's CQC locations count for its bid, and what is known of each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from lots.bid import OpenedBid
from lots.rating import KEY_QUESTIONS, REGISTERED, Rating, RatingsFile
from lots.rating_decisions import LocationCheck, location_checks
from lots.tender import Tender
from scoring.methods.cqc import KEY_QUESTIONS_MISSING, NOT_IN_FILE, RATED, RATED_BY_SERVICE

NAMED = "named in the bid"
_SAFE_WITHOUT_KEY_QUESTIONS = frozenset({"", "Inadequate", "Good", "Outstanding"})
"""Overall ratings that leave nothing open without those of the key questions: never rated, refused already,
or such as the CQC gives to nobody who is Inadequate on one."""


@dataclass(frozen=True)
class RelevantLocation:
    """A registered location that counts for a bid, and why; `rating` is None if the file has none of it."""

    location_id: str
    why: str
    rating: Rating | None
    check: LocationCheck | None = None
    """What an officer found of it, under the file that counts."""

    @property
    def not_checked(self) -> str:
        """Why the file does not settle it, in the words of the record; "" where it does."""
        rating = self.rating
        if rating is None:
            return NOT_IN_FILE
        if rating.ended or (rating.overall in RATED and rating.key_questions):
            return ""
        if rating.overall not in RATED and rating.by_service:
            return RATED_BY_SERVICE
        if not rating.key_questions and rating.overall not in _SAFE_WITHOUT_KEY_QUESTIONS:
            return KEY_QUESTIONS_MISSING
        return ""

    @property
    def covered(self) -> str:
        """The reason of two officers by which it counts all the same; "" where there is none."""
        return self.check.reason if self.not_checked and self.check is not None and self.check.covers else ""

    def entry(self) -> dict[str, str]:
        """What an evaluation record says of it."""
        entry = {"location": self.location_id}
        if self.rating is not None:
            for name in ("overall", *KEY_QUESTIONS):
                value = getattr(self.rating, name)
                if value:
                    entry[name] = value
            if self.rating.rated_on:
                entry["published"] = self.rating.rated_on
            if self.rating.status != REGISTERED:
                entry["status"] = self.rating.status
        if self.not_checked:
            entry["not_checked"] = self.not_checked
        if self.covered:
            entry["covered"] = self.covered
        return entry


def relevant_locations(
    session: Session, tender: Tender, opened: list[OpenedBid], ratings: RatingsFile | None
) -> dict[int, list[RelevantLocation]]:
    """By bid id: the locations that the bid names, and every other of the same provider or company that the
    published rules make relevant: registered in one of their areas for one of their services. One whose
    registration has ended counts where it was rated: its rating is history, which is shown.

    A location that a bid names but the file does not know is kept, without a rating.
    """
    rows = _rows(session, opened, ratings)
    checks = {} if ratings is None or not opened else location_checks(session, tender, ratings)
    by_location = {row.location_id: row for row in rows}
    by_provider, by_company = defaultdict(list), defaultdict(list)
    for row in rows:
        by_provider[row.provider_cqc_id].append(row)
        if row.company_number:
            by_company[row.company_number].append(row)
    areas, services = set(tender.rules["cqc_areas"]), list(tender.rules["cqc_services"])
    found = {}
    for opened_bid in opened:
        company = opened_bid.company
        own = by_provider.get(company["cqc_provider_id"], ())
        same = by_company.get(company_number(company), ())
        why = dict.fromkeys(company["locations"], NAMED)
        for row, reason in [
            *((row, "registered") for row in own),
            *((row, "of the same company") for row in same),
        ]:
            if row.location_id not in why and row.local_authority in areas and _counts(row, services):
                ended = f"until {row.ended} " if row.ended else ""
                why[row.location_id] = f"{reason} {ended}in {row.local_authority}"
        found[opened_bid.bid_id] = [
            RelevantLocation(each, text, by_location.get(each), checks.get((opened_bid.bid_id, each)))
            for each, text in why.items()
        ]
    return found


def _rows(session: Session, opened: list[OpenedBid], ratings: RatingsFile | None) -> list[Rating]:
    """What the file has of the bidders, in one query."""
    if ratings is None or not opened:
        return []
    locations = {location for opened_bid in opened for location in opened_bid.company["locations"]}
    providers = {opened_bid.company["cqc_provider_id"] for opened_bid in opened} - {""}
    companies = {company_number(opened_bid.company) for opened_bid in opened} - {""}
    return list(
        session.scalars(
            select(Rating)
            .where(
                Rating.file_id == ratings.id,
                Rating.location_id.in_(locations)
                | Rating.provider_cqc_id.in_(providers)
                | Rating.company_number.in_(companies),
            )
            .order_by(Rating.location_id)
        )
    )


def _counts(row: Rating, services: Iterable[str]) -> bool:
    """Whether the rules make a location relevant that no bid names."""
    rated = row.by_service or any(getattr(row, name) in RATED for name in ("overall", *KEY_QUESTIONS))
    return any(row.offers(service) for service in services) and (not row.ended or bool(rated))


def company_number(company: dict[str, object]) -> str:
    """A bidder's number at Companies House as ratings have it, eight characters; "" where it gave none."""
    number = str(company.get("company_number") or "").strip().upper()
    return number.zfill(8) if number else ""
