"""The draw: letters and places by lot, from what nobody could know or choose while bids could still be sent.

Everything that is hashed is lines of text, each ended by a line feed, and begins with a line that says
what it is for. So no two things are hashed alike, and `printf … | sha256sum` does the same.
"""

from __future__ import annotations

import hashlib
from typing import Final

from scoring.model.draw import Draw

SECRET_BYTES: Final = 32
_COMMITMENT: Final = "draw-secret/1"
_SEED: Final = "draw-seed/1"
_LETTER: Final = "draw-letter/1"
_PLACE: Final = "draw-place/1"


def commitment(secret: str) -> str:
    """Return what is published of a secret (64 hexadecimal digits) before anybody bids."""
    return _sha256(_COMMITMENT, secret)


def seed(draw: Draw) -> str:
    """Return the seed of everything that is drawn in a tender."""
    lines = [f"rules {draw.rules_sha256}", f"log {draw.log_size} {draw.log_root}", f"secret {draw.secret}"]
    if draw.public is not None:
        lines.append(f"public {draw.public}")
    return _sha256(_SEED, *lines)


def letter(seed_: str, sealed: str) -> str:
    """Return the number by which the bidder of a sealed bid is dealt its letter; the lowest is A."""
    return _sha256(_LETTER, seed_, sealed)


def place(seed_: str, lot: str, sealed: str) -> str:
    """Return the number that a sealed bid draws in a lot; the lowest goes first."""
    return _sha256(*before_sealed(seed_, lot), sealed)


def before_sealed(seed_: str, lot: str) -> tuple[str, str, str]:
    """Return the lines before the sealed bid's hash, the same for all bids of a lot."""
    return _PLACE, seed_, lot


def _sha256(*lines: str) -> str:
    return hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()
