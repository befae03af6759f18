"""Laws that every evaluation keeps, whatever the record: no other implementation is consulted here.

Each test is one sentence that a tenderer, an officer or a court may hold the engine to.
"""

from __future__ import annotations

import copy
import json
import os
import subprocess
import sys
from collections import defaultdict
from decimal import Decimal
from fractions import Fraction
from math import floor

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import scoring
from scoring.record import from_object
from tests.scoring.close_calls import close_calls
from tests.scoring.records import legal_records

RECORDS = legal_records() | close_calls()
LIMITED = legal_records(always=["lot limits", "several places"]) | close_calls()


def evaluated(record):
    return scoring.evaluate(from_object(record)).as_object()


def lots_of(record):
    return evaluated(record)["lots"]


def rows(lot):
    return {row["bidder"]: row for row in lot["ranking"]}


def all_rows(record):
    """(lot, bidder) -> row of the ranking."""
    return {(lot["id"], row["bidder"]): row for lot in lots_of(record) for row in lot["ranking"]}


def half_up(value: str, places: int) -> Decimal:
    units = floor(Fraction(value) * 10**places + Fraction(1, 2))
    return Decimal(units).scaleb(-places)


def ranked_bid(data, record):
    """One bid of the record that is ranked, with its row; the example is given up if there is none."""
    table = all_rows(record)
    ranked = [bid for bid in record["bids"] if table[bid["lot"], bid["bidder"]]["state"] == "ranked"]
    assume(ranked)
    bid = data.draw(st.sampled_from(ranked))
    return bid, table[bid["lot"], bid["bidder"]]


def changed_copy(record, bid):
    """A copy of the record, and the copy of that bid in it."""
    copied = copy.deepcopy(record)
    return copied, copied["bids"][record["bids"].index(bid)]


# What must not matter


@given(st.data())
def test_the_order_of_bids_and_bidders_in_the_record_is_irrelevant(data):
    record = data.draw(RECORDS)
    shuffled = {
        **record,
        "bids": data.draw(st.permutations(record["bids"])),
        "bidders": data.draw(st.permutations(record["bidders"])),
    }
    assert lots_of(shuffled) == lots_of(record)


@given(RECORDS)
def test_evaluating_twice_gives_the_same_result_and_leaves_the_record_alone(record):
    before = copy.deepcopy(record)
    assert evaluated(record) == evaluated(record)
    assert record == before


@given(legal_records(always=["decisions", "price limits"]))
def test_bids_out_of_assessment_change_nobody_elses_figures_or_awards(record):
    full = lots_of(record)
    out = {(lot["id"], row["bidder"]) for lot in full for row in lot["ranking"] if row["state"] != "ranked"}
    without = {**record, "bids": [bid for bid in record["bids"] if (bid["lot"], bid["bidder"]) not in out]}
    for lot in full:
        lot["ranking"] = [row for row in lot["ranking"] if row["state"] == "ranked"]
    assert lots_of(without) == full


@given(st.data())
def test_renaming_bidders_changes_nothing_but_drawn_ties(data):
    record = data.draw(RECORDS)
    old = [bidder["id"] for bidder in record["bidders"]]
    new = dict(zip(old, data.draw(st.permutations([f"Z{n}" for n in range(len(old))])), strict=True))
    renamed = copy.deepcopy(record)
    for bidder in renamed["bidders"]:
        bidder["id"] = new[bidder["id"]]
    for bid in renamed["bids"]:
        bid["bidder"] = new[bid["bidder"]]
    drawn = "draw" in record["rules"]["ties"]
    for before, after in zip(lots_of(record), lots_of(renamed), strict=True):
        then, now = rows(before), rows(after)
        assert {new[bidder] for bidder in then} == set(now)
        for bidder, row in then.items():
            # Reasons in words may name other bidders, and a draw may change who they are.
            same = [key for key in row if key not in ("bidder", "reasons", "rank")]
            assert {key: row[key] for key in same} == {key: now[new[bidder]][key] for key in same}
            assert drawn or row["rank"] == now[new[bidder]]["rank"]
        if not drawn:
            awards = [(new[award["bidder"]], award["place"]) for award in before["awards"]]
            assert awards == [(award["bidder"], award["place"]) for award in after["awards"]]


@given(st.data())
def test_prices_in_another_unit_give_the_same_points(data):
    record = data.draw(RECORDS)
    factor = data.draw(st.sampled_from([2, 3, 10]))
    scaled = copy.deepcopy(record)
    for limit in ("floor_pence", "ceiling_pence"):
        if limit in scaled["rules"]["price"]:
            scaled["rules"]["price"][limit] *= factor
    for bid in scaled["bids"]:
        if "price_pence" in bid:
            bid["price_pence"] *= factor
        for line in bid.get("prices", {}):
            bid["prices"][line] *= factor
    figures = ("state", "rank", "quality", "price", "total", "flags")
    before, after = all_rows(record), all_rows(scaled)
    assert {where: [row[key] for key in figures] for where, row in before.items()} == {
        where: [row[key] for key in figures] for where, row in after.items()
    }


@given(RECORDS)
def test_lots_without_shared_limits_do_not_touch_each_other(record):
    record["rules"]["allocation"]["groups"] = []
    for bidder in record["bidders"]:
        bidder.pop("most_lots", None)
        bidder.pop("hours_per_week", None)
    whole = {lot["id"]: lot for lot in lots_of(record)}
    for lot in record["lots"]:
        alone = {**record, "bids": [bid for bid in record["bids"] if bid["lot"] == lot["id"]]}
        assert {one["id"]: one for one in lots_of(alone)}[lot["id"]] == whole[lot["id"]]


# Points


@given(RECORDS)
def test_no_points_are_above_the_weight_or_below_zero(record):
    rules = record["rules"]
    places = rules["places"]
    weights = {question["id"]: half_up(question["weight"], places) for question in rules["questions"]}
    for row in all_rows(record).values():
        for question, points in row["questions"].items():
            assert points is None or 0 <= Decimal(points) <= weights[question]
        if row["price"] is not None:
            assert 0 <= Decimal(row["price"]) <= half_up(rules["weights"]["price"], places)


@given(RECORDS)
def test_printed_parts_add_up_to_printed_totals(record):
    for row in all_rows(record).values():
        if row["quality"] is not None:
            assert Decimal(row["quality"]) == sum(Decimal(points) for points in row["questions"].values())
        if row["total"] is not None:
            assert Decimal(row["total"]) == Decimal(row["quality"]) + Decimal(row["price"])


@given(RECORDS)
def test_every_printed_figure_has_exactly_the_published_decimals(record):
    places = record["rules"]["places"]
    for row in all_rows(record).values():
        for text in (row["quality"], row["price"], row["total"], *row["questions"].values()):
            if text is not None:
                assert len(text.partition(".")[2]) == places
                assert text == f"{Decimal(text):f}"


@pytest.mark.parametrize("method", ["lowest_over_bid", "linear_from_lowest", "fixed"])
@given(data=st.data())
def test_the_lowest_price_gets_full_points_where_the_method_says_so(method, data):
    record = data.draw(legal_records(method=method))
    rules = record["rules"]
    full = half_up(rules["weights"]["price"], rules["places"])
    for lot in lots_of(record):
        points = [Decimal(row["price"]) for row in lot["ranking"] if row["state"] == "ranked"]
        assert not points or max(points) == full


@given(st.integers(0, 4), st.data())
def test_an_exact_half_of_the_last_decimal_goes_up(places, data):
    """Price weight 1 between limits 2·10^places apart: every odd distance from the ceiling is a half."""
    steps = 2 * 10**places
    odd = data.draw(st.integers(0, 10**places - 1)) * 2 + 1
    record = data.draw(legal_records(method="between_limits"))
    rules = record["rules"] = {
        **record["rules"],
        "weights": {"quality": "99", "price": "1"},
        "marks": {"lowest": 0, "highest": 2},
        "questions": [
            {"id": "Q1", "title": "Half of it", "weight": "1"},
            {"id": "Q2", "title": "The rest", "weight": "98"},
        ],
        "price": {"method": "between_limits", "floor_pence": 1, "ceiling_pence": 1 + steps},
        "places": places,
        "ties": [],
    }
    rules.pop("quality_minimum", None)
    rules.pop("draw_seed", None)
    record["bids"] = [
        {
            "bidder": record["bidders"][0]["id"],
            "lot": record["lots"][0]["id"],
            "price_pence": 1 + steps - odd,
            "marks": {"Q1": 1, "Q2": 0},
        }
    ]
    record["bidders"][0].pop("decision", None)
    rules["cqc"] = {"inadequate": "allow", "unrated": "allow"}
    (row,) = all_rows(record).values()
    assert Decimal(row["price"]) == Decimal((odd + 1) // 2).scaleb(-places)
    assert Decimal(row["questions"]["Q1"]) == (1 if places == 0 else Decimal("0.5"))


# What must not hurt


@given(st.data())
def test_a_better_mark_never_hurts(data):
    record = data.draw(RECORDS)
    assume(record["rules"]["questions"])
    bid, before = ranked_bid(data, record)
    question = data.draw(st.sampled_from(sorted(bid["marks"])))
    better, better_bid = changed_copy(record, bid)
    highest = record["rules"]["marks"]["highest"]
    better_bid["marks"][question] = data.draw(st.integers(bid["marks"][question], highest))
    after = all_rows(better)[bid["lot"], bid["bidder"]]
    assert after["state"] == "ranked"
    assert after["rank"] <= before["rank"]
    assert Decimal(after["total"]) >= Decimal(before["total"])


@given(st.data())
def test_a_lower_price_within_the_limits_never_hurts(data):
    record = data.draw(RECORDS)
    bid, before = ranked_bid(data, record)
    lower, lower_bid = changed_copy(record, bid)
    prices = lower_bid.get("prices") or lower_bid
    which = data.draw(st.sampled_from(sorted(bid["prices"]))) if "prices" in bid else "price_pence"
    prices[which] = data.draw(st.integers(1, prices[which]))
    after = all_rows(lower)[bid["lot"], bid["bidder"]]
    assume(after["state"] == "ranked")
    assert after["rank"] <= before["rank"]
    assert Decimal(after["price"]) >= Decimal(before["price"])


# Awards


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
    for lot in lots_of(record):
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
    for lot in lots_of(record):
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
    assert kinds <= {str, int, type(None)}


@pytest.fixture(scope="module")
def many_ties():
    """A record whose order would betray any reliance on the order of a set or a dictionary."""
    bidders = [f"Provider {n}" for n in range(40)]
    return {
        "format": "evaluation/1",
        "rules": {
            "weights": {"quality": "60", "price": "40"},
            "marks": {"lowest": 0, "highest": 5},
            "questions": [{"id": "Q1", "title": "Safeguarding", "weight": "60"}],
            "price": {"method": "lowest_over_bid"},
            "places": 2,
            "ties": ["quality"],
            "cqc": {"inadequate": "refuse", "unrated": "allow"},
            "allocation": {"method": "rank_order", "groups": []},
        },
        "lots": [
            {
                "id": "L1",
                "service": "homecare",
                "zone": "Wyre",
                "hours_per_week": "100",
                "weeks_per_year": 52,
                "places": 3,
            }
        ],
        "bidders": [{"id": bidder, "name": bidder, "cqc": []} for bidder in bidders],
        "bids": [
            {"bidder": bidder, "lot": "L1", "price_pence": 1500 + n % 3, "marks": {"Q1": n % 2}}
            for n, bidder in enumerate(bidders)
        ],
    }


def test_the_command_prints_the_same_bytes_whatever_the_hash_seed(many_ties):
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
