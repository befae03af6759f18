"""How a limit is said: what filled it, or may once a tie is decided."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from scoring.english import counted, listed

if TYPE_CHECKING:
    from scoring.model.reasons import GroupLimit, HoursLimit, OwnLimit, Preferred, Stopped
    from scoring.result.names import Names


def own(limit: OwnLimit, names: Names) -> str:
    """Say that a bidder's own number of lots is filled, or may be."""
    if limit["waiting"]:
        most = counted(limit["most"], "lot")
        return f"may hold {most}; {_so_far(limit['held'], limit['waiting'], names)} fill that"
    held = limit["held"]
    rather = _rather(limit["preferred"], held)
    return f"already holds its {counted(len(held), 'lot')}, {_lots(held, names)}{rather}"


def group(limit: GroupLimit, names: Names) -> str:
    """Say that the limit of one group or several is filled, or may be."""
    held, groups = limit["held"], limit["groups"]
    if limit["waiting"]:
        most = counted(limit["most"], "lot")
        filled = f"{_so_far(held, limit['waiting'], names)} fill that"
        return f"may hold {most} of {_groups(groups)}; {filled}"
    allow = "allows" if len(groups) == 1 else "allow"
    lots = f"{counted(len(held), 'lot')}, {_lots(held, names)}{_rather(limit['preferred'], held)}"
    return f"already holds {lots}, the most that {_groups(groups)} {allow} one bidder"


def hours(limit: HoursLimit, names: Names) -> str:
    """Say that the weekly hours a bidder declared do not reach for the lot, or may not."""
    held, needed, capacity = limit["held"], limit["lot_hours"], limit["capacity"]
    if limit["waiting"]:
        left = f"{_so_far(held, limit['waiting'], names)} leave less than the {needed}"
        return f"declared {capacity} hours a week; {left} of this lot"
    already = f", with the {limit['held_hours']} of {_lots(held, names)}" if held else ""
    return (
        f"this lot's weekly hours, {needed}{already}, are more than the {capacity} that it declared it can"
        " deliver"
    )


def short(limit: Stopped) -> str:
    """Name a limit in short, without what filled it."""
    if limit["code"] == "own_limit":
        return f"a bidder's own limit of {counted(limit['most'], 'lot')}"
    if limit["code"] == "group_limit":
        return f"{_groups(limit['groups'])}, {counted(limit['most'], 'lot')} for one bidder"
    if limit["code"] == "hours_limit":
        return "declared weekly hours"
    return "limits of whoever does not win the tie"


def _so_far(held: Sequence[str], waiting: Sequence[str], names: Names) -> str:
    which = "where a tie waits" if len(waiting) == 1 else "where ties wait"
    holds = f"it holds {_lots(held, names)}, and " if held else ""
    return f"{holds}{_lots(waiting, names)}, {which} for a decision, may"


def _lots(lots: Sequence[str], names: Names) -> str:
    return listed([names.lot(lot) for lot in lots])


def _groups(groups: Sequence[str]) -> str:
    return f"group{'' if len(groups) == 1 else 's'} {listed(groups)}"


def _rather(preferred: Preferred | None, held: Sequence[str]) -> str:
    if preferred == "stated":
        which = {1: "which", 2: "both of which"}.get(len(held), "all of which")
        return f", {which} it preferred"
    if preferred == "implied":
        come = "comes" if len(held) == 1 else "come"
        return f", which {come} first in its order (lots that it did not list, in the order of the tender)"
    return ""
