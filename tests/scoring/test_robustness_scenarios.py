"""Scenarios worked out by the thousand give, scenario for scenario, what evaluating each record gives."""

from __future__ import annotations

from collections import Counter
from functools import partial
from hashlib import sha256

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import scoring
from scoring.reading.record import from_object
from scoring.robustness import scenario_keys, scenarios
from scoring.robustness.awards import award, limits_of
from scoring.robustness.base import agreed
from scoring.robustness.key_fields import of_record
from scoring.robustness.outcomes import NOBODY
from scoring.robustness.random_marks import BATCH, Stream
from scoring.robustness.scenario_keys import Shake, Shaker
from scoring.robustness.scenarios import scenario, shares
from tests.scoring.examples import examples
from tests.scoring.record_example import example, one_lot
from tests.scoring.records import NEAR_LIMITS, legal_records

TOGETHER = 6
"""Scenarios of each drawn record that are evaluated one by one."""
MOVING = ["minimums", "several places", "lot limits"]
by_rank = partial(legal_records, allocation="rank_order")


@pytest.fixture(autouse=True)
def few_bids_are_worked_out_first(monkeypatch):
    """So that even small lots leave out the bids that cannot win."""
    monkeypatch.setattr(scenario_keys, "_STRONGEST", 1)


def outcomes(record, shake, part):
    """What the scenarios come to: for each, lot by lot, (bidder, place) awarded and bidders left waiting."""
    lots = of_record(record)
    shaker = Shaker(shake)
    found = award(record, lots, limits_of(record, lots), partial(shaker.keys, 0, part), len(part))
    return [
        [in_words(record, lot, of_lot.column(at)) for lot, of_lot in zip(lots, found, strict=True)]
        for at in range(len(part))
    ]


def in_words(record, lot, outcome):
    ids = [record.bidders[bidder].id for bidder in lot.bidders]
    awarded = [(ids[row], place + 1) for place, row in enumerate(outcome.awarded[:, 0]) if row != NOBODY]
    waiting = {ids[row]: list(places) for places, rows in outcome.waiting() for row in rows}
    return sorted(awarded, key=lambda one: one[1]), waiting


def evaluated(record):
    result = scoring.evaluate(record).as_object()
    return [
        (
            [(one["bidder"], one["place"]) for one in lot["awards"]],
            {who: tie["places"] for tie in lot.get("undecided", []) for who in tie["bidders"]},
        )
        for lot in result["lots"]
    ]


def assert_the_same(obj, shared=False):
    record, shake = from_object(obj), Shake(TOGETHER, "a seed", shared)
    together = outcomes(record, shake, range(TOGETHER))
    for number, worked_out in enumerate(together):
        assert worked_out == evaluated(scenario(record, shake, number)), f"scenario {number}"


@given(by_rank())
def test_every_scenario_of_any_record_has_the_awards_that_evaluating_it_gives(obj):
    assert_the_same(obj)


@given(by_rank())
def test_scenarios_have_the_awards_of_evaluation_where_every_bid_is_worked_out(obj):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scenario_keys, "_FEW_PLACES", 0)
        assert_the_same(obj)


@given(by_rank(always=MOVING))
def test_scenarios_have_the_awards_of_evaluation_where_marks_put_bids_out_and_limits_bind(obj):
    assert_the_same(obj)


@pytest.mark.parametrize("method", ["lowest_over_bid", "linear_from_lowest", "mean_difference"])
@given(data=st.data())
def test_scenarios_have_the_awards_of_evaluation_under_each_relative_price_method(method, data):
    assert_the_same(data.draw(by_rank(method=method, always=["minimums"])))


@given(by_rank(always=MOVING))
def test_scenarios_have_the_awards_of_evaluation_where_one_mark_counts_in_every_lot(obj):
    assert_the_same(obj, shared=True)


@pytest.mark.parametrize("allocation", ["preference", "best_total"])
@examples(0.5)
@given(obj=by_rank(always=MOVING))
def test_scenarios_have_the_awards_of_evaluation_under_preference_and_best_total(allocation, obj):
    obj["rules"]["allocation"]["method"] = allocation
    assert_the_same(obj)


@given(by_rank(NEAR_LIMITS))
def test_scenarios_have_the_awards_of_evaluation_at_the_largest_magnitudes_of_a_record(obj):
    assert_the_same(obj)


@examples(0.4)
@given(by_rank(always=["several places"]).filter(lambda obj: obj["rules"]["questions"]))
def test_scenarios_have_the_awards_of_evaluation_where_tie_keys_need_more_than_64_bits(obj):
    """Seven questions' marks are tie-breaks, on a scale to 1,000, after totals with four decimals."""
    obj["rules"]["marks"]["highest"] = 1000
    first = obj["rules"]["questions"][0]
    clones = [{**first, "id": f"{first['id']}-{n}", "weight": "0"} for n in range(6)]
    obj["rules"]["questions"] += clones
    obj["rules"]["places"] = 4
    obj["rules"]["ties"] = ["quality", *(f"question:{q['id']}" for q in obj["rules"]["questions"]), "price"]
    for bid in obj["bids"]:
        if first["id"] in bid.get("marks", {}):
            bid["marks"].update({clone["id"]: bid["marks"][first["id"]] for clone in clones})
    record = from_object(obj)
    if any(len(lot.bids) and len(lot.asked) > 6 for lot in of_record(record)):
        assert any(lot.fixed.dtype == object for lot in of_record(record))
    assert_the_same(obj)


def test_the_drawn_records_make_scenarios_do_everything_that_matters():
    seen = Counter()

    @settings(max_examples=150, derandomize=True, database=None, phases=[Phase.generate])
    @given(by_rank(always=MOVING))
    def look(obj):
        record = from_object(obj)
        base = evaluated(record)
        states = Counter(
            row["state"] for lot in scoring.evaluate(record).as_object()["lots"] for row in lot["ranking"]
        )
        for number in range(3):
            moved = scenario(record, Shake(3, "a seed"), number)
            result = scoring.evaluate(moved).as_object()
            now = Counter(row["state"] for lot in result["lots"] for row in lot["ranking"])
            seen["an award changes"] += evaluated(moved) != base
            seen["a bid falls below a minimum"] += now["below_minimum"] > states["below_minimum"]
            seen["a bid rises to a minimum"] += now["below_minimum"] < states["below_minimum"]
            seen["a place waits"] += any(lot.get("undecided") for lot in result["lots"])
            seen["a bidder is passed over"] += any(lot["passed_over"] for lot in result["lots"])

    look()
    assert all(count >= 10 for count in seen.values()), seen
    assert len(seen) == 5


def counted(obj, scenarios, seed="a seed"):
    record = from_object(obj)
    lots = of_record(record)
    limits = limits_of(record, lots)
    base = award(record, lots, limits, agreed, 1)
    return record, lots, shares(record, lots, limits, base, Shake(scenarios, seed))


def test_the_shares_count_the_scenarios_one_by_one():
    obj = example()
    obj["bids"][1]["price_pence"] = 1250
    record, _, (first, _) = counted(obj, 300)
    shake = Shake(300, "a seed")
    wins = Counter(evaluated(scenario(record, shake, number))[0][0][0][0] for number in range(300))
    assert wins.total() == 300
    assert len(wins) > 1
    assert first.wins.tolist() == [wins["B1"], wins["B2"], wins["B3"]]
    assert first.unchanged == wins[evaluated(record)[0][0][0][0]]


def test_scenarios_that_leave_a_place_waiting_are_counted():
    obj = one_lot({"price": {"method": "fixed", "ceiling_pence": 1500}}, [("B1", 3, 1500), ("B2", 3, 1500)])
    record, _, (only,) = counted(obj, 200)
    waiting = sum(bool(evaluated(scenario(record, Shake(200, "a seed"), n))[0][1]) for n in range(200))
    assert 0 < waiting < 200
    assert only.undecided == waiting == only.unchanged
    assert only.wins.sum() == 200 - waiting


def test_a_lot_without_a_bid_in_assessment_is_unchanged_by_any_marks():
    obj = example()
    obj["bids"] = [bid for bid in obj["bids"] if bid["lot"] == "L1"]
    _, _, (_, empty) = counted(obj, 50)
    assert (empty.unchanged, empty.undecided, empty.wins.tolist()) == (50, 0, [])


def test_counts_are_the_same_however_few_scenarios_fit_in_memory(monkeypatch):
    obj = example()
    expected = [(one.unchanged, one.wins.tolist()) for one in counted(obj, BATCH + 700)[2]]
    monkeypatch.setattr(scenarios, "_MEMORY", 40_000)
    assert [(one.unchanged, one.wins.tolist()) for one in counted(obj, BATCH + 700)[2]] == expected
    assert sum(expected[0][1]) == BATCH + 700


def test_the_order_of_bids_and_bidders_changes_no_share():
    def by_id(obj):
        record, lots, found = counted(obj, 500)
        return [
            dict(zip((record.bidders[b].id for b in lot.bidders), one.wins.tolist(), strict=True))
            for lot, one in zip(lots, found, strict=True)
        ]

    obj = example()
    obj["bids"][1]["price_pence"] = 1250
    turned = {**obj, "bids": obj["bids"][::-1], "bidders": obj["bidders"][::-1]}
    assert by_id(turned) == by_id(obj)


def test_the_stream_is_the_documented_one_for_ever():
    """Made once by an independent implementation of Philox4x64-10 in plain integers (below)."""
    width = 2
    assert Stream("seed").drawn(("L1", "B7"), 3, width)[:400].ravel().tolist() == plain_bytes(
        ("seed", "L1", "B7"), 3, 400 * width
    )


def plain_bytes(texts, batch, count):
    digest = sha256("\n".join(("robustness/1", *texts)).encode()).digest()
    key = int.from_bytes(digest[:8], "little"), int.from_bytes(digest[8:16], "little")
    found, block = [], 1
    while len(found) < count:
        for word in philox((block, 0, batch, 0), key):
            found += [byte for byte in word.to_bytes(8, "little") if byte < 243]
        block += 1
    return found[:count]


def philox(counter, key):
    """Philox4x64-10, from the paper: ten rounds of two multiplications, keys bumped by constants."""
    mask = 2**64 - 1
    for turn in range(10):
        one, two = 0xD2E7470EE14C6C93 * counter[0], 0xCA5A826395121157 * counter[2]
        round_key = (key[0] + turn * 0x9E3779B97F4A7C15) & mask, (key[1] + turn * 0xBB67AE8584CAA73B) & mask
        counter = (
            (two >> 64) ^ counter[1] ^ round_key[0],
            two & mask,
            (one >> 64) ^ counter[3] ^ round_key[1],
            one & mask,
        )
    return counter


def test_philox_in_plain_integers_gives_the_published_answer():
    """The first known answer of Random123 for philox4x64-10: counter and key of noughts."""
    assert philox((0, 0, 0, 0), (0, 0)) == (
        0x16554D9ECA36314C, 0xDB20FE9D672D0FDC, 0xD7E772CEE186176B, 0x7E68B68AEC7BA23B,
    )  # fmt: skip


def test_moves_of_minus_one_nought_and_plus_one_come_equally_often():
    moves = np.concatenate([Stream("seed").moves(("L1", f"B{n}"), 5, 12) for n in range(3000)])
    counts = Counter(moves.tolist())
    assert set(counts) == {-1, 0, 1}
    assert all(abs(count - 12_000) < 450 for count in counts.values()), counts  # five standard deviations


def test_a_mark_at_the_end_of_the_scale_stays_on_it():
    record = from_object(example())
    marks = [scenario(record, Shake(50, "s"), n).bids.marks for n in range(50)]
    assert {int(mark) for one in marks for mark in one[0]} <= set(range(6))
    assert {int(one[0, 0]) for one in marks} == {4, 5}  # the mark is 5, the highest
