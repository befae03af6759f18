"""What each person must not read about a tender, as words taken from the tables themselves."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from lots import states
from lots.bid import Bid, BidVersion
from lots.mark import Mark
from lots.panel import PanelMember
from lots.person import Person
from lots.seal import Seal
from lots.tender import Tender
from tender.bids import envelopes

UNOPENED = {states.PUBLISHED}
"""As stored: closed too."""
BLIND = {states.OPENED, states.MARKING, states.MODERATION}
MARKS_SECRET = {states.OPENED, states.MARKING}
PRICES_SECRET = {states.PUBLISHED, states.OPENED, states.MARKING, states.MODERATION, states.QUALITY_LOCKED}
ACCOUNTS = ("people.", "audit.installation")
"""Where an administrator and an auditor see who has an account, which tells nothing of who bids."""
NAMES_SHOWN_ON_PURPOSE = {"marking.conflicts", "marking.decide"}
"""Where an evaluator declares with whom there is a conflict."""


@dataclass(frozen=True)
class Secret:
    """`text` must not stand in an answer about the tender."""

    kind: str
    text: str


@dataclass(frozen=True)
class TenderSecrets:
    """Of one tender."""

    state: str
    counts: frozenset[int]
    """How many have submitted, and how many have begun."""
    bidders: Mapping[int, str]
    """Names, by provider's id."""
    prices: Mapping[int, frozenset[str]]
    """As pounds, by provider's id."""
    rationales: Mapping[str, frozenset[int]]
    """Who wrote it."""
    evaluators: frozenset[int]

    @property
    def is_unopened(self) -> bool:
        return self.state in UNOPENED

    @property
    def has_secrets(self) -> bool:
        return bool(self.bidders) and self.state in UNOPENED | MARKS_SECRET

    def hidden_from(self, person: Person | None, endpoint: str, about: bool) -> Iterator[Secret]:
        """What must not stand in an answer of this endpoint: one about this tender, or about none. There,
        a price may be another tender's, and whoever manages accounts reads who has one."""
        if about:
            yield from self._of_bids(person, endpoint)
        elif self.is_unopened and not endpoint.startswith(ACCOUNTS):
            own = person.provider_id if person else None
            yield from (Secret("name", name) for key, name in self.bidders.items() if key != own)
        yield from self._of_marks(person)

    def _of_bids(self, person: Person | None, endpoint: str) -> Iterator[Secret]:
        provider = person.provider_id if person else None
        blind = person is not None and person.id in self.evaluators and self.state in BLIND
        names_hidden = self.state in UNOPENED or blind or person is None or provider is not None
        if names_hidden and endpoint not in NAMES_SHOWN_ON_PURPOSE:
            yield from (Secret("name", name) for key, name in self.bidders.items() if key != provider)
        if self.state in PRICES_SECRET or provider is not None or person is None:
            own = self.prices.get(provider or 0, frozenset())
            for key, prices in self.prices.items():
                yield from (Secret("price", price) for price in prices - own if key != provider)

    def _of_marks(self, person: Person | None) -> Iterator[Secret]:
        auditor = person is not None and "auditor" in person.roles
        if self.state in MARKS_SECRET and not auditor:
            for text, authors in self.rationales.items():
                if person is None or person.id not in authors:
                    yield Secret("mark", text)


def read_secrets(session: Session, seal: Seal) -> dict[int, TenderSecrets]:
    """By tender's id, worked out from sealed envelopes and tables."""
    return {tender.id: _of(session, seal, tender) for tender in session.scalars(select(Tender))}


def _of(session: Session, seal: Seal, tender: Tender) -> TenderSecrets:
    bids = session.scalars(select(Bid).where(Bid.tender_id == tender.id)).all()
    published = set(re.findall(r"\d+\.\d\d", f"{tender.rules_text} {tender.description}"))
    published |= {_pounds(pence) for pence in _guides(tender)}
    marks = session.scalars(select(Mark).join(Bid).where(Bid.tender_id == tender.id)).all()
    rationales: dict[str, set[int]] = {}
    for mark in marks:
        rationales.setdefault(mark.rationale, set()).add(mark.person_id)
    seats = select(PanelMember.person_id).where(
        PanelMember.tender_id == tender.id, PanelMember.role == "evaluator"
    )
    submitted = sum(bid.state == "submitted" for bid in bids)
    return TenderSecrets(
        state=tender.state,
        counts=frozenset({submitted, len(bids)} - {0, 1}),
        bidders={bid.provider_id: bid.provider.name for bid in bids},
        prices={bid.provider_id: frozenset(_prices(seal, bid)) - published for bid in bids},
        rationales={text: frozenset(authors) for text, authors in rationales.items()},
        evaluators=frozenset(session.scalars(seats)),
    )


def _guides(tender: Tender) -> Iterable[int]:
    return (lot.guide_price for lot in tender.lots)


def _prices(seal: Seal, bid: Bid) -> Iterator[str]:
    version: BidVersion | None = bid.versions[-1] if bid.versions else None
    if version is not None:
        yield from (_pounds(pence) for pence in envelopes.open_prices(seal, version).prices.values())


def _pounds(pence: int) -> str:
    return f"{pence // 100}.{pence % 100:02d}"


def found_in(text: str, secrets: Iterable[Secret], sent: str = "") -> Secret | None:
    """The first secret that stands in an answer, but not in what was sent; prices only as whole numbers of
    their own."""
    plain = html.unescape(text)
    for secret in secrets:
        if (
            secret.text in plain
            and secret.text not in sent
            and (secret.kind != "price" or re.search(rf"(?<![\d.,]){re.escape(secret.text)}(?!\d)", plain))
        ):
            return secret
    return None


IN_WORDS = ["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
WORDS = dict(enumerate(IN_WORDS, start=2))


def count_in(text: str, counts: Iterable[int]) -> str | None:
    """Where an answer tells how many bid: `6 bids`, `six bidders`, `bids: 6`."""
    plain = re.sub(r"<[^>]*>", " ", html.unescape(text))
    for count in counts:
        number = f"(?:{count}|{WORDS.get(count, count)})"
        thing = r"(?:sealed |submitted )?(?:bids?|bidders?|submissions?|drafts?)"
        match = re.search(rf"\b{number}\s+{thing}\b|\b{thing}\s*:\s*{number}\b", plain, re.IGNORECASE)
        if match:
            return match[0]
    return None
