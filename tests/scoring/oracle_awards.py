"""The oracle's three methods of award: who holds what, from ranks and totals, by asking and by trying.

Slow and obvious like the rest of the oracle, and written from the published rules: bidders ask round after
round with everything worked out anew each time, and the highest sum is found by trying every award.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import combinations
from typing import Any

Awards = Mapping[str, frozenset[str]]
"""Bidders by lot."""
Outcome = dict[str, Any]
"""What ``oracle.evaluate`` says of one lot: ``awards``, ``reserves``, ``passed_over``, ``undecided``."""


class Tender:
    """A record's limits, with the rank and the total of every ranked bid, by lot and bidder."""

    def __init__(
        self,
        record: dict[str, Any],
        rank: Mapping[str, Mapping[str, int]],
        total: Mapping[str, Mapping[str, Fraction]],
    ) -> None:
        self.rank, self.total = rank, total
        self.places = {lot["id"]: lot["places"] for lot in record["lots"]}
        self.hours = {lot["id"]: Fraction(lot["hours_per_week"]) for lot in record["lots"]}
        self.bidders = {bidder["id"]: bidder for bidder in record["bidders"]}
        self.groups = record["rules"]["allocation"]["groups"]

    def may_hold(self, bidder: str, lots: Sequence[str]) -> bool:
        """Whether one bidder may hold these lots together."""
        one = self.bidders[bidder]
        if len(lots) > one.get("most_lots", len(lots)):
            return False
        hours = sum(self.hours[lot] for lot in lots)
        if "hours_per_week" in one and hours > Fraction(one["hours_per_week"]):
            return False
        return all(len(set(lots) & set(group["lots"])) <= group["most_lots"] for group in self.groups)

    def prefers(self, bidder: str) -> list[str]:
        """Every lot in the bidder's order: those it listed, then the others in the order of the record."""
        listed = list(self.bidders[bidder].get("preferences", []))
        return listed + [lot for lot in self.places if lot not in listed]

    def sharing(self, lot: str) -> Iterator[tuple[int, list[str]]]:
        """Each rank of a lot, best first, with the bidders that have it."""
        ranks = self.rank[lot]
        for rank in sorted(set(ranks.values())):
            yield rank, sorted(bidder for bidder in ranks if ranks[bidder] == rank)

    def every_award(self) -> list[Awards]:
        """Every award that keeps all limits."""
        found: list[Awards] = [{}]
        for lot, places in self.places.items():
            ranked = sorted(self.rank[lot])
            teams = [frozenset(t) for n in range(places + 1) for t in combinations(ranked, n)]
            found = [
                {**before, lot: team}
                for before in found
                for team in teams
                if all(
                    self.may_hold(one, [lot, *(other for other in before if one in before[other])])
                    for one in team
                )
            ]
        return found

    def sum_of(self, awards: Awards) -> Fraction:
        """The sum of the totals that are awarded."""
        return sum((self.total[lot][who] for lot, won in awards.items() for who in won), Fraction(0))


def filled(tender: Tender, lot: str, able: Collection[str]) -> Outcome:
    """The places of one lot, best rank first, among those that are able to take one."""
    awards: list[tuple[str, int]] = []
    reserves: list[str] = []
    passed_over: list[str] = []
    undecided: list[tuple[list[int], list[str]]] = []
    place = 1
    for _, shared in tender.sharing(lot):
        left = tender.places[lot] - place + 1
        if left <= 0:
            reserves += shared
            continue
        free = [bidder for bidder in shared if bidder in able]
        passed_over += [bidder for bidder in shared if bidder not in able]
        if len(free) == 1:
            awards.append((free[0], place))
            place += 1
        elif free:
            taken = min(left, len(free))
            undecided.append((list(range(place, place + taken)), free))
            place += taken
    return {"awards": awards, "reserves": reserves, "passed_over": passed_over, "undecided": undecided}


def rank_order(tender: Tender) -> dict[str, Outcome]:
    """The lots in the order given, each place to the best-ranked bidder not at a limit."""
    held: dict[str, list[str]] = defaultdict(list)
    found = {}
    for lot, ranks in tender.rank.items():
        able = [bidder for bidder in ranks if tender.may_hold(bidder, [*held[bidder], lot])]
        found[lot] = filled(tender, lot, able)
        for bidder, _ in found[lot]["awards"]:
            held[bidder].append(lot)
    return found


def preference(tender: Tender) -> dict[str, Outcome]:
    """Deferred acceptance in rounds: bidders ask, lots keep the best of all that ever asked."""
    asked: dict[str, set[str]] = {lot: set() for lot in tender.rank}
    looking = set(tender.bidders)
    while True:
        before = {lot: set(who) for lot, who in asked.items()}
        held = holding(tender, before)
        for bidder in looking:
            holds = set(held[bidder])
            for lot in tender.prefers(bidder):
                ranks = tender.rank[lot]
                if bidder not in ranks or bidder in asked[lot]:
                    continue
                above = [one for one in before[lot] if ranks[one] < ranks[bidder]]
                if len(above) < tender.places[lot] and tender.may_hold(bidder, [*holds, lot]):
                    asked[lot].add(bidder)
                    holds.add(lot)
        if asked == before:
            return {lot: filled(tender, lot, asked[lot]) for lot in asked}
        now = holding(tender, asked)
        hoped = {lot: (asked[lot] - before[lot]) | {b for b in held if lot in held[b]} for lot in asked}
        looking = {bidder for lot in asked for bidder in hoped[lot] if lot not in now[bidder]}


def holding(tender: Tender, asked: Mapping[str, set[str]]) -> dict[str, set[str]]:
    """What each bidder holds while these have asked; a rank that several share holds nothing."""
    held: dict[str, set[str]] = {bidder: set() for bidder in tender.bidders}
    for lot in asked:
        for bidder, _ in filled(tender, lot, asked[lot])["awards"]:
            held[bidder].add(lot)
    return held


def best_total(tender: Tender) -> dict[str, Outcome]:
    """The highest sum; then, lot by lot and rank by rank, as many awards as can be."""
    every = tender.every_award()
    highest = max(map(tender.sum_of, every))
    best = [awards for awards in every if tender.sum_of(awards) == highest]
    first = max(by_rank(tender, awards) for awards in best)
    left = [awards for awards in best if by_rank(tender, awards) == first]
    found = {}
    for lot, places in tender.places.items():
        awarded: list[tuple[str, int]] = []
        undecided: list[tuple[list[int], list[str]]] = []
        settled, place, last = set(), 1, 0
        for rank, tied in tender.sharing(lot):
            winners = [who for who in tied if any(who in awards[lot] for awards in left)]
            count = len(left[0][lot] & set(tied))
            if not count:
                continue
            if len(winners) == 1:
                awarded.append((winners[0], place))
            else:
                undecided.append((list(range(place, place + count)), winners))
            settled.update(winners)
            place, last = place + count, rank
        others = [one for _, shared in tender.sharing(lot) for one in shared if one not in settled]
        full = place > places
        passed_over = [one for one in others if not full or tender.rank[lot][one] <= last]
        found[lot] = {
            "awards": awarded,
            "reserves": [one for one in others if one not in passed_over],
            "passed_over": passed_over,
            "undecided": undecided,
        }
    return found


def by_rank(tender: Tender, awards: Awards) -> list[list[int]]:
    """For each lot, how many are awarded at each rank, best first: the more the better, lot by lot."""
    return [[len(awards[lot] & set(shared)) for _, shared in tender.sharing(lot)] for lot in tender.places]


METHODS = {"rank_order": rank_order, "preference": preference, "best_total": best_total}
