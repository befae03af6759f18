"""Awards of thousands of scenarios at once, from matrices of keys.

`rank_order` is worked out in columns, exactly as `allocation.rank_order` does it one record at a time. Any
other published method is asked once for each scenario, with the ranking that its keys come to.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from scoring.allocate import methods
from scoring.allocate.limits import Ranking
from scoring.exact import Integers
from scoring.robustness.keys import OUT, Keys, LotKeys
from scoring.robustness.outcomes import NOBODY, LotOutcomes, fill, joined, outcome_of

if TYPE_CHECKING:
    from scoring.model.record import Record

_EVERYWHERE: Final = slice(None)


@dataclass(frozen=True, eq=False)
class ScenarioLimit:
    """A limit that could stop somebody: how much of it each bidder that it is about has to begin with."""

    members: Integers
    """The bidders, by position in the record, in ascending order."""
    allowance: Integers
    """What each may still be awarded: lots, or hundredths of an hour a week."""
    needs: dict[int, int]
    """By lot: what an award takes up."""
    member: dict[int, Integers]
    """By lot: for each row of its keys the position among members, or NOBODY."""

    @classmethod
    def on(
        cls, lots: Sequence[LotKeys], members: Integers, allowance: Integers, needs: dict[int, int]
    ) -> ScenarioLimit:
        """Look up once, for every lot that the limit is about, which of its rows it could stop."""
        found = {}
        for lot in needs:
            bidders = lots[lot].bidders
            found[lot] = np.where(np.isin(bidders, members), np.searchsorted(members, bidders), NOBODY)
        return cls(members, allowance, needs, found)


def limits_of(record: Record, lots: Sequence[LotKeys]) -> list[ScenarioLimit]:
    """Return every limit of the record that could stop a bidder."""
    found = []
    one_each = dict.fromkeys(range(len(lots)), 1)
    most = np.array([bidder.most_lots or len(lots) for bidder in record.bidders], np.int64)
    members = np.flatnonzero(most < len(lots))
    found.append(ScenarioLimit.on(lots, members, most[members], one_each))
    hours = np.array([-1 if bidder.hours is None else bidder.hours for bidder in record.bidders], np.int64)
    members = np.flatnonzero(hours >= 0)
    needs = {at: lot.hours for at, lot in enumerate(record.lots)}
    found.append(ScenarioLimit.on(lots, members, hours[members], needs))
    lot_at = {lot.id: at for at, lot in enumerate(record.lots)}
    for group in record.rules.groups:
        inside = [lot_at[name] for name in group.lots]
        members = np.unique(np.concatenate([lots[at].bidders for at in inside]))
        if group.most_lots < len(inside):
            found.append(
                ScenarioLimit.on(
                    lots, members, np.full(len(members), group.most_lots), dict.fromkeys(inside, 1)
                )
            )
    return [limit for limit in found if len(limit.members)]


class Left:
    """How much of one limit each bidder has left in each scenario, [member, scenario]."""

    def __init__(self, limit: ScenarioLimit, scenarios: int) -> None:
        """Begin with nobody holding anything."""
        self._limit = limit
        largest = max(int(limit.allowance.max()), *limit.needs.values())
        kind = np.int16 if largest < 2**15 else np.int64
        self._left = np.repeat(limit.allowance[:, None].astype(kind), scenarios, axis=1)
        self._least = limit.allowance.copy()
        """No member has less than this in any scenario: whose it is enough for need not be looked at."""

    def short(self, lot: int) -> Integers:
        """Return the rows of a lot for which it would, in some scenario, be more than they have left."""
        need, member = self._limit.needs.get(lot), self._limit.member.get(lot)
        if need is None or member is None:
            return np.zeros(0, np.int64)
        return np.flatnonzero((self._least[member] < need) & (member != NOBODY))

    def stop(self, lot: int, row: int, keys: Keys, at: Integers | slice) -> None:
        """Put out, in place, one row's keys in the scenarios `at` where the lot is more than it has left."""
        left = self._left[self._limit.member[lot][row]]
        keys[left[at] < self._limit.needs[lot]] = OUT

    def award(self, lot: int, rows: npt.NDArray[np.intp], scenarios: npt.NDArray[np.intp]) -> None:
        """Note that these rows have been awarded the lot in these scenarios."""
        need = self._limit.needs.get(lot)
        if need is None:
            return
        member = self._limit.member[lot][rows]
        limited = member != NOBODY
        self._left[member[limited], scenarios[limited]] -= need
        least = np.zeros(len(self._least), np.bool_)
        least[member[limited]] = True
        self._least[least] -= need


class Stop:
    """Whom limits stop in one lot, in which scenarios, after the awards of the lots before it."""

    def __init__(self, left: Sequence[Left], lot: int) -> None:
        """Look up which rows could be stopped at all."""
        self._lot = lot
        self._by_row: dict[int, list[Left]] = {}
        for one in left:
            for row in one.short(lot).tolist():
                self._by_row.setdefault(row, []).append(one)

    def everywhere(self, keys: Keys) -> Keys:
        """Put out, in place, the keys of bidders at a limit, [bid, scenario]."""
        for row in self._by_row:
            self.row(row, keys[row])
        return keys

    def row(self, row: int, keys: Keys, at: Integers | slice = _EVERYWHERE) -> None:
        """Put out, in place, the keys of one row, which are those of the scenarios `at`."""
        for one in self._by_row.get(row, ()):
            one.stop(self._lot, row, keys, at)


Source: TypeAlias = Callable[[LotKeys, Stop | None], Keys]
"""Gives the finished keys of a lot, [bid, scenario], with those stopped that limits stop; they are used up.

Where it is told whom limits stop, it may leave out bids that win no place: keys tell whose they are.
"""


def award(
    record: Record, lots: Sequence[LotKeys], limits: Sequence[ScenarioLimit], keys: Source, scenarios: int
) -> list[LotOutcomes]:
    """Award every lot in so many scenarios by the published method; `keys` is asked lot by lot, in order."""
    if not methods.METHODS[record.rules.allocation].by_turns:
        return _one_by_one(record, lots, [keys(lot, None).copy() for lot in lots])
    left, found = [Left(limit, scenarios) for limit in limits], []
    for lot in lots:
        of_lot = keys(lot, Stop(left, lot.lot))
        outcomes = fill(lot, of_lot, min(record.lots[lot.lot].places, len(lot.bids)))
        for rows in outcomes.awarded:
            there = np.flatnonzero(rows != NOBODY)
            for one in left:
                one.award(lot.lot, rows[there].astype(np.intp), there)
        found.append(outcomes)
    return found


def _one_by_one(record: Record, lots: Sequence[LotKeys], keys: Sequence[Keys]) -> list[LotOutcomes]:
    """Ask the published method about each scenario by itself; about those with the same keys only once."""
    method = methods.METHODS[record.rules.allocation].allocate
    asked: dict[bytes, list[LotOutcomes]] = {}
    columns: list[list[LotOutcomes]] = []
    for scenario in range(keys[0].shape[1]):
        name = _digest([of_lot[:, scenario] for of_lot in keys])
        if name not in asked:
            found = [ranking(lot, of_lot[:, scenario]) for lot, of_lot in zip(lots, keys, strict=True)]
            awards = method(record, [ranked for _, ranked in found])
            asked[name] = [
                outcome_of(lot, rows, result, record.lots[lot.lot].places)
                for lot, (rows, _), result in zip(lots, found, awards, strict=True)
            ]
        columns.append(asked[name])
    return [joined(column) for column in zip(*columns, strict=True)]


def _digest(keys: Sequence[Keys]) -> bytes:
    digest = hashlib.sha256()
    for of_lot in keys:
        digest.update(repr(of_lot.tolist()).encode() if of_lot.dtype == object else of_lot.tobytes())
    return digest.digest()


def ranking(lot: LotKeys, keys: Keys) -> tuple[Integers, Ranking]:
    """Return the bids that are in one scenario: their rows by rank and bidder id, and their ranking."""
    rows = np.flatnonzero(keys >= 0)
    arranged = np.argsort(-lot.without_row(keys)[rows], kind="stable")
    rows = rows[arranged]
    level_keys = lot.without_row(keys)[rows]
    begins = (
        np.concatenate(([True], level_keys[1:] != level_keys[:-1])) if len(rows) else np.zeros(0, np.bool_)
    )
    ranks = np.maximum.accumulate(np.where(begins, np.arange(len(rows)), 0)) + 1
    return rows, Ranking(lot.bidders[rows], ranks, lot.totals(keys[rows]).astype(np.int64))
