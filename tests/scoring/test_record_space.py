"""The drawn records reach the whole space of legal records: every published rule, and its consequences."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import Phase, given, seed, settings

from tests.scoring.allocation_records import contests, short_of_hours
from tests.scoring.close_calls import close_calls
from tests.scoring.record_corners import corners
from tests.scoring.records import (
    ALLOCATIONS,
    DECIDED,
    METHODS,
    STATUSES,
    WHY_NOT_CHECKED,
    legal_records,
)

KINDS = {
    "any": legal_records(),
    "close calls": close_calls(),
    "limits": legal_records(always=["lot limits", "several places"]),
    "judgments": legal_records(always=["decisions", "minimums", "price limits"]),
    "a set price": legal_records(method="fixed"),
    "ratings": legal_records(always=["ratings"]),
    **{f"contests by {method}": contests(method, lots=3) for method in ALLOCATIONS},
    "short of hours": short_of_hours("preference"),
}
OF_EACH, ROUNDS = 60, 12
"""Records of each kind in a round, and rounds before a corner counts as out of reach.

What Hypothesis draws depends on which modules are loaded, so a fixed number of records would reach the rarest
corners on some runs alone.
"""
UNUSUAL = [status for status in STATUSES if status != "registered"]

RULES = {
    *(f"{method} with {what}" for method in METHODS for what in ("lines", "one price")),
    *(
        f"{method} with {limits}"
        for method in METHODS
        if method != "between_limits"
        for limits in ("no limits", "floor", "ceiling", "floor and ceiling")
    ),
    *("between_limits with floor and ceiling", "a set price", "no slope", "slope 1", "another slope"),
    *(f"{places} decimals" for places in range(5)),
    *("no quality weight", "no price weight", "lowest mark 0", "lowest mark 1"),
    *(f"quality minimum {bound}" for bound in ("0", "100", "between")),
    *(f"below_{which}_percent {bound}" for which in ("mean", "next") for bound in ("0", "100", "between")),
    "both thresholds",
    *("no question at all", "a question of some lots", "a question of all lots", "a question of no weight"),
    *("a minimum mark", "a tie key that a lot does not ask", "no tie key", "keys after the draw"),
    *(f"tie key {key}" for key in ("quality", "price", "question", "draw")),
    *("a seed without a draw", "a draw by a secret", "a commitment without a draw"),
    "a public source of chance",
}
BIDDERS = {
    *(f"floor {floor}" for floor in ("requires improvement", "good", "outstanding")),
    *(
        f"{found} where the rules say {rule}"
        for found in ("inadequate", "unrated")
        for rule in ("allow", "refuse")
    ),
    *(f"{one} where the rules say {rule}" for one in UNUSUAL for rule in ("allow", "refuse", "nothing")),
    *(f"{why} {what}" for why in WHY_NOT_CHECKED for what in ("covered", "not covered")),
    "inadequate beside a location that is not checked",
    *("no location", "no location but deregistered ones", "inadequate without an overall rating"),
    *("unrated under a floor", "no bidder", "a decision for all lots", "a decision for some lots"),
    *("decisions in one part", "decisions in two parts", "a preference without a bid"),
    *("bidder's most_lots", "bidder's hours_per_week", "a bid without marks", "a bid without a price"),
    *("more places than bids", "a lot without a bid", "a lot of no hours", "groups apart"),
    *("groups one inside the other", "groups that overlap"),
}
SCORES = {
    *("ranked", *DECIDED, "not_checked", "not fully marked", "no price points"),
    *(f"flag {flag}" for flag in ("abnormally_low", "inadequate", "unrated", "not_checked", *UNUSUAL)),
    *("no bid ranked", "a few ranked", "four bids ranked", "equal totals of different parts"),
    *(f"broken by {key}" for key in ("quality", "question", "price", "draw", "nothing")),
}
AWARDS = {
    *(
        f"{method}: {outcome}"
        for method in ALLOCATIONS
        for outcome in (
            *("reserves", "passed_over", "undecided", "unfilled", "place 1", "place 2", "place 3"),
            *("more tied than places", "a place for each of those tied", "several lots for one bidder"),
        )
    ),
    *("preference: claims", "hours filled to the last hundredth"),
}


@pytest.fixture(scope="module")
def reached():
    """The corners that records reach, drawn round after round until none is missing."""
    seen: set[str] = set()
    each = settings(max_examples=OF_EACH, database=None, phases=[Phase.generate])
    for round_, kind in product(range(ROUNDS), KINDS.values()):
        if seen >= RULES | BIDDERS | SCORES | AWARDS:
            break
        each(seed(round_)(given(kind)(lambda record: seen.update(corners(record)))))()
    return seen


@pytest.mark.parametrize(
    "expected", [RULES, BIDDERS, SCORES, AWARDS], ids=["rules", "bidders and lots", "scores", "awards"]
)
def test_the_drawn_records_reach_every_corner(reached, expected):
    assert expected <= reached, f"no record does this: {sorted(expected - reached)}"
