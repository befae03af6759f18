"""Laws that every evaluation keeps, whatever the record: no other implementation is consulted here.

Each test is one sentence that a tenderer, an officer or a court may hold the engine to.
"""

from __future__ import annotations

import copy
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from scoring.reading.rules import check_rules
from tests.scoring.close_calls import close_calls
from tests.scoring.evaluating import a_lot_of_prices, all_rows, evaluated, lots_of, rows
from tests.scoring.records import legal_records

RECORDS = legal_records() | close_calls()


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
            # The sentences of reasons may name other bidders, and a draw may change who they are.
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
    weights = {question["id"]: Decimal(question["weight"]) for question in rules["questions"]}
    for row in all_rows(record).values():
        assert row["quality"] is None or Decimal(row["quality"]) <= Decimal(rules["weights"]["quality"])
        for question, points in row["questions"].items():
            assert points is None or 0 <= Decimal(points) <= weights[question]
        if row["price"] is not None:
            assert 0 <= Decimal(row["price"]) <= Decimal(rules["weights"]["price"])


@pytest.mark.parametrize(
    ("weights", "places", "message"),
    [
        (["12.5", "47.5"], 0, "rules.questions[0].weight: 12.5 has more decimals than a score, which has 0"),
        (["20", "39.99", "0.01"], 1, "rules.questions[1].weight: 39.99 has more decimals than a score"),
    ],
)
def test_a_weight_that_rounding_would_exceed_is_refused(weights, places, message):
    """120 questions of half a point each, at no decimals, would give 120 points of 60."""
    rules = a_lot_of_prices([100])["rules"]
    questions = [{"id": f"Q{n}", "title": "Any", "weight": weight} for n, weight in enumerate(weights)]
    faults = check_rules({**rules, "questions": questions, "places": places})
    assert message in str(faults[0])
    assert "set rules.places to" in str(faults[0])
    assert check_rules({**rules, "questions": questions, "places": 2}) == []


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
    full = Decimal(rules["weights"]["price"])
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
    rules.pop("draw", None)
    record.pop("draw", None)
    record["bids"] = [
        {
            "bidder": record["bidders"][0]["id"],
            "lot": record["lots"][0]["id"],
            "price_pence": 1 + steps - odd,
            "marks": {"Q1": 1, "Q2": 0},
        }
    ]
    record["bidders"][0].pop("decision", None)
    record["bidders"][0]["cqc"] = []
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


@given(st.integers(0, 9999), st.integers(1, 10_000), st.integers(1, 4))
def test_a_price_is_flagged_from_the_very_penny_at_which_it_is_abnormally_low(kept, scale, others):
    """The others all bid 10,000 × scale pence, so that a share of it in hundredths of a per cent is whole."""
    percent = f"{Decimal(10_000 - kept) / 100:.2f}"
    for rule in ("below_mean_percent", "below_next_percent"):
        for price, low in ((kept * scale, True), (kept * scale + 1, False)):
            record = a_lot_of_prices([max(price, 1), *[10_000 * scale] * others])
            record["rules"]["abnormally_low"] = {rule: percent}
            assert ("abnormally_low" in all_rows(record)["L1", "B0"]["flags"]) == (low and price > 0)
