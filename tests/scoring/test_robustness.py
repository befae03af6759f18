"""What an award hangs on, found by trying: held to evaluating every changed record by itself."""

from __future__ import annotations

import copy
import json
from fractions import Fraction
from functools import partial

import pytest
from hypothesis import given, settings

import scoring
from scoring import robustness
from scoring.record import check, from_object
from scoring.robustness import assess
from scoring.robustness_fields import reweighed
from scoring.robustness_marks import MarksDiffer
from tests.scoring import oracle
from tests.scoring.allocation_records import contest
from tests.scoring.record_example import RULES, bid, bidder, example, lot, one_lot
from tests.scoring.records import legal_records

MOVING = ["minimums", "several places", "lot limits"]
by_rank = partial(legal_records, allocation="rank_order")


def report_on(obj, scenarios=1, **more):
    return assess(from_object(obj), scenarios, **more).as_object()


def awards_of(obj):
    """Lot by lot: who is awarded which place, and who waits from which place on."""
    return {
        each["id"]: (
            [(one["bidder"], one["place"]) for one in each["awards"]],
            sorted((who, tie["places"]) for tie in each.get("undecided", []) for who in tie["bidders"]),
        )
        for each in scoring.evaluate(from_object(obj)).as_object()["lots"]
    }


def told(each):
    """The same of one lot in a report."""
    return (
        [(one["bidder"], one["place"]) for one in each["awards"]],
        sorted((who, tie["places"]) for tie in each.get("undecided", []) for who in tie["bidders"]),
    )


def changed_lots(obj, before):
    return {name: now for name, now in awards_of(obj).items() if now != before[name]}


def every_changed_mark(obj):
    """Every record in which one mark of one bid is another, with what was changed."""
    scale = obj["rules"]["marks"]
    for at, one in enumerate(obj["bids"]):
        for question, before in one.get("marks", {}).items():
            for after in range(scale["lowest"], scale["highest"] + 1):
                if after != before:
                    changed = copy.deepcopy(obj)
                    changed["bids"][at]["marks"][question] = after
                    yield (one["lot"], one["bidder"], question, before, after), changed


def assert_the_smallest_changes_are_those_found_by_trying_all(obj):
    before = awards_of(obj)
    found = {name: {} for name in before}
    for change, changed in every_changed_mark(obj):
        for name in changed_lots(changed, before):
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


@settings(max_examples=40)
@given(by_rank(always=MOVING))
def test_the_smallest_changes_of_a_mark_are_those_that_trying_every_one_finds(obj):
    assert_the_smallest_changes_are_those_found_by_trying_all(obj)


@settings(max_examples=40)
@given(by_rank(method="mean_difference", always=["minimums"]))
def test_so_they_are_where_every_bid_that_comes_or_goes_moves_the_mean(obj):
    assert_the_smallest_changes_are_those_found_by_trying_all(obj)


@settings(max_examples=40)
@given(by_rank(method="lowest_over_bid", always=["minimums", "lot limits"]))
def test_so_they_are_where_a_cheap_bid_that_comes_or_goes_moves_the_lowest(obj):
    assert_the_smallest_changes_are_those_found_by_trying_all(obj)


@settings(max_examples=25)
@given(by_rank(always=MOVING))
def test_so_they_are_where_lots_are_awarded_by_preference(obj):
    obj["rules"]["allocation"]["method"] = "preference"
    assert_the_smallest_changes_are_those_found_by_trying_all(obj)


@settings(max_examples=25)
@given(by_rank(always=MOVING).filter(lambda obj: obj["rules"]["marks"]["highest"] <= 3))
def test_so_they_are_where_lots_are_awarded_for_the_best_total(obj):
    obj["rules"]["allocation"]["method"] = "best_total"
    assert_the_smallest_changes_are_those_found_by_trying_all(obj)


@settings(max_examples=60)
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


@settings(max_examples=60)
@given(by_rank(always=MOVING))
def test_what_the_lowest_price_does_is_what_evaluating_without_it_gives(obj):
    before = awards_of(obj)
    reported = {one["lot"]: one for one in report_on(obj)["lowest_price_removed"]}
    for name, standing in ranks(obj).items():
        prices = {
            one["bidder"]: oracle.price_of(obj["rules"], one)
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


@settings(max_examples=60)
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
                expected = oracle.rounded(points, rules.places) * 10**rules.places
                assert weighing.table[row, mark + 2] == expected


def test_an_award_that_hangs_by_one_mark_says_which():
    """B2 wins where its mark moves further up than B1's: three pairs of moves in nine."""
    obj = one_lot({}, [("B1", 4, 1500), ("B2", 4, 1520)])
    report = assess(from_object(obj), 2_000)
    assert report.hangs_by_one_mark("L1")
    assert report.lot_sentence("L1") == (
        "Burnley: unchanged in 66.8% of scenarios; turns if Provider B1's mark on Q1 were 3 instead of 4,"
        " or by one other change of one mark by one step."
    )


def test_the_sentence_reads_as_it_should_where_one_change_alone_turns_a_lot():
    obj = one_lot({}, [("B1", 5, 1500), ("B2", 5, 1520), ("B3", 0, 9000)])
    sentence = assess(from_object(obj), 100).lot_sentence("L1")
    assert sentence.endswith("turns if Provider B1's mark on Q1 were 4 instead of 5.")


def test_a_lot_that_no_mark_turns_says_so():
    report = assess(from_object(one_lot({}, [("B1", 3, 1500)])), 100)
    assert not report.hangs_by_one_mark("L1")
    assert (
        report.lot_sentence("L1")
        == "Burnley: unchanged in 100.0% of scenarios; no change of one mark turns it."
    )


def test_a_change_in_one_lot_that_turns_another_names_both():
    """B1 may hold one lot: whoever loses Burnley to it wins or loses Pendle by Burnley's marks."""
    obj = example()
    obj["bidders"][0]["most_lots"] = 1
    obj["bids"][1].update(price_pence=1510, marks={"Q1": 5, "Q2": 5, "Q3": 5})
    pendle = report_on(obj)["lots"][1]
    across = [one for one in pendle["turned_by"] if one["lot"] == "L1"]
    assert across
    assert all(one["changes"] == ["L1", "L2"] for one in across)
    sentence = (
        f"mark on {across[0]['question']} in Burnley were {across[0]['to']} instead of {across[0]['from']}"
    )
    assert sentence in pendle["sentence"]


def shared(obj):
    """The same marks in every lot, as where a provider answers once for all of them."""
    obj = copy.deepcopy(obj)
    kept = {}
    for one in obj["bids"]:
        for question in one.get("marks", {}):
            one["marks"][question] = kept.setdefault((one["bidder"], question), one["marks"][question])
    return obj


@settings(max_examples=40)
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


def test_the_margin_is_the_last_place_over_the_first_reserve():
    obj = one_lot({}, [("B1", 5, 1500), ("B2", 4, 1500), ("B3", 3, 1500)], places=2)
    assert report_on(obj)["lots"][0]["margin"] == {"bidder": "B2", "over": "B3", "points": "12.00"}


def test_a_margin_of_nothing_names_the_tie_break_that_parts_them():
    obj = one_lot({"ties": ["quality", "draw"]}, [("B1", 4, 1500), ("B2", 4, 1500)])
    margin = report_on(obj)["lots"][0]["margin"]
    assert (margin["points"], margin["parted_by"]) == ("0.00", "draw")


def test_there_is_no_margin_where_nobody_waits_or_a_person_must_decide():
    level = one_lot({}, [("B1", 4, 1500), ("B2", 4, 1500)])
    for obj in (level, one_lot({}, [("B1", 4, 1500)]), one_lot({}, [])):
        assert report_on(obj)["lots"][0]["margin"] is None
    assert report_on(level)["lots"][0]["undecided"] == [{"places": [1], "bidders": ["B1", "B2"]}]


def test_a_third_bidders_absence_that_turns_two_others_round_is_told():
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


def test_a_share_is_never_rounded_to_all_or_nothing():
    report = assess(from_object(one_lot({}, [("B1", 3, 1500)])), 10_000)
    shown = [report.percent(times) for times in (0, 1, 9_999, 10_000)]
    assert shown == ["0.00", "0.01", "99.99", "100.00"]
    assert [report.percent(times, 1) for times in (0, 1, 9_999, 10_000)] == ["0.0", "0.1", "99.9", "100.0"]


def test_weights_that_have_no_room_to_move_are_said_not_to_be_possible():
    rules = {"weights": {"quality": "95", "price": "5"}}
    moves = report_on(one_lot(rules, [("B1", 3, 1500), ("B2", 2, 1400)]))["weights"]
    assert [(one["quality_by"], one["possible"]) for one in moves] == [
        ("-10", True), ("-5", True), ("5", True), ("10", False),
    ]  # fmt: skip
    assert [one.get("quality") for one in moves] == ["85", "90", "100", None]


@given(by_rank(always=MOVING))
@settings(max_examples=25)
def test_the_report_is_whole_numbers_and_texts_and_the_same_each_time(obj):
    report = report_on(obj, 20)
    assert json.loads(json.dumps(report), parse_float=pytest.fail) == report
    assert report_on(obj, 20) == report


@pytest.mark.parametrize("scenarios", [0, -1, 10_000_001])
def test_a_number_of_scenarios_out_of_range_is_refused(scenarios):
    with pytest.raises(ValueError, match="scenarios: ask for 1 to 10,000,000"):
        assess(from_object(example()), scenarios)


def test_a_disagreement_with_the_evaluation_stops_the_report(monkeypatch):
    from scoring import robustness_standing

    other = example()
    other["bids"][0]["marks"] = {"Q1": 2, "Q2": 0, "Q3": 0}
    result = scoring.evaluate(from_object(other))
    monkeypatch.setattr(robustness_standing.evaluation, "evaluate", lambda record: result)
    with pytest.raises(RuntimeError, match="lot L1: the awards differ from those of the evaluation"):
        assess(from_object(example()), 1)


def test_preference_is_reported_on_too():
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


def words_about(obj, scenarios=1_000):
    """What is said of the one lot, without its name."""
    sentences = assess(from_object(obj), scenarios).sentences()
    return [said.removeprefix("Burnley: ") for said in sentences if said.startswith("Burnley: ")]


def test_the_report_begins_with_what_the_award_is():
    bids = [("B1", 5, 1500), ("B2", 5, 1500), ("B3", 3, 1500)]
    assert words_about(one_lot({"ties": ["draw"]}, bids, places=2))[0] in (
        "by the agreed marks it goes to Provider B1 (1st place) and Provider B2 (2nd place).",
        "by the agreed marks it goes to Provider B2 (1st place) and Provider B1 (2nd place).",
    )
    assert words_about(one_lot({}, bids))[0] == (
        "by the agreed marks it goes to Provider B1 and Provider B2 level, for a person to decide."
    )
    assert words_about(one_lot({}, []))[0] == "by the agreed marks it goes to nobody."


def test_what_becomes_of_the_other_scenarios_is_said_after_however_many_bidders():
    level = one_lot({}, [(f"B{n}", 4, 1500) for n in range(8)])
    *_, shares = words_about(level)
    assert "others; a place waits for a person in " in shares
    out = one_lot({"quality_minimum": "80"}, [("B1", 4, 1500), ("B2", 3, 1500)])
    report = assess(from_object(out), 1_000).as_object()["lots"][0]
    awarded = sum(one["scenarios"] for one in report["wins"])
    assert report["scenarios_without_award"] == 1_000 - awarded - report["scenarios_undecided"] > 0
    assert f"nobody is awarded in {report['scenarios_without_award'] / 10:.1f}%." in words_about(out)[-1]


def test_a_step_of_a_mark_is_said_to_take_a_bid_out_only_where_there_is_a_minimum():
    bids = [("B1", 5, 1500), ("B2", 4, 1500)]
    step = "one step of one mark is worth up to 12.00 points"
    assert words_about(one_lot({}, bids))[2].endswith(f"; {step}.")
    with_minimum = words_about(one_lot({"quality_minimum": "50"}, bids))[2]
    assert with_minimum.endswith(f"; {step}, and below a minimum it takes the bid out.")
    cheaper = [("B1", 5, 1500), ("B2", 4, 1600)]
    for_price = words_about(one_lot({"weights": {"quality": "0", "price": "100"}}, cheaper))[2]
    assert for_price == "Provider B1 is ahead of Provider B2 by 6.25 points."


def test_a_larger_change_says_that_no_smaller_one_does_it():
    obj = one_lot({}, [("B1", 5, 1500), ("B2", 2, 1500)])
    sentence = assess(from_object(obj), 10).lot_sentence("L1")
    assert sentence.endswith(
        "turns if Provider B1's mark on Q1 were 2 instead of 5, or by one other change of one mark by three"
        " steps; no smaller change of one mark turns it."
    )


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


def test_the_lowest_price_of_several_that_turns_two_others_round_is_told():
    bids = [("B1", 4, 1600), ("B2", 3, 1000), ("B3", 0, 500), ("B4", 0, 500)]
    sentences = assess(from_object(one_lot({}, bids)), 10).sentences()
    assert any(
        said.startswith(
            "Without the lowest price in Burnley, £5.00 of Provider B3 and Provider B4, Provider "
        )
        for said in sentences
    )


def test_a_rank_shared_by_more_than_are_looked_at_first_waits_whole():
    """Twelve bids level for one place, which is more than the few below it; and then for eleven of twelve."""
    for places in (1, 11):
        obj = one_lot({}, [(f"B{n:02}", 4, 1500) for n in range(12)] + [("C", 0, 2900)], places=places)
        assert report_on(obj)["lots"][0]["undecided"] == [
            {"places": list(range(1, places + 1)), "bidders": [f"B{n:02}" for n in range(12)]}
        ]
        shares_of = assess(from_object(obj), 200).as_object()["lots"][0]
        assert shares_of["scenarios_undecided"] > 0


@settings(max_examples=40)
@given(by_rank(always=MOVING))
def test_what_hangs_by_one_mark_is_what_the_whole_report_finds(obj):
    record = from_object(obj)
    report = assess(record, 1)
    said = robustness.hanging(record)
    assert set(said) == {one["id"] for one in obj["lots"] if report.hangs_by_one_mark(one["id"])}
    for lot_id, sentence in said.items():
        turned = report.lot_sentence(lot_id).split("turns if ")[1]
        assert sentence == f"The award would be another, or wait for a person, if {turned}"
