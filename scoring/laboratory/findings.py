"""The ways in which price methods are known to misbehave, each tried on a method with worked figures.

Lowest over bid is warped by one outlier; relative methods can reverse two bidders when a third drops out; the
line from the lowest gives nothing at twice the lowest; the mean method gives out half the weight to a crowd.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from scoring.exact import HIGHEST_PRICE, plain, pounds
from scoring.laboratory.bench import Bench, Figures, Finding


def _finding(identifier: str, found: bool, sentence: str, figures: list[Figures]) -> Finding:
    return Finding(identifier, found, sentence, tuple(figures))


def findings(bench: Bench) -> Iterator[Finding]:
    """Yield what each trial came to."""
    if bench.whole == 0:
        yield _finding("no_weight", True, "Price carries no points: quality alone decides.", [])
        return
    yield weight_in_play(bench)
    yield from outliers(bench)
    yield crowd(bench)
    yield twice_the_lowest(bench)
    yield cheapest(bench)
    yield reversal(bench)
    if bench.rules.price.terms.ceiling is not None:
        yield at_the_ceiling(bench)
    yield lone_bid(bench)
    yield same_points(bench)


def weight_in_play(bench: Bench) -> Finding:
    """Compare the published weight with what price makes between plausible bids."""
    points = bench.points(bench.tenders)
    apart = np.sort(points.max(axis=1) - points.min(axis=1))
    middle = int(apart[(len(apart) - 1) // 2])
    weight, bids = plain(bench.rules.price_weight), bench.tenders.shape[1]
    said = (
        f"Price weighs {weight} points, and between the cheapest and the dearest of {bids} plausible bids it"
        f" makes {bench.written(middle)} (the middle of {len(apart):,} simulated tenders)"
    )
    low = 4 * middle < bench.whole
    said += "; by far the most of its weight tells no bids apart." if low else "."
    shares = [("least", int(apart[0])), ("middle", middle), ("most", int(apart[-1]))]
    return _finding(
        "weight_in_play", low, said, [{"apart": name, "points": bench.written(at)} for name, at in shares]
    )


def outliers(bench: Bench) -> Iterator[Finding]:
    """Add one very low bid, and one very high, and see what becomes of the others."""
    prices = bench.example
    before = bench.of(prices)
    for identifier, name, wanted in (
        ("low_outlier", "half the lowest", max(1, prices[0] // 2)),
        ("high_outlier", "twice the highest", min(2 * prices[-1], HIGHEST_PRICE)),
    ):
        added = bench.within(wanted)
        if prices[0] <= added <= prices[-1]:
            way, end = ("below", "least") if identifier == "low_outlier" else ("above", "most")
            said = f"No bid can be {way} all the others: {pounds(added)} is the {end} that may be bid."
            yield _finding(identifier, False, said, [])
            continue
        said_to_be = name if added == wanted else "the published limit"
        after = bench.of([*prices, added])[:-1]
        apart = [points[0] - points[-1] for points in (before, after)]
        moved = before != after
        said = f"One more bid at {pounds(added)}, {said_to_be}, moves nobody else's points."
        if moved:
            said = (
                f"One more bid at {pounds(added)}, {said_to_be}: the gap between the cheapest and the dearest"
                f" of the others goes from {bench.written(apart[0])} to {bench.written(apart[1])} points, and"
                f" the cheapest of them from {bench.written(before[0])} to {bench.written(after[0])}."
            )
        rows = [
            {**bench.row(f"bid {at}", own, one), "points_with_outlier": bench.written(other)}
            for at, (own, one, other) in enumerate(zip(prices, before, after, strict=True), 1)
        ]
        yield _finding(identifier, moved, said, rows)


def crowd(bench: Bench) -> Finding:
    """Let everybody bid the same."""
    bids = bench.tenders.shape[1]
    each = bench.of([bench.typical] * bids)[0]
    whole = bench.written(bench.whole)
    said = f"A crowd of {bids} equal prices: each gets {bench.written(each)} of {whole} points,"
    said += " and quality decides"
    said += (
        " alone." if each == bench.whole else f"; {bench.written(bench.whole - each)} are given to nobody."
    )
    found = each != bench.whole and bench.method.relative
    return _finding("crowd", found, said, [bench.row("each", bench.typical, each)])


def twice_the_lowest(bench: Bench) -> Finding:
    """Look at a bid at twice the lowest, and for the price from which nothing is left to lose."""
    prices = bench.example
    twice = 2 * prices[0]
    if bench.within(twice) != twice:
        said = f"Twice the lowest, {pounds(twice)}, is beyond the published ceiling; no such bid is scored."
        return _finding("twice_the_lowest", False, said, [])
    points = bench.beside(twice, prices)
    dearest = bench.within(min(100 * bench.typical, HIGHEST_PRICE))
    nothing = _first_without_points(bench, prices, dearest)
    said = f"A bid at twice the lowest ({pounds(twice)} beside {pounds(prices[0])})"
    said += f" gets {bench.written(points)} points"
    if nothing is None:
        said += f"; even at {pounds(dearest)} a bid keeps some."
    else:
        said += f"; from {pounds(nothing)} on every price gets nothing, however much dearer it is."
    rows = [bench.row("lowest", prices[0], bench.of([*prices, twice])[0]), bench.row("twice", twice, points)]
    if nothing is not None:
        rows.append(bench.row("first without points", nothing, 0))
    return _finding("twice_the_lowest", nothing is not None and nothing <= twice, said, rows)


def _first_without_points(bench: Bench, prices: list[int], high: int) -> int | None:
    """Return the lowest price, from the lowest of these up to `high`, that earns nothing beside them."""
    low = prices[0]
    if bench.beside(high, prices) > 0:
        return None
    while low < high:  # points never rise with one's own price
        middle = (low + high) // 2
        low, high = (low, middle) if bench.beside(middle, prices) == 0 else (middle + 1, high)
    return low


def cheapest(bench: Bench) -> Finding:
    """Count the tenders in which the cheapest bid does not get the whole weight."""
    points = bench.points(bench.tenders).max(axis=1)
    short = np.flatnonzero(points < bench.whole)
    if len(short) == 0:
        sure = bench.method.lowest_gets_whole
        said = "The cheapest bid always gets the whole weight."
        if not sure:
            said = "In the simulated tenders the cheapest bid always got the whole weight."
        return _finding("cheapest_below_weight", False, said, [])
    own, earned = int(bench.tenders[short[0]].min()), int(points[short[0]])
    said = (
        f"The cheapest bid gets less than the whole weight in {len(short):,} of {len(points):,} simulated"
        f" tenders: in the first of them, {pounds(own)} gets {bench.written(earned)}"
        f" of {bench.written(bench.whole)}."
    )
    return _finding("cheapest_below_weight", True, said, [bench.row("cheapest", own, earned)])


def reversal(bench: Bench) -> Finding:
    """Look for two bidders whose order turns when a third, the cheapest, drops out.

    Some lead in quality between two bids is turned round where the cheapest's absence changes by more than
    one unit what price makes between them: that is so for some two if it is for those that it moves most and
    least.
    """
    if not bench.method.relative:
        said = "No third bidder's absence can turn round the order of two others."
        return _finding("reversal", False, said, [])
    tenders = np.sort(bench.tenders, axis=1)
    before, after = bench.points(tenders)[:, 1:], bench.points(tenders[:, 1:])
    moved = after - before
    apart = moved.max(axis=1) - moved.min(axis=1)
    at = int(np.argmax(apart))
    if apart[at] < 2:
        said = "In the simulated tenders no order of two turns when the cheapest drops out."
        return _finding("reversal", False, said, [])
    cheaper, dearer = sorted((int(np.argmin(moved[at])), int(np.argmax(moved[at]))))
    third, one, other = (int(tenders[at, place]) for place in (0, cheaper + 1, dearer + 1))
    leads = [int(points[at, cheaper] - points[at, dearer]) for points in (before, after)]
    lead = sum(leads) // 2  # between the two leads, and equal to neither
    first, second = ("B", "A") if leads[0] < lead else ("A", "B")
    said = (
        f"Reversal: A bids {pounds(one)}, B bids {pounds(other)} and has {bench.written(lead)} more points of"
        f" quality. While C bids {pounds(third)}, price parts A from B by {bench.written(leads[0])}"
        f" points and {first} is ahead; when C drops out, by {bench.written(leads[1])}, and {second}"
        f" is ahead. Some lead in quality would be turned round so in {int((apart >= 2).sum()):,} of"
        f" {len(apart):,} simulated tenders."
    )
    rows = [
        {
            **bench.row(name, own, int(with_c)),
            "points_without_c": None if without is None else bench.written(without),
        }
        for name, own, with_c, without in (
            ("A", one, before[at, cheaper], int(after[at, cheaper])),
            ("B", other, before[at, dearer], int(after[at, dearer])),
            ("C", third, bench.points(tenders[at : at + 1])[0, 0], None),
        )
    ]
    return _finding("reversal", True, said, rows)


def at_the_ceiling(bench: Bench) -> Finding:
    """Look at a bid just at the ceiling."""
    ceiling = bench.rules.price.terms.ceiling or 0
    points = bench.beside(ceiling, bench.example)
    said = f"A bid at the ceiling, {pounds(ceiling)}, is in order and gets {bench.written(points)} points."
    return _finding("zero_at_the_ceiling", points == 0, said, [bench.row("at the ceiling", ceiling, points)])


def lone_bid(bench: Bench) -> Finding:
    """Let one bid be the only one, once at a typical price and once much dearer."""
    dear = bench.within(min(3 * bench.typical, HIGHEST_PRICE))
    points = [bench.of([own])[0] for own in (bench.typical, dear)]
    said = f"A lone bid gets {bench.written(points[0])} points at {pounds(bench.typical)}"
    if dear == bench.typical:
        said += ", and none may be dearer."
    else:
        said += f" and {'as many' if points[0] == points[1] else bench.written(points[1])} at {pounds(dear)}."
    rows = [bench.row("lone", own, one) for own, one in zip((bench.typical, dear), points, strict=True)]
    return _finding("lone_bid", dear > bench.typical and points[0] == points[1], said, rows)


def same_points(bench: Bench) -> Finding:
    """Look how far a price can move from the typical one, either way, without another last decimal."""
    others, start = bench.example, bench.typical
    points = bench.beside(start, others)
    lowest, highest = bench.within(start // 2 or 1), bench.within(min(2 * start, HIGHEST_PRICE))
    low, high = start, start
    while lowest < low:
        middle = (lowest + low) // 2
        lowest, low = (lowest, middle) if bench.beside(middle, others) == points else (middle + 1, low)
    while high < highest:
        middle = (high + highest + 1) // 2
        high, highest = (middle, highest) if bench.beside(middle, others) == points else (high, middle - 1)
    coarse = 100 * (high - low) > 2 * start
    said = f"Prices from {pounds(low)} to {pounds(high)} get the same {bench.written(points)} points"
    said += ", so that price hardly tells them apart." if coarse else "."
    if low == high:
        said = f"At {pounds(start)} a penny more or less makes other points."
        if bench.within(start + 1) == bench.within(start - 1) == start:
            said = f"{pounds(start)} is the only price that may be bid."
    rows = [bench.row("from", low, points), bench.row("to", high, points)]
    return _finding("same_points", coarse, said, rows)
