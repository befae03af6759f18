"""Companies that seem to be registered twice: the same name as people see it, the same company number, or
the same CQC provider. It is pointed out and decided by people: two companies may share a name."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from lots.provider import Provider

ENDINGS = frozenset({"ltd", "limited", "plc", "llp", "cic", "cio", "inc", "company", "co", "uk", "the"})
"""Words that the same company writes at one time and leaves out at another."""


@dataclass(frozen=True)
class Alike:
    """Providers that share something, and what."""

    what: str
    providers: tuple[Provider, ...]


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


def groups(session: Session) -> list[Alike]:
    """Every set of providers that share a name, a company number or a CQC provider."""
    found: dict[tuple[str, str], list[Provider]] = defaultdict(list)
    for provider in session.scalars(select(Provider).order_by(Provider.id)):
        for key in _keys(provider):
            found[key].append(provider)
    return [Alike(what, tuple(providers)) for (what, _), providers in found.items() if len(providers) > 1]


def like(session: Session, provider: Provider) -> list[str]:
    """What this provider shares with another: of whom, it does not say."""
    return [group.what for group in groups(session) if provider in group.providers]


def has_name(session: Session, name: str) -> bool:
    """Whether a provider of that name is registered."""
    return name_key(name) in names_of(session)


def names_of(session: Session) -> frozenset[str]:
    """The names that are registered, as `name_key` gives them."""
    return frozenset(name_key(name) for name in session.scalars(select(Provider.name)))


def _keys(provider: Provider) -> Iterator[tuple[str, str]]:
    yield "name", name_key(provider.name)
    if provider.company_number:
        yield "company number", number_key(provider.company_number)
    if provider.cqc_provider_id:
        yield "CQC provider", provider.cqc_provider_id
