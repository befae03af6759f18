"""Awards that hang by one mark: where a single step of the scale, on a single question, would have put
another bidder in a winner's place (Braceurself v NHS England [2022] EWHC 1532 turned on one mark).

A check of each lot by itself: each winner against whoever ranks next behind it and was not at a limit. It
asks what one step up for the one, or one step down for the other, is worth in printed points.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any


@dataclass(frozen=True)
class CloseCall:
    """A lead that one step on one question would turn, or level."""

    winner: str
    rival: str
    margin: Decimal
    step: Decimal
    question: str
    sentence: str


def close_calls(
    rules: Mapping[str, Any],
    asked: Sequence[Mapping[str, Any]],
    judged: Mapping[str, Any],
    bids: Mapping[tuple[str, str], Mapping[str, Any]],
    names: Mapping[str, str],
) -> tuple[CloseCall, ...]:
    """The close calls of one lot; `judged` is its entry in the result, `asked` its questions."""
    found = []
    for winner, rival in _neighbours(judged):
        margin = Decimal(winner["total"]) - Decimal(rival["total"])
        marks = [bids[row["bidder"], judged["id"]]["marks"] for row in (winner, rival)]
        step, title = max(
            ((one_step(rules, q, marks[0][q["id"]], marks[1][q["id"]]), q["title"]) for q in asked),
            default=(Decimal(0), ""),
            key=lambda pair: pair[0],
        )
        if margin <= step and step > 0:
            leader, other = names[winner["bidder"]], names[rival["bidder"]]
            found.append(
                CloseCall(
                    winner["bidder"],
                    rival["bidder"],
                    margin,
                    step,
                    title,
                    _sentence(leader, other, margin, step, title),
                )
            )
    return tuple(found)


def _neighbours(judged: Mapping[str, Any]) -> list[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """Each winner with the next who could have had its place: the next winner, or the best of the others
    that rank behind it. Whoever was at a limit, or left undecided, competes for nothing."""
    rows = {row["bidder"]: row for row in judged["ranking"]}
    winners = [rows[award["bidder"]] for award in sorted(judged["awards"], key=lambda a: a["place"])]
    barred = {entry["bidder"] for entry in judged["passed_over"]}
    barred |= {bidder for tie in judged.get("undecided", ()) for bidder in tie["bidders"]}
    barred |= {row["bidder"] for row in winners}
    if not winners:
        return []
    behind = [
        row
        for row in judged["ranking"]
        if row["rank"] is not None and row["rank"] >= winners[-1]["rank"] and row["bidder"] not in barred
    ]
    return list(zip(winners, [*winners[1:], *behind[:1]], strict=False))


def one_step(rules: Mapping[str, Any], question: Mapping[str, Any], leader: int, other: int) -> Decimal:
    """The most that one step on this question would move: down for the leader or up for the other, in
    printed points. 0 where neither mark has a step left."""
    lowest, highest = rules["marks"]["lowest"], rules["marks"]["highest"]

    def printed(mark: int) -> int:
        exact = Fraction(question["weight"]) * mark / highest * 10 ** rules["places"]
        return int(exact + Fraction(1, 2))

    moves = [0]
    if leader > lowest:
        moves.append(printed(leader) - printed(leader - 1))
    if other < highest:
        moves.append(printed(other + 1) - printed(other))
    return Decimal(max(moves)).scaleb(-rules["places"])


def _sentence(leader: str, other: str, margin: Decimal, step: Decimal, title: str) -> str:
    ahead = f"{leader} is {margin} points ahead of {other}" if margin else f"{leader} and {other} are level"
    change = "have changed their order" if margin < step else "have made them level"
    return f"{ahead}. One step on one mark, worth up to {step} points on {title}, would {change}."
