"""The canonical form of JSON (RFC 8785), and what has none."""

from __future__ import annotations

import hashlib
import json

import pytest

from scoring.canonical import NotCanonical, canonical_json, sha256_of


def test_the_canonical_form_sorts_keys_as_utf_16_and_leaves_no_spaces():
    # Key order from RFC 8785 section 3.2.3: by UTF-16 code units, so a surrogate pair sorts before U+FB33.
    keys = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]
    written = canonical_json(dict.fromkeys(keys, 0)).decode()
    assert list(json.loads(written)) == ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]
    assert canonical_json({"b": [1, True, None], "a": "£"}) == '{"a":"£","b":[1,true,null]}'.encode()


def test_the_digest_is_over_the_canonical_form():
    assert sha256_of({"b": 1, "a": 2}) == hashlib.sha256(b'{"a":2,"b":1}').hexdigest()
    assert sha256_of({"a": 2, "b": 1}) == sha256_of({"b": 1, "a": 2})


@pytest.mark.parametrize(
    ("value", "named"),
    [
        ({"bids": [{"price": 12.75}]}, "bids[0].price"),
        ({"a": float("nan")}, "a"),
        ({"a": 2**53}, "a"),
        ({1: "a"}, "key 1"),
        ({"a": {1, 2}}, "set"),
        ({"a": "\ud800"}, "UTF-8"),
    ],
)
def test_what_has_no_canonical_form_is_refused_by_place(value, named):
    with pytest.raises(NotCanonical) as refused:
        canonical_json(value)
    assert named in str(refused.value)


def test_a_value_that_contains_itself_is_refused():
    loop: list[object] = []
    loop.append(loop)
    with pytest.raises(NotCanonical):
        canonical_json(loop)
