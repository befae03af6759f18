"""Bids read and written by the thousand are what they are when each is read and written alone."""

from __future__ import annotations

import copy

import numpy as np
import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from scoring.canonical import NotCanonical, canonical_json, sha256_of
from scoring.model import writing
from scoring.reading import bids_in_bulk, bids_one_by_one, record
from scoring.reading.faults import NotWhole, RepeatedKeys
from tests.scoring.record_example import bid, bidder, example, faults
from tests.scoring.records import NEAR_LIMITS, legal_records

STRANGE = [
    None, True, False, 0, -1, -2, -3, 3, 1.5, 10**11, 10**11 + 1, 2**63, 2**70, "", "B1", "L1", "Q1", [], {},
    {"Q1": 3}, RepeatedKeys({"Q1": 3}), NotWhole("1e3"), {"day": 1},
]  # fmt: skip


def columns(read):
    bids = read.bids
    arrays = (bids.bidder, bids.lot, bids.price, bids.line_prices, bids.marks)
    return [(array.dtype, array.tolist()) for array in arrays], bids.without_marks


@given(legal_records() | legal_records(NEAR_LIMITS), st.integers(1, 3))
def test_a_legal_record_has_the_same_bids_however_they_are_read(given_record, at_once):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bids_in_bulk, "_AT_ONCE", at_once)
        in_bulk = record.from_object(given_record)
        patch.setattr(bids_in_bulk, "read", lambda *anything: None)
        assert columns(in_bulk) == columns(record.from_object(given_record))


@given(legal_records(), st.integers(1, 3))
def test_a_legal_record_is_written_and_hashed_as_it_was_read(given_record, at_once):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(writing, "_AT_ONCE", at_once)
        read = record.from_object(given_record)
        assert read.as_object() == given_record
        assert read.sha256 == sha256_of(given_record)
        assert b"".join(writing.canonical(read.ids, read.bids)) == rfc8785.dumps(given_record["bids"])


@st.composite
def spoiled(draw):
    """A record with something strange in one bid, or a bid too many."""
    given_record = copy.deepcopy(draw(legal_records()))
    bids = given_record["bids"]
    if not bids or draw(st.integers(0, 5)) == 0:
        bids.insert(draw(st.integers(0, len(bids))), draw(st.sampled_from([*STRANGE, *bids[:1]])))
        return given_record
    one = draw(st.sampled_from(bids))
    part = draw(st.sampled_from([one, *(inner for inner in one.values() if isinstance(inner, dict))]))
    name = draw(st.sampled_from([*part, "Q1", "Q9", "day", "marks", "price_pence", "prices", "lot"]))
    if name in part and draw(st.booleans()):
        del part[name]
    else:
        part[name] = draw(st.sampled_from(STRANGE))
    return given_record


@given(spoiled())
def test_a_record_that_is_wrong_is_refused_for_the_same_faults_however_it_is_read(given_record):
    with pytest.MonkeyPatch.context() as patch:
        found = faults(given_record)
        patch.setattr(bids_in_bulk, "read", lambda *anything: None)
        assert found == faults(given_record)


def test_an_unusual_bid_among_usual_ones_is_read_alone_with_its_neighbours(monkeypatch):
    obj = example()
    obj["bidders"].append(bidder("B4", "Dock Care", decision={"state": "withdrawn", "reason": "Sold."}))
    obj["bids"].insert(2, {"bidder": "B4", "lot": "L1"})
    monkeypatch.setattr(bids_in_bulk, "_AT_ONCE", 2)
    alone_read = []
    some = bids_one_by_one._some
    monkeypatch.setattr(
        bids_one_by_one,
        "_some",
        lambda listed, around: alone_read.append(len(listed)) or some(listed, around),
    )
    read = record.from_object(obj)
    assert alone_read == [2]
    assert read.bids.without_marks == {2}
    assert read.as_object() == obj
    assert read.sha256 == sha256_of(obj)


def test_the_second_bid_of_a_bidder_for_a_lot_is_found_however_far_apart_they_stand(monkeypatch):
    monkeypatch.setattr(bids_in_bulk, "_AT_ONCE", 2)
    obj = example()
    obj["bids"].append(bid("B1", "L1", 1400, 5, 5, 5))
    assert faults(obj) == ["bids[6]: B1 already bids for L1 in bids[0]; one bid for each bidder and lot"]


@pytest.mark.parametrize("broken", [{"id": 7}, "no lot", {"id": "L2"}])
def test_bids_are_read_although_a_lot_before_theirs_could_not_be(broken):
    obj = example()
    obj["lots"].insert(0, broken)
    found = faults(obj)
    assert found
    assert not [fault for fault in found if fault.startswith("bids")]
    obj["bids"][0]["marks"]["Q1"] = 9
    assert faults(obj) == [*found, "bids[0].marks.Q1: 9 is above the highest mark, 5"]


def test_ids_that_look_like_gaps_or_sort_strangely_are_written_as_they_are():
    names = {"Q1": "100%d", "Q2": "\U0001f600", "Q3": "\uffee"}  # UTF-16 puts the second before the third
    obj = example()
    obj["lots"] = [obj["lots"][0] | {"id": "%s {L}"}]
    obj["rules"]["questions"] = [
        {key: each[key] for key in ("title", "weight")} | {"id": names[each["id"]]}
        for each in obj["rules"]["questions"]
        if each["id"] in names
    ]
    obj["rules"]["ties"] = ["price"]
    obj["bids"] = [
        each | {"lot": "%s {L}", "marks": {names[name]: mark for name, mark in each["marks"].items()}}
        for each in obj["bids"][:3]
    ]
    read = record.from_object(obj)
    assert read.as_object() == obj
    assert b"".join(writing.canonical(read.ids, read.bids)) == rfc8785.dumps(obj["bids"])
    assert read.sha256 == sha256_of(obj)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1)
        | st.text(st.characters(exclude_categories=["Cs"])),
        lambda inner: st.lists(inner) | st.dictionaries(
            st.text(st.sampled_from("a\"\\\n\x00\x1f\x7f\ud7ff\ue000\uffff\U00010000é")), inner
        ),
    )
)  # fmt: skip
def test_the_canonical_form_is_that_of_the_published_library(value):
    assert canonical_json(value) == rfc8785.dumps(value)


def test_half_a_character_has_no_canonical_form_wherever_it_stands():
    for value in ("\ud800", ["\udfff"], {"\ud800": 1}, {"a": "\ud800b"}):
        with pytest.raises(NotCanonical, match="UTF-8"):
            canonical_json(value)


def test_a_portion_of_the_bids_keeps_who_has_no_marks():
    obj = example()
    obj["bidders"][2]["decision"] = {"state": "withdrawn", "reason": "Sold."}
    del obj["bids"][2]["marks"]
    part = record.from_object(obj).bids.portion(1, 4)
    assert part.without_marks == {1}
    assert len(part) == 3
    assert np.array_equal(part.price, [1600, 1700, 1500])
