"""The ways in which price methods are known to misbehave, each tried on a method with worked figures.

Lowest over bid is warped by one outlier; relative methods can reverse two bidders when a third drops out; the
line from the lowest gives nothing at twice the lowest; the mean method gives out half the weight to a crowd.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from scoring.exact import HIGHEST_PRICE, plain, pounds
from scoring.laboratory.bench import Bench, Figures, Trial


def _trial(identifier: str, found: bool, sentence: str, figures: list[Figures]) -> Trial:
    return Trial(identifier, found, sentence, tuple(figures))


def findings(bench: Bench) -> Iterator[Trial]:
    """Yield what each trial came to."""
    if bench.whole == 0:
        yield _trial("no_weight", True, "Price carries no points: quality alone decides.", [])
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


def weight_in_play(bench: Bench) -> Trial:
    """Compare the published weight with what price makes between plausible bids."""
    points = bench.points(bench.tenders)
    apart = np.sort(points.max(axis=1) - points.min(axis=1))
    middle = int(apart[(len(apart) - 1) // 2])
    weight, bids = plain(bench.rules.price_weight), bench.tenders.shape[1]
    sentence = (
        f"Price weighs {weight} points, and between the cheapest and the dearest of {bids} plausible bids it"
        f" makes {bench.points_text(middle)} (the middle of {len(apart):,} simulated tenders)"
    )
    low = 4 * middle < bench.whole
    sentence += "; by far the most of its weight tells no bids apart." if low else "."
    shares = [("least", int(apart[0])), ("middle", middle), ("most", int(apart[-1]))]
    return _trial(
        "weight_in_play",
        low,
        sentence,
        [{"apart": name, "points": bench.points_text(at)} for name, at in shares],
    )


def outliers(bench: Bench) -> Iterator[Trial]:
    """Add one very low bid, and one very high, and see what becomes of the others."""
    prices = bench.example
    before, text = bench.of(prices), bench.points_text
    for identifier, name, wanted in (
        ("low_outlier", "half the lowest", max(1, prices[0] // 2)),
        ("high_outlier", "twice the highest", min(2 * prices[-1], HIGHEST_PRICE)),
    ):
        added = bench.within(wanted)
        if prices[0] <= added <= prices[-1]:
            way, end = ("below", "least") if identifier == "low_outlier" else ("above", "most")
            sentence = f"No bid can be {way} all the others: {pounds(added)} is the {end} that may be bid."
            yield _trial(identifier, False, sentence, [])
            continue
        said_to_be = name if added == wanted else "the published limit"
        after = bench.of([*prices, added])[:-1]
        apart = [points[0] - points[-1] for points in (before, after)]
        moved = before != after
        sentence = f"One more bid at {pounds(added)}, {said_to_be}, moves nobody else's points."
        if moved:
            sentence = (
                f"One more bid at {pounds(added)}, {said_to_be}: the gap between the cheapest and the dearest"
                f" of the others goes from {text(apart[0])} to {text(apart[1])} points, and"
                f" the cheapest of them from {text(before[0])} to {text(after[0])}."
            )
        rows = [
            {**bench.row(f"bid {at}", own, one), "points_with_outlier": bench.points_text(other)}
            for at, (own, one, other) in enumerate(zip(prices, before, after, strict=True), 1)
        ]
        yield _trial(identifier, moved, sentence, rows)


def crowd(bench: Bench) -> Trial:
    """Let everybody bid the same."""
    bids = bench.tenders.shape[1]
    each = bench.of([bench.typical] * bids)[0]
    whole = bench.points_text(bench.whole)
    sentence = f"A crowd of {bids} equal prices: each gets {bench.points_text(each)} of {whole} points,"
    sentence += " and quality decides"
    sentence += (
        " alone."
        if each == bench.whole
        else f"; {bench.points_text(bench.whole - each)} are given to nobody."
    )
    found = each != bench.whole and bench.method.relative
    return _trial("crowd", found, sentence, [bench.row("each", bench.typical, each)])


def twice_the_lowest(bench: Bench) -> Trial:
    """Look at a bid at twice the lowest, and for the price from which nothing is left to lose."""
    prices = bench.example
    twice = 2 * prices[0]
    if bench.within(twice) != twice:
        sentence = (
            f"Twice the lowest, {pounds(twice)}, is beyond the published ceiling; no such bid is scored."
        )
        return _trial("twice_the_lowest", False, sentence, [])
    points = bench.beside(twice, prices)
    dearest = bench.within(min(100 * bench.typical, HIGHEST_PRICE))
    nothing = _first_without_points(bench, prices, dearest)
    sentence = f"A bid at twice the lowest ({pounds(twice)} beside {pounds(prices[0])})"
    sentence += f" gets {bench.points_text(points)} points"
    if nothing is None:
        sentence += f"; even at {pounds(dearest)} a bid keeps some."
    else:
        sentence += f"; from {pounds(nothing)} on every price gets nothing, however much dearer it is."
    rows = [bench.row("lowest", prices[0], bench.of([*prices, twice])[0]), bench.row("twice", twice, points)]
    if nothing is not None:
        rows.append(bench.row("first without points", nothing, 0))
    return _trial("twice_the_lowest", nothing is not None and nothing <= twice, sentence, rows)


def _first_without_points(bench: Bench, prices: list[int], high: int) -> int | None:
    """Return the lowest price, from the lowest of these up to `high`, that earns nothing beside them."""
    low = prices[0]
    if bench.beside(high, prices) > 0:
        return None
    while low < high:  # points never rise with one's own price
        middle = (low + high) // 2
        low, high = (low, middle) if bench.beside(middle, prices) == 0 else (middle + 1, high)
    return low


def cheapest(bench: Bench) -> Trial:
    """Count the tenders in which the cheapest bid does not get the whole weight."""
    points = bench.points(bench.tenders).max(axis=1)
    short = np.flatnonzero(points < bench.whole)
    if len(short) == 0:
        sure = bench.method.lowest_gets_whole
        sentence = "The cheapest bid always gets the whole weight."
        if not sure:
            sentence = "In the simulated tenders the cheapest bid always got the whole weight."
        return _trial("cheapest_below_weight", False, sentence, [])
    own, earned = int(bench.tenders[short[0]].min()), int(points[short[0]])
    sentence = (
        f"The cheapest bid gets less than the whole weight in {len(short):,} of {len(points):,} simulated"
        f" tenders: in the first of them, {pounds(own)} gets {bench.points_text(earned)}"
        f" of {bench.points_text(bench.whole)}."
    )
    return _trial("cheapest_below_weight", True, sentence, [bench.row("cheapest", own, earned)])


def reversal(bench: Bench) -> Trial:
    """Look for two bidders whose order turns when a third, the cheapest, drops out.

    Some lead in quality between two bids is turned round where the cheapest's absence changes by more than
    one unit what price makes between them: that is so for some two if it is for those that it moves most and
    least.
    """
    if not bench.method.relative:
        sentence = "No third bidder's absence can turn round the order of two others."
        return _trial("reversal", False, sentence, [])
    tenders = np.sort(bench.tenders, axis=1)
    before, after = bench.points(tenders)[:, 1:], bench.points(tenders[:, 1:])
    moved = after - before
    apart = moved.max(axis=1) - moved.min(axis=1)
    at = int(np.argmax(apart))
    if apart[at] < 2:
        sentence = "In the simulated tenders no order of two turns when the cheapest drops out."
        return _trial("reversal", False, sentence, [])
    cheaper, dearer = sorted((int(np.argmin(moved[at])), int(np.argmax(moved[at]))))
    third, one, other = (int(tenders[at, place]) for place in (0, cheaper + 1, dearer + 1))
    leads = [int(points[at, cheaper] - points[at, dearer]) for points in (before, after)]
    text = bench.points_text
    lead = sum(leads) // 2  # between the two leads, and equal to neither
    first, second = ("B", "A") if leads[0] < lead else ("A", "B")
    sentence = (
        f"Reversal: A bids {pounds(one)}, B bids {pounds(other)} and has {text(lead)} more points of"
        f" quality. While C bids {pounds(third)}, price parts A from B by {text(leads[0])}"
        f" points and {first} is ahead; when C drops out, by {text(leads[1])}, and {second}"
        f" is ahead. Some lead in quality would be turned round so in {int((apart >= 2).sum()):,} of"
        f" {len(apart):,} simulated tenders."
    )
    rows = [
        {
            **bench.row(name, own, int(with_c)),
            "points_without_c": None if without is None else bench.points_text(without),
        }
        for name, own, with_c, without in (
            ("A", one, before[at, cheaper], int(after[at, cheaper])),
            ("B", other, before[at, dearer], int(after[at, dearer])),
            ("C", third, bench.points(tenders[at : at + 1])[0, 0], None),
        )
    ]
    return _trial("reversal", True, sentence, rows)


def at_the_ceiling(bench: Bench) -> Trial:
    """Look at a bid just at the ceiling."""
    ceiling = bench.rules.price.terms.ceiling or 0
    points = bench.beside(ceiling, bench.example)
    sentence = (
        f"A bid at the ceiling, {pounds(ceiling)}, is in order and gets {bench.points_text(points)} points."
    )
    return _trial(
        "zero_at_the_ceiling", points == 0, sentence, [bench.row("at the ceiling", ceiling, points)]
    )


def lone_bid(bench: Bench) -> Trial:
    """Let one bid be the only one, once at a typical price and once much dearer."""
    dear = bench.within(min(3 * bench.typical, HIGHEST_PRICE))
    points = [bench.of([own])[0] for own in (bench.typical, dear)]
    sentence = f"A lone bid gets {bench.points_text(points[0])} points at {pounds(bench.typical)}"
    if dear == bench.typical:
        sentence += ", and none may be dearer."
    else:
        sentence += (
            f" and {'as many' if points[0] == points[1] else bench.points_text(points[1])} at {pounds(dear)}."
        )
    rows = [bench.row("lone", own, one) for own, one in zip((bench.typical, dear), points, strict=True)]
    return _trial("lone_bid", dear > bench.typical and points[0] == points[1], sentence, rows)


def same_points(bench: Bench) -> Trial:
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
    sentence = f"Prices from {pounds(low)} to {pounds(high)} get the same {bench.points_text(points)} points"
    sentence += ", so that price hardly tells them apart." if coarse else "."
    if low == high:
        sentence = f"At {pounds(start)} a penny more or less makes other points."
        if bench.within(start + 1) == bench.within(start - 1) == start:
            sentence = f"{pounds(start)} is the only price that may be bid."
    rows = [bench.row("from", low, points), bench.row("to", high, points)]
    return _trial("same_points", coarse, sentence, rows)
