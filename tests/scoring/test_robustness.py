"""The report before the signature: its margins, its shares, its sentences, and what it refuses."""

from __future__ import annotations

import json

import pytest
from hypothesis import given

import scoring
from scoring.reading.record import from_object
from scoring.robustness.report import assess
from tests.scoring.changed_records import MOVING, by_rank, report_on
from tests.scoring.examples import examples
from tests.scoring.record_example import example, one_lot


def test_an_award_that_is_sensitive_to_one_mark_says_which():
    """B2 wins where its mark moves further up than B1's: three pairs of moves in nine."""
    obj = one_lot({}, [("B1", 4, 1500), ("B2", 4, 1520)])
    report = assess(from_object(obj), 2_000)
    assert report.sensitive_to_one_mark("L1")
    assert report.lot_sentence("L1") == (
        "Burnley: unchanged in 66.8% of scenarios; turns if Provider B1's mark on Q1 were 3 instead of 4,"
        " or by one other change of one mark by one step."
    )


def test_the_sentence_about_a_lot_that_one_change_alone_turns_reads_as_it_should():
    obj = one_lot({}, [("B1", 5, 1500), ("B2", 5, 1520), ("B3", 0, 9000)])
    sentence = assess(from_object(obj), 100).lot_sentence("L1")
    assert sentence.endswith("turns if Provider B1's mark on Q1 were 4 instead of 5.")


def test_a_lot_that_no_mark_turns_says_so():
    report = assess(from_object(one_lot({}, [("B1", 3, 1500)])), 100)
    assert not report.sensitive_to_one_mark("L1")
    assert (
        report.lot_sentence("L1")
        == "Burnley: unchanged in 100.0% of scenarios; no change of one mark turns it."
    )


def test_the_margin_is_the_last_place_over_the_first_reserve():
    obj = one_lot({}, [("B1", 5, 1500), ("B2", 4, 1500), ("B3", 3, 1500)], places=2)
    assert report_on(obj)["lots"][0]["margin"] == {"bidder": "B2", "over": "B3", "points": "12.00"}


def test_a_margin_of_nought_names_the_key_that_breaks_the_tie():
    obj = one_lot({"ties": ["quality", "draw"]}, [("B1", 4, 1500), ("B2", 4, 1500)])
    margin = report_on(obj)["lots"][0]["margin"]
    assert (margin["points"], margin["parted_by"]) == ("0.00", "draw")


def test_there_is_no_margin_where_nobody_waits_or_a_person_must_decide():
    level = one_lot({}, [("B1", 4, 1500), ("B2", 4, 1500)])
    for obj in (level, one_lot({}, [("B1", 4, 1500)]), one_lot({}, [])):
        assert report_on(obj)["lots"][0]["margin"] is None
    assert report_on(level)["lots"][0]["undecided"] == [{"places": [1], "bidders": ["B1", "B2"]}]


def test_a_share_is_never_rounded_to_all_or_nothing():
    report = assess(from_object(one_lot({}, [("B1", 3, 1500)])), 10_000)
    shown = [report.percent(times) for times in (0, 1, 9_999, 10_000)]
    assert shown == ["0.00", "0.01", "99.99", "100.00"]
    assert [report.percent(times, 1) for times in (0, 1, 9_999, 10_000)] == ["0.0", "0.1", "99.9", "100.0"]


@given(by_rank(always=MOVING))
@examples(0.3)
def test_the_report_is_whole_numbers_and_texts_and_the_same_each_time(obj):
    report = report_on(obj, 20)
    assert json.loads(json.dumps(report), parse_float=pytest.fail) == report
    assert report_on(obj, 20) == report


@pytest.mark.parametrize("scenarios", [0, -1, 10_000_001])
def test_a_number_of_scenarios_out_of_range_is_refused(scenarios):
    with pytest.raises(ValueError, match="scenarios: ask for 1 to 10,000,000"):
        assess(from_object(example()), scenarios)


def test_a_disagreement_with_the_evaluation_stops_the_report(monkeypatch):
    from scoring.robustness import base

    other = example()
    other["bids"][0]["marks"] = {"Q1": 2, "Q2": 0, "Q3": 0}
    result = scoring.evaluate(from_object(other))
    monkeypatch.setattr(base.evaluation, "evaluate", lambda record: result)
    with pytest.raises(RuntimeError, match="lot L1: the awards differ from those of the evaluation"):
        assess(from_object(example()), 1)


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


def test_scenarios_that_wait_or_award_nobody_are_told_after_however_many_winners():
    level = one_lot({}, [(f"B{n}", 4, 1500) for n in range(8)])
    *_, shares = words_about(level)
    assert "others; a place waits for a person in " in shares
    out = one_lot({"quality_minimum": "80"}, [("B1", 4, 1500), ("B2", 3, 1500)])
    report = assess(from_object(out), 1_000).as_object()["lots"][0]
    awarded = sum(one["scenarios"] for one in report["wins"])
    assert report["scenarios_without_award"] == 1_000 - awarded - report["scenarios_undecided"] > 0
    assert f"nobody is awarded in {report['scenarios_without_award'] / 10:.1f}%." in words_about(out)[-1]


def test_one_step_of_a_mark_takes_a_bid_out_in_the_report_only_where_there_is_a_minimum():
    bids = [("B1", 5, 1500), ("B2", 4, 1500)]
    step = "one step of one mark is worth up to 12.00 points"
    assert words_about(one_lot({}, bids))[2].endswith(f"; {step}.")
    with_minimum = words_about(one_lot({"quality_minimum": "50"}, bids))[2]
    assert with_minimum.endswith(f"; {step}, and below a minimum it takes the bid out.")
    cheaper = [("B1", 5, 1500), ("B2", 4, 1600)]
    for_price = words_about(one_lot({"weights": {"quality": "0", "price": "100"}}, cheaper))[2]
    assert for_price == "Provider B1 is ahead of Provider B2 by 6.25 points."


def test_a_change_of_several_steps_says_that_no_smaller_change_turns_the_lot():
    obj = one_lot({}, [("B1", 5, 1500), ("B2", 2, 1500)])
    sentence = assess(from_object(obj), 10).lot_sentence("L1")
    assert sentence.endswith(
        "turns if Provider B1's mark on Q1 were 2 instead of 5, or by one other change of one mark by three"
        " steps; no smaller change of one mark turns it."
    )


def test_all_bids_of_a_shared_rank_wait_even_where_the_first_look_misses_some():
    """Twelve bids level for one place, which is more than the few below it; and then for eleven of twelve."""
    for places in (1, 11):
        obj = one_lot({}, [(f"B{n:02}", 4, 1500) for n in range(12)] + [("C", 0, 2900)], places=places)
        assert report_on(obj)["lots"][0]["undecided"] == [
            {"places": list(range(1, places + 1)), "bidders": [f"B{n:02}" for n in range(12)]}
        ]
        shares_of = assess(from_object(obj), 200).as_object()["lots"][0]
        assert shares_of["scenarios_undecided"] > 0
