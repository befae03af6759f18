"""The robustness report in plain English, a line for each fact that an officer needs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from scoring.english import counted, listed, ordinal
from scoring.exact import decimal, plain, pounds
from scoring.methods.tie_keys import DECISION
from scoring.robustness.one_mark import outcomes_after
from scoring.robustness.outcomes import NOBODY, LotOutcomes

if TYPE_CHECKING:
    from scoring.robustness.base import Base
    from scoring.robustness.changes import Effect
    from scoring.robustness.found import Found
    from scoring.robustness.one_mark import MarkChange


def summary(report: Found, at: int) -> str:
    """Return the one sentence about a lot: how often it is unchanged, and what turns it."""
    unchanged = f"unchanged in {report.percent(report.shares[at].unchanged, 1)}% of scenarios"
    return f"{_lot(report, at)}: {unchanged}; {_turning(report, at)}."


def _turning(report: Found, at: int) -> str:
    changes = report.turning[at].changes
    if not changes:
        return "no change of one mark turns it"
    turns = "turns if" if at in changes[0].winners else "the same bidders win in another order if"
    sentence = f"{turns} {_changed(report.base, at, changes[0])}{_others(changes)}"
    if changes[0].size > 1:
        sentence += "; no smaller change of one mark turns it"
    return sentence


def sensitive(base: Base, at: int, changes: Sequence[MarkChange]) -> str:
    """Say who would be awarded a lot after the first change that turns it, and how many more there are."""
    first = changes[0]
    to = _to(base, at, outcomes_after(base, first)[at])
    order = "" if at in first.winners else ": the same bidders in another order"
    sentence = f"If {_changed(base, at, first)}, the lot would go to {to}{order}."
    if len(changes) == 1:
        return sentence
    others = counted(len(changes) - 1, "other change").capitalize()
    return f"{sentence} {others} of one mark by one step would change the award too."


def _changed(base: Base, at: int, change: MarkChange) -> str:
    """Say what is changed: "B's mark on Q4 were 4 instead of 3"."""
    question, who = base.record.rules.questions[change.question].id, base.record.bidders[change.bidder].name
    where = "" if change.lot in (None, at) else f" in {base.result.lot_names[change.lot or 0]}"
    return f"{who}'s mark on {question}{where} were {change.after} instead of {change.before}"


def _others(changes: Sequence[MarkChange]) -> str:
    if len(changes) == 1:
        return ""
    others, step = counted(len(changes) - 1, "other change"), counted(changes[0].size, "step")
    return f", or by {'any one of ' if len(changes) > 2 else ''}{others} of one mark by {step}"


def of_lot(report: Found, at: int) -> Iterator[str]:
    """Yield the sentences about one lot: its award, the summary, the margin, and who wins how often."""
    awarded = _to(report.base, at, report.base.outcomes[at])
    yield f"{_lot(report, at)}: by the agreed marks it goes to {awarded}."
    yield summary(report, at)
    margin = report.margins[at]
    if margin is not None:
        places = report.base.record.rules.places
        last, following = _name(report.base, at, margin.last), _name(report.base, at, margin.following)
        sentence = (
            f"{_lot(report, at)}: {last} is ahead of {following} by {decimal(margin.points, places)} points"
        )
        if margin.broken_by:
            decided = margin.broken_by == DECISION.name
            by = DECISION.description if decided else f"the tie-break {margin.broken_by}"
            sentence += f", by {by} alone"
        step = _one_step(report, at)
        if step:
            sentence += f"; one step of one mark is worth up to {decimal(step, places)} points"
        if step and _has_minimum(report, at):
            sentence += ", and below a minimum it takes the bid out"
        yield f"{sentence}."
    yield from _wins(report, at)


def _wins(report: Found, at: int) -> Iterator[str]:
    lot, shares = report.base.lots[at], report.shares[at]
    rows = sorted(
        (row for row in range(len(shares.wins)) if shares.wins[row]),
        key=lambda row: (-shares.wins[row], lot.bidder_ids[row]),
    )
    shown = [f"{_name(report.base, at, row)} in {report.percent(int(shares.wins[row]), 1)}%" for row in rows]
    statements = []
    if shown:
        verb = "a place goes" if report.base.record.lots[at].places > 1 else "it goes"
        statements.append(f"{verb} to {listed(shown)}")
    if shares.undecided:
        statements.append(f"a place waits for a person in {report.percent(shares.undecided, 1)}%")
    if shares.nobody:
        statements.append(f"nobody is awarded in {report.percent(shares.nobody, 1)}%")
    if statements:
        yield f"{_lot(report, at)}: with every mark moved at random, {'; '.join(statements)}."


def _has_minimum(report: Found, at: int) -> bool:
    rules = report.base.record.rules
    asked = (rules.questions[row] for row in report.base.lots[at].asked)
    return bool(rules.quality_minimum) or any(question.minimum for question in asked)


def _one_step(report: Found, at: int) -> int:
    """Return the most points that one step of one mark moves in the lot, units of 10^-places."""
    scale, table = report.base.record.rules.scale, report.base.result.columns.table
    asked = report.base.lots[at].asked
    steps = table[list(asked), 2 + scale.lowest :]
    return int((steps[:, 1:] - steps[:, :-1]).max(initial=0)) if asked else 0


def of_changes(report: Found) -> Iterator[str]:
    """Yield the sentences about the weights, each bidder removed, and the lowest price removed."""
    yield from _weights(report)
    for bidder, effect in report.removed:
        yield from _without(report, bidder, effect)
    for at, rows, effect in report.lowest_removed:
        names = listed([_name(report.base, at, row) for row in rows.tolist()])
        price = pounds(int(report.base.lots[at].prices[rows[0]]))
        without = f"Without the lowest price in {_lot(report, at)}, {price} of {names}"
        if effect.lots:
            yield f"{without}: {_gone(report, effect)}."
        if len(rows) > 1:  # for one bidder alone, the sentence about that bidder tells it
            yield from _turned(report, without, effect)


def _weights(report: Found) -> Iterator[str]:
    rules = report.base.record.rules
    same: list[str] = []
    for by, effect in report.weights:
        weights = f"{plain(rules.quality_weight + by)}/{plain(rules.price_weight - by)}" if effect else ""
        if effect is None:
            continue
        if effect.lots:
            yield f"With quality and price weighed {weights}: {_gone(report, effect)}."
        else:
            same.append(weights)
    if same:
        yield f"With quality and price weighed {listed(same)}, every award stays the same."
    out = [f"{'+' if by > 0 else '−'}{plain(abs(by))}" for by, effect in report.weights if effect is None]
    if rules.quality_weight == 0:
        yield "Quality weighs nothing, so its weight cannot be moved in proportion to its questions."
    elif out:
        yield f"Moved by {listed(out)} points, the quality weight would leave 0 to 100."


def _without(report: Found, bidder: int, effect: Effect) -> Iterator[str]:
    """Say what a bidder's absence does beyond passing on what it holds."""
    who = report.base.record.bidders[bidder].name
    elsewhere = {
        at: outcome
        for at, outcome in effect.lots.items()
        if not is_in(report.base, at, bidder, report.base.outcomes[at])
    }
    if elsewhere:
        changed = "; ".join(_goes(report, at, outcome) for at, outcome in elsewhere.items())
        yield f"Had {who} not bid: {changed}, though {who} wins nothing there."
    yield from _turned(report, f"Had {who} not bid", effect)


def _turned(report: Found, without: str, effect: Effect) -> Iterator[str]:
    for one in effect.reversals:
        rose, fell = _name(report.base, one.lot, one.rose), _name(report.base, one.lot, one.fell)
        more = f", and {counted(one.others, 'other bid')} would rise past another" if one.others else ""
        where = _lot(report, one.lot)
        yield f"{without}, {rose} would rank above {fell} in {where}, not below{more}."


def absent(base: Base, at: int, bidder: int, outcome: LotOutcomes) -> str:
    """Say to whom a lot would go without a bidder that wins nothing there."""
    who = base.record.bidders[bidder].name
    return f"Without {who}, which wins nothing here, it would go to {_to(base, at, outcome)}."


def is_in(base: Base, at: int, bidder: int, outcome: LotOutcomes) -> bool:
    """Say whether a bidder is awarded a place in a lot, or waits for one."""
    rows = (base.lots[at].bidders == bidder).nonzero()[0].tolist()
    waiting = [row for _, level in outcome.waiting() for row in level]
    return any(row in outcome.awarded[:, 0] or row in waiting for row in rows)


def _gone(report: Found, effect: Effect) -> str:
    if not effect.lots:
        return "every award stays the same"
    return "; ".join(_goes(report, at, outcome) for at, outcome in effect.lots.items())


def _goes(report: Found, at: int, outcome: LotOutcomes) -> str:
    """Say to whom a lot would go."""
    return f"{_lot(report, at)} would go to {_to(report.base, at, outcome)}"


def _to(base: Base, at: int, outcome: LotOutcomes) -> str:
    there = [(place, row) for place, row in enumerate(outcome.awarded[:, 0].tolist(), 1) if row != NOBODY]
    several = base.record.lots[at].places > 1
    names = [
        f"{_name(base, at, row)}{f' ({ordinal(place)} place)' if several else ''}" for place, row in there
    ]
    for _, rows in outcome.waiting():
        names.append(f"{listed([_name(base, at, row) for row in rows])} level, for a person to decide")
    return listed(names) if names else "nobody"


def _name(base: Base, at: int, row: int) -> str:
    return base.record.bidders[int(base.lots[at].bidders[row])].name


def _lot(report: Found, at: int) -> str:
    return report.base.result.lot_names[at]
