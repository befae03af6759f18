"""Ranks, and the published keys that break ties, whichever of them one sort can hold."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from scoring.methods import ranking, sorting, tie_keys
from tests.scoring.record_example import bidder, example, one_lot, result_of, rows


def ranks(obj, lot="L1"):
    return {who: row["rank"] for who, row in rows(obj, lot).items()}


def level_on_total(*others):
    """Bids of 20 + 40 points: (question 1 mark, question 2 mark) all of the same quality at one price."""
    given = one_lot({"ties": []}, [(f"B{n}", 3, 1500) for n in range(len(others))])
    given["rules"]["questions"] = [
        {"id": "Q1", "title": "One", "weight": "30"}, {"id": "Q2", "title": "Two", "weight": "30"},
    ]  # fmt: skip
    for each, (first, second) in zip(given["bids"], others, strict=True):
        each["marks"] = {"Q1": first, "Q2": second}
    return given


def test_equal_totals_without_a_key_share_a_rank_and_the_next_one_is_left_out():
    assert ranks(one_lot({}, [("B3", 2, 1500), ("B2", 3, 1500), ("B1", 3, 1500)])) == {
        "B1": 1, "B2": 1, "B3": 3,
    }  # fmt: skip


def test_a_lone_bid_is_first_and_every_lot_counts_from_one():
    assert ranks(one_lot({}, [("B1", 3, 1500)])) == {"B1": 1}
    for lot in ("L1", "L2"):
        assert ranks(example(), lot) == {"B1": 1, "B2": 2, "B3": 3}


def test_within_a_shared_rank_bidders_stand_by_id_whatever_the_order_of_the_record():
    given = one_lot({}, [("B3", 3, 1500), ("B1", 3, 1500), ("B2", 3, 1500)])
    assert list(rows(given)) == ["B1", "B2", "B3"]


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ([], {"B0": 1, "B1": 1, "B2": 1, "B3": 1}),
        (["question:Q1"], {"B0": 3, "B1": 1, "B2": 1, "B3": 3}),
        (["question:Q2"], {"B0": 1, "B1": 3, "B2": 3, "B3": 1}),
    ],
)
def test_a_question_breaks_a_tie_by_the_higher_mark(keys, expected):
    given = level_on_total((2, 4), (4, 2), (4, 2), (2, 4))
    given["rules"]["ties"] = keys
    assert ranks(given) == expected


def test_a_key_is_only_asked_about_those_whom_the_keys_before_it_left_level():
    given = level_on_total((2, 4), (4, 2), (4, 2), (2, 4))
    given["rules"] |= {"ties": ["question:Q1", "draw"], "draw_seed": "seed"}
    drawn = {who: tie_keys.draw("seed", "L1", who) for who in ("B0", "B1", "B2", "B3")}
    expected = [*sorted(("B1", "B2"), key=drawn.get), *sorted(("B0", "B3"), key=drawn.get)]
    assert list(rows(given)) == expected
    assert list(ranks(given).values()) == [1, 2, 3, 4]


def test_quality_breaks_a_tie_before_price_when_it_is_published_first():
    # 24 + 40 and 30 + 34: one total, more quality in the dearer bid.
    given = one_lot({"places": 0}, [("B1", 2, 1500), ("B2", 3, 2142)])
    given["rules"]["questions"][0]["weight"] = "60"
    for keys, first in ((["quality"], "B2"), (["price"], "B1")):
        given["rules"]["ties"] = keys
        found = rows(given)
        assert {row["total"] for row in found.values()} == {found["B1"]["total"]}, "the example must tie"
        assert next(iter(found)) == first


def test_a_draw_that_is_published_before_other_keys_is_drawn_before_them():
    given = level_on_total((2, 4), (4, 2))
    given["rules"] |= {"ties": ["draw", "question:Q1"], "draw_seed": "seed"}
    assert list(rows(given)) == sorted(("B0", "B1"), key=lambda who: tie_keys.draw("seed", "L1", who))


def test_no_draw_is_made_for_a_bid_whose_tie_is_broken_already(monkeypatch):
    asked = []

    def counting(scored, at, name):
        asked.append(len(at))
        return tie_keys.by_draw(scored, at, name)

    monkeypatch.setitem(tie_keys.KEYS, "draw", replace(tie_keys.DRAW, order=counting))
    given = level_on_total((2, 4), (4, 2), (4, 2), (5, 5))
    given["rules"] |= {"ties": ["question:Q1", "draw"], "draw_seed": "seed"}
    rows(given)
    assert asked == [2]
    given["bids"][0]["marks"]["Q2"] = 3
    given["bids"][1]["marks"]["Q2"] = 1
    rows(given)
    assert asked == [2], "no tie is left, so nothing is drawn"


def test_where_the_draw_is_the_only_key_it_is_made_only_for_bids_of_one_total(monkeypatch):
    asked = []

    def noting(scored, at, name):
        asked.append(sorted(at.tolist()))
        return tie_keys.by_draw(scored, at, name)

    monkeypatch.setitem(tie_keys.KEYS, "draw", replace(tie_keys.DRAW, order=noting))
    rows(
        one_lot({"ties": ["draw"], "draw_seed": "seed"}, [("B1", 3, 1500), ("B2", 4, 1500), ("B3", 3, 1500)])
    )
    assert asked == [[0, 2]]


def rounds(monkeypatch, bits):
    """How many columns each sort took, when one sort holds so many bits."""
    taken = []
    grouped = ranking.grouped
    monkeypatch.setattr(sorting, "_BITS", bits)
    monkeypatch.setattr(ranking, "grouped", lambda columns: taken.append(len(columns)) or grouped(columns))
    # Four bids level on total and one below. Total has 3 bits, quality 2, question 1, price 3, position 3.
    bids = SimpleNamespace(
        lot=np.zeros(5, np.int64), bidder=np.arange(5), price=np.array([1, 1, 8, 1, 1]),
        marks=np.array([[3, 3, 3, 4, 3]], np.int16),
    )  # fmt: skip
    rules = SimpleNamespace(
        ties=("quality", "question:Q1", "price", "draw"), draw_seed="", questions=[SimpleNamespace(id="Q1")]
    )
    quality, total = np.array([4, 4, 4, 7, 4]), np.array([9, 9, 9, 9, 2])
    scored = tie_keys.Scored(rules, bids, ["L1"], ["a", "b", "c", "d", "e"], quality, total)
    order, found = ranking.rank(scored, np.arange(5))
    assert found.tolist() == [1, 2, 3, 4, 5]
    assert order[[0, 3, 4]].tolist() == [3, 2, 4]
    return taken


@pytest.mark.parametrize(
    ("bits", "taken"),
    [
        (63, [5, 2]),  # lot, total and three keys; then, for the two still level, group and draw
        (12, [5, 2]),
        (11, [4, 2, 2]),  # the price is left to the second sort, of three; the draw to the third
        (9, [4, 2, 2]),
        (8, [3, 3, 2]),
        (5, [2, 3, 2, 2]),  # not even lot and total fit
        (4, [2, 2, 2, 2, 2]),
    ],
)
def test_a_sort_takes_the_keys_that_it_can_hold_and_leaves_the_others_to_the_next(monkeypatch, bits, taken):
    assert rounds(monkeypatch, bits) == taken


@pytest.mark.parametrize("bits", [2, 12, 20, 30, 63])
def test_however_few_keys_one_sort_holds_the_ranks_are_the_same(monkeypatch, bits):
    given = example()
    given["bidders"] += [bidder(f"B{n}", f"Provider {n}") for n in range(4, 9)]
    template = given["bids"][0]
    given["bids"] = [
        {
            **template,
            "bidder": f"B{n}",
            "price_pence": 1500 + n % 2,
            "marks": {"Q1": 3 + n % 3 % 2, "Q2": 4, "Q3": 4},
        }
        for n in range(1, 9)
    ]
    expected = result_of(given).as_object()
    monkeypatch.setattr(sorting, "_BITS", bits)
    assert result_of(given).as_object() == expected


def scored(seed, lots, bidders):
    """What a draw looks at: the ids, and a bid of every bidder in every lot."""
    columns = SimpleNamespace(
        lot=np.repeat(np.arange(len(lots)), len(bidders)), bidder=np.tile(np.arange(len(bidders)), len(lots))
    )
    rules = SimpleNamespace(draw_seed=seed)
    nothing = np.zeros(0, np.int64)
    return tie_keys.Scored(rules, columns, lots, bidders, nothing, nothing)


def test_a_draw_by_a_published_text_is_the_sha_256_of_it_with_lot_and_bidder_joined_by_newlines():
    written = "Zażółć\nL1\nB2".encode()
    assert tie_keys.draw("Zażółć", "L1", "B2") == hashlib.sha256(written).hexdigest()
    lots, bidders = ["L1", "Ł2"], ["B2", "ﬁn", "𝒜"]
    numbers = [tie_keys.draw("Zażółć", lot, who) for lot in lots for who in bidders]
    places = tie_keys.by_draw(scored("Zażółć", lots, bidders), np.arange(6), "draw")
    assert places.tolist() == [sorted(numbers).index(number) for number in numbers]
    some = tie_keys.by_draw(scored("Zażółć", lots, bidders), np.array([5, 0, 3]), "draw")
    assert some.tolist() == [sorted(numbers[at] for at in (5, 0, 3)).index(numbers[at]) for at in (5, 0, 3)]


def test_drawn_numbers_that_begin_alike_are_ordered_by_the_rest_of_them(monkeypatch):
    class Alike:
        """A digest of eight bytes that are the same for all but Bd, and then the text."""

        def __init__(self, text=b""):
            self.text = text

        def copy(self):
            return Alike(self.text)

        def update(self, text):
            self.text += text

        def digest(self):
            first = b"\x01" if self.text.endswith(b"Bd") else b"\xff"
            return first * 8 + self.text[-1:].ljust(24, b"\x00")

    monkeypatch.setattr(tie_keys.hashlib, "sha256", Alike)
    places = tie_keys.by_draw(scored("seed", ["L1"], ["Bc", "Ba", "Bd", "Bb"]), np.arange(4), "draw")
    assert places.tolist() == [3, 1, 0, 2]
