"""The kinds of file that the CQC publishes, told apart by their columns and never by their names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from scoring.english import listed

SERVICE_TYPE: Final = "service type - "
"""How the columns of the directory with filters begin that say which kinds of service a location gives."""


@dataclass(frozen=True)
class Kind:
    """One of the CQC's files: what it is called, and the columns that are read."""

    name: str
    """What the record calls it."""
    title: str
    told_by: tuple[str, ...]
    """The columns by which it is known."""
    needed: tuple[str, ...]
    """The columns without which it cannot be read."""
    optional: tuple[str, ...] = ()
    most_rows: int = 150_000


WIDE: Final = Kind(
    "wide",
    "table of locations with ratings",
    ("Location ID", "Location Latest Overall Rating", "Location safe rating"),
    (
        "Location ID",
        "Location Name",
        "Provider ID",
        "Provider Name",
        "Location Local Authority",
        "Service Types",
        "Dormant",
        "Location HSCA end date",
        "Location Latest Overall Rating",
        "Location safe rating",
        "Location effective rating",
        "Location caring rating",
        "Location responsive rating",
        "Location well-led rating",
        "Publication Date",
    ),
    ("Location HSCA start date", "Primary inspection category", "Provider Companies House Number"),
)
FILTERS: Final = Kind(
    "filters",
    "directory with filters",
    ("Location ID", "Location Latest Overall Rating", "Inherited Rating (Y/N)"),
    (
        "Location ID",
        "Location Name",
        "Provider ID",
        "Provider Name",
        "Location Local Authority",
        "Dormant (Y/N)",
        "Location Latest Overall Rating",
        "Publication Date",
        "Inherited Rating (Y/N)",
    ),
    (
        "Location HSCA start date",
        "Location HSCA end date",
        "Location Primary Inspection Category",
        "Provider Companies House Number",
    ),
)
LONG: Final = Kind(
    "long",
    "directory with ratings",
    ("Location ID", "Service / Population Group", "Domain", "Latest Rating"),
    (
        "Location ID",
        "Location Name",
        "Provider ID",
        "Provider Name",
        "Location Local Authority",
        "Location Primary Inspection Category",
        "Service / Population Group",
        "Domain",
        "Latest Rating",
        "Publication Date",
        "Inherited Rating (Y/N)",
    ),
    most_rows=1_000_000,
)
DIRECTORY: Final = Kind(
    "directory",
    "weekly directory",
    ("CQC Location ID (for office use only)", "CQC Provider ID (for office use only)"),
    (
        "CQC Location ID (for office use only)",
        "Name",
        "CQC Provider ID (for office use only)",
        "Provider name",
        "Local authority",
        "Service types",
    ),
)

KINDS: Final = (LONG, FILTERS, WIDE, DIRECTORY)
"""Every kind, the one with the most ratings first: where two hold the same, the earlier counts."""

BY_NAME: Final = {kind.name: kind for kind in KINDS}


def folded(name: str) -> str:
    """A column's name as it is compared: small letters, single spaces, without the mark of UTF-8."""
    return " ".join(name.replace("\ufeff", "").replace("\u200b", "").split()).casefold()


SIGNATURES: Final = [[folded(column) for column in kind.told_by] for kind in KINDS]


def kind_of(header: Sequence[str]) -> Kind | None:
    """The kind whose columns a row holds; a table of locations with ratings may lack some of its own, which
    are then named as missing."""
    names = {folded(cell) for cell in header}
    for kind, signature in zip(KINDS, SIGNATURES, strict=True):
        if names.issuperset(signature):
            return kind
    most = max(KINDS, key=lambda kind: _held(kind, names))
    return most if _held(most, names) * 2 > len(most.needed) else None


def _held(kind: Kind, names: set[str]) -> int:
    return sum(folded(column) in names for column in kind.needed)


def titles(names: Sequence[str]) -> str:
    """Kinds by their names in the record, as people say them."""
    return listed([BY_NAME[name].title for name in names], most=len(names))
