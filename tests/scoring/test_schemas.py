"""The schemas say of a record what the reader says, as far as a schema can."""

from __future__ import annotations

import copy
import re
from collections import Counter

import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st

from scoring import exact
from scoring.reading import record
from scoring.reading.rules import MOST_GROUPS, check_rules
from tests.scoring.mutations import mutations
from tests.scoring.record_draws import decision, with_draw
from tests.scoring.record_example import GOOD, bidder, example
from tests.scoring.records import NEAR_LIMITS, legal_records
from tests.scoring.schema_checks import BEYOND, is_beyond, one_of_each_kind, places, validator, wrong

RECORD, RULES = validator("record"), validator("rules")
DECIDED = {"state": "withdrawn", "reason": "It said so in writing.", "lots": ["L1"]}


def with_everything():
    """A record that has every field there is, but those of price lines."""
    given = example()
    given["rules"] |= {
        "quality_minimum": "50",
        "price": {"method": "linear_from_lowest", "ceiling_pence": 2000, "floor_pence": 1000, "slope": "0.5"},
        "abnormally_low": {"below_mean_percent": "15", "below_next_percent": "10"},
    }
    given["rules"]["cqc"] |= {"minimum_overall": "Good", "dormant": "allow", "suspended": "refuse"}
    given["rules"]["cqc"]["deregistered"] = "allow"
    given["rules"]["allocation"]["groups"] = [{"id": "G1", "lots": ["L1", "L2"], "most_lots": 1}]
    more = {"preferences": ["L2", "L1"], "most_lots": 1, "hours_per_week": "500.5", "decision": DECIDED}
    given["bidders"] = [bidder("B1", "Alder Care", **more), bidder("B2", "Birch Care")]
    given["bidders"][1]["cqc"] = [{"location": "1-2", **GOOD, "published": "", "status": "dormant"}]
    covered = {"not_checked": "rated_by_service", "covered": "Two officers read the register."}
    given["bidders"][1]["cqc"].append({"location": "1-3", "overall": "Not rated", **covered})
    given["bidders"][1]["decision"] = [DECIDED, DECIDED | {"lots": ["L2"]}]
    given["bids"] = [one for one in given["bids"] if one["bidder"] != "B3"][:2]
    given["ties_decided"] = [decision("L1", "B1", "B2")]
    return with_draw(given, public="05 12 23")


def with_lines():
    """A record whose bids price two lines, at fewer decimals."""
    given = example()
    given["rules"]["places"] = 0
    given["rules"]["price"]["lines"] = [{"id": "day", "volume": 70}, {"id": "night", "volume": 30}]
    given["lots"], given["bidders"] = given["lots"][:1], given["bidders"][:1]
    del given["rules"]["questions"][3]
    given["bids"] = given["bids"][:1]
    given["bids"][0]["prices"] = {"day": 1500, "night": 2000}
    del given["bids"][0]["price_pence"]
    return given


def agreement(changed):
    """How reader and schema judge a record; fails where they must agree and do not."""
    faults = record.check(changed)
    accepted = RECORD.is_valid(changed)
    if not faults:
        assert accepted, "the reader takes it and the schema does not"
        return "both take it"
    if not accepted:
        return "both refuse it"
    left = [str(fault) for fault in faults if not is_beyond(fault)]
    assert not left, "the schema takes it, and a schema could have said why the reader does not"
    return "beyond a schema"


@given(legal_records())
def test_every_record_that_the_reader_takes_is_valid(obj):
    assert record.check(obj) == []
    assert wrong(RECORD, obj) == []
    assert wrong(RULES, obj["rules"]) == []


@given(legal_records(NEAR_LIMITS))
def test_a_record_near_the_limits_is_valid_too(obj):
    assert wrong(RECORD, obj) == []


@given(legal_records(), st.data())
def test_a_drawn_record_with_one_thing_changed_is_refused_by_both_or_neither(obj, data):
    for _ in range(5):
        where = data.draw(st.sampled_from(places(obj)))
        name, change = data.draw(st.sampled_from(list(mutations(obj, where))))
        note(name)
        agreement(change())


@pytest.mark.parametrize("whole", [with_everything, with_lines])
def test_a_single_change_to_a_whole_record_is_refused_by_both_or_neither(whole):
    """Every change of one in each kind of place where many examples are asked for; else one in four."""
    obj = whole()
    assert agreement(obj) == "both take it"
    found = Counter()
    apart = 1 if settings().max_examples > 100 else 4
    for at, where in enumerate(one_of_each_kind(places(obj))):
        for name, change in list(mutations(obj, where))[at % apart :: apart]:
            try:
                found[agreement(change())] += 1
            except AssertionError as disagreement:
                pytest.fail(f"{where}, {name}: {disagreement}")
    assert min(found[each] for each in ("both take it", "both refuse it", "beyond a schema")) > 20


def changed(change, whole=with_everything):
    obj = whole()
    change(obj)
    return obj


def two_bids(obj):
    obj["bids"].append(copy.deepcopy(obj["bids"][0]))


GAPS = {
    "a reference to what is not there": lambda o: o["bids"][0].update(lot="L9"),
    "an id that comes twice": lambda o: o["bidders"][1].update(id="B1"),
    "a lot that is decided twice": lambda o: o["bidders"][1].update(decision=[DECIDED, DECIDED]),
    "two bids of one bidder for one lot": two_bids,
    "more decisions than lots": lambda o: o["bidders"][1].update(decision=[DECIDED] * 3),
    "weights that do not come to the whole": lambda o: o["rules"]["weights"].update(price="41"),
    "a scale that does not rise": lambda o: o["rules"]["marks"].update(lowest=5),
    "a minimum off the scale": lambda o: o["rules"]["questions"][0].update(minimum=6),
    "a floor above the ceiling": lambda o: o["rules"]["price"].update(floor_pence=2001),
    "a mark off the scale": lambda o: o["bids"][1]["marks"].update(Q1=6),
    "a mark that is not asked for": lambda o: o["bids"][0]["marks"].update(Q4=1),
}
GAPS |= {
    "a secret that was not committed": lambda o: o["draw"].update(secret="00" * 32),
    "a tie that is decided twice": lambda o: o["ties_decided"].append(decision("L1", "B2", "B1")),
}
GAPS_OF_LINES = {
    "limits that leave nothing between": lambda o: o["rules"]["price"].update(
        method="between_limits", floor_pence=9, ceiling_pence=9
    ),
    "a mark that is missing": lambda o: o["bids"][0]["marks"].pop("Q1"),
    "a price that is missing": lambda o: o["bids"][0]["prices"].pop("day"),
    "a price for no line": lambda o: o["bids"][0]["prices"].update(noon=1),
    "prices that come to too much": lambda o: o["bids"][0]["prices"].update(day=10**10),
}


@pytest.mark.parametrize("kind", BEYOND)
def test_faults_listed_as_beyond_a_schema_are_valid_by_the_schema_and_refused_by_the_reader(kind):
    obj = changed(GAPS[kind]) if kind in GAPS else changed(GAPS_OF_LINES[kind], with_lines)
    found = [str(fault) for fault in record.check(obj)]
    assert any(re.search(BEYOND[kind], fault) for fault in found), found
    assert agreement(obj) == "beyond a schema"


@pytest.mark.parametrize(("places", "weight"), [(0, "30.5"), (0, "30.05"), (1, "30.05")])
def test_a_weight_finer_than_the_scores_is_refused_by_both(places, weight):
    obj = with_everything()
    obj["rules"]["places"], obj["rules"]["questions"][1]["weight"] = places, weight
    assert agreement(obj) == "both refuse it"
    obj["rules"]["questions"][1]["weight"] = weight.replace("5", "0")
    assert agreement(obj) == "both take it"


LENGTHS = {
    "lots": exact.MOST_LOTS,
    "bidders": exact.MOST_BIDDERS,
    "bids": exact.MOST_BIDS,
    "bidders/items/preferences": exact.MOST_LOTS,
    "bidders/items/cqc": 1_000,
    "rules/questions": exact.MOST_QUESTIONS,
    "rules/questions/items/lots": exact.MOST_LOTS,
    "rules/price/lines": exact.MOST_LINES,
    "ties_decided": exact.MOST_BIDS,
    "ties_decided/items/bidders": exact.MOST_BIDDERS,
    "rules/ties": exact.MOST_QUESTIONS + 3,
    "rules/allocation/groups": MOST_GROUPS,
}


@pytest.mark.parametrize("place", LENGTHS)
def test_a_list_may_be_as_long_for_the_schema_as_for_the_reader(place):
    at = RECORD.schema
    for step in place.split("/"):
        while "properties" not in at and "items" not in at:
            (at,) = at["allOf"]
        at = at["items"] if step == "items" else at["properties"][step]
    while "maxItems" not in at:
        (at,) = at["allOf"]
    assert at["maxItems"] == LENGTHS[place]


def test_how_a_number_is_written_is_beyond_a_schema():
    obj = with_everything()
    obj["rules"]["places"] = 2.0
    assert [fault.message for fault in record.check(obj)] == ["must be a whole number, not the number 2.0"]
    assert RECORD.is_valid(obj)


@given(legal_records(), st.data())
def test_the_rules_alone_are_refused_by_both_or_neither(obj, data):
    where = data.draw(st.sampled_from(places(obj["rules"])))
    for name, change in data.draw(st.permutations(list(mutations(obj["rules"], where))))[:5]:
        rules = change()
        faults = check_rules(rules)
        if RULES.is_valid(rules):
            assert all(map(is_beyond, faults)), (where, name, faults)
        else:
            assert faults, (where, name)
