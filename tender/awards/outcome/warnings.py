"""What a person has to know before recommending or approving an award, lot by lot, in sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from scoring.english import listed
from scoring.methods import bid_states
from tender.awards.outcome.lots import PASSED_OVER, LotOutcome
from tender.awards.outcome.sentences import sentence

CLOSE, ORDER, EMPTY, TIE, LOW_PRICE, RATING, THIRD, ALONE, PASSED = (
    "Hangs by one mark",
    "Order hangs by one mark",
    "Place not awarded",
    "Undecided tie",
    "Low price",
    "CQC flag",
    "Turns on another bid",
    "One bid",
    "Passed over",
)

_MOST_TOLD: Final = 3
"""Of the bids without which a lot would go to others, so many are named."""


@dataclass(frozen=True)
class Note:
    """`kind` is a short heading; `text` says what there is to know about the lot."""

    kind: str
    lot: str
    lot_title: str
    text: str


def notes(outcomes: Sequence[LotOutcome]) -> list[Note]:
    return [note for lot in outcomes for note in _of_lot(lot)]


def _of_lot(lot: LotOutcome) -> list[Note]:
    found = [(ORDER if lot.only_order_is_sensitive else CLOSE, lot.sensitive_to)] if lot.sensitive_to else []
    found += [(TIE, sentence(tie.reason)) for tie in lot.ties]
    tied = sum(len(tie.places) for tie in lot.ties)
    if lot.places_empty > tied:
        found.append((EMPTY, _empty(lot, lot.places_empty - tied)))
    for winner in lot.winners:
        if bid_states.LOW_PRICE.name in winner.flags:
            why = " ".join(sentence(reason) for reason in winner.reasons)
            found.append(
                (LOW_PRICE, f"{winner.name} won with a price flagged as abnormally low. {why}".strip())
            )
        for flag in winner.flags:
            if flag != bid_states.LOW_PRICE.name:
                label = bid_states.BID_FLAGS[flag].label
                text = f"{winner.name} won with a flag that the published rules allow: {_lower(label)}."
                found.append((RATING, text))
    if lot.turned_by:
        found.append((THIRD, " ".join(list(lot.turned_by.values())[:_MOST_TOLD])))
    if len(lot.ranked) == 1:
        found.append((ALONE, f"{lot.ranked[0].name} was the only bidder in the ranking."))
    passed = [bid.name for bid in lot.of_outcome(PASSED_OVER)]
    if passed:
        was = "was" if len(passed) == 1 else "were"
        found.append((PASSED, f"{listed(passed)} {was} reached while a place was free and {was} at a limit."))
    return [Note(kind, lot.id, lot.title, text) for kind, text in found]


def _lower(label: str) -> str:
    return label[:1].lower() + label[1:]


def _empty(lot: LotOutcome, places: int) -> str:
    if not lot.bids:
        return "Nobody bid."
    if not lot.ranked:
        return "Every bid left the assessment, so nothing is awarded."
    if lot.places == 1:
        return "Nothing is awarded: every ranked bidder is at a limit."
    return f"{places} of {lot.places} places {'goes' if places == 1 else 'go'} to nobody."
