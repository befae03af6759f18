"""Laws of awards and of the result that carries them, whatever the record."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import defaultdict
from decimal import Decimal

from hypothesis import given

from tests.scoring.allocation_records import result_of
from tests.scoring.close_calls import close_calls
from tests.scoring.evaluating import a_lot_of_prices, evaluated, lots_of, rows
from tests.scoring.records import legal_records
from tests.scoring.wording import lots_in_words

RECORDS = legal_records() | close_calls()
LIMITED = legal_records(always=["lot limits", "several places"]) | close_calls()


@given(LIMITED)
def test_no_limit_is_ever_broken(record):
    lots = {lot["id"]: lot for lot in record["lots"]}
    held = defaultdict(list)
    for lot in lots_of(record):
        assert len(lot["awards"]) <= lots[lot["id"]]["places"]
        for award in lot["awards"]:
            held[award["bidder"]].append(lot["id"])
    for bidder in record["bidders"]:
        mine = held[bidder["id"]]
        assert len(mine) == len(set(mine))
        assert len(mine) <= bidder.get("most_lots", len(mine))
        for group in record["rules"]["allocation"]["groups"]:
            assert len(set(mine) & set(group["lots"])) <= group["most_lots"]
        if "hours_per_week" in bidder:
            hours = sum(Decimal(lots[lot]["hours_per_week"]) for lot in mine)
            assert hours <= Decimal(bidder["hours_per_week"])


@given(LIMITED)
def test_awards_go_to_ranked_bids_alone_best_first_at_different_places(record):
    for lot in lots_of(record):
        table = rows(lot)
        ranks = [table[award["bidder"]]["rank"] for award in lot["awards"]]
        assert None not in ranks
        assert ranks == sorted(set(ranks)), "two awards at one rank would be a tie settled by accident"
        places = [award["place"] for award in lot["awards"]]
        assert places == sorted(set(places))


@given(LIMITED)
def test_whoever_ranks_above_an_award_without_one_is_told_why(record):
    for lot in lots_in_words(result_of(record)):
        table = rows(lot)
        accounted = {award["bidder"] for award in lot["awards"]}
        accounted |= {passed["bidder"] for passed in lot["passed_over"]}
        waiting = {bidder for tie in lot.get("undecided", []) for bidder in tie["bidders"]}
        for award in lot["awards"]:
            rank = table[award["bidder"]]["rank"]
            above = {bidder for bidder, row in table.items() if row["rank"] and row["rank"] < rank}
            assert above <= accounted | waiting
        for entry in (*lot["awards"], *lot["passed_over"]):
            assert entry["reason"].strip()


@given(RECORDS)
def test_bids_that_are_not_ranked_come_last_with_their_reason(record):
    for lot in lots_in_words(result_of(record)):
        ranks = [row["rank"] for row in lot["ranking"]]
        ranked = [rank for rank in ranks if rank is not None]
        assert ranks == sorted(ranked) + [None] * (len(ranks) - len(ranked))
        for row in lot["ranking"]:
            assert (row["rank"] is None) == (row["state"] != "ranked")
            assert row["state"] == "ranked" or any(reason.strip() for reason in row["reasons"])


# The result as data


def leaves(value):
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from leaves(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner)
    else:
        yield value


@given(RECORDS)
def test_no_float_and_no_foreign_number_enters_a_result(record):
    kinds = {type(leaf) for leaf in leaves(evaluated(record))}
    assert kinds <= {str, int, bool, type(None)}


def test_the_command_prints_the_same_bytes_whatever_the_hash_seed():
    """Many ties, whose order would betray any reliance on the order of a set."""
    many_ties = a_lot_of_prices([1500 + n % 3 for n in range(40)])
    printed = [
        subprocess.run(
            [sys.executable, "-m", "scoring", "evaluate", "-"],
            input=json.dumps(many_ties).encode(),
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert printed[0] == printed[1]
    assert json.loads(printed[0]) == evaluated(many_ties)
