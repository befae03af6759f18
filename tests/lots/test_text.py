"""Text is judged as people see it, by one rule: what looks alike is alike, what shows nothing is empty."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lots import amounts, text
from lots.tender import count_words

UNSEEN = (
    "\u200b\u200c\u200d\u2060\ufeff\u00ad\u180e\u061c\u200e\u200f\u202a\u202b\u202d\u202e\u2066"
    "\u2069\u034f\ufe0f"
)
BLANK = "\u2800\u3164\uffa0\u115f\u1160"


@pytest.mark.parametrize("each", UNSEEN + BLANK)
def test_a_text_of_which_nothing_shows_is_empty(each: str) -> None:
    assert text.prose(each) == text.line(each * 5) == text.prose(f" {each}\n{each} ") == ""
    assert not text.shows(each)


@pytest.mark.parametrize("each", UNSEEN + BLANK)
def test_five_thousand_words_are_five_thousand_whatever_joins_them(each: str) -> None:
    assert count_words(each.join(["word"] * 5_000)) == 5_000


@pytest.mark.parametrize("each", UNSEEN)
def test_what_does_not_show_inside_a_word_is_left_out(each: str) -> None:
    assert text.prose(f"co{each}operation\r\nat{each} home{each}") == "cooperation\nat home"


def test_letters_are_composed_and_spaces_of_every_kind_are_spaces() -> None:
    assert text.prose("cafe\u0301\u00a0is\u2009open\u3000now") == "café is open now"


def test_line_breaks_of_every_kind_are_one_kind_and_none_in_a_line() -> None:
    assert text.prose("a\r\nb\rc\x0bd\u2028e\x85f") == "a\nb\nc\nd\ne\nf"
    assert text.line("Bolton \t Care\r\nLtd") == "Bolton Care Ltd"


def test_writing_that_needs_joiners_and_emoji_keep_them() -> None:
    assert text.prose("می\u200cخواهم") == "می\u200cخواهم"
    assert text.prose("👩\u200d⚕") == "👩\u200d⚕"
    assert text.prose("Llŷn, Łódź, Ærø, 北京") == "Llŷn, Łódź, Ærø, 北京"


@pytest.mark.parametrize(
    "each", ["\0", "\x07", "\x1b", "\x9f", "\ufffe", "\uffff", "\ufdd0", "\U0010ffff", "\ud800"]
)
def test_a_character_that_no_text_can_hold_is_named(each: str) -> None:
    with pytest.raises(ValueError, match=rf"cannot be kept \(U\+{ord(each):04X}\)"):
        text.prose(f"Care{each}Ltd")


def test_signs_that_look_like_a_hyphen_are_hyphens_in_codes_and_amounts() -> None:
    for each in "\u2010\u2011\u2012\u2013\u2014\u2212\uff0d":
        assert text.code(f"\ufeff1{each}101678901\u200b") == "1-101678901"
    assert amounts.pence("\ufeff£12.75\u200b") == 1_275
    assert amounts.hundredths("1\u200b,128") == 112_800
    assert amounts.pence("12\0") is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Bolton Care Ltd", "Bolton\u200b Care Ltd"),
        ("Bolton Care Ltd", "BOLTON\u00a0CARE  LTD"),
        ("Bolton Care Ltd", "Bolton\u3164Care Ltd"),
        ("Café Care", "Cafe\u0301 Care"),
        ("Kett’s Oak", "Kett's Oak"),
        ("Care‑Plus", "care-plus"),
        ("Weiß", "WEISS"),
    ],
)
def test_names_that_look_alike_are_alike(one: str, other: str) -> None:
    assert text.alike(one) == text.alike(other)


def test_names_that_differ_to_the_eye_differ() -> None:
    assert text.alike("Bolton Care") != text.alike("Bolton Cars")


@given(st.text(max_size=60))
def test_the_rule_applied_twice_changes_nothing_more(typed: str) -> None:
    try:
        once = text.prose(typed)
    except ValueError:
        return
    assert text.prose(once) == once == unicodedata.normalize("NFC", once)
    assert text.line(text.line(typed)) == text.line(typed)
    assert not once or text.shows(once)
