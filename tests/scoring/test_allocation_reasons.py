"""Awards under limits, and the reason of every bidder that won, was passed over, waits or is in reserve."""

from __future__ import annotations

import numpy as np

from scoring.methods.tie_keys import by_draw
from tests.scoring.allocation_records import contest
from tests.scoring.record_example import bidder, example, lot, one_lot, result_of
from tests.scoring.wording import lot_in_words

ZONES = ("North", "East", "Central")


def three_lots(limits, *, places=1, groups=(), hours=("500", "500", "500"), order=("A", "B", "C")):
    """Three zones; Alder beats Birch beats Cedar in every one. `limits` by bidder id."""
    given = example()
    lots = [lot(f"L{n}", zone, places, hours[n - 1]) for n, zone in enumerate(ZONES, 1)]
    marks = {"A": 5, "B": 4, "C": 3}
    names = {"A": "Alder Care", "B": "Birch Care", "C": "Cedar Care"}
    given["rules"] |= {
        "questions": [{"id": "Q1", "title": "Quality", "weight": "60"}],
        "ties": [],
        "allocation": {"method": "rank_order", "groups": list(groups)},
    }
    given["lots"] = lots
    given["bidders"] = [bidder(who, names[who], **limits.get(who, {})) for who in order]
    given["bids"] = [
        {"bidder": who, "lot": each["id"], "price_pence": 1500, "marks": {"Q1": marks[who]}}
        for each in lots
        for who in order
    ]
    return given


def awards(given):
    lots = result_of(given).as_object()["lots"]
    return [[(award["bidder"], award["place"]) for award in each["awards"]] for each in lots]


def passed_over(given, at):
    return lot_in_words(result_of(given), f"L{at + 1}")["passed_over"]


def test_without_limits_the_best_ranked_wins_every_lot_and_the_rest_are_in_reserve():
    given = three_lots({})
    assert awards(given) == [[("A", 1)]] * 3
    first = lot_in_words(result_of(given), "L1")
    assert first["reserves"] == ["B", "C"]
    assert first["passed_over"] == []
    assert first["awards"][0]["reason"] == "ranked 1st of 3 with 100.00 points"
    assert "undecided" not in first


def test_a_bidder_at_its_own_limit_is_passed_over_and_told_what_it_holds():
    given = three_lots({"A": {"most_lots": 2}})
    assert awards(given) == [[("A", 1)], [("A", 1)], [("B", 1)]]
    assert passed_over(given, 2) == [
        {"bidder": "A", "reason": "ranked 1st; already holds its two lots, North and East"}
    ]
    last = lot_in_words(result_of(given), "L3")
    assert last["awards"][0]["reason"] == "ranked 2nd of 3 with 88.00 points; Alder Care (1st) was at a limit"
    assert last["reserves"] == ["C"]


def test_a_reason_names_no_preference_where_preferences_decide_nothing():
    given = three_lots({"A": {"most_lots": 2, "preferences": ["L2", "L1", "L3"]}})
    assert passed_over(given, 2)[0]["reason"] == "ranked 1st; already holds its two lots, North and East"
    given["rules"]["allocation"]["method"] = "preference"
    assert passed_over(given, 2)[0]["reason"] == (
        "ranked 1st; already holds its two lots, North and East, both of which it preferred"
    )


def test_a_bidder_passed_over_is_not_told_that_it_preferred_what_it_holds_where_it_preferred_the_lost_lot():
    given = three_lots({"A": {"most_lots": 2, "preferences": ["L3", "L1", "L2"]}})
    assert passed_over(given, 2)[0]["reason"] == "ranked 1st; already holds its two lots, North and East"


def test_a_group_of_lots_has_its_own_limit_for_each_bidder():
    group = {"id": "west", "lots": ["L1", "L3"], "most_lots": 1}
    given = three_lots({}, groups=[group])
    assert awards(given) == [[("A", 1)], [("A", 1)], [("B", 1)]]
    assert passed_over(given, 2)[0]["reason"] == (
        "ranked 1st; already holds one lot, North, the most that group west allows one bidder"
    )


def test_declared_hours_are_a_limit_and_may_be_used_to_the_last_hundredth():
    given = three_lots({"A": {"hours_per_week": "1000.50"}}, hours=("600", "400.50", "0.01"))
    assert awards(given) == [[("A", 1)], [("A", 1)], [("B", 1)]]
    assert passed_over(given, 2)[0]["reason"] == (
        "ranked 1st; this lot's weekly hours, 0.01, with the 1000.5 of North and East, are more than the"
        " 1000.5 that it declared it can deliver"
    )


def test_a_lot_bigger_than_a_bidders_capacity_is_never_awarded_to_it():
    given = three_lots({"A": {"hours_per_week": "499.99"}})
    assert passed_over(given, 0)[0]["reason"] == (
        "ranked 1st; this lot's weekly hours, 500, are more than the 499.99 that it declared it can deliver"
    )


def test_every_limit_that_a_bidder_has_come_to_is_named():
    group = {"id": "all", "lots": ["L1", "L2", "L3"], "most_lots": 1}
    given = three_lots({"A": {"most_lots": 1, "hours_per_week": "500"}}, groups=[group])
    assert passed_over(given, 1)[0]["reason"] == (
        "ranked 1st; already holds its one lot, North;"
        " already holds one lot, North, the most that group all allows one bidder;"
        " this lot's weekly hours, 500, with the 500 of North, are more than the 500 that it declared"
        " it can deliver"
    )


def test_places_go_down_the_ranking_and_nobody_below_the_last_place_is_passed_over():
    given = three_lots({"C": {"hours_per_week": "1"}}, places=2)
    assert awards(given) == [[("A", 1), ("B", 2)]] * 3
    first = lot_in_words(result_of(given), "L1")
    assert (first["passed_over"], first["reserves"]) == ([], ["C"])


def test_a_place_that_limits_leave_empty_names_the_limit_for_each_bidder():
    given = three_lots({who: {"most_lots": 1} for who in "ABC"}, places=2)
    assert awards(given) == [[("A", 1), ("B", 2)], [("C", 1)], []]
    assert [each["reason"] for each in passed_over(given, 2)] == [
        "ranked 1st; already holds its one lot, North",
        "ranked 2nd; already holds its one lot, North",
        "ranked 3rd; already holds its one lot, East",
    ]


def test_lots_are_awarded_in_the_order_of_the_record():
    given = three_lots({"A": {"most_lots": 1}})
    given["lots"].reverse()
    assert awards(given) == [[("A", 1)], [("B", 1)], [("B", 1)]]


def tied(*marks, places=1, limits=None):
    given = one_lot({}, [(f"B{n}", mark, 1500) for n, mark in enumerate(marks, 1)], places)
    for each in given["bidders"]:
        each.update((limits or {}).get(each["id"], {}))
    return lot_in_words(result_of(given), "L1")


def test_a_tie_that_the_keys_leave_is_a_shared_rank_and_nothing_is_awarded_in_its_place():
    result = tied(5, 5, 4)
    assert [(row["bidder"], row["rank"]) for row in result["ranking"]] == [("B1", 1), ("B2", 1), ("B3", 3)]
    assert (result["awards"], result["passed_over"], result["reserves"]) == ([], [], ["B3"])
    assert result["undecided"] == [
        {
            "places": [1],
            "bidders": ["B1", "B2"],
            "reason": "Provider B1 and Provider B2 share rank 1: no tie-break is published, so place 1"
            " waits until a person decides; until then later lots are worked out as if none of them had won"
            " here",
        }
    ]


def test_a_tie_waits_even_where_there_is_a_place_for_each_and_the_next_place_is_awarded():
    result = tied(5, 5, 4, 3, places=3)
    assert [(each["places"], each["bidders"]) for each in result["undecided"]] == [([1, 2], ["B1", "B2"])]
    assert [(each["bidder"], each["place"]) for each in result["awards"]] == [("B3", 3)]
    assert result["reserves"] == ["B4"]


def test_a_tie_for_the_last_place_waits_alone():
    result = tied(5, 4, 4, places=2)
    assert [(each["bidder"], each["place"]) for each in result["awards"]] == [("B1", 1)]
    assert [(each["places"], each["bidders"]) for each in result["undecided"]] == [([2], ["B2", "B3"])]


def test_a_tie_below_the_last_place_needs_no_decision():
    result = tied(5, 4, 4)
    assert "undecided" not in result
    assert result["reserves"] == ["B2", "B3"]


def test_a_tie_with_a_bidder_at_its_limit_is_no_tie():
    for at_limit, wins in (("B1", "B2"), ("B2", "B1")):
        result = tied(5, 5, 4, limits={at_limit: {"hours_per_week": "1"}})
        assert [each["bidder"] for each in result["awards"]] == [wins]
        assert [each["bidder"] for each in result["passed_over"]] == [at_limit]
        assert "undecided" not in result


def test_the_keys_break_a_tie_in_turn_and_the_working_says_how():
    bids = [("B1", 5, 1500), ("B2", 5, 1500), ("B3", 5, 1499)]
    given = one_lot({"ties": ["quality", "price"], "price": {"method": "fixed", "ceiling_pence": 2000}}, bids)
    result = result_of(given)
    assert [row["rank"] for row in result.lot("L1")["ranking"]] == [1, 2, 2]
    assert result.explain("L1", "B3").sentences()[-4:] == [
        "Rank: 1st of three ranked bids, by total; level with Provider B1 and Provider B2 on 100.00 points;"
        " placed by price",
        "Tie-break: quality: 60.00; still level with Provider B1 and Provider B2",
        "Tie-break: price: £14.99; ahead of Provider B1 and Provider B2",
        "Award: place 1 of 1 in Burnley: ranked 1st of 3 with 100.00 points",
    ]
    assert result.explain("L1", "B1").sentences()[-4:-1] == [
        "Tie-break: quality: 60.00; still level with Provider B3 and Provider B2",
        "Tie-break: price: £15.00; behind Provider B3 (£14.99), still level with Provider B2",
        "Tie: still level with Provider B2 after every published key, so the rank is shared",
    ]


def test_the_draw_is_the_published_hash_and_can_be_done_by_hand():
    # printf 'Lancashire homecare 2026\nL1\nB1' | sha256sum, and so on.
    import hashlib

    given = one_lot({"ties": ["draw"]}, [(f"B{n}", 5, 1500) for n in range(1, 6)])
    numbers = {
        who: hashlib.sha256(f"Lancashire homecare 2026\nL1\n{who}".encode()).hexdigest()
        for who in ("B1", "B2", "B3", "B4", "B5")
    }
    drawn = [row["bidder"] for row in result_of(given).lot("L1")["ranking"]]
    assert drawn == sorted(numbers, key=numbers.__getitem__)


def test_a_question_breaks_a_tie_by_mark_and_only_where_the_lot_asks_it():
    given = example()
    given["rules"] |= {
        "ties": ["question:Q3"],
        "price": {"method": "fixed", "ceiling_pence": 2000},
        "places": 0,
    }
    for each in given["bids"]:
        third = "Q3" if each["lot"] == "L1" else "Q4"
        each["marks"] = {"Q1": 4, "Q2": 4, third: 4}
    given["bids"][0]["marks"] = {"Q1": 4, "Q2": 5, "Q3": 1}  # 16 + 30 + 2, level on points with 16 + 24 + 8
    first, second = (result_of(given).lot(each)["ranking"] for each in ("L1", "L2"))
    assert [(row["bidder"], row["rank"]) for row in first] == [("B2", 1), ("B3", 1), ("B1", 3)]
    assert [row["rank"] for row in second] == [1, 1, 1]


def test_a_lot_is_called_by_its_zone_or_by_what_tells_it_apart():
    given = three_lots({"A": {"most_lots": 1}})
    given["lots"][0] |= {"zone": "East", "service": "crisis"}
    assert passed_over(given, 1)[0]["reason"] == "ranked 1st; already holds its one lot, East crisis"
    given["lots"][0] |= {"service": "homecare"}
    assert passed_over(given, 1)[0]["reason"] == "ranked 1st; already holds its one lot, L1"


def test_a_lot_without_ranked_bids_is_awarded_to_nobody():
    given = example()
    given["bids"] = [each for each in given["bids"] if each["lot"] == "L2"]
    assert result_of(given).lot("L1") == {
        "id": "L1", "ranking": [], "awards": [], "reserves": [], "passed_over": [],
    }  # fmt: skip


def test_the_working_says_what_became_of_each_bidder():
    given = three_lots({"A": {"most_lots": 1}})
    award_sentences = [explained["award"].sentence for explained in result_of(given).explain_lot("L2")]
    assert award_sentences == [
        "Award: passed over: ranked 1st; already holds its one lot, North",
        "Award: place 1 of 1 in East: ranked 2nd of 3 with 88.00 points; Alder Care (1st) was at a limit",
        "Award: not awarded; reserve 1 of 1: bids ranked higher take up the lot's one place",
    ]


def test_draws_that_begin_alike_are_ordered_by_the_rest_of_the_hash():
    # No two real hashes share 64 bits, so one bid is put in twice: it draws level with itself and no other.
    result = result_of(one_lot({"ties": ["draw"]}, [(f"B{n}", 5, 1500) for n in range(1, 4)]))
    once = by_draw(result.scored, np.array([0, 1, 2]), "draw")
    twice = by_draw(result.scored, np.array([0, 1, 2, 0]), "draw")
    assert twice[3] == twice[0]
    assert np.argsort(once).tolist() == np.argsort(twice[:3]).tolist()


def level_twice(**limited):
    """A and B are level for the places of two lots, of which there are enough; what of the third?"""
    marks = {"L1": {"A": 90, "B": 90}, "L2": {"A": 80, "B": 80}, "L3": {"A": 20, "C": 10}}
    return contest("best_total", marks, places={"L1": 2, "L2": 2}, **limited)


def test_a_bidders_limit_that_undecided_ties_may_fill_is_named_with_its_number():
    reason = lot_in_words(result_of(level_twice(limits={"A": {"most_lots": 2}})), "L3")["passed_over"][0][
        "reason"
    ]
    assert reason == (
        "ranked 1st; may hold two lots; Zone L1 and Zone L2, where ties wait for a decision, may fill that;"
        " the sum of awarded totals is highest so"
    )


def test_a_groups_limit_that_undecided_ties_may_fill_is_named_with_its_number():
    reason = lot_in_words(result_of(level_twice(groups=[(["L1", "L2", "L3"], 2)])), "L3")["passed_over"][0][
        "reason"
    ]
    assert reason.startswith(
        "ranked 1st; may hold two lots of group G1; Zone L1 and Zone L2, where ties wait for a decision, may"
    )


def test_hours_that_undecided_ties_may_use_are_not_reported_as_used():
    limits = {"A": {"hours_per_week": "6"}}
    hours = {"L1": "2", "L2": "3", "L3": "1.5"}
    reason = lot_in_words(result_of(level_twice(limits=limits, hours=hours)), "L3")["passed_over"][0][
        "reason"
    ]
    assert reason.startswith(
        "ranked 1st; declared 6 hours a week; Zone L1 and Zone L2, where ties wait for a decision, may leave"
        " less than the 1.5 of this lot"
    )


def test_groups_that_are_filled_by_the_same_lots_are_named_together():
    marks = {"L1": {"A": 90}, "L2": {"A": 80, "B": 70}}
    groups = [(["L1", "L2"], 1), (["L2", "L1"], 1)]
    result = result_of(contest("rank_order", marks, groups=groups))
    assert lot_in_words(result, "L2")["passed_over"][0]["reason"] == (
        "ranked 1st; already holds one lot, Zone L1, the most that groups G1 and G2 allow one bidder"
    )


def test_the_sum_is_no_reason_where_a_lot_is_too_large_by_itself():
    marks = {"L1": {"A": 90, "B": 80}}
    record = contest("best_total", marks, hours={"L1": "5"}, limits={"A": {"hours_per_week": "4"}})
    assert lot_in_words(result_of(record), "L1")["passed_over"][0]["reason"] == (
        "ranked 1st; this lot's weekly hours, 5, are more than the 4 that it declared it can deliver"
    )


def test_a_zone_that_is_called_what_another_lots_id_is_does_not_pass_for_it():
    given = contest("rank_order", {"L1": {"A": 1}, "L2": {"A": 1}, "L3": {"A": 1}})
    for lot_, zone in zip(given["lots"], ("Wyre", "L1", "Wyre"), strict=True):
        lot_["zone"] = zone
    assert result_of(given).lot_names == ["L1", "L2", "L3"]
