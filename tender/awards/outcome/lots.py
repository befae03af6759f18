"""What an evaluation says of each lot and bid, put together from the record that went in and the result that
came out, for pages and reports alike. Nothing is worked out again here but differences between printed
figures: the figures themselves are the engine's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from lots.tender import yearly_value
from scoring.english import ordinal
from scoring.methods.bid_states import BID_STATES
from scoring.model.reasons import Reason
from scoring.result import sentences_levels
from scoring.result.names import Names
from scoring.result.sentences import sentence_of
from scoring.robustness.report import Sensitivity
from tender.awards.outcome.names import names_in_record
from tender.awards.outcome.sentences import lead, sentence, why_not, why_won

WON, RESERVE, PASSED_OVER, UNDECIDED, OUT = "won", "reserve", "passed_over", "undecided", "out"
OUTCOMES = {
    WON: "Won",
    RESERVE: "Reserve",
    PASSED_OVER: "Passed over",
    UNDECIDED: "Tied, undecided",
    OUT: "Out of assessment",
}


@dataclass(frozen=True)
class LotQuestion:
    """A question as one lot asks it; `weight` in points, as published."""

    id: str
    title: str
    weight: str


@dataclass(frozen=True)
class BidOutcome:
    """One bid in one lot. Scores are texts as the result prints them, None where they were not worked out."""

    bidder: str
    name: str
    state: str
    outcome: str
    rank: int | None
    place: int | None
    price: int | None
    """Pence an hour."""
    marks: Mapping[str, int]
    questions: Mapping[str, str]
    quality: str | None
    price_points: str | None
    total: str | None
    flags: tuple[str, ...]
    reasons: tuple[str, ...]
    why: str
    """Why it won, lost, was passed over or left the assessment, in sentences."""
    level: str = ""
    """With whom it is level in total, and what placed it, as a sentence; "" where its total is its own."""
    placed: str = ""
    """The same beside a rank, in a few words: “level; placed by draw”."""

    @property
    def outcome_in_words(self) -> str:
        if self.outcome == OUT:
            return BID_STATES[self.state].label
        return f"Won, {ordinal(self.place)} place" if self.place is not None else OUTCOMES[self.outcome]


@dataclass(frozen=True)
class UndecidedPlaces:
    """Places that nobody has been given, because no published key breaks the tie for them."""

    places: tuple[int, ...]
    bidders: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class LotOutcome:
    id: str
    service: str
    zone: str
    hours_per_week: int
    """Hundredths of an hour."""
    weeks_per_year: int
    places: int
    questions: tuple[LotQuestion, ...]
    bids: tuple[BidOutcome, ...]
    """Ranked bids by rank, then those out of assessment."""
    ties: tuple[UndecidedPlaces, ...]
    decided_ties: tuple[str, ...]
    """How people decided ties of this lot, a sentence each."""
    sensitive_to: str
    """The one-step changes of one mark that would change the award, as sentences; "" where none would."""
    only_order_is_sensitive: bool
    """Whether every such change only puts the same winners in another order."""
    turned_by: Mapping[str, str]
    """The bidders that win nothing here and without whom it would go to others, each with a sentence."""

    @property
    def title(self) -> str:
        return f"{self.service.capitalize()}, {self.zone}"

    @property
    def winners(self) -> list[BidOutcome]:
        return sorted((bid for bid in self.bids if bid.place is not None), key=lambda bid: bid.place or 0)

    @property
    def ranked(self) -> list[BidOutcome]:
        return [bid for bid in self.bids if bid.rank is not None]

    def of_outcome(self, outcome: str) -> list[BidOutcome]:
        return [bid for bid in self.bids if bid.outcome == outcome]

    @property
    def places_empty(self) -> int:
        return self.places - len(self.winners)

    @property
    def yearly_costs(self) -> list[int]:
        """Pence a year if all hours of the lot were bought from one winner, for each winner in turn."""
        return [
            yearly_value(self.hours_per_week, self.weeks_per_year, winner.price)
            for winner in self.winners
            if winner.price is not None
        ]

    @property
    def yearly_cost(self) -> str:
        """What the lot costs a year, in whole pounds: an exact figure for one winner.

        How the hours of a lot are divided between several winners is not part of the award, so that nobody
        can say what each will cost: from the lowest of their prices to the highest.
        """
        costs = sorted({_pounds(cost) for cost in self.yearly_costs})
        if len(costs) < 2:
            return f"£{costs[0]:,}" if costs else ""
        return f"£{costs[0]:,} to £{costs[-1]:,}"


def _pounds(pence: int) -> int:
    return (pence + 50) // 100


def read_outcomes(
    record: Mapping[str, Any],
    result: Mapping[str, Any],
    sensitive: Mapping[str, Sensitivity],
    turned: Mapping[str, Mapping[str, str]],
) -> tuple[LotOutcome, ...]:
    """The outcome of every lot, lots in the order of the record.

    `record` is an `evaluation/1` object, `result` the `evaluation-result/1` object worked out from it,
    `sensitive` what `one_mark.sensitive_lots` gives for it, `turned` what `absence.turned_lots` gives.
    """
    names = names_in_record(record)
    bids = {(bid["bidder"], bid["lot"]): bid for bid in record["bids"]}
    results = {lot["id"]: lot for lot in result["lots"]}
    return tuple(
        _lot_outcome(
            record["rules"],
            lot,
            results[lot["id"]],
            names,
            bids,
            sensitive.get(lot["id"]),
            turned.get(lot["id"], {}),
        )
        for lot in record["lots"]
    )


def _lot_outcome(
    rules: Mapping[str, Any],
    lot: Mapping[str, Any],
    judged: Mapping[str, Any],
    names: Names,
    bids: Mapping[tuple[str, str], Mapping[str, Any]],
    sensitive: Sensitivity | None,
    turned: Mapping[str, str],
) -> LotOutcome:
    asked = [q for q in rules["questions"] if lot["id"] in q.get("lots", [lot["id"]])]
    reader = _ResultReader(judged, asked, names)
    sensitive_to = reader.sensitive_to(sensitive.sentence) if sensitive else ""
    return LotOutcome(
        id=lot["id"],
        service=lot["service"],
        zone=lot["zone"],
        hours_per_week=int(Decimal(lot["hours_per_week"]) * 100),
        weeks_per_year=lot["weeks_per_year"],
        places=lot["places"],
        questions=tuple(LotQuestion(q["id"], q["title"], q["weight"]) for q in asked),
        bids=tuple(_bid_outcome(row, bids[row["bidder"], lot["id"]], reader) for row in judged["ranking"]),
        ties=tuple(
            UndecidedPlaces(tuple(tie["places"]), tuple(tie["bidders"]), sentence_of(tie["reason"], names))
            for tie in judged.get("undecided", ())
        ),
        decided_ties=tuple(
            sentences_levels.decided(one, names)
            for shared in judged.get("level_totals", ())
            for one in shared.get("decisions", ())
        ),
        sensitive_to=sensitive_to,
        only_order_is_sensitive=bool(sensitive_to and sensitive and sensitive.order_alone),
        turned_by=turned,
    )


class _ResultReader:
    """One lot's result, arranged by bidder."""

    def __init__(self, judged: Mapping[str, Any], asked: list[Mapping[str, Any]], names: Names) -> None:
        rows = {row["bidder"]: row for row in judged["ranking"]}
        self.asked = asked
        self.names = names.bidders
        self._in_record = names
        self.awards = {award["bidder"]: award for award in judged["awards"]}
        self.passed_over = {entry["bidder"]: entry["reason"] for entry in judged["passed_over"]}
        self.undecided = {b: tie["reason"] for tie in judged.get("undecided", ()) for b in tie["bidders"]}
        in_order = sorted(judged["awards"], key=lambda award: award["place"])
        self.last_winner = rows[in_order[-1]["bidder"]] if in_order else None
        reserves = [rows[bidder] for bidder in judged["reserves"]]
        self.first_reserve = reserves[0] if reserves else None
        self._level = {who: shared for shared in judged.get("level_totals", ()) for who in shared["bidders"]}

    def level(self, bidder: str) -> str:
        """With whom a bidder is level in total, and what placed it; "" where nobody is."""
        shared = self._level.get(bidder)
        return "" if shared is None else sentence(sentences_levels.level(shared, bidder, self._in_record))

    def placed(self, bidder: str) -> str:
        """The same in a few words."""
        shared = self._level.get(bidder)
        return "" if shared is None else f"level; {sentences_levels.in_short(shared, bidder)}"

    def sensitive_to(self, by: str) -> str:
        """The last winner's lead and the mark the award is sensitive to; "" while a place is undecided."""
        if self.undecided:
            return ""
        if self.last_winner is None or self.first_reserve is None:
            return by
        return f"{lead(self.last_winner, self.first_reserve, self.names)} {by}"

    def sentence_of(self, reason: Reason) -> str:
        """The sentence for a reason of the stored result, with the names in its record."""
        return sentence_of(reason, self._in_record)

    def reasons(self, row: Mapping[str, Any]) -> tuple[str, ...]:
        """Sentences on what is out of order about a bid, or flagged."""
        return tuple(self.sentence_of(reason) for reason in row["reasons"])

    def of(self, row: Mapping[str, Any]) -> tuple[str, str]:
        """The outcome of a row of the ranking, and why."""
        bidder = row["bidder"]
        if row["rank"] is None:
            return OUT, " ".join(sentence(reason) for reason in self.reasons(row))
        if bidder in self.awards:
            rival = self.first_reserve if row is self.last_winner else None
            won = why_won(row, self.sentence_of(self.awards[bidder]["reason"]), rival, self.names)
            return WON, self._with_level(won, bidder)
        if bidder in self.passed_over:
            passed = sentence(self.sentence_of(self.passed_over[bidder]))
            return PASSED_OVER, self._with_level(passed, bidder)
        if bidder in self.undecided:
            return UNDECIDED, sentence(self.sentence_of(self.undecided[bidder]))
        behind = why_not(row, self.last_winner, self.asked, self.names)
        return RESERVE, self._with_level(behind, bidder)

    def _with_level(self, why: str, bidder: str) -> str:
        return f"{why} {self.level(bidder)}".rstrip()


def _bid_outcome(row: Mapping[str, Any], bid: Mapping[str, Any], reader: _ResultReader) -> BidOutcome:
    outcome, why = reader.of(row)
    award = reader.awards.get(row["bidder"])
    return BidOutcome(
        bidder=row["bidder"],
        name=reader.names[row["bidder"]],
        state=row["state"],
        outcome=outcome,
        rank=row["rank"],
        place=None if award is None else award["place"],
        price=bid.get("price_pence"),
        marks=bid["marks"],
        questions=row["questions"],
        quality=row["quality"],
        price_points=row["price"],
        total=row["total"],
        flags=tuple(row["flags"]),
        reasons=reader.reasons(row),
        why=why,
        level=reader.level(row["bidder"]),
        placed=reader.placed(row["bidder"]),
    )
