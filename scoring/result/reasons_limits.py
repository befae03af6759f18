"""Which limits kept a bidder from a lot, or left a place without an award, and what filled them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from scoring.allocate.methods import METHODS
from scoring.exact import plain
from scoring.result.stability import rather

if TYPE_CHECKING:
    from scoring.model.reasons import Limit, PlacesEmpty, Preferred, Stopped
    from scoring.model.record import Bidder, Record
    from scoring.model.rules import Group
    from scoring.result.data import Outcome


def limits(outcome: Outcome, bidder: Bidder, lot: int) -> list[Limit]:
    """Name every limit that keeps a bidder from a lot, by what it holds when the lot is awarded.

    Under `rank_order` that is what it was awarded in earlier lots; otherwise all that it was awarded, and if
    that is not enough to fill a limit, what waits for a decision and may be.
    """
    at = outcome.bidder_positions[bidder.id]
    held = outcome.held.get(at, [])
    if METHODS[outcome.record.rules.allocation].by_turns:
        return _filled(outcome.record, bidder, lot, [earlier for earlier in held if earlier < lot])
    waiting = [other for other in outcome.waiting.get(at, []) if other not in held]
    return _filled(outcome.record, bidder, lot, held) or _may_be_filled(
        outcome.record, bidder, lot, held, waiting
    )


def _filled(record: Record, bidder: Bidder, lot: int, held: list[int]) -> list[Limit]:
    """Name the limits that the lots held fill."""
    found: list[Limit] = []
    if bidder.most_lots is not None and len(held) >= bidder.most_lots:
        found.append(_own(record, bidder.most_lots, held, (), _preferred(record, bidder, lot, held)))
    for groups, inside in _by_lots_inside(record, lot, held):
        if len(inside) >= groups[0].most_lots:
            found.append(_of_groups(record, groups, inside, (), _preferred(record, bidder, lot, inside)))
    if bidder.hours is not None and _hours(record, [*held, lot]) > bidder.hours:
        found.append(_of_hours(record, bidder.hours, lot, held, ()))
    return found


def _may_be_filled(
    record: Record, bidder: Bidder, lot: int, held: list[int], waiting: list[int]
) -> list[Limit]:
    """Name the limits that what is held and what waits for a decision may fill together."""
    found: list[Limit] = []
    lots = sorted({*held, *waiting})
    if bidder.most_lots is not None and len(lots) >= bidder.most_lots:
        found.append(_own(record, bidder.most_lots, held, waiting, None))
    for groups, inside in _by_lots_inside(record, lot, lots):
        if len(inside) >= groups[0].most_lots:
            kept = [other for other in inside if other in held]
            ties = [other for other in inside if other not in held]
            found.append(_of_groups(record, groups, kept, ties, None))
    if bidder.hours is not None and _hours(record, [*lots, lot]) > bidder.hours:
        found.append(_of_hours(record, bidder.hours, lot, held, waiting))
    return found


def _own(
    record: Record, most: int, held: Sequence[int], waiting: Sequence[int], preferred: Preferred | None
) -> Limit:
    return {
        "code": "own_limit",
        "most": most,
        "held": _ids(record, held),
        "waiting": _ids(record, waiting),
        "preferred": preferred,
    }


def _of_groups(
    record: Record,
    groups: Sequence[Group],
    held: Sequence[int],
    waiting: Sequence[int],
    preferred: Preferred | None,
) -> Limit:
    return {
        "code": "group_limit",
        "groups": [group.id for group in groups],
        "most": groups[0].most_lots,
        "held": _ids(record, held),
        "waiting": _ids(record, waiting),
        "preferred": preferred,
    }


def _of_hours(record: Record, capacity: int, lot: int, held: Sequence[int], waiting: Sequence[int]) -> Limit:
    return {
        "code": "hours_limit",
        "capacity": plain(capacity),
        "lot_hours": plain(record.lots[lot].hours),
        "held": _ids(record, held),
        "held_hours": plain(_hours(record, held)),
        "waiting": _ids(record, waiting),
    }


def _ids(record: Record, lots: Sequence[int]) -> list[str]:
    return [record.lots[lot].id for lot in lots]


def _hours(record: Record, lots: Sequence[int]) -> int:
    return sum(record.lots[lot].hours for lot in lots)


def _by_lots_inside(record: Record, lot: int, held: list[int]) -> list[tuple[list[Group], list[int]]]:
    """Return the groups with this lot, and which held lots each has; groups with the same together."""
    found: dict[tuple[int, tuple[int, ...]], list[Group]] = {}
    for group in record.rules.groups:
        if record.lots[lot].id in group.lots:
            inside = tuple(other for other in held if record.lots[other].id in group.lots)
            found.setdefault((group.most_lots, inside), []).append(group)
    return [(groups, list(inside)) for (_, inside), groups in found.items()]


def _preferred(record: Record, bidder: Bidder, lot: int, held: list[int]) -> Preferred | None:
    """Say whether the bidder preferred the lots that it holds to this one, and how that is known.

    None where the method of allocation does not go by preferences: a reason names only what decided.
    """
    if not METHODS[record.rules.allocation].by_preference:
        return None
    order = {name: at for at, name in enumerate(bidder.preferences)}
    worst = order.get(record.lots[lot].id, len(order))
    if held and all(order.get(record.lots[one].id, len(order)) < worst for one in held):
        return "stated"
    full = rather(record, bidder)
    return None if any(full[one] > full[lot] for one in held) else "implied"


def unfilled(outcome: Outcome, lot: int) -> PlacesEmpty | None:
    """Return the places that limits leave without an award, and which limits; None where there are none.

    Places beyond the number of ranked bids are not among them: no limit keeps anybody from those.
    """
    awards, places = outcome.awards[lot], outcome.record.lots[lot].places
    taken = len(awards.awarded) + sum(len(waiting) for _, waiting in awards.undecided)
    last = min(places, len(outcome.ranked_in(lot)))
    if taken >= last:
        return None
    stopped: dict[tuple[object, ...], Stopped] = {}
    for where in awards.passed_over:
        bidder = outcome.bidder_at(lot, where)
        for limit in limits(outcome, bidder, lot):
            key, short = _short(limit)
            stopped.setdefault(key, short)["bidders"].append(bidder.id)
    for tied, waiting in awards.undecided:
        if len(tied) > len(waiting):
            losers = stopped.setdefault((_LOSERS,), {"code": _LOSERS, "bidders": []})
            losers["bidders"] += [outcome.bidder_at(lot, where).id for where in tied]
    return {
        "code": "limits_leave_places",
        "places": list(range(taken + 1, last + 1)),
        "stopped": list(stopped.values()),
    }


_LOSERS: Final = "limits_if_tie_lost"


def _short(limit: Limit) -> tuple[tuple[object, ...], Stopped]:
    """Return a limit without what filled it, and a key that is the same for the same limit."""
    if limit["code"] == "own_limit":
        return (limit["code"], limit["most"]), {"code": "own_limit", "most": limit["most"], "bidders": []}
    if limit["code"] == "group_limit":
        groups, most = limit["groups"], limit["most"]
        return (limit["code"], *groups, most), {
            "code": "group_limit",
            "groups": groups,
            "most": most,
            "bidders": [],
        }
    return (limit["code"],), {"code": "hours_limit", "bidders": []}
