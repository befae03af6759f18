"""Bidders and lowest prices removed, weights moved: held to evaluating every changed record by itself."""

from __future__ import annotations

import copy
from fractions import Fraction

import pytest
from hypothesis import given

import scoring
from scoring.reading.record import check, from_object
from scoring.reference import scores
from scoring.robustness.key_fields import reweighed
from scoring.robustness.report import assess
from tests.scoring.changed_records import MOVING, awards_of, by_rank, changed_lots, report_on, told
from tests.scoring.examples import examples
from tests.scoring.record_example import one_lot


@examples(0.75)
@given(by_rank(always=MOVING))
def test_what_each_bidders_absence_does_is_what_evaluating_without_it_gives(obj):
    before, report = awards_of(obj), report_on(obj)
    removed = {one["bidder"]: one for one in report["bidders_removed"]}
    for one in obj["bidders"]:
        without = {**obj, "bids": [each for each in obj["bids"] if each["bidder"] != one["id"]]}
        effect = removed.get(one["id"], {"lots": []})
        assert {each["id"]: told(each) for each in effect["lots"]} == changed_lots(without, before)
        turned = {each["lot"] for each in effect.get("reversals", [])}
        assert turned == reversed_lots(obj, without)


def reversed_lots(obj, without):
    """Lots where of two bids that both results rank one was ahead before and the other is now."""
    before, after = ranks(obj), ranks(without)
    return {
        name
        for name, now in after.items()
        for one in now
        for other in now
        if one in before[name] and other in before[name]
        if before[name][one] < before[name][other] and now[one] > now[other]
    }


def ranks(obj):
    return {
        each["id"]: {row["bidder"]: row["rank"] for row in each["ranking"] if row["rank"]}
        for each in scoring.evaluate(from_object(obj)).as_object()["lots"]
    }


@examples(0.75)
@given(by_rank(always=MOVING))
def test_what_the_lowest_price_does_is_what_evaluating_without_it_gives(obj):
    before = awards_of(obj)
    reported = {one["lot"]: one for one in report_on(obj)["lowest_price_removed"]}
    for name, standing in ranks(obj).items():
        prices = {
            one["bidder"]: scores.price_of(obj["rules"], one)
            for one in obj["bids"]
            if one["lot"] == name and one["bidder"] in standing
        }
        lowest = {who for who, price in prices.items() if price == min(prices.values())}
        assert (name in reported) == (len(lowest) < len(prices))
        if name in reported:
            kept = [one for one in obj["bids"] if one["lot"] != name or one["bidder"] not in lowest]
            assert set(reported[name]["bidders"]) == lowest
            found = {each["id"]: told(each) for each in reported[name]["lots"]}
            assert found == changed_lots({**obj, "bids": kept}, before)


@examples(0.75)
@given(by_rank(always=MOVING))
def test_moved_weights_give_what_evaluating_gives_where_they_can_be_written(obj):
    before, rules = awards_of(obj), obj["rules"]
    for move in report_on(obj)["weights"]:
        quality = Fraction(rules["weights"]["quality"])
        moved = quality + Fraction(move["quality_by"])
        assert move["possible"] == (0 <= moved <= 100 and quality > 0)
        weights = (
            {q["id"]: Fraction(q["weight"]) * moved / quality for q in rules["questions"]} if quality else {}
        )
        if not move["possible"] or any((100 * weight).denominator > 1 for weight in weights.values()):
            continue
        changed = copy.deepcopy(obj)
        changed["rules"]["weights"] = {"quality": move["quality"], "price": move["price"]}
        for question in changed["rules"]["questions"]:
            question["weight"] = "{}.{:02d}".format(*divmod(int(100 * weights[question["id"]]), 100))
        if not check(changed):  # a weight finer than the scores is refused in a record
            assert {each["id"]: told(each) for each in move["lots"]} == changed_lots(changed, before)


@given(by_rank())
def test_a_question_keeps_its_exact_part_of_a_moved_quality_weight_until_one_rounding(obj):
    rules = from_object(obj).rules
    for by in (-1000, -500, 500, 1000):
        weighing = reweighed(rules, by)
        if weighing is None:
            continue
        for row, question in enumerate(obj["rules"]["questions"]):
            quality = Fraction(obj["rules"]["weights"]["quality"])
            weight = Fraction(question["weight"]) * (quality + Fraction(by, 100)) / quality
            for mark in range(rules.scale.highest + 1):
                points = weight * mark / rules.scale.highest
                expected = scores.rounded(points, rules.places) * 10**rules.places
                assert weighing.table[row, mark + 2] == expected


def test_a_bidder_whose_absence_turns_two_others_round_is_reported():
    """B1 is dearer and better by 8.00; B3 at half the price halves what price is worth between the two."""
    obj = one_lot(
        {"price": {"method": "lowest_over_bid"}}, [("B1", 4, 1600), ("B2", 3, 1000), ("B3", 0, 500)]
    )
    report = assess(from_object(obj), 10)
    (only,) = report.as_object()["bidders_removed"][-1:]
    assert only["bidder"] == "B3"
    assert only["reversals"] == [{"lot": "L1", "rises": "B2", "above": "B1", "others": 0}]
    assert (
        "Had Provider B3 not bid: Burnley would go to Provider B2, though Provider B3 wins nothing there."
        in (report.sentences())
    )
    assert "Had Provider B3 not bid, Provider B2 would rank above Provider B1 in Burnley, not below." in (
        report.sentences()
    )


def test_a_lowest_price_of_several_bids_whose_absence_turns_two_others_round_is_reported():
    bids = [("B1", 4, 1600), ("B2", 3, 1000), ("B3", 0, 500), ("B4", 0, 500)]
    sentences = assess(from_object(one_lot({}, bids)), 10).sentences()
    assert any(
        said.startswith(
            "Without the lowest price in Burnley, £5.00 of Provider B3 and Provider B4, Provider "
        )
        for said in sentences
    )


def test_a_move_of_the_weights_beyond_0_to_100_is_reported_as_not_possible():
    rules = {"weights": {"quality": "95", "price": "5"}}
    moves = report_on(one_lot(rules, [("B1", 3, 1500), ("B2", 2, 1400)]))["weights"]
    assert [(one["quality_by"], one["possible"]) for one in moves] == [
        ("-10", True), ("-5", True), ("5", True), ("10", False),
    ]  # fmt: skip
    assert [one.get("quality") for one in moves] == ["85", "90", "100", None]


@pytest.mark.parametrize(
    ("quality", "said"),
    [
        ("95", "Moved by +10 points, the quality weight would leave 0 to 100."),
        ("0", "Quality weighs nothing, so its weight cannot be moved in proportion to its questions."),
    ],
)
def test_weights_that_cannot_be_moved_say_why(quality, said):
    rules = {"weights": {"quality": quality, "price": str(100 - int(quality))}}
    assert said in assess(from_object(one_lot(rules, [("B1", 4, 1500)])), 10).sentences()
