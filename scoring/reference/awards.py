"""Awards: who holds which lot, by the published method, within all limits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations
from math import comb
from typing import Final

from scoring.reference.record import Record
from scoring.reference.scores import Bid


class TooLarge(Exception):
    """The record has more to try than is tried here; the message says what to do."""


MOST_STEPS: Final = 2_000_000
"""Of trying who may hold what, before `TooLarge`: about a minute. A count, because a clock would make the
answer hang on the machine."""

Awards = Mapping[str, frozenset[str]]
"""One way to award all lots: the bidders that hold each."""


@dataclass
class Outcome:
    """What becomes of one lot. Places are counted from 1; bidders in order of rank."""

    awards: list[tuple[str, int]] = field(default_factory=list)
    undecided: list[tuple[list[int], list[str]]] = field(default_factory=list)
    passed_over: list[str] = field(default_factory=list)
    reserves: list[str] = field(default_factory=list)

    def taken(self) -> int:
        """Return how many places are awarded or wait for a decision."""
        return len(self.awards) + sum(len(places) for places, _ in self.undecided)

    def settled(self) -> set[str]:
        """Return who is awarded, or waits for a decision."""
        return {bidder for bidder, _ in self.awards} | {one for _, tied in self.undecided for one in tied}


class Contest:
    """Who may hold what: the rank and total of every ranked bid, by lot and bidder, and the limits."""

    def __init__(self, record: Record, bids: Mapping[str, Sequence[Bid]]) -> None:
        """Take what `assess` returned."""
        self.rank = {lot: {b.bidder: b.rank for b in bids[lot] if b.rank is not None} for lot in bids}
        self.total = {lot: {b.bidder: b.total for b in bids[lot] if b.total is not None} for lot in bids}
        self.places = {lot["id"]: lot["places"] for lot in record["lots"]}
        self.hours = {lot["id"]: Fraction(lot["hours_per_week"]) for lot in record["lots"]}
        self.bidders = {bidder["id"]: bidder for bidder in record["bidders"]}
        self.groups = record["rules"]["allocation"]["groups"]
        self.steps = 0

    def spend(self, steps: int) -> None:
        """Count steps. Raises TooLarge rather than go on without end."""
        self.steps += steps
        if self.steps > MOST_STEPS:
            raise TooLarge(
                f"the reference stopped after {MOST_STEPS:,} steps: it tries who may hold what one after the"
                " other, which only small records allow"
            )

    def may_hold(self, bidder: str, lots: Collection[str]) -> bool:
        """Say whether a bidder may hold these lots together: its own limits, and those of the groups."""
        self.spend(1 + len(self.groups))
        one = self.bidders[bidder]
        if len(lots) > one.get("most_lots", len(lots)):
            return False
        if "hours_per_week" in one and sum(self.hours[lot] for lot in lots) > Fraction(one["hours_per_week"]):
            return False
        return all(len(set(lots) & set(group["lots"])) <= group["most_lots"] for group in self.groups)

    def sharing(self, lot: str) -> Iterator[tuple[int, list[str]]]:
        """Yield each rank of a lot, best first, with the bidders that share it, by id."""
        by_rank = defaultdict(list)
        for bidder, rank in self.rank[lot].items():
            by_rank[rank].append(bidder)
        for rank in sorted(by_rank):
            yield rank, sorted(by_rank[rank])

    def filled(self, lot: str, able: Collection[str]) -> Outcome:
        """Fill the places of a lot, best rank first, among the bidders that are able to take one."""
        outcome, place = Outcome(), 1
        for _, shared in self.sharing(lot):
            free = self.places[lot] - place + 1
            if free <= 0:
                outcome.reserves += shared
                continue
            tied = [bidder for bidder in shared if bidder in able]
            outcome.passed_over += [bidder for bidder in shared if bidder not in able]
            if len(tied) == 1:
                outcome.awards.append((tied[0], place))
            elif tied:
                waiting = range(place, place + min(free, len(tied)))
                outcome.undecided.append((list(waiting), tied))
            place += min(free, len(tied))
        return outcome

    def held(self, outcomes: Mapping[str, Outcome]) -> dict[str, list[str]]:
        """Return the lots that each bidder holds; what is undecided nobody holds."""
        lots: dict[str, list[str]] = {bidder: [] for bidder in self.bidders}
        for lot, outcome in outcomes.items():
            for bidder, _ in outcome.awards:
                lots[bidder].append(lot)
        return lots


# rank_order


def rank_order(contest: Contest) -> dict[str, Outcome]:
    """Award the lots in the order of the record, each place to the best-ranked bidder not at a limit."""
    held: dict[str, list[str]] = defaultdict(list)
    outcomes = {}
    for lot, ranks in contest.rank.items():
        able = {bidder for bidder in ranks if contest.may_hold(bidder, [*held[bidder], lot])}
        outcomes[lot] = contest.filled(lot, able)
        for bidder, _ in outcomes[lot].awards:
            held[bidder].append(lot)
    return outcomes


# preference


def prefers(contest: Contest, bidder: str) -> list[str]:
    """Return all lots in a bidder's order: those that it listed, then the others as in the record."""
    return list(dict.fromkeys([*contest.bidders[bidder].get("preferences", []), *contest.places]))


def preference(contest: Contest) -> dict[str, Outcome]:
    """Go through the rounds of deferred acceptance until nobody asks any more."""
    asked: dict[str, set[str]] = {lot: set() for lot in contest.rank}
    looking = set(contest.bidders)
    while True:
        before = {lot: set(bidders) for lot, bidders in asked.items()}
        held = contest.held({lot: contest.filled(lot, before[lot]) for lot in before})
        hopes = {bidder: set(lots) for bidder, lots in held.items()}
        for bidder in looking:  # 1. Each goes down its order of preference and asks.
            for lot in prefers(contest, bidder):
                contest.spend(1)
                ranks = contest.rank[lot]
                if bidder not in ranks or bidder in asked[lot]:
                    continue
                above = [one for one in before[lot] if ranks[one] < ranks[bidder]]
                fits = contest.may_hold(bidder, [*hopes[bidder], lot])
                if len(above) < contest.places[lot] and fits:
                    asked[lot].add(bidder)
                    hopes[bidder].add(lot)
        # 2. Each lot keeps the best-ranked of all that ever asked.
        outcomes = {lot: contest.filled(lot, asked[lot]) for lot in asked}
        if asked == before:
            return outcomes
        # 3. Whoever was turned down, by a lot that it held or has just asked for, looks again.
        kept = contest.held(outcomes)
        looking = {bidder for bidder in contest.bidders if hopes[bidder] - set(kept[bidder])}


def claims(contest: Contest, outcomes: Mapping[str, Outcome], lot: str) -> list[str]:
    """Return who has a claim to a lot: bidder and lot would both rather have each other."""
    ranks, settled = contest.rank[lot], outcomes[lot].settled()
    held = contest.held(outcomes)
    has_room = outcomes[lot].taken() < contest.places[lot]
    last = max((ranks[bidder] for bidder in settled), default=0)
    found = []
    for bidder in (bidder for _, shared in contest.sharing(lot) for bidder in shared):
        if bidder not in settled and (has_room or ranks[bidder] < last):
            order = prefers(contest, bidder)
            dearer = [other for other in held[bidder] if order.index(other) < order.index(lot)]
            if contest.may_hold(bidder, [*dearer, lot]):
                found.append(bidder)
    return found


# best_total


def every_award(contest: Contest) -> list[Awards]:
    """Return every way to award all lots that keeps all limits, nobody at all included."""
    found: list[Awards] = [{}]
    for lot, places in contest.places.items():
        ranked = sorted(contest.rank[lot])
        sizes = range(min(places, len(ranked)) + 1)
        contest.spend(len(found) * sum(comb(len(ranked), size) for size in sizes))
        teams = [frozenset(team) for size in sizes for team in combinations(ranked, size)]
        found = [
            {**before, lot: team}
            for before in found
            for team in teams
            if all(
                contest.may_hold(bidder, [lot, *(other for other in before if bidder in before[other])])
                for bidder in team
            )
        ]
    return found


def sum_of(contest: Contest, awards: Awards) -> Fraction:
    """Return the sum of the totals that are awarded."""
    return sum((contest.total[lot][bidder] for lot in awards for bidder in awards[lot]), Fraction(0))


def by_rank(contest: Contest, awards: Awards) -> list[list[int]]:
    """Return for each lot how many are awarded at each rank, best first: the choice between equal sums."""
    return [[len(awards[lot] & set(tied)) for _, tied in contest.sharing(lot)] for lot in contest.places]


def best_total(contest: Contest) -> dict[str, Outcome]:
    """Of all awards take those with the highest sum; of these, lot by lot and rank by rank, the fullest."""
    every = every_award(contest)
    sums = [sum_of(contest, awards) for awards in every]
    highest = max(sums)
    best = [awards for awards, total in zip(every, sums, strict=True) if total == highest]
    filled = [by_rank(contest, awards) for awards in best]
    fullest = max(filled)
    left = [awards for awards, counts in zip(best, filled, strict=True) if counts == fullest]
    return {lot: left_open(contest, lot, [awards[lot] for awards in left]) for lot in contest.places}


def left_open(contest: Contest, lot: str, left: Sequence[frozenset[str]]) -> Outcome:
    """Return what the awards that are left make of one lot; they differ only within a shared rank."""
    outcome, place, last = Outcome(), 1, 0
    for rank, tied in contest.sharing(lot):
        winners = [bidder for bidder in tied if any(bidder in team for team in left)]
        count = len(left[0] & set(tied))
        if len(winners) == 1:
            outcome.awards.append((winners[0], place))
        elif winners:
            outcome.undecided.append((list(range(place, place + count)), winners))
        if count:
            place, last = place + count, rank
    has_room, settled = place <= contest.places[lot], outcome.settled()
    for rank, tied in contest.sharing(lot):
        others = [bidder for bidder in tied if bidder not in settled]
        if has_room or rank <= last:
            outcome.passed_over += others
        else:
            outcome.reserves += others
    return outcome


METHODS: Final = {"rank_order": rank_order, "preference": preference, "best_total": best_total}
