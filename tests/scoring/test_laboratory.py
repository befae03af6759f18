"""Where price methods misbehave on simulated prices, with figures that the reference confirms."""

from __future__ import annotations

import copy
import hashlib
import json
from fractions import Fraction

import pytest

from scoring import RecordRefused, laboratory
from scoring.reference.result import decimal_text
from scoring.reference.scores import price_points, rounded
from tests.scoring.record_example import RULES, example

LINES = [{"id": "weekday", "volume": 70}, {"id": "weekend", "volume": 30}]
METHODS = {
    "lowest_over_bid": {},
    "linear_from_lowest": {},
    "mean_difference": {},
    "between_limits": {"ceiling_pence": 2500, "floor_pence": 1500},
    "fixed": {"ceiling_pence": 1800},
}


def rules_with(method, **more):
    return (
        copy.deepcopy(RULES)
        | {"price": {"method": method, **METHODS[method], **more.pop("price", {})}}
        | more
    )


def examined(method, price=None, **more):
    rules = rules_with(method, price=price or {})
    return laboratory.examine(laboratory.read(json.dumps(rules)), **more)


def rules_of(obj):
    return laboratory.read(json.dumps(obj))


def found(report):
    return {one.id: one.found for one in report.findings}


def finding(report, identifier):
    (only,) = (one for one in report.findings if one.id == identifier)
    return only


def exact_points(method, prices):
    """The points of each price of one tender by the reference, as printed with two decimals."""
    rules = rules_with(method)
    return [decimal_text(rounded(price_points(rules, own, prices), 2), 2) for own in prices]


@pytest.mark.parametrize("method", METHODS)
def test_simulated_points_are_those_of_the_published_formula(method):
    bench = examined(method, tenders=20).bench
    for prices, points in zip(bench.tenders.tolist(), bench.points(bench.tenders).tolist(), strict=True):
        assert [bench.points_text(one) for one in points] == exact_points(method, prices)


@pytest.mark.parametrize("method", METHODS)
def test_the_curve_is_the_formula_beside_the_example_and_falls(method):
    report = examined(method)
    curve = report.curve()
    beside = curve["beside_pence"]
    for row in curve["points"]:
        own = row["price_pence"]
        if row["points"] is not None:
            assert row["points"] == exact_points(method, [*beside, own])[-1]
    scored = [Fraction(row["points"]) for row in curve["points"] if row["points"] is not None]
    assert scored == sorted(scored, reverse=True)
    assert len(curve["points"]) == 101


def test_prices_outside_the_published_limits_have_no_points_on_the_curve():
    curve = examined("between_limits").curve()["points"]
    limits = [1500 <= row["price_pence"] <= 2500 for row in curve]
    assert [row["points"] is not None for row in curve] == limits
    assert True in limits
    assert False in limits


@pytest.mark.parametrize(
    ("method", "misbehaves"),
    [
        ("lowest_over_bid", {"weight_in_play", "low_outlier", "reversal", "lone_bid"}),
        (
            "linear_from_lowest",
            {"weight_in_play", "low_outlier", "twice_the_lowest", "reversal", "lone_bid"},
        ),
        (
            "mean_difference",
            {
                "weight_in_play", "low_outlier", "high_outlier", "crowd", "twice_the_lowest",
                "cheapest_below_weight", "reversal", "lone_bid",
            },
        ),
        ("between_limits", {"cheapest_below_weight", "zero_at_the_ceiling"}),
        ("fixed", {"weight_in_play", "lone_bid", "same_points"}),
    ],
)  # fmt: skip
def test_each_method_misbehaves_in_its_own_way(method, misbehaves):
    assert {one for one, is_found in found(examined(method)).items() if is_found} == misbehaves


def test_one_low_outlier_halves_what_price_is_worth_under_lowest_over_bid():
    rows = finding(examined("lowest_over_bid"), "low_outlier").figures
    for row in rows:
        before, after = Fraction(row["points"]), Fraction(row["points_with_outlier"])
        assert abs(after - before / 2) <= Fraction(2, 100)


def test_linear_from_lowest_gives_nothing_from_twice_the_lowest_on():
    lowest, twice, nothing = finding(examined("linear_from_lowest"), "twice_the_lowest").figures
    assert twice["price_pence"] == 2 * lowest["price_pence"]
    assert twice["points"] == "0.00"
    assert 2 * lowest["price_pence"] - 1 <= nothing["price_pence"] <= 2 * lowest["price_pence"]


def test_a_crowd_of_equal_prices_gets_half_the_weight_under_mean_difference():
    (each,) = finding(examined("mean_difference"), "crowd").figures
    assert each["points"] == "20.00"


@pytest.mark.parametrize("method", ["lowest_over_bid", "linear_from_lowest", "mean_difference"])
def test_the_reversal_that_the_laboratory_works_out_turns_two_bidders_round(method):
    """A and B as the sentence has them: their order with C is not their order without C."""
    report = examined(method)
    rows = {row["bid"]: row for row in finding(report, "reversal").figures}
    pence = {name: row["price_pence"] for name, row in rows.items()}
    (tender,) = (
        one
        for one in report.bench.tenders.tolist()
        if {pence["A"], pence["B"], pence["C"]} <= set(one) and min(one) == pence["C"]
    )
    lead = Fraction(finding(report, "reversal").sentence.split("has ")[1].split(" more")[0])
    leads = []
    for prices in (tender, sorted(tender)[1:]):
        points = dict(zip(prices, map(Fraction, exact_points(method, prices)), strict=True))
        leads.append(points[pence["A"]] - points[pence["B"]])
    assert rows["A"]["points"] == dict(zip(tender, exact_points(method, tender), strict=True))[pence["A"]]
    assert min(leads) < lead < max(leads)


def test_the_laboratory_says_that_quality_alone_decides_where_price_has_no_weight():
    rules = rules_with("lowest_over_bid", weights={"quality": "100", "price": "0"})
    rules["questions"] = [{"id": "Q1", "title": "All", "weight": "100"}]
    rules["ties"] = []
    report = laboratory.examine(laboratory.read(json.dumps(rules)))
    assert report.sentences() == ["Price carries no points: quality alone decides."]


def test_coarse_rounding_is_found_where_many_prices_get_the_same_points():
    rules = rules_with("lowest_over_bid", places=0)
    report = laboratory.examine(laboratory.read(json.dumps(rules)))
    same = finding(report, "same_points")
    assert same.found
    low, high = (row["price_pence"] for row in same.figures)
    assert report.bench.beside(low, report.bench.example) == report.bench.beside(high, report.bench.example)
    assert report.bench.beside(low, report.bench.example) > report.bench.beside(
        high + 1, report.bench.example
    )


@pytest.mark.parametrize(
    ("price", "typical"),
    [
        ({"method": "lowest_over_bid"}, 2000),
        ({"method": "fixed", "ceiling_pence": 10**6, "lines": LINES}, 900_000),
        ({"method": "lowest_over_bid", "lines": LINES}, 200_000),
        ({"method": "lowest_over_bid", "ceiling_pence": 1800}, 1620),
        ({"method": "lowest_over_bid", "floor_pence": 1000}, 1101),
        ({"method": "between_limits", "ceiling_pence": 1800, "floor_pence": 1200}, 1500),
    ],
)  # fmt: skip
def test_bids_gather_about_the_limits_or_about_twenty_pounds_a_unit(price, typical):
    report = laboratory.examine(laboratory.read(json.dumps(copy.deepcopy(RULES) | {"price": price})))
    assert report.bench.typical == typical
    low, high = int(report.bench.tenders.min()), int(report.bench.tenders.max())
    assert price.get("floor_pence", 0) <= low < typical < high <= price.get("ceiling_pence", 10**6)


def test_the_same_seed_gives_the_documented_prices_for_ever_and_another_gives_others():
    stream = hashlib.shake_128(b"laboratory/1\nlaboratory").digest(2 * 8 * 1000 * 8)
    words = [int.from_bytes(stream[at : at + 8], "little") for at in range(0, len(stream), 8)]
    plain = [1700 + words[n] % 301 + words[8000 + n] % 301 for n in range(8000)]
    assert examined("lowest_over_bid").bench.tenders.ravel().tolist() == plain
    assert plain[:4] == [2058, 2021, 2203, 2221]
    assert examined("lowest_over_bid", seed="another").bench.tenders.ravel().tolist() != plain


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"typical": 0}, "a typical price of 0 pence: give 1 to"),
        ({"typical": 2600}, "a typical price of £26.00 is outside the published limits"),
        ({"bids": 2}, "takes 3 to 1,000 bids"),
        ({"tenders": 0}, "in each of 1 to 100,000 tenders"),
    ],
)
def test_what_cannot_be_simulated_is_refused_with_what_to_give(more, said):
    with pytest.raises(ValueError, match=said):
        examined("between_limits", **more)


def test_rules_are_read_alone_or_out_of_a_record_and_faults_name_their_place():
    assert laboratory.read(json.dumps(example())) == laboratory.read(json.dumps(example()["rules"]))
    wrong = rules_with("lowest_over_bid", places=9)
    with pytest.raises(RecordRefused) as refused:
        laboratory.read(json.dumps(wrong))
    assert [str(fault) for fault in refused.value.faults] == [
        "rules.places: 9 is above the highest allowed, 4 decimals"
    ]


@pytest.mark.parametrize("method", METHODS)
def test_the_report_is_whole_numbers_and_texts(method):
    found = examined(method, tenders=50)
    report, sentences = found.as_object(), found.sentences()
    assert json.loads(json.dumps(report), parse_float=pytest.fail) == report
    assert report["format"] == "laboratory/1"
    assert len(sentences) == len(report["findings"])
    misbehaving = [one["sentence"] for one in report["findings"] if one["found"]]
    assert sentences[: len(misbehaving)] == misbehaving


@pytest.mark.parametrize("pence", [1, 2, 10**10])
@pytest.mark.parametrize("method", ["lowest_over_bid", "linear_from_lowest", "mean_difference"])
def test_the_smallest_and_the_largest_typical_price_are_tried_too(method, pence):
    assert examined(method, typical=pence, tenders=5).as_object()["typical_pence"] == pence


def test_prices_up_to_a_billion_pounds_are_examined():
    million = 100_000_000
    for limits in (
        {"floor_pence": 200 * million, "ceiling_pence": 300 * million},
        {"floor_pence": 999 * million},
    ):
        method = "between_limits" if len(limits) == 2 else "lowest_over_bid"
        report = laboratory.examine(rules_of(rules_with(method, price=limits)))
        assert report.bench.typical == (250 * million if len(limits) == 2 else 1_000 * million)
        assert len(report.as_object()["findings"]) > 5


@pytest.mark.parametrize("method", ["lowest_over_bid", "linear_from_lowest", "mean_difference"])
@pytest.mark.parametrize("places", [0, 1, 2])
def test_no_order_of_two_turns_where_the_laboratory_finds_no_reversal(method, places):
    """Every two bids of every tender, with and without the cheapest, in fractions."""
    rules = rules_with(method, places=places)
    rules["weights"] = {"quality": "99", "price": "1"}
    rules["questions"] = [{"id": "Q1", "title": "All", "weight": "99"}]
    rules["ties"] = []
    report = laboratory.examine(rules_of(rules), tenders=40, typical=2000)
    turned = 0
    for tender in report.bench.tenders.tolist():
        prices = sorted(tender)
        before, after = (dict(zip(some, report.bench.of(some), strict=True)) for some in (prices, prices[1:]))
        moved = [after[own] - before[own] for own in prices[1:]]
        turned += max(moved) - min(moved) >= 2
    said = finding(report, "reversal")
    assert said.found == (turned > 0)
    assert not said.found or f"in {turned:,} of 40 simulated tenders" in said.sentence


def test_the_range_of_prices_with_the_same_points_is_the_whole_of_it():
    report = examined("lowest_over_bid")
    low, high = (row["price_pence"] for row in finding(report, "same_points").figures)
    points = report.bench.beside(report.bench.typical, report.bench.example)
    same = [
        own
        for own in range(report.bench.typical - 50, report.bench.typical + 51)
        if report.bench.beside(own, report.bench.example) == points
    ]
    assert (low, high) == (min(same), max(same))


def test_at_a_set_price_no_other_can_be_bid():
    rules = rules_of(rules_with("fixed", price={"floor_pence": 2500, "ceiling_pence": 2500}))
    report = laboratory.examine(rules)
    assert finding(report, "same_points").sentence == "£25.00 is the only price that may be bid."
    assert finding(report, "lone_bid").sentence.endswith(" points at £25.00, and none may be dearer.")
    assert finding(report, "low_outlier").sentence == (
        "No bid can be below all the others: £25.00 is the least that may be bid."
    )


def test_the_cheapest_bid_of_the_tender_that_is_named_does_get_less():
    report = examined("between_limits", typical=1500, tenders=25)
    figure = finding(report, "cheapest_below_weight").figures[0]
    assert Fraction(figure["points"]) < report.bench.rules.price_weight / Fraction(100)


def test_a_record_of_which_the_rules_are_taken_is_held_to_its_format_and_to_one_of_each_key():
    text = json.dumps(example())
    twice = text.replace('"rules":', '"rules": {}, "rules":', 1)
    for wrong, said in (
        (twice, "rules: is given twice"),
        (text.replace("evaluation/1", "evaluation/9"), "format: "),
    ):
        with pytest.raises(RecordRefused) as refused:
            laboratory.read(wrong)
        assert str(refused.value).startswith(said)
