"""The working of every figure of one bid, as data: formula, inputs, exact value, rounding, and the sentence.

Page, PDF and command line print the same sentence, because there is only this one. Nothing is evaluated
again: the points come from the outcome, and the exact value beside them from the same published formula.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.english import equals
from scoring.exact import fraction, plain, pounds
from scoring.methods.eligibility import RANKED, STATES
from scoring.model.bids import NO_PRICE
from scoring.result import explain_price, explain_rank, reasons, sentences
from scoring.result.working import Explanation, Working

if TYPE_CHECKING:
    from scoring.result.data import BidInLot, Outcome

__all__ = ["Explanation", "Working", "bid"]


def bid(outcome: Outcome, bid_in_lot: BidInLot) -> Explanation:
    """Return the working of the bid that stands there."""
    record, at = outcome.record, bid_in_lot.bid
    bidder = record.bidders[int(record.bids.bidder[at])]
    state = STATES[outcome.columns.states[at]]
    workings = _reasons(outcome, at)
    workings += _questions(outcome, at)
    workings.append(_quality(outcome, at))
    if record.bids.price[at] != NO_PRICE and record.rules.price.lines:
        workings.append(_lines(outcome, at))
    if state == RANKED:
        workings += explain_price.workings(outcome, bid_in_lot)
        workings.append(_total(outcome, at))
        workings += explain_rank.workings(outcome, bid_in_lot)
    else:
        sentence = "Price: not scored; prices of ranked bids alone are compared"
        workings.append(Working("Price", "", (), "", "", sentence, "price"))
    lot = record.lots[bid_in_lot.lot]
    return Explanation(
        lot=lot.id,
        lot_name=outcome.lot_names[bid_in_lot.lot],
        bidder=bidder.id,
        bidder_name=bidder.name,
        state=state,
        rank=bid_in_lot.rank,
        workings=tuple(workings),
    )


def _reasons(outcome: Outcome, at: int) -> list[Working]:
    """Say why the bid is not ranked, if it is not, what else was found, and what it is flagged for."""
    flags, state = outcome.flags(at), STATES[outcome.columns.states[at]]
    found = []
    for kind, reason in reasons.of_bid(outcome, at):
        figure, title = "state", f"State: {kind.replace('_', ' ')}"
        if kind in flags:
            figure, title = "flag", f"Flag: {kind.replace('_', ' ')}"
        elif kind != state:
            title = f"Also found: {kind.replace('_', ' ')}"
        sentence = f"{title}: {sentences.sentence_of(reason, outcome.names)}"
        found.append(Working(title, "", (), "", "", sentence, figure))
    return found


def _questions(outcome: Outcome, at: int) -> list[Working]:
    rules = outcome.record.rules
    found = []
    for row, mark, points in outcome.question_points(at):
        question = rules.questions[row]
        title, figure = f"{question.id} {question.title}", f"question:{question.id}"
        weight, highest = plain(question.weight), str(rules.scale.highest)
        formula = "weight × mark ÷ highest mark"
        inputs = [("weight", weight), ("mark", str(mark) if mark >= 0 else "none"), ("highest mark", highest)]
        if question.minimum is not None:
            inputs.append(("minimum mark", str(question.minimum)))
        if mark < 0:
            sentence = f"{title}: not marked, because the bid is out of assessment"
            found.append(Working(title, formula, tuple(inputs), "", "", sentence, figure))
            continue
        top, bottom = question.weight * mark, 100 * rules.scale.highest
        working = f"weight {weight} × mark {mark} ÷ highest mark {highest}"
        sentence = f"{title}: {working} {equals(top, bottom, rules.places)}"
        if question.minimum is not None and mark < question.minimum:
            sentence += f"; below the minimum mark, {question.minimum}"
        published = outcome.points_text(points) or ""
        found.append(
            Working(title, formula, tuple(inputs), fraction(top, bottom), published, sentence, figure)
        )
    return found


def _quality(outcome: Outcome, at: int) -> Working:
    rules, points = outcome.record.rules, outcome.points_text(int(outcome.columns.quality[at]))
    formula = "sum of the questions' points"
    if points is None:
        sentence = "Quality: not scored, because not every question was marked"
        return Working("Quality", formula, (), "", "", sentence, "quality")
    parts = [
        (rules.questions[row].id, outcome.points_text(scored) or "")
        for row, _, scored in outcome.question_points(at)
    ]
    summed = " + ".join(f"{name} {scored}" for name, scored in parts) or "no questions"
    sentence = f"Quality: {summed} = {points} points of {plain(rules.quality_weight)}"
    value = fraction(int(outcome.columns.quality[at]), 10**rules.places)
    return Working("Quality", formula, tuple(parts), value, points, sentence, "quality")


def _lines(outcome: Outcome, at: int) -> Working:
    bids, lines = outcome.record.bids, outcome.record.rules.price.lines
    price, parts = int(bids.price[at]), []
    for line, pence in zip(lines, bids.line_prices[:, at].tolist(), strict=True):
        parts.append((line.id, f"{pounds(pence)} × {line.volume:,}"))
    summed = " + ".join(f"{name} {part}" for name, part in parts)
    sentence = f"Price of the bid: {summed} = {pounds(price)}"
    formula = "sum of line price × volume"
    return Working("Price of the bid", formula, tuple(parts), str(price), pounds(price), sentence, "lines")


def _total(outcome: Outcome, at: int) -> Working:
    columns = outcome.columns
    quality, price, total = (
        outcome.points_text(int(column[at])) or ""
        for column in (columns.quality, columns.price, columns.total)
    )
    value = fraction(int(columns.total[at]), 10**outcome.record.rules.places)
    return Working(
        title="Total",
        formula="quality + price",
        inputs=(("quality", quality), ("price", price)),
        exact=value,
        rounded=total,
        sentence=f"Total: quality {quality} + price {price} = {total} points",
        figure="total",
    )
