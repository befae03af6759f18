"""The draw: what it is made from, that anybody can make it again, and that nobody can steer it."""

from __future__ import annotations

import hashlib
import random
import subprocess
from collections import Counter

import pytest

import scoring
from scoring import reference
from scoring.methods import draw as drawing
from scoring.methods import tie_keys
from scoring.model.draw import Draw
from tests.scoring.record_draws import COMMITMENT, SECRET, sealed, with_draw
from tests.scoring.record_example import faults, one_lot, result_of, rows

SHA = {"rules": "a1" * 32, "log": "b2" * 32}
LEVEL = [(who, 3, 1500) for who in ("A", "B", "C", "D")]


def sha256sum(text):
    """What a sceptic with a shell works out."""
    done = subprocess.run(["sha256sum"], input=text.encode(), capture_output=True, check=True)
    return done.stdout.decode().split()[0]


def drawn(public=None, salt="", **draw):
    record = with_draw(one_lot({"ties": ["draw"]}, LEVEL), public=public, salt=salt)
    record["draw"] |= draw
    return record


def test_every_step_of_the_draw_can_be_repeated_with_sha256sum():
    record = drawn("05 12 23 34 41 48")
    assert record["rules"]["draw"]["commitment"] == sha256sum(f"draw-secret/1\n{SECRET}\n")
    seed = sha256sum(
        f"draw-seed/1\nrules {SHA['rules']}\nlog 38 {SHA['log']}\nsecret {SECRET}\npublic 05 12 23 34 41 48\n"
    )
    numbers = {who: sha256sum(f"draw-place/1\n{seed}\nL1\n{sealed(who)}\n") for who in "ABCD"}
    assert list(rows(record)) == sorted("ABCD", key=numbers.get)
    told = result_of(record).explain("L1", "B").sentences()
    assert any(sentence.startswith(f"Tie-break: draw: {numbers['B']}; ") for sentence in told)


def test_without_a_public_source_the_seed_has_three_lines():
    seed = sha256sum(f"draw-seed/1\nrules {SHA['rules']}\nlog 38 {SHA['log']}\nsecret {SECRET}\n")
    assert drawing.seed(Draw(SHA["rules"], 38, SHA["log"], SECRET, None)) == seed
    assert drawing.letter(seed, sealed("A")) == sha256sum(f"draw-letter/1\n{seed}\n{sealed('A')}\n")


def test_bidders_enter_the_draw_by_their_sealed_bids_and_never_by_letter():
    record = drawn()
    before = list(rows(record))
    renamed = drawn()
    letters = dict(zip("ABCD", "WXYZ", strict=True))
    for one in (*renamed["bidders"], *renamed["bids"]):
        name = "id" if "id" in one else "bidder"
        one[name] = letters[one[name]]
    assert list(rows(renamed)) == [letters[who] for who in before]


@pytest.mark.parametrize(
    "change",
    [{"rules_sha256": "00" * 32}, {"log_root": "00" * 32}, {"log_size": 39}, {"public": "1 2 3"}],
    ids=lambda change: next(iter(change)),
)
def test_each_part_of_the_draw_moves_its_numbers(change):
    record = drawn("05 12")
    record["draw"] |= change
    seeds = [tie_keys.seed_of(scoring.from_object(one)) for one in (drawn("05 12"), record)]
    assert seeds[0] != seeds[1]


def test_both_engines_draw_alike():
    orders = set()
    for salt in range(20):
        record = drawn("a" if salt % 2 else None, salt=str(salt))
        found = [row["bidder"] for row in reference.evaluate(record)[0]["ranking"]]
        assert found == list(rows(record))
        orders.add(tuple(found))
    assert len(orders) > 10


def test_a_secret_that_was_not_committed_is_refused_with_both_commitments():
    other = "e0" * 32
    given = hashlib.sha256(f"draw-secret/1\n{other}\n".encode()).hexdigest()
    assert faults(drawn(secret=other)) == [
        f"draw.secret: is not the one that was committed at publication: its commitment is {given}, and"
        f" rules.draw.commitment is {COMMITMENT}"
    ]


def changed(change):
    record = drawn("05 12")
    change(record)
    return record


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda r: r.pop("draw"),
         "draw: is missing; rules.draw is there, so the record shows what was drawn from"),
        (lambda r: r["draw"].pop("public"), "draw.public: is missing; a record must state it"),
        (lambda r: r["draw"].pop("log_root"), "draw.log_root: is missing; a record must state it"),
        (lambda r: r["draw"].update(log_root="B2" * 32),
         "draw.log_root: must be a SHA-256, 64 hexadecimal digits in lower case, not the text"
         ' "B2B2B2B2B2B2B2B2B2B2B2B2B2B2B2B2B2B2B..."'),
        (lambda r: r["bids"][1].pop("sealed"), "bids[1].sealed: is missing; a record must state it"),
        (lambda r: r["bids"][1].update(sealed="x" * 64),
         "bids[1].sealed: must be a SHA-256, 64 hexadecimal digits in lower case, not the text"
         f' "{"x" * 37}..."'),
        (lambda r: r["rules"].update(draw_seed="a text"),
         "rules.draw_seed: is the published text of a draw without a secret; take it out beside draw"),
        (lambda r: r["rules"]["draw"].update(commitment="5"),
         'rules.draw.commitment: must be a SHA-256, 64 hexadecimal digits in lower case, not the text "5"'),
        (lambda r: r["draw"].update(public="05\n12"),
         "draw.public: has a line break or a character that cannot be seen; take it out"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_draw_is_named(change, expected):
    assert expected in faults(changed(change))


def test_a_draw_that_was_not_published_is_refused():
    record = drawn()
    del record["rules"]["draw"]
    record["rules"]["draw_seed"] = "2026"
    assert faults(record)[0] == "draw: is there without rules.draw; what was not published decides nothing"
    assert any(fault.startswith("bids[0].sealed: is not a field of this format") for fault in faults(record))


def test_rules_that_draw_need_a_commitment():
    record = one_lot({"ties": ["draw"]}, LEVEL)
    del record["rules"]["draw_seed"]
    assert faults(record) == [
        "rules.draw: is missing; a draw needs the commitment that was published with the tender"
    ]


def test_a_record_with_a_draw_is_written_back_as_it_was_read():
    record = drawn("05 12")
    read = scoring.from_object(record)
    assert read.as_object() == record
    plain = {**record, "bids": [{**bid, "marks": dict(bid["marks"])} for bid in record["bids"]]}
    assert read.sha256 == scoring.canonical.sha256_of(plain)


# Nobody can steer it: a bidder may submit again and again, and learns nothing of the secret.

TRIES, BIDDERS = 10_000, 4
CRITICAL = 21.108
"""Chi-square that three degrees of freedom pass once in 10,000."""


def chi_square(found):
    expected = TRIES / BIDDERS
    return sum((found[place] - expected) ** 2 / expected for place in range(BIDDERS))


def random_hash(source):
    return source.randbytes(32).hex()


def positions(seed, hashes):
    """(letter, place in a lot) of the first of the bidders, from 0."""
    letters = sorted(hashes, key=lambda one: drawing.letter(seed, one))
    places = sorted(hashes, key=lambda one: drawing.place(seed, "L1", one))
    return letters.index(hashes[0]), places.index(hashes[0])


def played(submissions):
    """Letters and places of the first bidder over (seed, sealed hashes of all)."""
    letters, places = Counter(), Counter()
    for seed, hashes in submissions:
        letter, place = positions(seed, hashes)
        letters[letter] += 1
        places[place] += 1
    assert letters.total() == places.total() == TRIES
    return chi_square(letters), chi_square(places)


def test_ten_thousand_submissions_to_one_tender_gain_nothing():
    """Each time its hash is another, and the log's root with it; the secret stays the same."""
    source = random.Random(2026)
    rules, secret = random_hash(source), random_hash(source)
    others = [random_hash(source) for _ in range(BIDDERS - 1)]

    def submissions():
        for number in range(TRIES):
            draw = Draw(rules, 40 + number, random_hash(source), secret, None)
            yield drawing.seed(draw), [random_hash(source), *others]

    assert max(played(submissions())) < CRITICAL


def best_of(source, guess, tries=20):
    """Of some submissions the one that would be dealt the lowest numbers, were the guess the seed."""
    mine = [random_hash(source) for _ in range(tries)]
    return min(mine, key=lambda one: (drawing.letter(guess, one), drawing.place(guess, "L1", one)))


def test_choosing_the_best_of_many_submissions_by_a_guess_at_the_secret_gains_nothing():
    """Ten thousand tenders: the bidder knows rules, root and all other hashes, and guesses the secret."""
    source = random.Random(2027)

    def submissions():
        for _ in range(TRIES):
            rules, root = random_hash(source), random_hash(source)
            guessed = drawing.seed(Draw(rules, 40, root, random_hash(source), None))
            seed = drawing.seed(Draw(rules, 40, root, random_hash(source), None))
            hashes = [best_of(source, guessed, 5), *(random_hash(source) for _ in range(BIDDERS - 1))]
            yield seed, hashes

    assert max(played(submissions())) < CRITICAL


def test_a_public_number_after_the_deadline_keeps_even_who_knows_the_secret_from_choosing():
    """Whoever runs the server knows the secret, and could submit until it fits; not with a public source."""
    source = random.Random(2028)
    rules, root, secret = (random_hash(source) for _ in range(3))
    known = drawing.seed(Draw(rules, 40, root, secret, None))
    hashes = [best_of(source, known, 400), *(random_hash(source) for _ in range(BIDDERS - 1))]
    assert positions(known, hashes)[0] == 0, "without a public source it is chosen"

    def evenings():
        for _ in range(TRIES):
            numbers = " ".join(f"{n:02d}" for n in sorted(source.sample(range(1, 60), 6)))
            yield drawing.seed(Draw(rules, 40, root, secret, numbers)), hashes

    assert max(played(evenings())) < CRITICAL


def test_the_test_itself_notices_a_draw_that_can_be_steered():
    """With a seed that is known beforehand, the best of five submissions gains, and chi-square shows it."""
    source = random.Random(2029)
    seed = random_hash(source)
    steered = (
        (seed, [best_of(source, seed, 5), *(random_hash(source) for _ in range(BIDDERS - 1))])
        for _ in range(TRIES)
    )
    assert played(steered)[0] > 1_000
