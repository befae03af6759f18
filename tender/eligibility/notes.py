"""What a person should know of a location's ratings that the rules do not ask: whose they are, how old."""

from __future__ import annotations

from datetime import date

from lots.rating import KEY_QUESTIONS, Rating
from lots.relevant_location import RelevantLocation
from scoring.english import counted, listed
from scoring.methods.cqc import AREAS
from tender.frame.formats import long_date

OLD_YEARS = 3
"""From how many years on a rating's age is pointed out."""


def notes(location: RelevantLocation, provider_id: str, on: date) -> list[str]:
    """A sentence for each, naming the location; `on` is the date of the file."""
    rating = location.rating
    if rating is None:  # which the engine finds
        return []
    told = [
        *_whose(rating, provider_id),
        *_ended(rating),
        *_inherited(rating),
        *_age(rating, on),
        *_services(rating),
    ]
    return [f"location {location.location_id}: {sentence}" for sentence in told]


def _whose(rating: Rating, provider_id: str) -> list[str]:
    if not provider_id or rating.provider_cqc_id == provider_id:
        return []
    return [
        f"registered to {rating.provider_name} ({rating.provider_cqc_id}), "
        f"not to the provider that the bid names ({provider_id})"
    ]


def _ended(rating: Rating) -> list[str]:
    """That it has ended, or is dormant, the engine flags; the day it does not know."""
    return [f"its registration ended on {rating.ended}"] if rating.ended else []


def _inherited(rating: Rating) -> list[str]:
    if not rating.inherited:
        return []
    return ["its rating is inherited: the CQC gave it to an earlier registration, not to this one"]


def _age(rating: Rating, on: date) -> list[str]:
    years = age_in_years(rating, on)
    if years is None or years < OLD_YEARS or rating.ended:
        return []
    rated = rating.rated_day
    return [f"its rating is of {long_date(rated)}, {counted(years, 'year')} ago"] if rated else []


def age_in_years(rating: Rating, on: date) -> int | None:
    """Whole years between the rating and the day; None where the file does not say when it was rated."""
    rated = rating.rated_day
    if rated is None:
        return None
    return max(0, on.year - rated.year - ((on.month, on.day) < (rated.month, rated.day)))


def _services(rating: Rating) -> list[str]:
    """Services rated Inadequate, which the rating of the whole location may hide."""
    told = []
    for service in rating.services_rated:
        bad = [AREAS[area] for area in ("overall", *KEY_QUESTIONS) if service.get(area) == "Inadequate"]
        if bad:
            told.append(f"{service['service']} is rated Inadequate for {listed(bad, most=len(AREAS))}")
    return told
