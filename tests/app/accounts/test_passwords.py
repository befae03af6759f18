"""The rules for a new password."""

from __future__ import annotations

import pytest

from lots.refusal import Refusal
from tender.accounts.passwords import Passwords, check_new

EMAIL = "paula@pendlecare.example"


@pytest.mark.parametrize(
    "password",
    [
        "sturdy otter lantern",
        "x7!kQ-9vB_2m",
        "monkey council dragon",
        "Ünïcødé pässphräse",
        "paula likes otters",
    ],
)
def test_a_password_hard_to_guess_is_taken(password):
    check_new(password, EMAIL)


@pytest.mark.parametrize(
    "password",
    [
        "short",
        "eleven chrs",
        "password1234",
        "Welcome Welcome 1",
        "Lancashire-2026",
        "paula12345678",
        "111111111111111",
        "abababababab",
        EMAIL,
        EMAIL.upper(),
        "pendlecare.example",
        "x" * 201,
    ],
)
def test_a_password_easy_to_guess_is_refused(password):
    with pytest.raises(Refusal):
        check_new(password, EMAIL)


def test_the_same_password_is_hashed_differently_each_time():
    passwords = Passwords(memory=8, rounds=1)
    one, two = passwords.hash("sturdy otter lantern"), passwords.hash("sturdy otter lantern")
    assert one != two
    assert passwords.is_right(one, "sturdy otter lantern")
    assert passwords.is_right(two, "sturdy otter lantern")
    assert not passwords.is_right(one, "Sturdy otter lantern")


def test_a_damaged_hash_opens_nothing():
    assert not Passwords(memory=8, rounds=1).is_right("$argon2id$damaged", "sturdy otter lantern")
