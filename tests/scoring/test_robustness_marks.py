"""The smallest change of one mark that turns an award: held to evaluating every changed record by itself."""

from __future__ import annotations

import copy

import pytest
from hypothesis import given

from scoring import robustness
from scoring.reading.record import from_object
from scoring.robustness.one_mark import MarksDiffer
from scoring.robustness.report import assess
from tests.scoring.allocation_records import contest
from tests.scoring.changed_records import (
    MOVING,
    awards_of,
    by_rank,
    changed_lots,
    every_changed_mark,
    report_on,
)
from tests.scoring.examples import examples
from tests.scoring.record_example import RULES, bid, bidder, example, lot, one_lot


def assert_the_smallest_changes_are_those_found_by_trying_all(obj):
    before = awards_of(obj)
    found = {name: {} for name in before}
    winners_changed = {}
    for change, changed in every_changed_mark(obj):
        lots = changed_lots(changed, before)
        winners_changed[change] = [
            name for name, now in lots.items() if winners(now) != winners(before[name])
        ]
        for name in lots:
            found[name].setdefault(abs(change[4] - change[3]), []).append(change)
    for each in report_on(obj)["lots"]:
        smallest = min(found[each["id"]], default=None)
        expected = found[each["id"]].get(smallest, [])
        assert each["smallest_change"] == smallest
        assert each["smallest_changes"] == len(expected)
        turned_by = [(c["lot"], c["bidder"], c["question"], c["from"], c["to"]) for c in each["turned_by"]]
        assert set(turned_by) <= set(expected)
        assert len(turned_by) == min(len(expected), 20)
        assert all(each["id"] in change["changes"] for change in each["turned_by"])
        assert [change["changes_winners"] for change in each["turned_by"]] == [
            winners_changed[change] for change in turned_by
        ]
        gravest = [each["id"] in change["changes_winners"] for change in each["turned_by"]]
        assert gravest == sorted(gravest, reverse=True)


def winners(awards):
    """Who wins, in whatever order, and who waits for which places."""
    awarded, waiting = awards
    return sorted(who for who, _ in awarded), waiting


@examples(0.5)
@given(by_rank(always=MOVING))
def test_the_smallest_changes_of_a_mark_are_those_that_trying_every_one_finds(obj):
    assert_the_smallest_changes_are_those_found_by_trying_all(obj)


@examples(0.5)
@given(by_rank(method="mean_difference", always=["minimums"]))
def test_the_smallest_changes_are_found_where_every_bid_in_or_out_moves_the_mean(obj):
    assert_the_smallest_changes_are_those_found_by_trying_all(obj)


@examples(0.5)
@given(by_rank(method="lowest_over_bid", always=["minimums", "lot limits"]))
def test_the_smallest_changes_are_found_where_a_cheap_bid_in_or_out_moves_the_lowest_price(obj):
    assert_the_smallest_changes_are_those_found_by_trying_all(obj)


@examples(0.3)
@given(by_rank(always=MOVING))
def test_the_smallest_changes_are_found_where_lots_are_awarded_by_preference(obj):
    obj["rules"]["allocation"]["method"] = "preference"
    assert_the_smallest_changes_are_those_found_by_trying_all(obj)


@examples(0.3)
@given(by_rank(always=MOVING).filter(lambda obj: obj["rules"]["marks"]["highest"] <= 3))
def test_the_smallest_changes_are_found_where_lots_are_awarded_for_the_best_total(obj):
    obj["rules"]["allocation"]["method"] = "best_total"
    assert_the_smallest_changes_are_those_found_by_trying_all(obj)


def test_a_change_in_one_lot_that_turns_another_names_both():
    """B1 may hold one lot: whoever loses Burnley to it wins or loses Pendle by Burnley's marks."""
    obj = example()
    obj["bidders"][0]["most_lots"] = 1
    obj["bids"][1].update(price_pence=1510, marks={"Q1": 5, "Q2": 5, "Q3": 5})
    report = assess(from_object(obj), 1)
    pendle = report.as_object()["lots"][1]
    across = [one for one in pendle["turned_by"] if one["lot"] == "L1"]
    assert across
    assert all(one["changes"] == ["L1", "L2"] for one in across)
    sentence = (
        f"mark on {across[0]['question']} in Burnley were {across[0]['to']} instead of {across[0]['from']}"
    )
    assert sentence in report.lot_sentence("L2")


def shared(obj):
    """The same marks in every lot, as where a provider answers once for all of them."""
    obj = copy.deepcopy(obj)
    kept = {}
    for one in obj["bids"]:
        for question in one.get("marks", {}):
            one["marks"][question] = kept.setdefault((one["bidder"], question), one["marks"][question])
    return obj


@examples(0.5)
@given(by_rank(always=MOVING).map(shared))
def test_a_mark_that_counts_in_every_lot_is_changed_in_every_lot_at_once(obj):
    before, scale = awards_of(obj), obj["rules"]["marks"]
    marks = {(b["bidder"], q): mark for b in obj["bids"] for q, mark in b.get("marks", {}).items()}
    found = {name: {} for name in before}
    for (who, question), mark in marks.items():
        for after in set(range(scale["lowest"], scale["highest"] + 1)) - {mark}:
            changed = copy.deepcopy(obj)
            for one in changed["bids"]:
                if one["bidder"] == who and question in one.get("marks", {}):
                    one["marks"][question] = after
            for name in changed_lots(changed, before):
                found[name].setdefault(abs(after - mark), set()).add((who, question, mark, after))
    for each in report_on(obj, shared_marks=True)["lots"]:
        smallest = min(found[each["id"]], default=None)
        turned_by = {(c["bidder"], c["question"], c["from"], c["to"]) for c in each["turned_by"]}
        assert each["smallest_change"] == smallest
        assert each["smallest_changes"] == len(found[each["id"]].get(smallest, ()))
        assert turned_by <= found[each["id"]].get(smallest, set())


def test_marks_that_differ_between_lots_are_not_taken_for_one_mark():
    obj = example()
    obj["bids"][3]["marks"]["Q1"] = 4
    with pytest.raises(MarksDiffer, match=r"B1's mark on Q1 is 5 in L1 and 4 in L2: it is not one mark"):
        assess(from_object(obj), 10, shared_marks=True)


def test_an_award_by_preference_has_a_robustness_report():
    """Alder prefers Pendle and may hold one lot: its marks there decide who wins Burnley."""
    obj = {
        "format": "evaluation/1",
        "rules": copy.deepcopy(RULES) | {"allocation": {"method": "preference", "groups": []}},
        "lots": [lot("L1", "Burnley"), lot("L2", "Pendle")],
        "bidders": [
            bidder("B1", "Alder Care", preferences=["L2", "L1"], most_lots=1),
            bidder("B2", "Birch Care", preferences=["L1", "L2"], most_lots=1),
        ],
        "bids": [
            bid("B1", "L1", 1500, 5, 5, 5),
            bid("B2", "L1", 1500, 4, 4, 4),
            bid("B1", "L2", 1500, 5, 4, 5),
            bid("B2", "L2", 1500, 5, 3, 5),
        ],
    }
    assert_the_smallest_changes_are_those_found_by_trying_all(obj)
    report = assess(from_object(obj), 200).as_object()
    assert report["scenarios"] == 200
    wins = {one["bidder"]: one["scenarios"] for one in report["lots"][0]["wins"]}
    assert sum(wins.values()) == 200
    assert robustness.SCENARIOS == 10_000


def test_a_tie_that_comes_to_wait_for_another_place_changes_its_lot():
    """With B3 worth more in L2 it would go there, which leaves both others to L1, where they are level."""
    obj = contest(
        "best_total",
        {"L1": {"B1": 50, "B2": 50}, "L2": {"B1": 60, "B2": 60, "B3": 9}},
        places={"L1": 2},
        limits={"B1": {"most_lots": 1}, "B2": {"most_lots": 1}},
    )
    first, _ = report_on(obj)["lots"]
    assert first["undecided"] == [{"places": [1], "bidders": ["B1", "B2"]}]
    by_third = [one for one in first["turned_by"] if one["bidder"] == "B3"]
    assert [(one["to"], one["changes"]) for one in by_third] == [(10, ["L1", "L2"])]
    obj["bids"][-1]["marks"]["Q1"] = 10
    assert report_on(obj)["lots"][0]["undecided"] == [{"places": [1, 2], "bidders": ["B1", "B2"]}]


@examples(0.5)
@given(by_rank(always=MOVING))
def test_the_lots_sensitive_to_one_mark_are_those_that_the_whole_report_finds(obj):
    record = from_object(obj)
    report = assess(record, 1)
    sensitive = robustness.sensitive_lots(record)
    assert set(sensitive) == {one["id"] for one in obj["lots"] if report.sensitive_to_one_mark(one["id"])}
    for each in report.as_object()["lots"]:
        if each["id"] in sensitive:
            first, told = each["turned_by"][0], sensitive[each["id"]]
            assert told.order_alone == (each["id"] not in first["changes_winners"])
            assert told.sentence.startswith(f"If Provider {first['bidder']}'s mark on ")


def test_the_sentence_about_a_lot_sensitive_to_one_mark_tells_who_would_win_it():
    bids = [("B1", 5, 1500), ("B2", 4, 1450), ("B3", 1, 1500)]
    (in_order,) = robustness.sensitive_lots(from_object(one_lot({}, bids, places=2))).values()
    assert in_order.order_alone
    assert in_order.sentence == (
        "If Provider B1's mark on Q1 were 4 instead of 5, the lot would go to Provider B2 (1st place) and"
        " Provider B1 (2nd place): the same bidders in another order. One other change of one mark by one"
        " step would change the award too."
    )
    (lost,) = robustness.sensitive_lots(from_object(one_lot({}, bids))).values()
    assert not lost.order_alone
    assert "the lot would go to Provider B2. One other" in lost.sentence


def test_changes_that_cost_somebody_the_award_are_named_before_those_of_the_order_alone():
    """With a better mark B2 passes B1, and both keep a place; the other three changes let B3 in."""
    obj = one_lot({}, [("B1", 5, 1500), ("B2", 4, 1400), ("B3", 4, 1420)], places=2)
    (lot,) = report_on(obj)["lots"]
    assert [(one["bidder"], one["to"], one["changes_winners"]) for one in lot["turned_by"]] == [
        ("B1", 4, ["L1"]), ("B2", 3, ["L1"]), ("B3", 5, ["L1"]), ("B2", 5, []),
    ]  # fmt: skip


def test_a_lot_whose_order_alone_turns_says_so():
    obj = one_lot({}, [("B1", 5, 1500), ("B2", 4, 1450), ("B3", 1, 1500)], places=2)
    _, said = assess(from_object(obj), 10).lot_sentence("L1").split("; ")
    assert said == (
        "the same bidders win in another order if Provider B1's mark on Q1 were 4 instead of 5, or by one"
        " other change of one mark by one step."
    )
