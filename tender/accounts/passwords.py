"""Passwords: the rules for a new one, and the Argon2 hashes that are stored."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from lots.refusal import Refusal

LEAST = 12
MOST = 200
"""Characters. A longer one is refused, so that nobody can keep the server busy hashing megabytes."""

COMMON = frozenset(
    [
        "password",
        "passw0rd",
        "password1",
        "password123",
        "letmein",
        "welcome",
        "qwerty",
        "qwertyuiop",
        "asdfghjkl",
        "iloveyou",
        "admin",
        "administrator",
        "changeme",
        "default",
        "secret",
        "football",
        "liverpool",
        "arsenal",
        "manchester",
        "lancashire",
        "blackburn",
        "monkey",
        "dragon",
        "sunshine",
        "princess",
        "charlie",
        "summer",
        "winter",
        "spring",
        "autumn",
        "england",
        "council",
        "provider",
        "tender",
        "evaluation",
        "homecare",
        "reablement",
        "correcthorsebatterystaple",
        "trustno1",
        "abc123",
        "zaq12wsx",
        "1q2w3e4r5t6y",
        "1qaz2wsx3edc",
    ]
)


@dataclass(frozen=True)
class Passwords:
    """Hashing with the installation's parameters. `memory` in KiB."""

    memory: int
    rounds: int

    def hash(self, password: str) -> str:
        return _hasher(self.memory, self.rounds).hash(password)

    def is_right(self, stored_hash: str | None, given: str) -> bool:
        """Whether the password given is the one kept. Takes as long where none is kept, so that the time
        an answer takes does not tell whether there is an account."""
        hasher = _hasher(self.memory, self.rounds)
        try:
            return (
                hasher.verify(stored_hash or _nobodys(self.memory, self.rounds), given)
                and stored_hash is not None
            )
        except (VerificationError, InvalidHashError):
            return False

    def is_outdated(self, stored_hash: str) -> bool:
        """Whether the hash was made with other parameters than today's."""
        return _hasher(self.memory, self.rounds).check_needs_rehash(stored_hash)


@lru_cache
def _hasher(memory: int, rounds: int) -> PasswordHasher:
    return PasswordHasher(time_cost=rounds, memory_cost=memory, parallelism=1)


@lru_cache
def _nobodys(memory: int, rounds: int) -> str:
    return _hasher(memory, rounds).hash("the password of nobody at all")


def check_new(password: str, email: str, field: str = "password") -> None:
    """Raises Refusal unless the password may be used."""
    plain = "".join(character for character in password.lower() if character.isalnum())
    if len(password) < LEAST:
        raise Refusal(f"Password must be {LEAST} characters or more", field)
    if len(password) > MOST:
        raise Refusal(f"Password must be {MOST} characters or fewer", field)
    name, _, domain = email.lower().partition("@")
    if password.lower() in {email.lower(), domain} or plain == "".join(filter(str.isalnum, email.lower())):
        raise Refusal("Password must not be your e-mail address", field)
    if len(set(plain)) < 5 or _is_common(plain) or (len(name) >= 4 and _is_common(plain.replace(name, ""))):
        raise Refusal("Password is too easy to guess. Three or four unrelated words work well", field)


def _is_common(plain: str) -> bool:
    """Whether it is but one or two common words and digits: `Password2026!`, `welcomewelcome`."""
    letters, found = plain, 0
    for word in sorted(COMMON, key=len, reverse=True):
        if word in letters:
            letters, found = letters.replace(word, ""), found + 1
    return found <= 2 and not letters.strip("0123456789")
