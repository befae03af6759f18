"""The first page: what a councillor needs who reads no further."""

from __future__ import annotations

from decimal import Decimal

from lots import states
from lots.panel import EVALUATOR, MODERATOR, Place
from scoring.english import counted, listed
from tender.awards.outcome.lots import RESERVE, BidOutcome, LotOutcome
from tender.awards.outcome.warnings import (
    ALONE,
    CLOSE,
    EMPTY,
    LOW_PRICE,
    ORDER,
    PASSED,
    RATING,
    THIRD,
    TIE,
    Note,
)
from tender.frame.formats import hundredths_as_text, long_date, money, plural
from tender.procurements.describing import panel_change
from tender.reports.blocks import Block, Bullets, Callout, Column, Facts, Figures, Heading, Paragraph, table
from tender.reports.gather import Material

_SERVICE = {"homecare": "homecare", "crisis": "crisis support", "reablement": "reablement"}
MOST_NOTES = 3
"""The most notes of one kind that the first page gives in full."""
MOST_LOTS = 15
NOTHING_TO_KNOW = (
    "No award hangs by a single mark, no place is left empty, and no winner’s price or rating is flagged."
)


def status(material: Material) -> tuple[str, bool]:
    """Where the award is, and whether it is approved."""
    tender, recommendation = material.tender, material.recommendation
    if tender.state == states.CANCELLED:
        return "Cancelled", False
    if recommendation is None:
        return "Working results, not recommended yet", False
    if recommendation.outcome == "waiting" or recommendation.decided_at is None:
        return "Recommended, not approved yet", False
    if tender.state in {states.AWARDED, states.SIGNED}:
        return "Award confirmed", True
    if material.standstill is not None:
        return f"Approved; standstill until the end of {long_date(material.standstill.ends_on)}", True
    return f"Approved on {long_date(recommendation.decided_at)}", True


def front(material: Material) -> tuple[Block, ...]:
    return (
        Paragraph(_lead(material), "lead"),
        _figures(material),
        *_log_warning(material),
        _who_wins(material),
        *_to_know(material),
        Heading("How it was decided"),
        Paragraph(_how(material)),
        *_people(material),
        Facts(
            (
                ("Record, SHA-256", material.evaluation.record_sha256),
                (f"Log, {plural(material.log.size, 'entry', 'entries')}", material.log.root),
            )
        ),
    )


def _lead(material: Material) -> str:
    tender, outcomes = material.tender, material.outcomes
    bidders = counted(len(material.record["bidders"]), "provider")
    text = (
        f"{tender.buyer} asked for bids for {_SERVICE[tender.service]} in {counted(len(outcomes), 'lot')}. "
        f"{bidders[:1].upper()}{bidders[1:]} bid. "
    )
    awarded = sum(1 for lot in outcomes if lot.winners)
    if not awarded:
        return f"{text}Nothing is awarded."
    if awarded < len(outcomes):
        which = f"{awarded} of the {len(outcomes)} lots"
    else:
        which = "the lot" if awarded == 1 else f"all {awarded} lots"
    winners = listed(_winners(material), 4)
    _, settled = status(material)
    if settled:
        is_ = "is" if which == "the lot" else "are"
        return f"{text}{which[:1].upper()}{which[1:]} {is_} awarded to {winners}."
    if material.recommendation is not None:
        return f"{text}It is recommended to award {which} to {winners}."
    return f"{text}By the working results, {which} would be awarded to {winners}."


def _winners(material: Material) -> list[str]:
    found = dict.fromkeys(winner.name for lot in material.outcomes for winner in lot.winners)
    return list(found)


def _figures(material: Material) -> Figures:
    ranked = {bid.bidder for lot in material.outcomes for bid in lot.ranked}
    low = sum(min(lot.yearly_costs) for lot in material.outcomes if lot.yearly_costs)
    high = sum(max(lot.yearly_costs) for lot in material.outcomes if lot.yearly_costs)
    cost = _range([low, high])
    bidders = len(material.record["bidders"])
    return Figures(
        (
            (str(len(material.outcomes)), "lot" if len(material.outcomes) == 1 else "lots"),
            (str(bidders), "bidder" if bidders == 1 else "bidders"),
            (str(len(ranked)), "ranked in a lot or more"),
            (str(len(_winners(material))), "winner" if len(_winners(material)) == 1 else "winners"),
            (cost, "a year, at the winning prices"),
        )
    )


def _range(pence: list[int]) -> str:
    """From lowest to highest in round figures: `£3.9m–£4.3m`, or `£640,000` where they are the same."""
    low, high = _round(min(pence)), _round(max(pence))
    return low if low == high else f"{low}–{high}"


def _round(pence: int) -> str:
    """Money in round figures: `£3.8m`, `£640,000`."""
    pounds = (pence + 50) // 100
    if pounds >= 1_000_000:
        tenths = (pounds + 50_000) // 100_000
        return f"£{tenths // 10:,}.{tenths % 10}m"
    return f"£{(pounds + 500) // 1000:,},000" if pounds >= 10_000 else f"£{pounds:,}"


def _log_warning(material: Material) -> list[Block]:
    if material.log.intact:
        return []
    text = "The log of this tender does not hold together, so this report cannot be relied on. "
    return [Callout("The record was altered", text + " ".join(material.log.faults[:3]), grave=True)]


def _who_wins(material: Material) -> Block:
    rows = []
    for lot in material.outcomes:
        name, amount = f"{lot.id} {lot.zone}", hundredths_as_text(lot.hours_per_week)
        if not lot.winners:
            rows.append((name, amount, "Nothing awarded", "–", "–", "–", "–"))
        several = len(lot.winners) > 1
        for at, winner in enumerate(lot.winners):
            place = f"{winner.place}. " if several else ""
            cost = _range(lot.yearly_costs) if several else lot.yearly_cost
            rows.append(
                (
                    name,
                    amount,
                    f"{place}{winner.name}",
                    winner.total or "",
                    _lead_over_reserve(lot, winner),
                    money(winner.price),
                    "" if at else cost,
                )
            )
    columns = (
        Column("Lot", "name", 20),
        Column("Hours a week", "number", 9),
        Column("Winner", "name", 33),
        Column("Points of 100", "number", 10),
        Column("Lead", "number", 9),
        Column("Price an hour", "number", 10),
        Column("The lot a year, about", "number", 14),
    )
    return table("Who wins each lot", columns, rows)


def _lead_over_reserve(lot: LotOutcome, winner: BidOutcome) -> str:
    """By how many points the winner is ahead of the first reserve; a dash where there is none."""
    reserves = lot.of_outcome(RESERVE)
    if not reserves or reserves[0].total is None or winner.total is None:
        return "–"
    return str(Decimal(winner.total) - Decimal(reserves[0].total))


def _to_know(material: Material) -> list[Block]:
    grave = [note for note in material.notes if note.kind not in {PASSED, ALONE}]
    _, settled = status(material)
    title = "What was known when this was decided" if settled else "What to know before deciding"
    if not grave:
        return [Heading(title), Paragraph(NOTHING_TO_KNOW)]
    kinds = sorted(dict.fromkeys(note.kind for note in grave), key=lambda kind: kind == ORDER)
    items = [item for kind in kinds for item in _note_items([note for note in grave if note.kind == kind])]
    return [Heading(title), Bullets(tuple(items))]


def _note_items(notes: list[Note]) -> list[tuple[str, str]]:
    """Notes of one kind in full, or where they are many, the lots in which to read them."""
    kind = notes[0].kind
    if len(notes) <= MOST_NOTES:
        return [(kind, f"{note.lot}, {note.lot_title}: {note.text}") for note in notes]
    lots = list(dict.fromkeys(note.lot for note in notes))
    where = f"In {listed(lots, MOST_LOTS)}"
    meant = {
        CLOSE: "one step of one mark would have made another award, or a tie",
        ORDER: "one step of one mark would have put the same winners in another order",
        TIE: "bidders are level after every published tie-break, and nobody has decided",
        EMPTY: "not every place is awarded",
        THIRD: "it would go to others without a bidder that wins nothing there",
        LOW_PRICE: "a winner’s price was flagged as abnormally low",
        RATING: "a winner’s CQC registration or ratings are flagged, which the rules allow",
    }
    return [(kind, f"{where}, {meant[kind]}. Each is told with its lot.")]


def _how(material: Material) -> str:
    weights = material.record["rules"]["weights"]
    questions = counted(len(material.record["rules"]["questions"]), "question")
    evaluators = len({place.person.id for place in material.panel if _took_part(place, material)})
    moderators = listed([place.person.name for place in material.panel if place.role == MODERATOR])
    text = (
        f"Quality counted for {weights['quality']} points of 100 and price for {weights['price']}, by rules "
        f"published before anybody bid. {counted(evaluators, 'evaluator').capitalize()} marked the answers "
        f"to {questions} alone. They had seen the list of bidders, to declare conflicts of interest; the "
        "bids they saw under letters of their own, without being told whose each was"
    )
    if moderators:
        text += f"; the panel then agreed each mark with reasons, led by {moderators}"
    gone = [place for place in material.panel if place.stood_down is not None]
    text = f"{text}. Prices were opened only after every mark was settled."
    for place in gone:
        text += f" {place.person.name}, {place.role}: {_lower(panel_change(place.changes[-1]))}"
    return text


def _took_part(place: Place, material: Material) -> bool:
    """Whether an evaluator sits, or marked before they were stood down."""
    return place.role == EVALUATOR and (place.sits or place.person.id in material.marked)


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


def _people(material: Material) -> list[Block]:
    recommendation = material.recommendation
    if recommendation is None:
        return []
    text = (
        f"{recommendation.by.name} recommended this award on {long_date(recommendation.at)}: "
        f"“{recommendation.reason}”"
    )
    if recommendation.decided_by is not None:
        text += (
            f" {recommendation.decided_by.name} approved it on {long_date(recommendation.decided_at)}: "
            f"“{recommendation.decision_reason}”"
        )
    return [Paragraph(text)]
