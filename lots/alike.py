"""Companies that seem to be registered twice: the same name as people see it, the same company number, or
the same CQC provider. It is pointed out and decided by people: two companies may share a name."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lots.provider import Provider

ENDINGS = frozenset({"ltd", "limited", "plc", "llp", "cic", "cio", "inc", "company", "co", "uk", "the"})
"""Words that the same company writes at one time and leaves out at another."""


Company = Mapping[str, Any]
"""With at least `name`, `company_number` and `cqc_provider_id`, as `Provider.description()` gives them."""


@dataclass(frozen=True)
class Alike:
    """Companies that share something, and what."""

    what: str
    companies: tuple[Company, ...]


def name_key(name: str) -> str:
    """A name as people see it: without what does not show, without signs, capitals and the legal form."""
    plain = unicodedata.normalize("NFKD", name).casefold().replace("&", " and ")
    shown = "".join(
        character if character.isalnum() else " "
        for character in plain
        if unicodedata.category(character) not in {"Mn", "Cf", "Cc"}
    )
    words = shown.split()
    return "".join(word for word in words if word not in ENDINGS) or "".join(words)


def number_key(number: str) -> str:
    """A company number as Companies House writes it: 1234567 is 01234567."""
    plain = "".join(number.split()).upper()
    return plain.zfill(8) if plain.isascii() and plain.isdecimal() else plain


def among(companies: Iterable[Company]) -> list[Alike]:
    """Every set of these companies that share a name, a company number or a CQC provider."""
    found: dict[tuple[str, str], list[Company]] = defaultdict(list)
    for company in companies:
        for key in _keys(company):
            found[key].append(company)
    return [Alike(what, tuple(alike)) for (what, _), alike in found.items() if len(alike) > 1]


def registered(session: Session) -> list[Alike]:
    """Among all companies that have an account, whether or not they bid anywhere."""
    columns = (
        Provider.id,
        Provider.name,
        Provider.company_number,
        Provider.cqc_provider_id,
        Provider.created_at,
    )
    rows = session.execute(select(*columns).order_by(Provider.id)).mappings()
    return among({str(name): value for name, value in row.items()} for row in rows)


def shared_by(session: Session, provider: Provider) -> list[str]:
    """What this provider shares with another: with whom, it does not say."""
    return [
        group.what
        for group in registered(session)
        if any(company["id"] == provider.id for company in group.companies)
    ]


def has_name(session: Session, name: str) -> bool:
    """Whether a provider of that name is registered."""
    return name_key(name) in names_of(session)


def names_of(session: Session) -> frozenset[str]:
    """The names that are registered, as `name_key` gives them."""
    return frozenset(name_key(name) for name in session.scalars(select(Provider.name)))


def _keys(company: Company) -> Iterator[tuple[str, str]]:
    yield "name", name_key(company["name"])
    if company["company_number"]:
        yield "company number", number_key(company["company_number"])
    if company["cqc_provider_id"]:
        yield "CQC provider", company["cqc_provider_id"]
