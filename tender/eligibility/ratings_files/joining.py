"""Several files of one month, joined on the location's id: the ratings of one, the services of another."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from scoring.canonical import canonical_json
from tender.eligibility.ratings_files import kinds
from tender.eligibility.ratings_files.kinds import KINDS, Kind
from tender.eligibility.ratings_files.locations import AREAS, Found, Location, read_locations
from tender.eligibility.ratings_files.refused import refuse
from tender.eligibility.ratings_files.tables import SECONDS, opened

_NO_RATINGS: Final = (
    "This is the CQC’s weekly directory, which has no ratings: it says where a location is and what it does. "
    "Load the directory with ratings, and give this file beside it if you like."
)
_UNRATED: Final = ("", "Not rated")


@dataclass(frozen=True)
class RatingsTable:
    """The locations of one or more files, ready for the `rating` table."""

    kinds: tuple[str, ...]
    """What was read, by the names in `ratings_files.kinds`, the file whose ratings count first."""
    locations: list[Location]
    rows_read: int
    left_out: int

    @property
    def rows(self) -> list[dict[str, Any]]:
        return list(self.each())

    def each(self) -> Iterator[dict[str, Any]]:
        """The columns of each location in turn."""
        return map(_columns, self.locations)


def read_ratings(content: bytes) -> RatingsTable:
    """Read one file that is at hand as bytes. Raises RatingsRefused with every fault found."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(content)
        file.flush()
        return read_files([("", Path(file.name))])


def read_files(
    files: Sequence[tuple[str, Path]],
    progress: Callable[[int], None] = lambda rows: None,
    seconds: int = SECONDS,
) -> RatingsTable:
    """Read files given as (what people call it, where it is), each of another kind, and join them.

    `progress` is told how many rows of the file that is being read are done; `seconds` is the longest that
    the reading of a spreadsheet may take. Raises RatingsRefused with what is wrong.
    """
    found: list[Found] = []
    for label, path in files:
        with ExitStack() as stack:
            table = stack.enter_context(opened(path, seconds))
            found.append(read_locations(table, label if len(files) > 1 else "", progress))
    found.sort(key=lambda each: KINDS.index(each.kind))
    _refuse_what_does_not_go_together([each.kind for each in found])
    first, *others = found
    for other in others:
        _join(first, other)
    return RatingsTable(
        tuple(each.kind.name for each in found),
        sorted(first.locations.values(), key=_by_id),
        sum(each.rows for each in found),
        sum(each.left_out for each in found),
    )


def _refuse_what_does_not_go_together(read: Sequence[Kind]) -> None:
    for kind in KINDS:
        if read.count(kind) > 1:
            refuse(f"Two of the files are a {kind.title}. Give each kind once, of the same month.")
    if all(kind is kinds.DIRECTORY for kind in read):
        refuse(_NO_RATINGS)


def _join(first: Found, other: Found) -> None:
    """Fill in what the first file leaves out, and add the locations that it does not have."""
    apart = []
    for location_id, location in other.locations.items():
        known = first.locations.get(location_id)
        if known is None:
            # the directory with ratings has no row for a location that was never rated
            never_rated = first.kind is kinds.LONG and not location.ratings[0]
            location.key_questions = location.key_questions or never_rated
            first.locations[location_id] = location
            continue
        if _differ(known, location):
            apart.append(location_id)
        known.services = known.services or location.services
        known.category = known.category or location.category
        known.company_number = known.company_number or location.company_number
        known.local_authority = known.local_authority or location.local_authority
        known.dormant = known.dormant or location.dormant
        known.inherited = known.inherited or location.inherited
        known.ended = known.ended or location.ended
        if other.kind is not kinds.WIDE:  # which has the day of registration in the place of that of a rating
            known.published = known.published or location.published
    if apart:
        refuse(
            f"{len(apart):,} locations have one overall rating in the {first.kind.title} and another in the "
            f"{other.kind.title}, such as {', '.join(apart[:3])}. Load files of the same month together."
        )


def _differ(known: Location, other: Location) -> bool:
    mine, theirs = known.ratings[0], other.ratings[0]
    return bool(theirs) and mine != theirs and not (mine in _UNRATED and theirs in _UNRATED)


def _columns(location: Location) -> dict[str, Any]:
    services = location.by_service or {}
    by_service = [
        {
            "service": name,
            **{area: rating for area, rating in zip(AREAS, services[name], strict=True) if rating},
        }
        for name in sorted(services)
    ]
    return {
        **{name: getattr(location, name) for name in _PLAIN},
        **dict(zip(AREAS, location.ratings, strict=True)),
        "by_service": canonical_json(by_service).decode() if by_service else "",
    }


_PLAIN: Final = (
    "row", "location_id", "location_name", "provider_cqc_id", "provider_name", "local_authority", "services",
    "category", "company_number", "dormant", "ended", "published", "inherited", "key_questions",
)  # fmt: skip


def _by_id(location: Location) -> tuple[int, str]:
    return location.row, location.location_id
