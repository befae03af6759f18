"""Whether the decisions of people are about ties: about everybody whom the published keys leave level."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from scoring.english import listed
from scoring.exact import Integers
from scoring.methods.tie_keys import Scored, key_of


def misfits(scored: Scored, ranked: Integers) -> Iterator[tuple[int, str]]:
    """Yield (position of the decision, what is wrong with it) for each that does not fit its tie.

    `ranked` has the positions of ranked bids. A decision fits where it places exactly those bids of its lot
    that share a rank after the published keys.
    """
    for number, decision in enumerate(scored.decisions):
        lot = list(scored.lot_ids).index(decision.lot)
        inside = ranked[scored.bids.lot[ranked] == lot]
        bid_of = dict(zip(scored.bids.bidder[inside].tolist(), inside.tolist(), strict=True))
        named = [bid_of.get(list(scored.bidder_ids).index(bidder)) for bidder in decision.bidders]
        missing = [who for who, bid in zip(decision.bidders, named, strict=True) if bid is None]
        bids = [bid for bid in named if bid is not None]
        if missing:
            yield number, f"names {listed(missing)}, not ranked in {decision.lot}; take the decision out"
            continue
        level = _level_with(scored, inside, bids[0])
        apart = [who for who, bid in zip(decision.bidders, bids, strict=True) if bid not in level]
        left = [scored.bidder_ids[scored.bids.bidder[bid]] for bid in sorted(level - set(bids))]
        if apart:
            whom = f"{listed(apart)} is not level with {decision.bidders[0]}"
            yield number, f"{whom}: the totals or the published keys part them; take the decision out"
        elif left:
            yield number, f"leaves out {listed(left)}, level with those it names; a decision places them all"


def _level_with(scored: Scored, inside: Integers, bid: int) -> set[int]:
    """Return the ranked bids of a lot that total and published keys leave level with this one."""
    level = inside[scored.total[inside] == scored.total[bid]]
    for name in scored.rules.ties:
        values = key_of(name).order(scored, level, name)
        level = level[values == values[np.flatnonzero(level == bid)[0]]]
    return set(level.tolist())
