"""By how much one bid was ahead of another, and in what, in a sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from scoring.english import listed, ordinal

_LARGEST_NAMED = 3
"""In how many criteria a sentence says where points were lost; the table holds them all."""


def why_won(
    row: Mapping[str, Any], reason: str, rival: Mapping[str, Any] | None, names: Mapping[str, str]
) -> str:
    """The engine's reason for the award, and how far the best of those who won nothing was behind."""
    text = sentence(reason)
    if rival is None:
        return text
    ahead = _ahead(row, rival)
    if ahead == 0:
        return text
    if ahead < 0:
        return f"{text} {names[rival['bidder']]} has {points(-ahead)} more."
    return f"{text} {points(ahead)} ahead of {names[rival['bidder']]}, the first reserve."


def lead(winner: Mapping[str, Any], rival: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """How far a winner is ahead of another in print, in a sentence."""
    ahead, leader, other = _ahead(winner, rival), names[winner["bidder"]], names[rival["bidder"]]
    if ahead <= 0:
        return (
            f"{leader} and {other} are level in total."
            if ahead == 0
            else f"{other} has {points(-ahead)} more."
        )
    return f"{leader} is {points(ahead)} ahead of {other}."


def _ahead(one: Mapping[str, Any], other: Mapping[str, Any]) -> Decimal:
    return Decimal(one["total"]) - Decimal(other["total"])


def why_not(
    row: Mapping[str, Any],
    winner: Mapping[str, Any] | None,
    asked: Sequence[Mapping[str, Any]],
    names: Mapping[str, str],
) -> str:
    """How far a ranked bid was behind the winner (of several, the lowest-ranked), and where it lost most."""
    text = f"Ranked {ordinal(row['rank'])} with {row['total']} points."
    if winner is None:
        return text
    name = names[winner["bidder"]]
    behind = _ahead(winner, row)
    if behind == 0:
        return text
    if behind < 0:
        return f"{text} {name}, who won, has fewer, but came first in the order of ranks that was free."
    lost = _where_lost(row, winner, asked)
    most = f" Most lost on {listed(lost)}." if lost else ""
    return f"{text} {behind} behind {name}.{most}"


def _where_lost(
    row: Mapping[str, Any], winner: Mapping[str, Any], asked: Sequence[Mapping[str, Any]]
) -> list[str]:
    pairs = [
        (q["title"], Decimal(winner["questions"][q["id"]]) - Decimal(row["questions"][q["id"]]))
        for q in asked
    ]
    pairs.append(("price", Decimal(winner["price"]) - Decimal(row["price"])))
    lost = sorted((pair for pair in pairs if pair[1] > 0), key=lambda pair: -pair[1])
    return [f"{title} ({difference})" for title, difference in lost[:_LARGEST_NAMED]]


def points(value: Decimal) -> str:
    return f"{value} {'point' if value == 1 else 'points'}"


def sentence(text: str) -> str:
    """A reason with a capital and a full stop."""
    text = text.strip()
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "!", "?")) else f"{text}."
