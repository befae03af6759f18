"""Awards as others have published them: stable matchings for `preference`, optima for `best_total`.

A college or a hospital is a lot with its places; who asks for a place is a bidder. A bid stands only where
both sides would have each other, and its mark is where it stands in the lot's list.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from scoring.allocate.limits import LotAwards
from scoring.result.stability import is_stable
from tests.scoring.allocation_records import awarded, contest, result_of

Lists = Mapping[str, Sequence[str]]


def matching(asking: Lists, giving: Lists, places: Mapping[str, int], most: int = 1):
    """The record in which `asking` prefer lots in their order, and each lot ranks them in its own."""
    marks = {
        lot: {who: 100 - at for at, who in enumerate(ranked) if lot in asking[who]}
        for lot, ranked in giving.items()
    }
    limits = {who: {"most_lots": most, "preferences": list(order)} for who, order in asking.items()}
    return contest("preference", marks, places=places, limits=limits)


def matched(asking: Lists, giving: Lists, places: Mapping[str, int], most: int = 1):
    record = matching(asking, giving, places, most)
    assert is_stable(result_of(record))
    return {lot: sorted(who) for lot, who in awarded(record).items()}


def reversed_(giving: Lists, asking: Lists, places: Mapping[str, int]):
    """The other side asks: lots of one place for each who asked, and bidders with as many lots as places."""
    marks = {
        who: {lot: 100 - at for at, lot in enumerate(order) if who in giving[lot]}
        for who, order in asking.items()
    }
    limits = {lot: {"most_lots": places[lot], "preferences": list(giving[lot])} for lot in giving}
    given = awarded(contest("preference", marks, limits=limits))
    return {lot: sorted(who for who, lots in given.items() if lot in lots) for lot in giving}


def lists(text: str) -> dict[str, list[str]]:
    """ "a: x y; b: y" as lists by name."""
    pairs = (line.split(":") for line in text.replace("\n", ";").split(";") if line.strip())
    return {name.strip(): order.split() for name, order in pairs}


# D. Gusfield and R. W. Irving, "The Stable Marriage Problem" (1989), 1.6.5, as it is printed in
# github.com/oyamad/MatchingMarkets.jl, test/test_deferred_acceptance.jl (6c2c037), which also says that the
# matching that the book calls the colleges' best is not, and which is.
STUDENTS = lists(
    "1: c3 c1 c5 c4; 2: c1 c3 c4 c2 c5; 3: c4 c5 c3 c1 c2; 4: c3 c4 c1 c5; 5: c1 c4 c2; 6: c4 c3 c2 c1 c5;"
    " 7: c2 c5 c1 c3; 8: c1 c3 c2 c5 c4; 9: c4 c1 c5; 10: c3 c1 c5 c2 c4; 11: c5 c4 c1 c3 c2"
)
COLLEGES = lists(
    "c1: 3 7 9 11 5 4 10 8 6 1 2; c2: 5 7 10 6 8 2 3 11; c3: 11 6 8 3 2 4 7 1 10;"
    " c4: 10 1 2 11 4 9 5 3 6 8; c5: 2 4 10 7 6 1 8 3 11 9"
)
PLACES = {"c1": 4, "c2": 1, "c3": 3, "c4": 2, "c5": 1}


def test_eleven_students_and_five_colleges_as_the_students_would_have_it():
    assert matched(STUDENTS, COLLEGES, PLACES) == {
        "c1": ["10", "2", "5", "8"], "c2": ["7"], "c3": ["1", "4", "6"], "c4": ["3", "9"], "c5": ["11"],
    }  # fmt: skip


def test_eleven_students_and_five_colleges_as_the_colleges_would_have_it():
    assert reversed_(COLLEGES, STUDENTS, PLACES) == {
        "c1": ["11", "4", "5", "9"], "c2": ["7"], "c3": ["3", "6", "8"], "c4": ["1", "10"], "c5": ["2"],
    }  # fmt: skip


# The same file: A. E. Roth and M. Sotomayor, "Two-Sided Matching" (1990), examples 5.24 and 2.9 and page 16.


def test_bidders_and_lots_that_each_have_two():
    firms = lists("1: a b c d; 2: b a d c; 3: c d a b; 4: d c b a")
    workers = lists("a: 4 3 2 1; b: 3 4 1 2; c: 2 1 4 3; d: 1 2 3 4")
    two = dict.fromkeys(workers, 2)
    assert matched(firms, workers, two, most=2) == {
        "a": ["1", "2"], "b": ["1", "2"], "c": ["3", "4"], "d": ["3", "4"],
    }  # fmt: skip
    assert matched(workers, firms, dict.fromkeys(firms, 2), most=2) == {
        "1": ["c", "d"], "2": ["c", "d"], "3": ["a", "b"], "4": ["a", "b"],
    }  # fmt: skip


def test_seven_students_of_whom_each_side_would_have_others():
    students = lists("1: e a; 2: b e a; 3: c a; 4: d a; 5: a b; 6: a c; 7: a c d")
    colleges = lists("a: 1 2 3 4 5 6 7; b: 5 2; c: 6 7 3; d: 7 4; e: 2 1")
    places = {"a": 3, "b": 1, "c": 1, "d": 1, "e": 1}
    assert matched(students, colleges, places) == {
        "a": ["5", "6", "7"], "b": ["2"], "c": ["3"], "d": ["4"], "e": ["1"],
    }  # fmt: skip
    assert reversed_(colleges, students, places) == {
        "a": ["1", "3", "4"], "b": ["5"], "c": ["6"], "d": ["7"], "e": ["2"],
    }  # fmt: skip


def test_five_men_and_four_women_of_whom_one_stays_alone():
    men = lists("1: a b c d; 2: d b c a; 3: d c a b; 4: a d c b; 5: a b d")
    women = lists("a: 2 3 1 4 5; b: 3 1 2 4 5; c: 5 4 1 2 3; d: 1 4 5 2 3")
    one = dict.fromkeys(women, 1)
    assert matched(men, women, one) == {"a": ["1"], "b": ["2"], "c": ["3"], "d": ["4"]}
    assert matched(women, men, dict.fromkeys(men, 1)) == {
        "1": ["d"], "2": ["a"], "3": ["b"], "4": ["c"], "5": [],
    }  # fmt: skip


# github.com/daffidwilde/matching: README.rst (041b02c), tests/hospital_resident/test_examples.py (0b66a5c).


def test_residents_and_hospitals_of_the_matching_library():
    residents = lists("A: C; S: C M; D: C M G; J: C G M; L: M C G")
    hospitals = lists("M: D J L S; C: D A S L J; G: D J L")
    assert matched(residents, hospitals, dict.fromkeys(hospitals, 2)) == {
        "M": ["L", "S"], "C": ["A", "D"], "G": ["J"],
    }  # fmt: skip


def test_groups_and_topics_of_the_matching_library_with_places_to_spare():
    groups = lists("1: IP Privacy; 2: Privacy Fairness; 3: Privacy Social")
    topics = lists("Fairness: 2; IP: 1; Privacy: 3 2 1; Social: 3")
    assert matched(groups, topics, dict.fromkeys(topics, 2)) == {
        "Fairness": [], "IP": ["1"], "Privacy": ["2", "3"], "Social": [],
    }  # fmt: skip


def test_who_is_displaced_by_the_only_one_it_accepts_is_left_without():
    assert matched(lists("A: X; B: X Y"), lists("X: B A; Y: B"), {"X": 1, "Y": 1}) == {"X": ["B"], "Y": []}


# The stable marriage problem of rosettacode.org, as it stands among the samples of github-linguist/linguist.
MEN = lists("""abe: abi eve cath ivy jan dee fay bea hope gay
bob: cath hope abi dee eve fay bea jan ivy gay
col: hope eve abi dee bea fay ivy gay cath jan
dan: ivy fay dee gay hope eve jan bea cath abi
ed: jan dee bea cath fay eve abi ivy hope gay
fred: bea abi dee gay eve ivy cath jan hope fay
gav: gay eve ivy bea cath abi dee hope jan fay
hal: abi eve hope fay ivy cath jan bea gay dee
ian: hope cath dee gay bea abi fay ivy jan eve
jon: abi fay jan gay eve bea dee cath ivy hope""")
WOMEN = lists("""abi: bob fred jon gav ian abe dan ed col hal
bea: bob abe col fred gav dan ian ed jon hal
cath: fred bob ed gav hal col ian abe dan jon
dee: fred jon col abe ian hal gav dan bob ed
eve: jon hal fred dan abe gav col ed ian bob
fay: bob abe ed ian jon dan fred gav col hal
gay: jon gav hal fred bob abe col ed dan ian
hope: gav jon bob abe ian dan hal ed col fred
ivy: ian col hal gav fred bob abe ed jon dan
jan: ed hal gav abe bob jon col ian fred dan""")
COUPLES = lists(
    "abi: jon; bea: fred; cath: bob; dee: col; eve: hal; fay: dan; gay: gav; hope: ian; ivy: abe; jan: ed"
)


def test_ten_couples_are_stable():
    assert matched(MEN, WOMEN, dict.fromkeys(WOMEN, 1)) == COUPLES


def test_ten_couples_are_not_stable_once_two_have_changed_partners():
    """As published, Bob would rather have Abi, Bea, Cath or Fay, and each of them him; so would Hope."""
    swapped = COUPLES | {"cath": COUPLES["ivy"], "ivy": COUPLES["cath"]}
    result = result_of(matching(MEN, WOMEN, dict.fromkeys(WOMEN, 1)))
    awards = [
        LotAwards(((WOMEN[lot.id].index(*swapped[lot.id]), 1),), (), (), ()) for lot in result.record.lots
    ]
    changed = replace(result, awards=tuple(awards))
    assert not is_stable(changed)
    bob = changed.bidder_positions["bob"]
    claimed = {
        lot.id
        for at, lot in enumerate(changed.record.lots)
        if any(claim.bidder == bob for claim in changed.check.claims(at))
    }
    assert claimed == {"abi", "bea", "cath", "fay", "hope"}


# Highest sums.


def test_fifteen_items_in_five_containers():
    """github.com/google/or-tools, multiple_knapsack_mip.py (0444081): "Total packed value: 395.0"."""
    hours = [48, 30, 42, 36, 36, 48, 42, 42, 36, 24, 30, 30, 42, 36, 36]
    value = [10, 30, 25, 50, 35, 30, 15, 40, 30, 35, 45, 10, 20, 30, 25]
    containers = [f"B{n}" for n in range(5)]
    record = contest(
        "best_total",
        {f"L{n}": dict.fromkeys(containers, worth) for n, worth in enumerate(value)},
        hours={f"L{n}": str(taken) for n, taken in enumerate(hours)},
        limits={who: {"hours_per_week": "100"} for who in containers},
        ties=["draw"],
    )
    packed = [n for n, won in enumerate(awarded(record).values()) if won]
    assert sum(value[n] for n in packed) == 395
    assert sorted(set(range(15)) - set(packed)) == [0, 6, 11]  # no other three can be left


ITEMS = """map 9 150, compass 13 35, water 153 200, sandwich 50 160, glucose 15 60, tin 68 45, banana 27 60,
apple 39 40, cheese 23 30, beer 52 10, suntan cream 11 70, camera 32 30, T-shirt 24 15, trousers 48 10,
umbrella 73 40, waterproof trousers 42 70, waterproof overclothes 43 75, note-case 22 80, sunglasses 7 20,
towel 18 12, socks 4 50, book 30 10"""


def test_a_walker_with_one_knapsack():
    """The knapsack problem of rosettacode.org: twelve items that weigh 396 of 400 and are worth 1030."""
    items = {
        name: (weight, int(worth))
        for name, weight, worth in (i.strip().rsplit(" ", 2) for i in ITEMS.split(","))
    }
    record = contest(
        "best_total",
        {name: {"walker": worth} for name, (_, worth) in items.items()},
        hours={name: weight for name, (weight, _) in items.items()},
        limits={"walker": {"hours_per_week": "400"}},
    )
    record["rules"] |= {"marks": {"lowest": 0, "highest": 200}, "places": 1}
    taken = [name for name, won in awarded(record).items() if won]
    assert len(taken) == 12
    assert sum(int(items[name][0]) for name in taken) == 396
    assert sum(items[name][1] for name in taken) == 1030


@pytest.mark.parametrize(
    ("costs", "workers"),
    [
        ([[90, 76, 75, 70], [35, 85, 55, 65], [125, 95, 90, 105], [45, 110, 95, 115]], [3, 2, 1, 0]),
        (
            [[90, 80, 75, 70], [35, 85, 55, 65], [125, 95, 90, 95], [45, 110, 95, 115], [50, 100, 90, 100]],
            None,
        ),
    ],
)  # fmt: skip
def test_workers_and_tasks_at_the_lowest_cost(costs, workers):
    """github.com/ankane/or-tools-ruby, test/assignment_test.rb (0e27f57): it costs 265, and who does what."""
    marks = {
        f"T{task}": {f"W{worker}": 125 - row[task] for worker, row in enumerate(costs)} for task in range(4)
    }
    who = [f"W{worker}" for worker in range(len(costs))]
    won = awarded(contest("best_total", marks, limits={one: {"most_lots": 1} for one in who}))
    assert sum(costs[int(w[1:])][int(task[1:])] for task, (w,) in won.items()) == 265
    if workers is not None:
        assert [int(won[f"T{task}"][0][1:]) for task in range(4)] == [
            workers.index(task) for task in range(4)
        ]
