"""Who is in the assessment: what the scoring engine's own rule says of every bidder, with its sources."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from lots.bid import Bid, OpenedBid
from lots.draw import Draw
from lots.eligibility import IN_ASSESSMENT, EligibilityDecision, all_decisions, current_decisions
from lots.rating import RatingsFile
from lots.record import (
    live_lots,
    opened_bids,
    pinned_file,
    record_of_bidders,
)
from lots.relevant_location import RelevantLocation, relevant_locations
from lots.tender import Tender
from scoring.methods.bid_states import (
    ABNORMALLY_LOW,
    BELOW_MINIMUM,
    CONDITION_NOT_MET,
    DECIDABLE,
    EXCLUDED,
    PROCEDURAL_BREACH,
    RANKED,
    UNCHECKED,
    WITHDRAWN,
)
from scoring.methods.cqc import NOT_CHECKED
from scoring.methods.eligibility import decision_for, state_by_ratings
from scoring.model.record import Finding
from scoring.reading import record
from scoring.result import sentences
from scoring.result.names import NO_NAMES
from tender.eligibility.notes import notes

SEVERAL = "several"
"""The state of a bid that differs between its lots."""
ABOUT_PRICE = frozenset(row.name for row in DECIDABLE if row.about_price)
"""What can be decided only once prices are opened."""
COLOURS = {
    RANKED: "green",
    EXCLUDED: "red",
    CONDITION_NOT_MET: "red",
    UNCHECKED: "yellow",
    PROCEDURAL_BREACH: "red",
    ABNORMALLY_LOW: "red",
    BELOW_MINIMUM: "red",
    WITHDRAWN: "grey",
}
TAGS = {
    **{row.name: (row.tag, colour) for row, colour in COLOURS.items()},
    IN_ASSESSMENT: ("In the assessment", "green"),
    SEVERAL: ("Differs by lot", "yellow"),
}
"""The tag of a state: its text and its colour."""


@dataclass(frozen=True)
class BidderEligibility:
    """The state of one bidder before any mark is given, without the lots that were cancelled."""

    opened: OpenedBid
    locations: tuple[RelevantLocation, ...]
    findings: tuple[Finding, ...]
    """What the published CQC rule says about the ratings, refused and allowed."""
    states: dict[str, str]
    """By lot code: `in_assessment`, or a state that takes the bid out of it."""
    decisions: tuple[EligibilityDecision, ...]
    """Every decision of a person on the bid, oldest first."""
    counting: dict[str, EligibilityDecision]
    """By lot code, the decision that counts there."""
    source: RatingsFile | None
    """The ratings file that the findings come from."""

    @property
    def bid(self) -> Bid:
        return self.opened.bid

    @property
    def alias(self) -> str:
        return self.opened.bid.alias or ""

    @property
    def name(self) -> str:
        return self.opened.name

    @property
    def lots_in(self) -> tuple[str, ...]:
        return tuple(code for code, state in self.states.items() if state == IN_ASSESSMENT)

    @property
    def in_assessment(self) -> bool:
        return bool(self.lots_in)

    @property
    def state(self) -> str:
        """The one state in all its lots, or `several`."""
        found = set(self.states.values())
        return found.pop() if len(found) == 1 else SEVERAL

    @property
    def refused_by_cqc(self) -> bool:
        return any(finding.refused and finding.kind != NOT_CHECKED for finding in self.findings)

    @property
    def not_checked(self) -> tuple[str, ...]:
        """The locations that could not be checked and that no decision covers."""
        return tuple(
            location.location_id
            for location in self.locations
            if location.not_checked and not location.covered
        )

    @property
    def waits_for_a_check(self) -> bool:
        """Whether the bid is kept from a lot by nothing but a location that could not be checked."""
        return UNCHECKED.name in self.states.values()

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why the bid is out where it is out: decisions that count, then the CQC rule."""
        counting = {decision.id: decision for decision in self.counting.values()}
        reasons = [decision.reason for decision in counting.values() if decision.state != IN_ASSESSMENT]
        return (*reasons, *self._finding_sentences(refused=True))

    def _finding_sentences(self, *, refused: bool) -> list[str]:
        """What the ratings say, as sentences. They name locations by id alone."""
        return [
            sentences.sentence_of(finding.reason, NO_NAMES)
            for finding in self.findings
            if finding.refused == refused
        ]

    @property
    def flags(self) -> tuple[str, ...]:
        """What a person should look at although the rules allow it."""
        if self.source is None:
            return ()
        told = self._finding_sentences(refused=False)
        for location in self.locations:
            told += notes(location, self.opened.company["cqc_provider_id"], self.source.dated)
        return tuple(told)

    @property
    def current_decision(self) -> EligibilityDecision | None:
        return self.decisions[-1] if self.decisions else None


def assessment(
    session: Session, tender: Tender, ratings: RatingsFile | None = None, only: Bid | None = None
) -> list[BidderEligibility]:
    """Every opened bid by alias (or `only` one), judged by the pinned ratings, or by the file given instead.

    The rule is the scoring engine's, asked with the very record that the award will be worked out from,
    so what is shown here and what is awarded cannot differ. A fixed number of queries.
    """
    opened = opened_bids(session, tender, only)
    if not opened:
        return []
    source = ratings or pinned_file(session, tender)
    locations = relevant_locations(session, tender, opened, source)
    decided = all_decisions(session, tender)
    drawn = session.get(Draw, tender.id)
    read = record.from_object(record_of_bidders(tender, opened, locations, decided, drawn))
    live = live_lots(tender)
    found = []
    for opened_bid, bidder in zip(opened, read.bidders, strict=True):
        by_ratings = state_by_ratings(bidder)
        lots = [bid_lot.lot for bid_lot in opened_bid.lots if bid_lot.lot.code in live]
        states = {}
        for lot in lots:
            decision = decision_for(bidder, lot.code)
            # in the order of scoring.eligibility.PRECEDENCE: a person's decision, then the CQC rule
            found_by_rule = IN_ASSESSMENT if by_ratings == RANKED.name else by_ratings
            states[lot.code] = decision.state if decision else found_by_rule
        decisions = tuple(decided.get(opened_bid.bid_id, ()))
        found.append(
            BidderEligibility(
                opened=opened_bid,
                locations=tuple(locations[opened_bid.bid_id]),
                findings=bidder.findings if source else (),
                states=states,
                decisions=decisions,
                counting=current_decisions(decisions, lots),
                source=source,
            )
        )
    return found


def changes(earlier: list[BidderEligibility], later: list[BidderEligibility]) -> list[BidderEligibility]:
    """The bidders whose states differ in the later assessment, as they are there."""
    before = {bidder.opened.bid_id: bidder.states for bidder in earlier}
    return [bidder for bidder in later if before.get(bidder.opened.bid_id, bidder.states) != bidder.states]
