"""Which limits kept a bidder from a lot, or left a place without an award, and what filled them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.exact import plain
from scoring.stability import rather
from scoring.words import counted, listed

if TYPE_CHECKING:
    from scoring.record import Bidder, Record
    from scoring.result import Result

Reason = tuple[str, str]
"""(the limit in short, the limit and what filled it)."""


def reasons(result: Result, bidder: Bidder, lot: int) -> list[Reason]:
    """Name every limit that keeps a bidder from a lot, by what it holds when the lot comes to be awarded.

    Under `rank_order` that is what it was awarded in earlier lots; otherwise all that it was awarded, and if
    that is not enough to fill a limit, what waits for a decision too.
    """
    at = result.bidder_positions[bidder.id]
    held = result.held.get(at, [])
    if result.record.rules.allocation == "rank_order":
        return _filled(result, bidder, lot, [earlier for earlier in held if earlier < lot])
    found = _filled(result, bidder, lot, held)
    if found:
        return found
    waiting = result.waiting.get(at, [])
    names = listed([result.lot_names[other] for other in waiting])
    found = _filled(result, bidder, lot, sorted({*held, *waiting}))
    return [(limit, f"counting {names}, where a tie waits for a decision, {said}") for limit, said in found]


def _filled(result: Result, bidder: Bidder, lot: int, held: list[int]) -> list[Reason]:
    record = result.record
    names = listed([result.lot_names[other] for other in held])
    found = []
    if bidder.most_lots is not None and len(held) >= bidder.most_lots:
        preferred = _preferred(record, bidder, lot, held)
        said = f"already holds its {counted(len(held), 'lot')}, {names}{preferred}"
        found.append((f"a bidder's own limit of {counted(bidder.most_lots, 'lot')}", said))
    for group in record.rules.groups:
        inside = [other for other in held if record.lots[other].id in group.lots]
        if record.lots[lot].id in group.lots and len(inside) >= group.most_lots:
            of_group = listed([result.lot_names[other] for other in inside])
            preferred = _preferred(record, bidder, lot, inside)
            limit = f"the most that group {group.id} allows one bidder"
            said = f"already holds {counted(len(inside), 'lot')}, {of_group}{preferred}, {limit}"
            found.append((f"group {group.id}, {counted(group.most_lots, 'lot')} for one bidder", said))
    hours, used = record.lots[lot].hours, sum(record.lots[other].hours for other in held)
    if bidder.hours is not None and used + hours > bidder.hours:
        already = f", with the {plain(used)} of {names}" if held else ""
        said = f"this lot's weekly hours, {plain(hours)}{already}, are more than the {plain(bidder.hours)}"
        found.append(("declared weekly hours", f"{said} that it declared it can deliver"))
    return found


def _preferred(record: Record, bidder: Bidder, lot: int, held: list[int]) -> str:
    """Say that the bidder preferred the lots that it holds to this one, where its preferences show it."""
    order = {name: at for at, name in enumerate(bidder.preferences)}
    worst = order.get(record.lots[lot].id, len(order))
    if held and all(order.get(record.lots[one].id, len(order)) < worst for one in held):
        which = {1: "which", 2: "both of which"}.get(len(held), "all of which")
        return f", {which} it preferred"
    if record.rules.allocation != "preference":
        return ""
    full = rather(record, bidder)
    if any(full[one] > full[lot] for one in held):
        return ""
    come = "comes" if len(held) == 1 else "come"
    return f", which {come} first in its order (lots that it did not list, in the order of the tender)"


def unfilled(result: Result, lot: int) -> tuple[list[int], str] | None:
    """Return the places that limits leave without an award, and which limits; None where there are none.

    Places beyond the number of ranked bids are not among them: no limit keeps anybody from those.
    """
    awards, places = result.awards[lot], result.record.lots[lot].places
    taken = len(awards.awarded) + sum(len(waiting) for _, waiting in awards.undecided)
    ranked = result.record.bids.bidder[result.ranked_in(lot)]
    last = min(places, len(ranked))
    if taken >= last:
        return None
    by: dict[str, list[str]] = {}
    for where in awards.passed_over:
        bidder = result.record.bidders[int(ranked[where])]
        for limit, _ in reasons(result, bidder, lot):
            by.setdefault(limit, []).append(bidder.name)
    for tied, waiting in awards.undecided:
        if len(tied) > len(waiting):
            names = [result.record.bidders[int(ranked[where])].name for where in tied]
            by.setdefault("limits of whoever does not win the tie", []).extend(names)
    empty = list(range(taken + 1, last + 1))
    which = f"place {empty[0]}" if len(empty) == 1 else f"places {listed([str(one) for one in empty])}"
    return empty, f"{which} without an award: {'; '.join(f'{k} ({listed(v)})' for k, v in by.items())}"
