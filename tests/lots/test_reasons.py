"""A reason that stays on the record says something, and what a court would ask about is pointed out."""

from __future__ import annotations

import pytest

from lots.reason import doubts, reason_given
from lots.refusal import Refusal


@pytest.mark.parametrize(
    "text", ["", " \n ", "ok", "no", "I think so, yes", "one two three four", "- - - - - - -", "\u200b " * 6]
)
def test_a_reason_of_fewer_than_five_words_that_show_is_none(text):
    with pytest.raises(Refusal) as refused:
        reason_given(text, "reason", "why you decide so")
    assert refused.value.message == ("Say why you decide so in at least 5 words. It stays on the record.")
    assert refused.value.field == "reason"


def test_a_reason_keeps_its_lines_and_loses_the_space_around_it():
    assert reason_given(" The record\r\nbears it all out. ") == "The record\nbears it all out."


def test_a_reason_that_is_too_long_is_told_by_how_much():
    with pytest.raises(Refusal, match=r"to 5,000 characters\. It has 5,009\."):
        reason_given("a " * 2505)


@pytest.mark.parametrize(
    ("text", "passage"),
    [
        ("Better than Provider B but not as good as Provider C.", "Better than Provider B"),
        (
            "This answer is less detailed on staffing than the other bidders.",
            "less detailed on staffing than",
        ),
        ("Weak when compared with others on rota planning.", "compared with others"),
        ("It is the strongest of all bids on training.", "the strongest of all bids"),
        ("This is the mean of the three marks given.", "the mean of"),
        ("We averaged the three marks and rounded.", "averaged"),
        ("The evaluators agreed to split the difference.", "split the difference"),
    ],
)
def test_a_reason_that_compares_bidders_or_averages_marks_is_pointed_out(text, passage):
    (doubt,) = doubts(text)
    assert doubt.startswith(f"“{passage}")


@pytest.mark.parametrize(
    "text",
    [
        "The answer names more than one way of raising a concern.",
        "Staff get more training hours than the law asks for.",
        "No better evidence is given than a sentence on supervision.",
        "It means that the rota is checked each week.",
        "A named lead answers within a day, with examples from practice.",
    ],
)
def test_a_reason_by_the_criterion_raises_no_doubt(text):
    assert list(doubts(text)) == []
