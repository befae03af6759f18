"""Ties that the published keys leave and a person decides: applied, told, and refused where they misfit."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

import scoring
from scoring import __main__ as cli
from scoring import by_both, reference
from scoring.reading.record import from_object
from scoring.result.differences import differences
from scoring.robustness.report import assess
from tests.scoring.allocation_records import contests
from tests.scoring.close_calls import close_calls
from tests.scoring.evaluating import lots_of
from tests.scoring.record_draws import decision, shared_ranks, with_ties_decided
from tests.scoring.record_example import one_lot, result_of, rows
from tests.scoring.records import ALLOCATIONS, legal_records
from tests.scoring.schema_checks import validator, wrong

RESULT, RECORD = validator("result"), validator("record")
LEVEL = [("A", 5, 2000), ("B", 5, 2000), ("C", 3, 1900)]
TIES = {"ties": ["quality", "price"]}


def decided(*decisions, bids=LEVEL, places=1):
    return one_lot(TIES, bids, places) | {"ties_decided": list(decisions)}


def refusals(record):
    return [str(fault) for fault in scoring.check(record)]


def test_a_decided_tie_gives_ranks_and_the_award():
    record = decided(decision("L1", "B", "A"))
    assert [(who, row["rank"]) for who, row in rows(record).items()] == [("B", 1), ("A", 2), ("C", 3)]
    lot = result_of(record).lot("L1")
    assert [award["bidder"] for award in lot["awards"]] == ["B"]
    assert "undecided" not in lot


def test_who_decided_and_why_is_told_at_each_of_their_ranks():
    result = result_of(decided(decision("L1", "B", "A")))
    why = "placed by the decision of Kim Hart, approved by Priya Shah: The longer record in the district."
    assert f"Burnley: Provider B is level with Provider A on 98.00 points; {why}" in result.sentences()
    told = result.explain("L1", "A").sentences()
    assert any(why in sentence and sentence.startswith("Rank: 2nd of three") for sentence in told)
    assert any("Tie-break: decision: decided place 2; behind Provider B (decided place 1)" in s for s in told)


def test_a_tie_in_one_lot_decided_leaves_the_next_lot_free_to_be_awarded():
    record = decided(decision("L1", "A", "B"))
    second = {**record["lots"][0], "id": "L2", "zone": "Pendle"}
    record["lots"].append(second)
    record["bids"] += [{**bid, "lot": "L2", "marks": {"Q1": mark}} for bid, mark in
                       zip(record["bids"][:2], (2, 4), strict=True)]  # fmt: skip
    record["rules"]["allocation"]["groups"] = [{"id": "G1", "lots": ["L1", "L2"], "most_lots": 1}]
    lots = {
        lot["id"]: [award["bidder"] for award in lot["awards"]]
        for lot in result_of(record).as_object()["lots"]
    }
    assert lots == {"L1": ["A"], "L2": ["B"]}


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (decided(decision("L1", "B", "C")),
         "ties_decided[0].bidders: C is not level with B: the totals or the published keys part them;"
         " take the decision out"),
        (decided(decision("L1", "A", "B"), bids=[*LEVEL, ("D", 5, 2000)]),
         "ties_decided[0].bidders: leaves out D, level with those it names; a decision places them all"),
        (decided(decision("L1", "A", "B"), bids=[("A", 5, 2000), ("B", 5, 2001), ("C", 3, 1900)]),
         "ties_decided[0].bidders: B is not level with A: the totals or the published keys part them;"
         " take the decision out"),
        (decided(decision("L1", "A")),
         "ties_decided[0].bidders: must name at least two; one bidder is level with nobody"),
        (decided(decision("L9", "A", "B")), "ties_decided[0].lot: there is no lot L9 in this record"),
        (decided(decision("L1", "A", "Z")),
         "ties_decided[0].bidders[1]: there is no bidder Z in this record"),
        (decided(decision("L1", "A", "B"), decision("L1", "B", "A")),
         "ties_decided[1].bidders: the bidder A of lot L1 is already ties_decided[0].bidders; each comes"
         " once"),
        (decided(decision("L1", "A", "B") | {"reason": " "}),
         "ties_decided[0].reason: is empty; write what it is"),
        (decided(decision("L1", "A", "B") | {"approved_by": ""}),
         "ties_decided[0].approved_by: is empty; write what it is"),
        (decided(), "ties_decided: is empty; leave it out where no tie was decided"),
        (decided() | {"ties_decided": 5}, "ties_decided: must be a list, not the number 5"),
        (decided(decision("L1") | {"bidders": 7}),
         "ties_decided[0].bidders: must be a list, not the number 7"),
    ],
)  # fmt: skip
def test_a_decision_that_does_not_fit_its_tie_is_refused_by_name(record, expected):
    assert expected in refusals(record)
    with pytest.raises(scoring.RecordRefused):
        scoring.evaluate(from_object(record))


def test_a_bidder_out_of_assessment_is_in_no_tie():
    record = decided(decision("L1", "A", "B"))
    record["bidders"][1]["decision"] = {"state": "withdrawn", "reason": "In writing."}
    assert refusals(record) == ["ties_decided[0].bidders: names B, not ranked in L1; take the decision out"]


def test_the_command_line_checks_decisions_too(tmp_path, capsys):
    file = tmp_path / "record.json"
    file.write_text(json.dumps(decided(decision("L1", "B", "C"))))
    assert cli.main(["check", str(file)]) == 2
    assert "ties_decided[0].bidders: C is not level with B" in capsys.readouterr().err
    file.write_text(json.dumps(decided(decision("L1", "B", "A"))))
    assert cli.main(["check", str(file)]) == 0
    assert cli.main(["evaluate", str(file), "--by", "both"]) == 0


def assert_agreed(record):
    assert refusals(record) == []
    assert wrong(RECORD, record) == []
    given = lots_of(record)
    assert list(by_both.differences(given, reference.evaluate(record))) == []
    assert wrong(RESULT, scoring.evaluate(from_object(record)).as_object()) == []
    if not shared_ranks(record):
        assert not any("undecided" in lot for lot in given)


@given(legal_records().flatmap(with_ties_decided))
def test_both_engines_apply_decisions_alike_in_any_record(record):
    assert_agreed(record)


@given(close_calls().flatmap(with_ties_decided))
def test_both_engines_apply_decisions_alike_where_totals_are_close(record):
    assert_agreed(record)


@pytest.mark.parametrize("allocation", ALLOCATIONS)
@given(data=st.data())
def test_both_engines_apply_decisions_alike_under_limits(allocation, data):
    assert_agreed(data.draw(contests(allocation).flatmap(with_ties_decided)))


@given(contests("rank_order").flatmap(with_ties_decided))
def test_what_an_award_is_sensitive_to_is_measured_from_the_decided_award(record):
    report = assess(from_object(record), 50).as_object()
    assert report["record_sha256"] == from_object(record).sha256


# Level totals


def level(record):
    return result_of(record).lot("L1")["level_totals"]


def test_level_totals_tell_which_key_put_each_before_the_next():
    bids = [("A", 5, 1500), ("B", 5, 1499), ("C", 5, 1500), ("D", 1, 1500)]
    record = one_lot(
        {"ties": ["quality", "price"], "price": {"method": "fixed", "ceiling_pence": 2000}}, bids
    )
    assert level(record) == [
        {
            "total": "100.00",
            "bidders": ["B", "A", "C"],
            "keys": ["quality", "price"],
            "broken_by": ["price", None],
        }
    ]
    told = result_of(record).sentences()
    assert (
        "Burnley: Provider B is level with Provider A and Provider C on 100.00 points; placed by price"
        in told
    )
    assert (
        "Burnley: Provider A is level with Provider B and Provider C on 100.00 points; placed after"
        " Provider B by price, shares its rank with Provider C" in told
    )


def test_totals_that_are_level_as_printed_alone_tell_the_exact_ones():
    """Quality 54 at £20.02 and 46 at £15.01, the lowest £12.00: 77.98 both, and the second ahead by 0.003."""
    record = one_lot({"ties": ["quality"], "marks": {"lowest": 0, "highest": 60}},
                     [("A", 54, 2002), ("B", 46, 1501), ("C", 10, 1200)])  # fmt: skip
    (shared,) = level(record)
    assert shared["bidders"] == ["A", "B"]
    assert shared["broken_by"] == ["quality"]
    assert shared["exact"] == ["78054/1001", "117046/1501"]
    told = result_of(record).explain("L1", "A").sentences()
    rank = next(sentence for sentence in told if sentence.startswith("Rank"))
    assert rank.endswith(
        "level with Provider B on 77.98 points; placed by quality; before rounding, their totals were"
        " 77.976023… (Provider A) and 77.978680… (Provider B), and the printed ones are those that count"
    )


def test_a_lot_without_level_totals_says_nothing_of_them():
    assert "level_totals" not in result_of(one_lot({}, [("A", 5, 1500), ("B", 4, 1500)])).lot("L1")


def test_a_result_from_before_level_totals_is_the_same_and_one_with_others_is_not():
    record = decided(decision("L1", "B", "A"))
    given = scoring.evaluate(from_object(record)).as_object()
    before = json.loads(json.dumps(given))
    del before["lots"][0]["level_totals"]
    assert list(differences(before, given)) == []
    other = json.loads(json.dumps(given))
    other["lots"][0]["level_totals"][0]["broken_by"] = ["price"]
    assert list(differences(other, given)) == [
        'lots[0].level_totals[0].broken_by[0]: the result says "price"; the record gives "decision"'
    ]
