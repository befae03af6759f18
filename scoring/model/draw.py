"""What a draw rests on, and what a person decided where no draw was published.

Hashes and the secret are 64 lower-case hexadecimal digits. docs/scoring.md has the bytes that are hashed.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class DrawRules:
    """What is published about the draw before anybody bids."""

    commitment: str
    """The hash of the secret, which is revealed when the bids are opened."""
    source: str | None
    """The public source of chance after the deadline, in words; None where the rules name none."""


@dataclass(frozen=True)
class Draw:
    """What the draw is made from, known once the bids are opened."""

    rules_sha256: str
    """Of the published rules document."""
    log_size: int
    """How many entries the tender's log had when the last bid was submitted or withdrawn."""
    log_root: str
    """The root of the log's Merkle tree over those entries."""
    secret: str
    public: str | None
    """What the public source showed; None where the rules name none."""


@dataclass(frozen=True)
class TieDecision:
    """The order of level bidders in one lot that a person decided, first place first; names of people."""

    lot: str
    bidders: tuple[str, ...]
    reason: str
    decided_by: str
    approved_by: str
