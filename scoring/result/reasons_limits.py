"""Which limits kept a bidder from a lot, or left a place without an award, and what filled them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from scoring.allocate.methods import METHODS, Goes
from scoring.english import counted, listed
from scoring.exact import plain
from scoring.result.stability import rather

if TYPE_CHECKING:
    from scoring.model.record import Bidder, Record
    from scoring.model.rules import Group
    from scoring.result.result import Result

Reason = tuple[str, str]
"""(the limit in short, the limit and what filled it)."""


def reasons(result: Result, bidder: Bidder, lot: int) -> list[Reason]:
    """Name every limit that keeps a bidder from a lot, by what it holds when the lot comes to be awarded.

    Under `rank_order` that is what it was awarded in earlier lots; otherwise all that it was awarded, and if
    that is not enough to fill a limit, what waits for a decision and may be.
    """
    at = result.bidder_positions[bidder.id]
    held = result.held.get(at, [])
    if METHODS[result.record.rules.allocation].by_turns:
        return _filled(result, bidder, lot, [earlier for earlier in held if earlier < lot])
    return _filled(result, bidder, lot, held) or _may_be_filled(result, bidder, lot, held)


def _filled(result: Result, bidder: Bidder, lot: int, held: list[int]) -> list[Reason]:
    """Name the limits that the lots held fill."""
    record, found = result.record, []
    if bidder.most_lots is not None and len(held) >= bidder.most_lots:
        preferred, names = _preferred(record, bidder, lot, held), _names(result, held)
        said = f"already holds its {counted(len(held), 'lot')}, {names}{preferred}"
        found.append((_own(bidder.most_lots), said))
    for groups, inside in _by_lots_inside(record, lot, held):
        if len(inside) >= groups[0].most_lots:
            preferred, names = _preferred(record, bidder, lot, inside), _names(result, inside)
            which = f"the most that {_called(groups)} {'allows' if len(groups) == 1 else 'allow'} one bidder"
            said = f"already holds {counted(len(inside), 'lot')}, {names}{preferred}, {which}"
            found.append((_of_groups(groups), said))
    hours, used = record.lots[lot].hours, sum(record.lots[other].hours for other in held)
    if bidder.hours is not None and used + hours > bidder.hours:
        already = f", with the {plain(used)} of {_names(result, held)}" if held else ""
        said = f"this lot's weekly hours, {plain(hours)}{already}, are more than the {plain(bidder.hours)}"
        found.append((_HOURS, f"{said} that it declared it can deliver"))
    return found


def _may_be_filled(result: Result, bidder: Bidder, lot: int, held: list[int]) -> list[Reason]:
    """Name the limits that what is held and what waits for a decision may fill together."""
    record, found = result.record, []
    waiting = result.waiting.get(result.bidder_positions[bidder.id], [])
    lots = sorted({*held, *waiting})

    def so_far(inside: Sequence[int]) -> str:
        kept = [other for other in inside if other in held]
        ties = [other for other in inside if other not in held]
        which = "where a tie waits" if len(ties) == 1 else "where ties wait"
        holds = f"it holds {_names(result, kept)}, and " if kept else ""
        return f"{holds}{_names(result, ties)}, {which} for a decision, may"

    if bidder.most_lots is not None and len(lots) >= bidder.most_lots:
        said = f"may hold {counted(bidder.most_lots, 'lot')}; {so_far(lots)} fill that"
        found.append((_own(bidder.most_lots), said))
    for groups, inside in _by_lots_inside(record, lot, lots):
        if len(inside) >= groups[0].most_lots:
            most = counted(groups[0].most_lots, "lot")
            said = f"may hold {most} of {_called(groups)}; {so_far(inside)} fill that"
            found.append((_of_groups(groups), said))
    hours = record.lots[lot].hours
    if bidder.hours is not None and sum(record.lots[other].hours for other in lots) + hours > bidder.hours:
        said = (
            f"declared {plain(bidder.hours)} hours a week; {so_far(lots)} leave less than the {plain(hours)}"
        )
        found.append((_HOURS, f"{said} of this lot"))
    return found


def _names(result: Result, lots: Sequence[int]) -> str:
    return listed([result.lot_names[lot] for lot in lots])


_HOURS: Final = "declared weekly hours"


def _own(most: int) -> str:
    return f"a bidder's own limit of {counted(most, 'lot')}"


def _called(groups: Sequence[Group]) -> str:
    return f"group{'' if len(groups) == 1 else 's'} {listed([group.id for group in groups])}"


def _of_groups(groups: Sequence[Group]) -> str:
    return f"{_called(groups)}, {counted(groups[0].most_lots, 'lot')} for one bidder"


def _by_lots_inside(record: Record, lot: int, held: list[int]) -> list[tuple[list[Group], list[int]]]:
    """Return the groups with this lot in them, and which of the lots held each has; those alike together."""
    found: dict[tuple[int, tuple[int, ...]], list[Group]] = {}
    for group in record.rules.groups:
        if record.lots[lot].id in group.lots:
            inside = tuple(other for other in held if record.lots[other].id in group.lots)
            found.setdefault((group.most_lots, inside), []).append(group)
    return [(groups, list(inside)) for (_, inside), groups in found.items()]


def _preferred(record: Record, bidder: Bidder, lot: int, held: list[int]) -> str:
    """Say that the bidder preferred the lots that it holds to this one, where its preferences show it."""
    order = {name: at for at, name in enumerate(bidder.preferences)}
    worst = order.get(record.lots[lot].id, len(order))
    if held and all(order.get(record.lots[one].id, len(order)) < worst for one in held):
        which = {1: "which", 2: "both of which"}.get(len(held), "all of which")
        return f", {which} it preferred"
    if METHODS[record.rules.allocation].goes is not Goes.BY_PREFERENCE:
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
