"""Every figure of a bid carries its formula, inputs and rounding, in one sentence that everybody prints."""

from __future__ import annotations

import hashlib

import pytest

from scoring import english
from scoring.result.working import Working
from tests.scoring.record_example import example, one_lot, result_of


def working(price, prices, figure="price", places=2, **rules):
    """The working of a figure of the first of these prices."""
    bids = [(f"B{n}", 4, pence) for n, pence in enumerate(prices, 1)]
    return result_of(one_lot({"price": price, "places": places, **rules}, bids)).explain("L1", "B1")[figure]


def test_a_questions_points_are_shown_as_weight_times_mark_over_the_highest_mark():
    explained = result_of(example()).explain("L1", "B2")
    assert explained["question:Q1"] == Working(
        title="Q1 Safeguarding",
        formula="weight × mark ÷ highest mark",
        inputs=(("weight", "20"), ("mark", "4"), ("highest mark", "5"), ("minimum mark", "2")),
        exact="16",
        rounded="16.00",
        sentence="Q1 Safeguarding: weight 20 × mark 4 ÷ highest mark 5 = 16.00 points",
        figure="question:Q1",
    )


def test_a_rounding_is_shown_with_what_was_rounded():
    rules = {"marks": {"lowest": 0, "highest": 7}}
    shown = working({"method": "fixed", "ceiling_pence": 1500}, [1500], "question:Q1", **rules)
    assert shown.exact == "240/7"
    assert shown.sentence == (
        "Q1 Quality: weight 60 × mark 4 ÷ highest mark 7 = 34.285714…, rounded half up to 34.29 points"
    )


def test_a_half_is_rounded_up_and_the_working_says_so():
    rules = {"marks": {"lowest": 0, "highest": 8}, "weights": {"quality": "0.01", "price": "99.99"}}
    shown = working({"method": "fixed", "ceiling_pence": 1500}, [1500], "question:Q1", **rules)
    assert shown.rounded == "0.01"
    assert shown.sentence.endswith("mark 4 ÷ highest mark 8 = 0.005000…, rounded half up to 0.01 points")


@pytest.mark.parametrize(
    ("price", "prices", "exact", "sentence"),
    [
        ({"method": "lowest_over_bid"}, [1050, 1000], "800/21",
         "Price: weight 40 × lowest £10.00 ÷ price £10.50 = 38.095238…, rounded half up to 38.10 points"),
        ({"method": "lowest_over_bid"}, [1000, 1050], "40",
         "Price: weight 40 × lowest £10.00 ÷ price £10.00 = 40.00 points"),
        ({"method": "linear_from_lowest", "slope": "1.5"}, [1200, 1000], "28",
         "Price: weight 40 − 40 × slope 1.5 × (price £12.00 − lowest £10.00) ÷ lowest £10.00 = 28.00 points"),
        ({"method": "linear_from_lowest"}, [2001, 1000], "0",
         "Price: weight 40 − 40 × slope 1 × (price £20.01 − lowest £10.00) ÷ lowest £10.00, held to 0"
         " = 0.00 points"),
        ({"method": "linear_from_lowest"}, [2000, 1000], "0",
         "Price: weight 40 − 40 × slope 1 × (price £20.00 − lowest £10.00) ÷ lowest £10.00 = 0.00 points"),
        ({"method": "mean_difference"}, [1000, 1100, 1201], "78060/3301",
         "Price: weight 40 ÷ 2 − 40 × (price £10.00 − mean £11.003333…) ÷ mean £11.003333… = 23.647379…,"
         " rounded half up to 23.65 points"),
        ({"method": "mean_difference"}, [100, 2000, 3000], "40",
         "Price: weight 40 ÷ 2 − 40 × (price £1.00 − mean £17.00) ÷ mean £17.00, held to 40 = 40.00 points"),
        ({"method": "between_limits", "ceiling_pence": 1800, "floor_pence": 1200}, [1500, 1], "20",
         "Price: weight 40 × (ceiling £18.00 − price £15.00) ÷ (ceiling £18.00 − floor £12.00)"
         " = 20.00 points"),
        ({"method": "fixed", "ceiling_pence": 1275}, [1275], "40",
         "Price: price £12.75 meets the set price: the whole weight 40 = 40.00 points"),
    ],
)  # fmt: skip
def test_price_points_are_shown_by_the_published_formula(price, prices, exact, sentence):
    shown = working(price, prices)
    assert (shown.exact, shown.sentence) == (exact, sentence)


@pytest.mark.parametrize(
    ("price", "prices", "sentence"),
    [
        ({"method": "lowest_over_bid"}, [1500, 1400],
         "Price yardstick: lowest price of the 2 ranked bids, £14.00"),
        ({"method": "lowest_over_bid"}, [1500],
         "Price yardstick: lowest price of the one ranked bid, £15.00"),
        ({"method": "mean_difference"}, [1500, 1400],
         "Price yardstick: mean price of the 2 ranked bids, £29.00 ÷ 2 = £14.50"),
        ({"method": "between_limits", "ceiling_pence": 1800, "floor_pence": 1200}, [1500],
         "Price yardstick: the published floor £12.00 and ceiling £18.00; no other bid moves it"),
    ],
)  # fmt: skip
def test_the_yardstick_says_what_prices_are_measured_by(price, prices, sentence):
    assert working(price, prices, "yardstick").sentence == sentence


def test_where_quality_alone_counts_prices_are_measured_by_nothing():
    alone = {"weights": {"quality": "100", "price": "0"}}
    shown = working({"method": "fixed"}, [1500], "yardstick", **alone)
    assert shown.sentence == "Price yardstick: no published limit; no other bid moves it"


def test_quality_and_total_add_up_the_printed_parts():
    explained = result_of(example()).explain("L1", "B2")
    assert explained["quality"].sentence == "Quality: Q1 16.00 + Q2 24.00 + Q3 8.00 = 48.00 points of 60"
    assert explained["total"].sentence == "Total: quality 48.00 + price 37.50 = 85.50 points"
    assert explained["rank"].sentence == "Rank: 2nd of three ranked bids, by total"


def test_a_price_of_several_lines_is_added_up_in_view():
    given = one_lot({}, [("B1", 3, 1)])
    lines = [{"id": "weekday", "volume": 7000}, {"id": "weekend", "volume": 30}]
    given["rules"]["price"]["lines"] = lines
    given["bids"][0] = {
        "bidder": "B1", "lot": "L1", "prices": {"weekday": 1200, "weekend": 1400}, "marks": {"Q1": 3},
    }  # fmt: skip
    explained = result_of(given).explain("L1", "B1")
    assert explained["lines"].sentence == (
        "Price of the bid: weekday £12.00 × 7,000 + weekend £14.00 × 30 = £84,420.00"
    )


def test_a_bid_that_is_not_ranked_is_explained_as_far_as_it_was_assessed():
    given = example()
    given["bids"][1]["marks"]["Q1"] = 1
    given["bidders"][1]["cqc"][0]["overall"] = ""
    explained = result_of(given).explain("L1", "B2")
    assert (explained.state, explained.rank) == ("below_minimum", None)
    assert explained.sentences() == [
        "State: below minimum: Q1 Safeguarding: mark 1 is below the minimum mark, 2",
        "Flag: unrated: location 1-B2: no overall CQC rating, although key questions are rated,"
        " published 1 May 2026: allowed by the rules",
        "Q1 Safeguarding: weight 20 × mark 1 ÷ highest mark 5 = 4.00 points; below the minimum mark, 2",
        "Q2 Continuity: weight 30 × mark 4 ÷ highest mark 5 = 24.00 points",
        "Q3 Rural rounds: weight 10 × mark 4 ÷ highest mark 5 = 8.00 points",
        "Quality: Q1 4.00 + Q2 24.00 + Q3 8.00 = 36.00 points of 60",
        "Price: not scored; prices of ranked bids alone are compared",
    ]


def test_a_withdrawn_bid_without_marks_is_explained_too():
    given = example()
    given["bidders"][1]["decision"] = {"state": "withdrawn", "reason": "Sold the branch."}
    given["bids"][1] = {"bidder": "B2", "lot": "L1"}
    said = result_of(given).explain("L1", "B2").sentences()
    assert said[0] == "State: withdrawn: Sold the branch."
    assert "Q1 Safeguarding: not marked, because the bid is out of assessment" in said
    assert "Quality: not scored, because not every question was marked" in said


def test_a_bid_that_is_not_there_is_not_explained():
    given = example()
    del given["bids"][2]
    result = result_of(given)
    for lot, bidder in (("L1", "B3"), ("L9", "B1"), ("L1", "B9")):
        with pytest.raises(KeyError):
            result.explain(lot, bidder)


def test_all_bids_of_a_lot_are_explained_as_one_by_one():
    result = result_of(example())
    assert list(result.explain_lot("L2")) == [result.explain("L2", who) for who in ("B1", "B2", "B3")]


def test_every_published_figure_of_every_bid_is_in_its_working():
    result = result_of(example())
    for lot in result.as_object()["lots"]:
        for row in lot["ranking"]:
            explained = result.explain(lot["id"], row["bidder"])
            shown = {name: explained[f"question:{name}"].rounded for name in row["questions"]}
            assert shown == row["questions"]
            assert {name: explained[name].rounded for name in ("quality", "price", "total")} == {
                name: row[name] for name in ("quality", "price", "total")
            }


def test_a_tie_broken_by_mark_or_by_draw_shows_the_marks_and_the_hashes():
    bids = [("B1", 4, 1500), ("B2", 4, 1500)]
    given = one_lot({"ties": ["question:Q1", "draw"], "draw_seed": "seed"}, bids)
    drawn = {
        # printf 'seed\nL1\nB1' | sha256sum
        "B1": hashlib.sha256(b"seed\nL1\nB1").hexdigest(),
        "B2": hashlib.sha256(b"seed\nL1\nB2").hexdigest(),
    }
    first, second = sorted(drawn, key=drawn.__getitem__)
    said = result_of(given).explain("L1", first).sentences()
    assert said[-3] == f"Tie-break: question Q1: mark 4; still level with Provider {second}"
    assert said[-2] == f"Tie-break: draw: {drawn[first]}; ahead of Provider {second} ({drawn[second]})"


def test_a_question_that_the_lot_does_not_ask_breaks_no_tie():
    given = example()
    given["rules"]["ties"] = ["question:Q4"]
    given["bids"][1] = given["bids"][0] | {"bidder": "B2"}
    said = result_of(given).explain("L1", "B2").sentences()
    assert "Tie-break: question Q4: not asked in this lot; still level with Alder Care" in said


def test_the_working_of_a_bid_in_an_undecided_tie_names_the_decision_awaited():
    explained = result_of(one_lot({}, [("B1", 4, 1500), ("B2", 4, 1500)])).explain("L1", "B2")
    assert explained["award"].rounded == "undecided"
    assert explained["award"].sentence.startswith(
        "Award: undecided: Provider B1 and Provider B2 share rank 1: no tie-break is published, so place 1"
    )
    with pytest.raises(KeyError):
        explained["lines"]


@pytest.mark.parametrize(
    ("number", "said"),
    [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (12, "12th"), (13, "13th"), (21, "21st"),
     (101, "101st"), (111, "111th"), (1002, "1,002nd")],
)  # fmt: skip
def test_ordinals_are_written_in_plain_english(number, said):
    assert english.ordinal(number) == said


@pytest.mark.parametrize(
    ("items", "said"),
    [("", ""), ("A", "A"), ("AB", "A and B"), ("ABC", "A, B and C"), ("ABCDEF", "A, B, C, D, E and F"),
     ("ABCDEFG", "A, B, C, D, E and 2 others")],
)  # fmt: skip
def test_long_lists_of_names_are_cut_with_their_number(items, said):
    assert english.listed(list(items)) == said


@pytest.mark.parametrize(("number", "said"), [(1, "one lot"), (10, "ten lots"), (11, "11 lots")])
def test_small_numbers_are_written_as_words(number, said):
    assert english.counted(number, "lot") == said
