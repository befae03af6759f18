"""A record is read whole, or refused with every fault and its place."""

from __future__ import annotations

import json

import pytest

from scoring.reading import record
from scoring.reading.record import Fault, RecordRefused
from tests.scoring.record_example import example, faults


def test_a_sound_record_is_read_and_written_back_as_it_was():
    given = example()
    assert faults(given) == []
    assert record.from_object(given).as_object() == given
    assert record.read(json.dumps(given)).as_object() == given
    assert record.read(json.dumps(given).encode()).sha256 == record.from_object(given).sha256


def test_a_record_with_everything_optional_is_written_back_as_it_was():
    given = example()
    given["rules"] |= {
        "quality_minimum": "50.5",
        "price": {
            "method": "linear_from_lowest",
            "slope": "1.50",
            "ceiling_pence": 300_000,
            "floor_pence": 1,
            "lines": [{"id": "weekday", "volume": 70}, {"id": "weekend", "volume": 30}],
        },
        "abnormally_low": {"below_mean_percent": "15", "below_next_percent": "10"},
    }
    given["rules"]["cqc"]["minimum_overall"] = "Requires Improvement"
    given["rules"]["allocation"]["groups"] = [{"id": "all", "lots": ["L1", "L2"], "most_lots": 1}]
    for each in given["bids"]:
        each["prices"] = {"weekday": each.pop("price_pence"), "weekend": 2000}
    given["bidders"][0] |= {"preferences": ["L2"], "most_lots": 1, "hours_per_week": "900.50"}
    given["bidders"][1]["decision"] = {"state": "excluded", "reason": "Debarred."}
    given["bidders"][2]["decision"] = [
        {"state": "withdrawn", "reason": "Too far.", "lots": ["L1"]},
        {"state": "abnormally_low", "reason": "Could not show how.", "lots": ["L2"]},
    ]
    del given["bids"][1]["marks"], given["bids"][1]["prices"]
    given["bids"][4]["marks"] = {}
    assert faults(given) == []
    assert record.from_object(given).as_object() == given


def test_the_record_is_not_changed_by_what_happens_to_the_object_it_came_from():
    given = example()
    read = record.from_object(given)
    before = read.sha256
    given["rules"]["weights"]["quality"] = "10"
    read.as_object()["bidders"].clear()
    assert record.from_object(read.as_object()).sha256 == before


def test_the_hash_of_a_record_is_that_of_its_canonical_json():
    given = example()
    plain = json.dumps(given, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    import hashlib

    assert record.from_object(given).sha256 == hashlib.sha256(plain.encode()).hexdigest()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"\xff\xfe{", "record: is not UTF-8 text: byte 1 cannot be read; save it as UTF-8"),
        ('{"format": }', "line 1, column 12: is not JSON here: Expecting value"),
        ("[" * 100_000, "record: is nested too deeply to be what is read here"),
        ("", "line 1, column 1: is not JSON here: Expecting value"),
        ("[]", "record: must be an object, not a list"),
        ('"x"', 'record: must be an object, not the text "x"'),
        ("null", "record: must be an object, not null"),
    ],
)
def test_what_is_no_record_at_all_is_refused_in_words(text, message):
    with pytest.raises(RecordRefused) as refused:
        record.read(text)
    assert str(refused.value.faults[0]) == message


def test_a_byte_order_mark_from_a_windows_editor_does_no_harm():
    assert record.read(b"\xef\xbb\xbf" + json.dumps(example()).encode()).lots[0].zone == "Burnley"


@pytest.mark.parametrize("number", ["16.5", "1600.0", "1.6e3", "1E3", "NaN", "Infinity", "-Infinity"])
def test_a_number_that_is_not_whole_is_refused_where_it_stands(number):
    text = json.dumps(example()).replace('"price_pence": 1600', f'"price_pence": {number}', 1)
    with pytest.raises(RecordRefused) as refused:
        record.read(text)
    assert [str(fault) for fault in refused.value.faults] == [
        f"bids[1].price_pence: must be a whole number, not the number {number}"
    ]


def test_a_number_of_thousands_of_digits_is_refused_and_not_printed():
    text = json.dumps(example()).replace('"places": 2', '"places": ' + "9" * 5000, 1)
    with pytest.raises(RecordRefused) as refused:
        record.read(text)
    assert str(refused.value) == "rules.places: must be a whole number, not the number of 5,000 digits"


def test_a_key_that_is_given_twice_is_refused_where_it_stands():
    text = json.dumps(example()).replace('"price_pence": 1600', '"price_pence": 1600, "price_pence": 1599', 1)
    text = text.replace('"format"', '"lots": [], "format"', 1)
    with pytest.raises(RecordRefused) as refused:
        record.read(text)
    assert [str(fault) for fault in refused.value.faults] == [
        "lots: is given twice; keep the one that is meant",
        "bids[1].price_pence: is given twice; keep the one that is meant",
    ]


def test_a_mark_given_twice_is_refused():
    text = json.dumps(example()).replace('"marks": {"Q1": 5', '"marks": {"Q1": 5, "Q1": 1', 1)
    with pytest.raises(RecordRefused) as refused:
        record.read(text)
    assert str(refused.value) == "bids[0].marks.Q1: is given twice; keep the one that is meant"


def test_every_fault_is_named_in_one_pass():
    given = example()
    given["format"] = "evaluation/2"
    given["rules"]["places"] = 9
    given["rules"]["weights"]["quality"] = "61"
    given["lots"][1]["zone"] = " "
    given["bidders"][0]["name"] = 7
    given["bidders"][2]["colour"] = "blue"
    given["bids"][3]["marks"]["Q2"] = 7
    given["bids"][4]["price_pence"] = 0
    assert faults(given) == [
        'format: must be "evaluation/1"; this version reads no other',
        "rules.weights: quality 61 and price 40 come to 101; they must come to 100",
        "rules.questions: in lot L1 the weights come to 60; they must come to the quality weight, 61",
        "rules.questions: in lot L2 the weights come to 60; they must come to the quality weight, 61",
        "rules.places: 9 is above the highest allowed, 4 decimals",
        "lots[1].zone: is empty; write what it is",
        "bidders[2].colour: is not a field of this format; the fields here are id, name, cqc, preferences,"
        " most_lots, hours_per_week, decision",
        "bidders[0].name: must be text, not the number 7; write it in quotation marks",
        "bids[3].marks.Q2: 7 is above the highest mark, 5",
        "bids[4].price_pence: 0 is not a price; a price is at least 1 penny",
    ]


REQUIRED = [
    "format", "rules", "lots", "bidders", "bids", "rules.weights", "rules.weights.quality",
    "rules.weights.price", "rules.marks", "rules.marks.lowest", "rules.marks.highest", "rules.questions",
    "rules.questions.0.id", "rules.questions.0.title", "rules.questions.0.weight", "rules.price",
    "rules.price.method", "rules.places", "rules.ties", "rules.cqc",
    "rules.cqc.inadequate", "rules.cqc.unrated", "rules.allocation", "rules.allocation.method",
    "rules.allocation.groups", "lots.0.id", "lots.0.service", "lots.0.zone", "lots.0.hours_per_week",
    "lots.0.weeks_per_year", "lots.0.places", "bidders.0.id", "bidders.0.name", "bidders.0.cqc",
    "bidders.0.cqc.0.location", "bids.0.bidder", "bids.0.lot", "bids.0.price_pence", "bids.0.marks",
    "bids.0.marks.Q1",
]  # fmt: skip


def spoilt(path, change):
    """The example with one place removed or changed, and the place as the faults name it."""
    given = example()
    *way, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    inner = given
    for step in way:
        inner = inner[step]
    change(inner, last)
    named = "".join(f"[{step}]" if step.isdigit() else f".{step}" for step in path.split("."))
    return given, named.lstrip(".")


@pytest.mark.parametrize("path", REQUIRED)
def test_a_missing_field_is_named_and_never_defaulted(path):
    given, named = spoilt(path, lambda inner, last: inner.pop(last))
    assert any(fault.startswith(f"{named}: is missing") for fault in faults(given)), faults(given)


@pytest.mark.parametrize(
    "path",
    ["", "rules", "rules.weights", "rules.marks", "rules.questions.0", "rules.price", "rules.cqc",
     "rules.allocation", "lots.0", "bidders.0", "bidders.0.cqc.0", "bids.0"],
)  # fmt: skip
def test_an_unknown_field_is_refused_wherever_it_stands(path):
    given, named = spoilt(f"{path}.nonsense".lstrip("."), lambda inner, last: inner.update({last: 1}))
    assert any(fault.startswith(f"{named}: is not a field of this format") for fault in faults(given))


@pytest.mark.parametrize("wrong", [None, True, 1.5, [], {}, "x" * 50_000, -1, 10**40, float("nan"), object()])
@pytest.mark.parametrize("path", REQUIRED)
def test_a_value_of_the_wrong_kind_anywhere_is_refused_or_read_and_never_crashes(path, wrong):
    def put(inner, last):
        inner[last] = wrong

    given, _ = spoilt(path, put)
    texts = ("title", "service", "zone", "name", "draw_seed")
    harmless = (isinstance(wrong, str) and path.endswith(texts)) or (
        wrong == [] and path in ("rules.ties", "rules.allocation.groups", "bids", "bidders.0.cqc")
    )
    assert bool(faults(given)) is not harmless


def test_a_key_given_twice_among_thousands_is_found_at_once():
    text = "{" + ",".join(f'"k{n}":1' for n in range(50_000)) + ',"k0":1}'
    with pytest.raises(RecordRefused) as refused:
        record.read(text)
    assert Fault("k0", "is given twice; keep the one that is meant") in refused.value.faults


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize(
    "place", [("rules", "places"), ("bids", 0, "price_pence"), ("bids", 0, "marks", "Q1")]
)
def test_a_number_of_thousands_of_digits_from_python_is_refused_and_not_printed(sign, place):
    given = example()
    *path, last = place
    where = given
    for step in path:
        where = where[step]
    where[last] = sign * 10**5000
    (fault,) = record.check(given)
    assert "of more than 30 digits" in fault.message


def test_a_mark_whose_key_is_no_text_is_refused():
    given = example()
    given["bids"][0]["marks"][None] = 4
    assert record.check(given)


@pytest.mark.parametrize("unseen", ["B\u200b1", "\u202eB1", "B\u00ad1", "B\n1", "B\x9b1"])
def test_an_identifier_with_a_sign_that_cannot_be_seen_is_refused(unseen):
    given = example()
    given["bidders"][0]["id"] = unseen
    message = "has a line break or a character that cannot be seen; take it out"
    assert Fault("bidders[0].id", message) in record.check(given)


@pytest.mark.parametrize("published", ["2026-W18-5", "2026-5-1", "20260501", " 2026-05-01", "2026-02-30", 5])
def test_a_date_that_is_not_written_as_a_day_of_the_calendar_is_refused(published):
    given = example()
    given["bidders"][0]["cqc"][0]["published"] = published
    message = "must be a date as 2026-05-01; leave it out where there is none"
    assert record.check(given) == [Fault("bidders[0].cqc[0].published", message)]


@pytest.mark.parametrize("rating", ["   ", "Good ", " Inadequate", "\u00a0", "Good\n"])
def test_a_rating_that_is_not_written_as_it_is_published_is_refused(rating):
    given = example()
    given["bidders"][0]["cqc"][0]["safe"] = rating
    assert [fault.place for fault in record.check(given)] == ["bidders[0].cqc[0].safe"]


def test_a_limit_of_one_is_named_in_the_singular():
    given = example()
    given["bidders"][0]["most_lots"] = 0
    assert str(record.check(given)[0]) == "bidders[0].most_lots: 0 is below the lowest allowed, 1 lot"


def test_faults_of_one_bid_come_in_the_order_in_which_it_is_written():
    given = example()
    given["bids"][0]["marks"] |= {f"X{n}": 1 for n in range(20)}
    assert [fault.place for fault in record.check(given)] == [f"bids[0].marks.X{n}" for n in range(20)]
