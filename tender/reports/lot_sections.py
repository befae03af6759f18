"""The part of a report about the lots: scores, ranking, awards, and why each bidder won or lost."""

from __future__ import annotations

from scoring.methods.bid_states import BID_FLAGS
from tender.awards.outcome.lots import RESERVE, BidOutcome, LotOutcome
from tender.frame.formats import hundredths_as_text, money, plural
from tender.reports.blocks import Block, Callout, Column, Heading, Paragraph, Section, Table, table
from tender.reports.gather import Material

SIDE_BY_SIDE = 9
"""The most questions that get columns in the ranking; more get tables of their own."""
IN_ONE_TABLE = 14


def lots_section(material: Material) -> Section:
    blocks: list[Block] = []
    for cancelled in _cancelled(material):
        blocks.append(Paragraph(cancelled))
    for lot in material.outcomes:
        blocks += lot_blocks(lot)
    return Section("lots", "Lot by lot", tuple(blocks), wide=True)


def _cancelled(material: Material) -> list[str]:
    lots = {lot.id: lot for lot in material.tender.lots}
    return [
        f"Lot {lots[one.lot_id].code}, {lots[one.lot_id].title}, was cancelled: {one.reason}"
        for one in material.cancellations
        if one.lot_id is not None
    ]


def lot_blocks(lot: LotOutcome) -> list[Block]:
    blocks: list[Block] = [
        Heading(f"{lot.id}  {lot.title}"),
        Paragraph(
            f"{hundredths_as_text(lot.hours_per_week)} hours a week, "
            f"{plural(lot.weeks_per_year, 'week')} a year, "
            f"{plural(lot.places, 'place')}. {plural(len(lot.bids), 'bid')}, {len(lot.ranked)} ranked."
        ),
    ]
    if lot.sensitive_to:
        what = "The order of its winners" if lot.only_order_is_sensitive else "This award"
        blocks.append(
            Callout(f"{what} hangs by one mark", lot.sensitive_to, grave=not lot.only_order_is_sensitive)
        )
    for tie in lot.ties:
        blocks.append(Callout("Tie, not decided", tie.reason, grave=True))
    for decision in lot.decided_ties:
        blocks.append(Callout("Tie, decided by a person", decision, grave=False))
    if not lot.bids:
        return [*blocks, Paragraph("Nobody bid for this lot.")]
    blocks += _scores(lot)
    blocks.append(_why(lot))
    reserves = lot.of_outcome(RESERVE)
    if reserves:
        first = "; ".join(f"{place}. {bid.name}" for place, bid in enumerate(reserves[:5], 1))
        more = f"; and {len(reserves) - 5} more, by rank" if len(reserves) > 5 else ""
        blocks.append(Paragraph(f"Reserves, in order: {first}{more}."))
    return blocks


def _scores(lot: LotOutcome) -> list[Table]:
    beside = lot.questions if len(lot.questions) <= SIDE_BY_SIDE else ()
    columns = (
        Column("Rank", "number", 6),
        Column("Provider", "name", 30),
        *(Column(question.id, "number", 8) for question in beside),
        Column("Quality", "number", 9),
        Column("An hour", "number", 10),
        Column("Price pts", "number", 9),
        Column("Total", "number", 9),
        Column("Outcome", "text", 22),
    )
    rows = [
        (
            _or_dash(bid.rank),
            f"{bid.name} ({bid.placed})" if bid.placed else bid.name,
            *(_or_dash(bid.questions.get(question.id)) for question in beside),
            _or_dash(bid.quality),
            money(bid.price) or "–",
            _or_dash(bid.price_points),
            _or_dash(bid.total),
            _outcome(bid),
        )
        for bid in lot.bids
    ]
    won = [place for place, bid in enumerate(lot.bids) if bid.place is not None]
    tables = [table(f"{lot.id}: points and ranking", columns, rows, marked=won)]
    if not beside:
        for start in range(0, len(lot.questions), IN_ONE_TABLE):
            some = lot.questions[start : start + IN_ONE_TABLE]
            points = [
                (bid.name, *(_or_dash(bid.questions.get(question.id)) for question in some))
                for bid in lot.bids
            ]
            heads = (Column("Provider", "name", 30), *(Column(q.id, "number", 8) for q in some))
            caption = f"{lot.id}: points for {some[0].id} to {some[-1].id}"
            tables.append(table(caption, heads, points, marked=won))
    return tables


def _why(lot: LotOutcome) -> Table:
    columns = (Column("Provider", "name", 27), Column("Why", "text", 103))
    rows = [(bid.name, _reason(bid)) for bid in lot.bids]
    won = [place for place, bid in enumerate(lot.bids) if bid.place is not None]
    return table(f"{lot.id}: why each bidder won or lost", columns, rows, marked=won)


def _reason(bid: BidOutcome) -> str:
    if bid.rank is None:
        return f"{bid.outcome_in_words}. {bid.why}"
    return f"{bid.why} Flagged: {'; '.join(bid.reasons)}." if bid.reasons else bid.why


def _outcome(bid: BidOutcome) -> str:
    flags = "; ".join(BID_FLAGS[flag].label for flag in bid.flags)
    return f"{bid.outcome_in_words}. {flags}" if flags else bid.outcome_in_words


def _or_dash(value: str | int | None) -> str:
    return "–" if value is None else str(value)
