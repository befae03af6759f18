"""The sentence about a rank that the total alone did not give: who is level, and what placed the bidder."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final

from scoring.english import cut, listed, ordinal
from scoring.methods.tie_keys import DECISION, DRAW, PRICE, QUALITY, question_of

if TYPE_CHECKING:
    from scoring.model.reasons import DecidedOrder, LevelTotal
    from scoring.result.names import Names

_BY: Final = {QUALITY.name: "by quality", PRICE.name: "by price", DRAW.name: "by draw"}
_SHORT: Final = {**_BY, DECISION.name: "by a person’s decision"}


def level(shared: LevelTotal, bidder: str, names: Names) -> str:
    """Say with whom a bidder is level on a printed total, and what placed it among them.

    "Level with Birch Care on 77.98 points; placed by price". Raises ValueError where the bidder is not there.
    """
    at = shared["bidders"].index(bidder)
    others = listed([names.bidder(one) for one in shared["bidders"] if one != bidder])
    told = f"level with {others} on {shared['total']} points; {placed(shared, at, names)}"
    return told + _unrounded(shared, at, names)


def decided(order: DecidedOrder, names: Names) -> str:
    """Say in which order a person placed those who were level, and who answers for it."""
    placed_ = listed([f"{ordinal(at)} {names.bidder(who)}" for at, who in enumerate(order["bidders"], 1)], 20)
    return (
        f"Level after everything published, and placed by a person’s decision: {placed_}. Decided by"
        f" {order['decided_by']}, approved by {order['approved_by']}: {order['reason']}"
    )


def in_short(shared: LevelTotal, bidder: str) -> str:
    """Say beside a rank what placed a bidder among those who are level: "placed by price and by draw"."""
    at = shared["bidders"].index(bidder)
    keys = {_between(shared, at, other) for other in range(len(shared["bidders"])) if other != at}
    known = sorted((key for key in keys if key is not None), key=shared["keys"].index)
    told = [_SHORT.get(key, f"by the mark for {question_of(key)}") for key in known]
    if None in keys:
        told.append("shared with others" if told else "the rank is shared")
    return f"placed {listed(told)}" if known else listed(told)


def placed(shared: LevelTotal, at: int, names: Names) -> str:
    """Say what placed one of those who are level: one key, or a key for each part of them."""
    by_key: dict[str | None, list[tuple[int, str]]] = {}
    for other, who in enumerate(shared["bidders"]):
        if other != at:
            by_key.setdefault(_between(shared, at, other), []).append((other, names.bidder(who)))
    if list(by_key) == [None]:
        return "nothing published parts them, so they share the rank"
    if len(by_key) == 1:
        return f"placed {_by(shared, at, next(iter(by_key)) or '', names)}"
    told = []
    for key, others in by_key.items():
        if key is None:
            told.append(f"shares its rank with {listed([who for _, who in others])}")
            continue
        for side, of_side in (("before", True), ("after", False)):
            beside = [who for other, who in others if (other > at) is of_side]
            if beside:
                told.append(f"placed {side} {listed(beside)} {_by(shared, at, key, names)}")
    return ", ".join(told)


def _between(shared: LevelTotal, one: int, other: int) -> str | None:
    """Return the key that parts two of those who are level: the earliest of those between neighbours."""
    first, last = sorted((one, other))
    between = shared["broken_by"][first:last]
    order = shared["keys"]
    known = [key for key in between if key is not None]
    return min(known, key=order.index) if known else None


def _by(shared: LevelTotal, at: int, key: str, names: Names) -> str:
    if question_of(key):
        return f"by the mark for {names.question(question_of(key))}"
    if key == DECISION.name:
        for one in shared.get("decisions", []):
            if shared["bidders"][at] in one["bidders"]:
                who = f"{one['decided_by']}, approved by {one['approved_by']}"
                return f"by the decision of {who}: {one['reason']}"
        return "by a person’s decision on the others"
    return _BY.get(key, f"by {key}")


def _unrounded(shared: LevelTotal, at: int, names: Names) -> str:
    """Say how totals that are level as printed differ exactly; the printed ones are those that count."""
    if "exact" not in shared:
        return ""
    totals = [Fraction(one) for one in shared["exact"]]
    if totals.count(totals[at]) == len(totals):
        return ""
    places = len(shared["total"].partition(".")[2])
    shown = [
        f"{cut(total.numerator, total.denominator, places)} ({names.bidder(who)})"
        for total, who in zip(totals, shared["bidders"], strict=True)
    ]
    return f"; before rounding, their totals were {listed(shown)}, and the printed ones are those that count"
