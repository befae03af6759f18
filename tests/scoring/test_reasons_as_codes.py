"""Figures and codes are the result, sentences are made of them: a better sentence makes no other award."""

from __future__ import annotations

import copy
import json
import re
from pathlib import Path
from typing import get_args, get_type_hints

import pytest
from hypothesis import given

import scoring
from scoring.errors import UnknownReason
from scoring.model import reasons as codes
from scoring.result import reasons, result, sentences
from scoring.result.differences import differences, notes
from scoring.result.names import NO_NAMES, names_in
from tests.scoring.evaluating import evaluated
from tests.scoring.record_example import example, one_lot, result_of
from tests.scoring.records import legal_records

DOCS = Path(__file__).parents[2] / "docs/scoring.md"


def out_of_assessment():
    """A record with a bid above the ceiling, one that was decided on, and one flagged."""
    rules = {"price": {"method": "lowest_over_bid", "ceiling_pence": 1800}}
    rules |= {"abnormally_low": {"below_next_percent": "10"}}
    given_ = one_lot(rules, [("B1", 3, 2000), ("B2", 3, 1500), ("B3", 4, 1200), ("B4", 1, 1600)])
    given_["bidders"][3]["decision"] = {"state": "withdrawn", "reason": "Sold the branch."}
    return given_


def published_codes():
    """Every code that a reason may have, from the types."""
    kinds = get_args(codes.BidReason) + get_args(codes.AwardReason) + get_args(codes.Limit)
    return {code for kind in kinds for code in get_args(get_type_hints(kind)["code"])}


def test_every_code_has_a_sentence_and_stands_in_the_published_table():
    assert published_codes() == set(sentences.SENTENCES)
    listed = set(re.findall(r"^\| `([a-z_]+)` \|", DOCS.read_text(encoding="utf-8"), re.MULTILINE))
    assert published_codes() <= listed


def test_a_reason_is_a_code_with_its_data():
    rows = {row["bidder"]: row for row in evaluated(out_of_assessment())["lots"][0]["ranking"]}
    assert rows["B1"]["reasons"] == [
        {"code": "price_above_ceiling", "price_pence": 2000, "ceiling_pence": 1800},
    ]
    assert rows["B3"]["reasons"][-1] == {
        "code": "price_far_below_next",
        "price_pence": 1200,
        "percent": "10",
        "next_pence": 1500,
    }
    assert rows["B4"]["reasons"][0] == {
        "code": "decided",
        "state": "withdrawn",
        "reason": "Sold the branch.",
    }


@pytest.fixture
def better_sentences(monkeypatch):
    """A version that has another sentence for every reason."""
    for code in sentences.SENTENCES:
        monkeypatch.setitem(sentences.SENTENCES, code, lambda reason, names: f"better: {reason['code']}")


def test_a_better_sentence_makes_no_other_result(better_sentences, monkeypatch):
    lines = result_of(out_of_assessment()).sentences()
    assert any("better: awarded" in line for line in lines)
    now = evaluated(out_of_assessment())
    monkeypatch.undo()
    then = evaluated(out_of_assessment())
    assert then == now
    assert list(differences(then, now)) == []


def tampered(change):
    published = copy.deepcopy(evaluated(out_of_assessment()))
    change(published["lots"][0])
    return list(differences(published, evaluated(out_of_assessment())))


def row_of(lot, bidder):
    return next(row for row in lot["ranking"] if row["bidder"] == bidder)


def test_another_figure_in_a_reason_is_a_difference_that_is_named():
    found = tampered(lambda lot: row_of(lot, "B1")["reasons"][0].update(price_pence=1900))
    assert found == ["lots[0].ranking[2].reasons[0].price_pence: the result says 1900; the record gives 2000"]


def test_another_reason_code_is_a_difference_that_is_named():
    found = tampered(lambda lot: lot["awards"][0]["reason"].update(code="at_limit"))
    assert found == ['lots[0].awards[0].reason.code: the result says "at_limit"; the record gives "awarded"']


def test_a_sentence_in_the_place_of_a_code_is_a_difference():
    (found,) = tampered(lambda lot: lot["awards"][0].update(reason="ranked 1st of 2"))
    assert found.startswith('lots[0].awards[0].reason: the result says "ranked 1st of 2"')


def test_the_words_of_a_person_are_data_and_are_compared():
    found = tampered(lambda lot: row_of(lot, "B4")["reasons"][0].update(reason="Kept the branch."))
    assert found == [
        'lots[0].ranking[3].reasons[0].reason: the result says "Kept the branch."; the record gives'
        ' "Sold the branch."'
    ]


def test_a_result_names_the_engine_and_its_version():
    assert evaluated(example())["engine"] == {"name": "scoring", "version": scoring.__version__}


def test_another_version_of_the_engine_is_noted_and_is_no_difference(monkeypatch):
    now = evaluated(example())
    monkeypatch.setattr(result, "__version__", "0.0.9")
    then = evaluated(example())
    assert list(differences(then, now)) == []
    (note,) = notes(then, now)
    assert '"version": "0.0.9"' in note
    assert f"this is scoring {scoring.__version__}" in note
    assert notes(now, now) == []


def test_a_sentence_in_place_of_a_reason_is_a_difference_whatever_engine_is_named():
    published, now = evaluated(out_of_assessment()), evaluated(out_of_assessment())
    del published["engine"]
    published["lots"][0]["awards"][0]["reason"] = "won, as somebody wrote"
    (found,) = differences(published, now)
    assert found.startswith('lots[0].awards[0].reason: the result says "won, as somebody wrote"')
    assert notes(published, now) == [
        f"note: the result names no engine; this is scoring {scoring.__version__}"
    ]


def test_a_reason_of_a_newer_version_is_refused_by_its_code():
    with pytest.raises(UnknownReason, match="no words for the reason bid_by_night"):
        sentences.sentence_of({"code": "bid_by_night"}, NO_NAMES)


@given(legal_records())
def test_the_names_in_a_kept_record_are_those_of_the_record_that_was_read(record):
    kept = json.loads(json.dumps(record))
    listed = names_in(bidders=kept["bidders"], lots=kept["lots"], questions=kept["rules"]["questions"])
    assert listed == result_of(record).names


def test_evaluating_builds_no_reasons(monkeypatch):
    def built(*given_):
        raise AssertionError("a reason was built")

    for name in ("of_bid", "awarded", "passed_over", "undecided", "claim"):
        monkeypatch.setattr(reasons, name, built)
    assert scoring.evaluate(scoring.from_object(out_of_assessment())).awards
    with pytest.raises(AssertionError, match="a reason was built"):
        evaluated(out_of_assessment())


def test_a_result_in_words_says_each_award_and_who_is_out():
    lines = result_of(out_of_assessment()).sentences()
    assert lines[0].startswith("Burnley: place 1 is awarded to Provider B3: ranked 1st of 2 with ")
    assert (
        "Burnley: Provider B1 is out, procedural breach: price £20.00 is above the ceiling, £18.00" in lines
    )
