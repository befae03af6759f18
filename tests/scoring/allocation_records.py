"""Records for allocation: totals are marks, so that a test sets the ranking, and limits bind."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

import scoring
from scoring.reading.record import from_object
from scoring.reference import awards as reference_awards
from scoring.reference.awards import Awards, Contest
from scoring.reference.scores import assess

HOURS = ("1", "2", "3", "4", "6")


def contest(
    method: str,
    marks: Mapping[str, Mapping[str, int]],
    *,
    places: Mapping[str, int] | None = None,
    hours: Mapping[str, str] | None = None,
    limits: Mapping[str, Mapping[str, Any]] | None = None,
    groups: Sequence[tuple[Sequence[str], int]] = (),
    ties: Sequence[str] = (),
) -> dict[str, Any]:
    """A record in which a bid's total is its mark: marks[lot][bidder]. In the order given."""
    bidders = list(dict.fromkeys(who for bids in marks.values() for who in bids))
    return {
        "format": "evaluation/1",
        "rules": {
            "weights": {"quality": "100", "price": "0"},
            "marks": {"lowest": 0, "highest": 100},
            "questions": [{"id": "Q1", "title": "Quality", "weight": "100"}],
            "price": {"method": "lowest_over_bid"},
            "places": 0,
            "ties": list(ties),
            "draw_seed": "2026",
            "cqc": {"inadequate": "allow", "unrated": "allow"},
            "allocation": {
                "method": method,
                "groups": [
                    {"id": f"G{n}", "lots": list(lots), "most_lots": most}
                    for n, (lots, most) in enumerate(groups, 1)
                ],
            },
        },
        "lots": [
            {
                "id": lot,
                "service": "homecare",
                "zone": f"Zone {lot}",
                "hours_per_week": (hours or {}).get(lot, "1"),
                "weeks_per_year": 52,
                "places": (places or {}).get(lot, 1),
            }
            for lot in marks
        ],
        "bidders": [
            {"id": who, "name": f"Provider {who}", "cqc": [], **(limits or {}).get(who, {})}
            for who in bidders
        ],
        "bids": [
            {"bidder": who, "lot": lot, "price_pence": 1500, "marks": {"Q1": mark}}
            for lot, bids in marks.items()
            for who, mark in bids.items()
        ],
    }


@st.composite
def contests(
    draw: st.DrawFn,
    method: str,
    *,
    lots: int = 4,
    bidders: int = 4,
    hours: bool = True,
    nested: bool = False,
    shared: bool = True,
) -> dict[str, Any]:
    """A record of a few lots and bidders. `nested` allows only groups that are apart or one inside the other;
    without `shared`, a draw breaks every tie."""
    names = [f"L{n}" for n in range(1, draw(st.integers(1, lots)) + 1)]
    who = [f"B{n}" for n in range(1, draw(st.integers(1, bidders)) + 1)]
    mark = st.integers(0, draw(st.sampled_from([1, 3, 9])))
    marks: dict[str, dict[str, int]] = {lot: {} for lot in names}
    for lot in names:
        for one in who:
            if draw(st.integers(0, 5)):
                marks[lot][one] = draw(mark)
    limits: dict[str, dict[str, Any]] = {one: {} for one in who}
    for one in who:
        if draw(st.integers(0, 3)):
            limits[one]["preferences"] = draw(st.lists(st.sampled_from(names), unique=True))
        if draw(st.booleans()):
            limits[one]["most_lots"] = draw(st.integers(1, 3))
        if hours and draw(st.booleans()):
            limits[one]["hours_per_week"] = draw(st.sampled_from(["2", "3", "5", "7"]))
    groups = draw(
        st.lists(
            st.tuples(st.lists(st.sampled_from(names), unique=True, min_size=1), st.integers(1, 2)),
            max_size=3,
        )
    )
    if nested:
        groups = apart_or_inside(groups)
    return contest(
        method,
        marks,
        places={lot: draw(st.sampled_from([1, 1, 2, 3])) for lot in names},
        hours={lot: draw(st.sampled_from(HOURS)) for lot in names},
        limits=limits,
        groups=groups,
        ties=[] if shared and draw(st.booleans()) else ["draw"],
    )


@st.composite
def short_of_hours(draw: st.DrawFn, method: str) -> dict[str, Any]:
    """Five lots of several sizes, which most bidders have hours for some of: where claims may be left."""
    names, who = [f"L{n}" for n in range(1, 6)], [f"B{n}" for n in range(1, 5)]
    own_limit = st.sampled_from([{"hours_per_week": hours} for hours in "5567"] + [{"most_lots": 1}])
    return contest(
        method,
        {lot: {one: draw(st.integers(0, 9)) for one in who} for lot in names},
        hours={lot: draw(st.sampled_from(["1", "2", "3", "5"])) for lot in names},
        limits={one: {"preferences": draw(st.permutations(names))} | draw(own_limit) for one in who},
        ties=draw(st.sampled_from([["draw"], []])),
    )


def apart_or_inside(groups: Sequence[tuple[list[str], int]]) -> list[tuple[list[str], int]]:
    """Leave out each group that overlaps an earlier one without one holding the other."""
    kept: list[tuple[list[str], int]] = []
    for lots, most in groups:
        if all(not set(lots) & set(old) or set(lots) <= set(old) or set(old) <= set(lots) for old, _ in kept):
            kept.append((lots, most))
    return kept


def result_of(record: dict[str, Any]) -> scoring.Result:
    return scoring.evaluate(from_object(record))


def awarded(record: dict[str, Any]) -> dict[str, list[str]]:
    """Who is awarded each lot, by place."""
    return {
        lot["id"]: [award["bidder"] for award in lot["awards"]]
        for lot in result_of(record).as_object()["lots"]
    }


class Rules(Contest):
    """A record's limits, ranks and totals by the reference, for tests that try every possible award."""

    def __init__(self, record: dict[str, Any]) -> None:
        super().__init__(record, assess(record))

    def every_award(self) -> list[Awards]:
        return reference_awards.every_award(self)

    def sum_of(self, awards: Awards) -> Fraction:
        return reference_awards.sum_of(self, awards)

    def prefers(self, bidder: str) -> list[str]:
        return reference_awards.prefers(self, bidder)

    def is_stable(self, awards: Awards) -> bool:
        """Whether no bidder and lot would both rather have each other, by the published definition."""
        return not any(
            self.would_have(awards, lot, bidder) and self.would_leave_for(awards, lot, bidder)
            for lot, ranks in self.rank.items()
            for bidder in ranks
            if bidder not in awards[lot]
        )

    def would_have(self, awards: Awards, lot: str, bidder: str) -> bool:
        ranks = self.rank[lot]
        return len(awards[lot]) < self.places[lot] or any(ranks[one] > ranks[bidder] for one in awards[lot])

    def would_leave_for(self, awards: Awards, lot: str, bidder: str) -> bool:
        order = self.prefers(bidder)
        held = [other for other in awards if bidder in awards[other]]
        return self.may_hold(bidder, [lot, *(o for o in held if order.index(o) < order.index(lot))])


def scarce(lots=12, bidders=4):
    """Totals that go with hours, and few hours: much is level, and little of it fits."""
    generator = random.Random(2)
    hours = {f"L{n}": generator.randint(30, 60) for n in range(lots)}
    marks = {
        lot: {f"B{n}": used + generator.randint(0, 3) for n in range(bidders)} for lot, used in hours.items()
    }
    limits = {f"B{n}": {"hours_per_week": str(110 + n)} for n in range(bidders)}
    texts = {lot: str(used) for lot, used in hours.items()}
    return contest("best_total", marks, hours=texts, limits=limits, ties=["draw"])
