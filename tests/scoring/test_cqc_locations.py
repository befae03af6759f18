"""Several locations, and locations that are dormant, suspended, no longer registered or newly assessed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scoring.methods.cqc import AREAS
from tests.scoring.record_example import GOOD, example, faults, rows

SAMPLE = Path(__file__).parents[1] / "data/cqc/api_locations.json"
KEY_QUESTIONS = [area for area in AREAS if area != "overall"]


def with_locations(*locations, **rules):
    """Birch's row in lot L1, with these locations and these rules about them."""
    given = example()
    given["rules"]["cqc"] |= rules
    given["bidders"][1]["cqc"] = [
        {"location": f"1-{number}", **location} for number, location in enumerate(locations, start=1)
    ]
    return rows(given)["B2"]


def state_flags_and_reasons(row):
    return row["state"], row["flags"], row["reasons"]


def test_a_location_that_is_plainly_registered_may_say_so_or_leave_it_out():
    assert state_flags_and_reasons(with_locations(GOOD | {"status": "registered"})) == ("ranked", [], [])
    assert with_locations(GOOD | {"status": "registered"}) == with_locations(GOOD)


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        ("dormant", "location 1-1: registered but dormant: it gives no care at present"),
        ("suspended", "location 1-1: its registration is suspended"),
    ],
)
def test_what_is_unusual_about_a_location_is_flagged_and_refuses_only_where_that_was_published(
    status, sentence
):
    location = GOOD | {"status": status}
    silent = f"{sentence}: the rules say nothing about it"
    assert state_flags_and_reasons(with_locations(location)) == ("ranked", [status], [silent])
    allowed = with_locations(location, **{status: "allow"})
    assert state_flags_and_reasons(allowed) == ("ranked", [status], [f"{sentence}: allowed by the rules"])
    refused = with_locations(location, **{status: "refuse"})
    assert state_flags_and_reasons(refused) == (
        "condition_not_met",
        [],
        [f"{sentence}: refused by the rules"],
    )


def test_a_rule_about_one_status_says_nothing_about_another():
    assert with_locations(GOOD | {"status": "dormant"}, suspended="refuse")["state"] == "ranked"


@pytest.mark.parametrize("status", ["dormant", "suspended"])
def test_a_dormant_or_suspended_location_is_still_registered_so_its_ratings_count(status):
    assert with_locations(GOOD | {"status": status, "safe": "Inadequate"})["state"] == "condition_not_met"
    floor = with_locations({"status": status, "overall": "Requires improvement"}, minimum_overall="Good")
    assert floor["state"] == "condition_not_met"
    assert with_locations({"status": status})["flags"] == sorted([status, "unrated"])


def test_a_deregistered_locations_last_rating_is_reported_and_refuses_nobody():
    gone = {
        "status": "deregistered",
        "overall": "Inadequate",
        "safe": "Inadequate",
        "published": "2020-05-01",
    }
    row = with_locations(GOOD, gone)
    assert state_flags_and_reasons(row) == (
        "ranked",
        ["deregistered"],
        [
            "location 1-2: its registration has ended; its last CQC rating for overall and safe was"
            " Inadequate, published 1 May 2020: the rules say nothing about it"
        ],
    )


def test_a_deregistered_location_is_neither_unrated_nor_below_the_floor():
    for gone in ({"status": "deregistered"}, {"status": "deregistered", "overall": "Requires improvement"}):
        row = with_locations(GOOD, gone, unrated="refuse", minimum_overall="Good")
        sentence = "location 1-2: its registration has ended: the rules say nothing about it"
        assert state_flags_and_reasons(row) == ("ranked", ["deregistered"], [sentence])


def test_a_bidder_of_whose_locations_none_is_registered_any_more_is_unrated():
    gone = GOOD | {"status": "deregistered"}
    row = with_locations(gone)
    assert (row["state"], row["flags"]) == ("ranked", ["deregistered", "unrated"])
    assert row["reasons"][0] == "no registered location is on record: allowed by the rules"
    refused = with_locations(gone, gone, unrated="refuse")
    assert (refused["state"], refused["flags"]) == ("condition_not_met", ["deregistered"])
    assert with_locations(gone, GOOD)["flags"] == ["deregistered"]


def test_naming_a_location_that_has_ended_is_refused_only_where_that_was_published():
    assert with_locations(GOOD, GOOD | {"status": "deregistered"}, deregistered="refuse")["reasons"] == [
        "location 1-2: its registration has ended: refused by the rules"
    ]


def test_the_newer_framework_with_key_questions_and_no_overall_is_unrated_and_the_reason_says_so():
    row = with_locations(dict.fromkeys(KEY_QUESTIONS, "Good") | {"published": "2024-11-15"})
    assert state_flags_and_reasons(row) == (
        "ranked",
        ["unrated"],
        [
            "location 1-1: no overall CQC rating, although key questions are rated,"
            " published 15 November 2024: allowed by the rules"
        ],
    )


def test_the_newer_framework_refuses_a_key_question_that_is_inadequate_although_there_is_no_overall():
    row = with_locations(dict.fromkeys(KEY_QUESTIONS, "Good") | {"caring": "Inadequate"})
    assert (row["state"], row["flags"]) == ("condition_not_met", ["unrated"])


def test_each_of_several_locations_is_judged_by_the_rules_and_named():
    row = with_locations(
        GOOD,
        GOOD | {"overall": "Requires improvement"},
        {"overall": "Inspected but not rated", "status": "dormant"},
        GOOD | {"effective": "Inadequate", "responsive": "Inadequate"},
        minimum_overall="Good",
    )
    assert row["state"] == "condition_not_met"
    assert row["flags"] == ["dormant", "unrated"]
    assert [reason.split(":")[0] for reason in row["reasons"]] == [
        "location 1-2", "location 1-4", "location 1-4", "location 1-3", "location 1-3",
    ]  # fmt: skip


def test_a_status_that_does_not_exist_and_an_answer_that_is_none_are_refused_by_name():
    given = example()
    given["bidders"][1]["cqc"][0]["status"] = "closed"
    given["rules"]["cqc"]["suspended"] = "flag"
    assert faults(given) == [
        'rules.cqc.suspended: must be one of refuse, allow, not the text "flag"',
        "bidders[1].cqc[0].status: must be one of registered, dormant, suspended, deregistered,"
        ' not the text "closed"',
    ]


NOT_CHECKED = [
    ("not_in_file", "it is not in the file of ratings"),
    ("rated_by_service", "it has no rating of its own, only one for each of its services"),
    ("key_questions_missing", "the file has no ratings for its key questions, and one may be Inadequate"),
]


@pytest.mark.parametrize(("why", "told"), NOT_CHECKED)
@pytest.mark.parametrize("unrated", ["allow", "refuse"])
def test_a_location_that_could_not_be_checked_keeps_a_bid_out_whatever_the_rules_allow(why, told, unrated):
    row = with_locations(GOOD, {"not_checked": why}, unrated=unrated)
    assert state_flags_and_reasons(row) == (
        "not_checked",
        [],
        [f"location 1-2: not checked: {told}; the bid cannot count until it is checked"],
    )


def test_a_bid_that_is_not_checked_moves_nobody_elses_points():
    given = example()
    without = example()
    given["bidders"][1]["cqc"] = [{"location": "1-777", "not_checked": "not_in_file"}]
    decided = {"state": "withdrawn", "reason": "For comparison."}
    without["bidders"][1]["decision"] = decided
    assert rows(given)["B1"] == rows(without)["B1"]
    assert rows(given)["B2"]["total"] is None


def test_a_persons_decision_covers_a_location_that_could_not_be_checked_and_stays_in_sight():
    covered = {"not_checked": "not_in_file", "covered": "Good on the register, read by two officers."}
    row = with_locations(covered, unrated="refuse")
    assert state_flags_and_reasons(row) == (
        "ranked",
        ["not_checked"],
        [
            "location 1-1: not checked: it is not in the file of ratings; it counts by a decision:"
            " Good on the register, read by two officers."
        ],
    )
    assert with_locations(covered, {"not_checked": "not_in_file"})["state"] == "not_checked"


def test_a_decision_about_one_location_covers_no_inadequate_one():
    covered = {"not_checked": "rated_by_service", "covered": "Both services are Good."}
    assert with_locations(covered, GOOD | {"safe": "Inadequate"})["state"] == "condition_not_met"
    assert with_locations(covered | {"safe": "Inadequate"})["state"] == "condition_not_met"


def test_what_is_known_to_be_refused_goes_before_what_is_not_known():
    row = with_locations({"not_checked": "not_in_file"}, GOOD | {"safe": "Inadequate"})
    assert row["state"] == "condition_not_met"
    assert [reason.split(":")[0] for reason in row["reasons"]] == ["location 1-2", "location 1-1"]


@pytest.mark.parametrize("status", ["dormant", "suspended", "deregistered"])
def test_what_else_is_known_of_a_location_does_not_make_it_checked(status):
    assert with_locations(GOOD, {"not_checked": "not_in_file", "status": status})["state"] == "not_checked"


def test_a_decision_that_covers_nothing_and_an_unknown_cause_are_faults():
    given = example()
    given["bidders"][1]["cqc"] = [
        {"location": "1-1", "covered": "I looked."},
        {"location": "1-2", "not_checked": "forgotten"},
    ]
    assert faults(given) == [
        "bidders[1].cqc[0].covered: covers nothing; leave it out, or say in not_checked what it covers",
        "bidders[1].cqc[1].not_checked: must be one of not_in_file, rated_by_service, key_questions_missing,"
        ' not the text "forgotten"',
    ]


def from_the_api(answer):
    """A location of the record, from the answer of the CQC's API for it."""
    latest = (answer.get("currentRatings") or {}).get("overall") or {}
    questions = {each["name"]: each["rating"] for each in latest.get("keyQuestionRatings", [])}
    for assessed in answer.get("assessment") or []:
        for group in assessed["ratings"]["asgRatings"]:
            rated = [each for each in group["keyQuestionRatings"] if each["rating"] != "Regulations met"]
            questions |= {each["name"]: each["rating"] for each in rated}
    ended, dormant = answer["registrationStatus"] == "Deregistered", answer["dormancy"] == "Y"
    return {
        "location": answer["locationId"],
        "overall": latest.get("rating", ""),
        "published": latest.get("reportDate", ""),
        "status": "deregistered" if ended else "dormant" if dormant else "registered",
        **{area: questions.get(AREAS[area].capitalize(), "") for area in KEY_QUESTIONS},
    }


def test_real_answers_of_the_cqc_are_each_judged_as_a_careful_officer_would():
    found = {}
    for answer in json.loads(SAMPLE.read_text()):
        location = from_the_api(answer)
        given = example()
        given["bidders"][1]["cqc"] = [location]
        row = rows(given)["B2"]
        found[location["location"]] = (row["state"], row["flags"])
    assert found == {
        "1-10820630788": ("ranked", []),
        "1-11079275531": ("ranked", []),
        "1-11831040453": ("ranked", []),
        "1-10024040008": ("ranked", ["dormant", "unrated"]),
        "1-12151708125": ("ranked", ["unrated"]),
        "1-16561595022": ("ranked", ["unrated"]),
        "1-5203053560": ("ranked", ["unrated"]),  # five key questions Good, and no overall
        "1-3995862205": ("ranked", ["deregistered", "unrated"]),  # Inadequate until it closed in 2020
        "1-1145266322": ("ranked", []),
        "1-1015412687": ("ranked", ["deregistered", "unrated"]),
        "1-10431632015": ("ranked", ["unrated"]),
        "1-1068186923": ("ranked", ["deregistered", "unrated"]),
    }
