"""A method, a key or a state is written once, and everything that asks for it reads that row."""

from __future__ import annotations

import copy
import string
from fractions import Fraction
from math import floor

import numpy as np
import pytest

import scoring
from scoring import laboratory
from scoring.allocate import methods as allocation
from scoring.exact import decimal
from scoring.methods import price, tie_keys
from scoring.methods.bid_states import BID_FLAGS, BID_STATES
from scoring.methods.price_method import Prices, Yardstick
from scoring.model.rules import UNUSUAL, Terms
from scoring.reading.record import from_object
from scoring.reading.rules import check_rules
from scoring.robustness.report import assess
from scoring.robustness.scenario_keys import Shake
from scoring.robustness.scenarios import scenario
from tests.scoring.changed_records import awards_of, every_changed_mark, told
from tests.scoring.record_example import RULES, example, one_lot, result_of, rows
from tests.scoring.toy_rows import ALLOCATION_METHOD, PRICE_METHODS, TIE_KEY, share_by_hand
from tests.scoring.wording import lot_in_words

BIDS = [("B1", 3, 1500), ("B2", 3, 1510), ("B3", 2, 1200), ("B4", 4, 2100)]


@pytest.fixture(params=PRICE_METHODS)
def toy(request, monkeypatch):
    monkeypatch.setitem(price.METHODS, "toy", PRICE_METHODS[request.param])
    return request.param


def by_toy():
    given = one_lot({"price": {"method": "toy"}, "ties": ["price"]}, BIDS)
    given["rules"]["questions"][0]["minimum"] = 2
    return given


def test_a_method_that_has_no_row_is_refused():
    (fault,) = check_rules(RULES | {"price": {"method": "toy"}}, ["L1", "L2"])
    assert "rules.price.method" in str(fault)


def test_a_sixth_price_method_is_read_and_scored(toy):
    prices = [pence for _, _, pence in BIDS]
    expected = {
        who: decimal(floor(share_by_hand(toy, pence, prices) * 4000 + Fraction(1, 2)), 2)
        for who, _, pence in BIDS
    }
    assert {who: row["price"] for who, row in rows(by_toy()).items()} == expected


def test_a_slope_belongs_to_the_methods_whose_row_takes_one(toy):
    (fault,) = check_rules(RULES | {"price": {"method": "toy", "slope": "2"}}, ["L1", "L2"])
    assert str(fault).endswith("belongs to linear_from_lowest, not to toy; take it out")


def test_a_sixth_price_method_is_explained(toy):
    worked = result_of(by_toy()).explain("L1", "B2")["price"]
    row = PRICE_METHODS[toy]
    assert worked.formula == row.formula
    assert tuple(name for name, _ in worked.inputs) == row.inputs
    assert worked.sentence.startswith("Price: weight 40 × a share, ")
    assert "£15.10" in worked.sentence


def test_awards_by_a_sixth_price_method_are_sensitive_to_the_marks_that_trying_them_all_finds(toy):
    given = by_toy()
    before = awards_of(given)
    sizes = [
        abs(after - was) for changed, was, after in _each_mark_moved(given) if awards_of(changed) != before
    ]
    report = assess(from_object(given), 1).as_object()
    assert report["smallest_change"] == min(sizes)
    assert report["lots"][0]["smallest_changes"] == sizes.count(min(sizes))


def _each_mark_moved(given):
    for at, one in enumerate(given["bids"]):
        for after in range(6):
            was = one["marks"]["Q1"]
            if after != was:
                changed = copy.deepcopy(given)
                changed["bids"][at]["marks"]["Q1"] = after
                yield changed, was, after


def test_scenarios_by_a_sixth_price_method_are_what_evaluating_each_gives(toy):
    record, shake = from_object(by_toy()), Shake(60, "toy")
    wins = dict.fromkeys(("B1", "B2", "B3", "B4"), 0)
    for number in range(60):
        for award in scoring.evaluate(scenario(record, shake, number)).as_object()["lots"][0]["awards"]:
            wins[award["bidder"]] += 1
    (lot,) = assess(record, 60, "toy").as_object()["lots"]
    assert {one["bidder"]: one["scenarios"] for one in lot["wins"]} == {k: v for k, v in wins.items() if v}


def test_who_drops_out_by_a_sixth_price_method_moves_what_leaving_the_bid_out_gives(toy):
    given = by_toy()
    before, found = awards_of(given), {}
    for at, (who, _, _) in enumerate(BIDS):
        left = copy.deepcopy(given)
        del left["bids"][at]
        if awards_of(left) != before:
            found[who] = awards_of(left)
    report = assess(from_object(given), 1).as_object()
    assert {
        one["bidder"]: {lot["id"]: told(lot) for lot in one["lots"]}
        for one in report["bidders_removed"]
        if one["lots"]
    } == found


def test_the_laboratory_tries_a_sixth_price_method(toy):
    rules = from_object(by_toy()).rules
    report = laboratory.report.examine(rules, tenders=20).as_object()
    said = {one["id"]: one["sentence"] for one in report["findings"]}
    assert report["method"] == "toy"
    relative = PRICE_METHODS[toy].yardstick is not Yardstick.PUBLISHED
    assert (
        said["reversal"] == "No third bidder's absence can turn round the order of two others."
    ) != relative
    whole = said["cheapest_below_weight"] == "The cheapest bid always gets the whole weight."
    assert whole == PRICE_METHODS[toy].lowest_gets_whole


@pytest.mark.parametrize("row", price.METHODS.values(), ids=lambda row: row.name)
def test_the_row_of_a_price_method_says_what_is_so(row):
    shown = {name for _, name, _, _ in string.Formatter().parse(row.worked) if name}
    assert shown == set(row.inputs)
    assert row.slope == ("slope" in row.inputs)
    assert (row.yardstick is Yardstick.LOWEST) == ("lowest" in row.inputs)
    assert (row.yardstick is Yardstick.MEAN) == ("mean" in row.inputs)
    earned = [_share(row, own, [own, 1500, 1900]) for own in (1000, 1200, 1400, 1500, 1700, 1900)]
    assert earned == sorted(earned, reverse=True), "a dearer price never earns more"
    whole = all(_share(row, low, [low, 1500, 1900]) == 1 for low in (1, 900, 1300, 1499))
    assert whole == row.lowest_gets_whole
    moved = {_share(row, 1500, [1500, *others]) for others in ([1600], [1400], [1000, 1900], [1800, 1900])}
    assert (len(moved) > 1) == row.relative
    dearer = [_share(row, 1500, [1500, other]) for other in (1000, 1200, 1450, 1600, 1900)]
    assert dearer == sorted(dearer), "a higher yardstick never takes points from a price"


def _share(row, own, prices):
    one = Prices(*(np.array([value], np.int64) for value in (own, min(prices), sum(prices), len(prices))))
    (part,), (whole,) = row.earned(one, Terms(ceiling=2000, floor=1000))
    return Fraction(int(part), int(whole))


def test_a_fourth_method_of_allocation_is_read_awarded_and_tried(monkeypatch):
    given = example()
    given["rules"]["allocation"]["method"] = "toy"
    assert check_rules(given["rules"], ["L1", "L2"])
    monkeypatch.setitem(allocation.METHODS, "toy", ALLOCATION_METHOD)
    assert check_rules(given["rules"], ["L1", "L2"]) == []
    asked = copy.deepcopy(given)
    asked["rules"]["allocation"]["method"] = "rank_order"
    assert awards_of(given) == awards_of(asked)
    report = assess(from_object(given), 20).as_object()
    sizes = [
        abs(after - before)
        for (_, _, _, before, after), changed in every_changed_mark(given)
        if awards_of(changed) != awards_of(given)
    ]
    assert report["smallest_change"] == min(sizes)


def test_an_undecided_tie_is_described_by_the_row_of_its_allocation_method(monkeypatch):
    monkeypatch.setitem(allocation.METHODS, "toy", ALLOCATION_METHOD)
    given = one_lot({"allocation": {"method": "toy", "groups": []}}, [("B1", 3, 1500), ("B2", 3, 1500)])
    (waiting,) = lot_in_words(result_of(given), "L1")["undecided"]
    assert waiting["reason"].endswith("until a person decides; and the toy waits")


def test_a_fifth_key_breaks_ties_wherever_ties_are_broken(monkeypatch):
    given = one_lot({"ties": ["quality", "toy"]}, [("B1", 3, 1500), ("B2", 3, 1500), ("B3", 1, 1500)])
    (fault,) = check_rules(given["rules"], ["L1"])
    assert str(fault).endswith('must be quality, price, draw or question:<id>, not the text "toy"')
    monkeypatch.setitem(tie_keys.KEYS, "toy", TIE_KEY)
    assert {who: row["rank"] for who, row in rows(given).items()} == {"B2": 1, "B1": 2, "B3": 3}
    (worked,) = [
        one for one in result_of(given).explain("L1", "B1").workings if one.title == "Tie-break: toy"
    ]
    assert worked.formula == TIE_KEY.formula
    assert worked.sentence == "Tie-break: toy: number 1; behind Provider B2 (number 2)"
    report = assess(from_object(given), 20).as_object()
    assert report["lots"][0]["margin"]["parted_by"] == "toy"
    assert "toy" in tie_keys.names(["Q1"])
    assert tie_keys.description("toy", {}) == "the later entry"


def test_tie_keys_come_in_the_order_in_which_pages_offer_them():
    assert tie_keys.names(["Q1", "Q2"]) == ["quality", "price", "question:Q1", "question:Q2", "draw"]
    titles = {"Q1": "Safeguarding"}
    assert [tie_keys.description(name, titles) for name in tie_keys.names(["Q1", "Q2"])] == [
        "more points for quality",
        "the lower price",
        "a higher mark for Q1 Safeguarding",
        "a higher mark for Q2",
        "a draw",
    ]


def test_only_a_draw_needs_a_seed():
    assert tie_keys.needs_seed(["quality", "question:draw", "draw"])
    assert not tie_keys.needs_seed(["quality", "question:draw", "price"])


def test_only_a_bid_that_was_ranked_or_missed_a_published_minimum_is_an_assessed_tender():
    assert {name for name, row in BID_STATES.items() if row.assessed} == {"ranked", "below_minimum"}


def test_every_state_has_a_label_and_every_unusual_registration_a_flag():
    assert all(row.label and row.tag for row in BID_STATES.values())
    assert set(UNUSUAL) < set(BID_FLAGS)
