"""Whether letters and draw are those that the commitment, the log and the sealed bids give."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager, joinedload

from lots import bid as bids
from lots import draw
from lots.bid import Bid, OpenedBid
from lots.draw import Draw, DrawSecret
from lots.refusal import Refusal
from lots.seal import Seal
from lots.tender import Opening, Tender
from scoring.methods import draw as drawing
from scoring.model.draw import Draw as DrawParts

TEXT = (
    "The secret against its published commitment, the log when bids closed worked out again, "
    "and every letter against the hash of the sealed bid."
)


def faults(session: Session, tender: Tender, seal: Seal) -> list[str] | None:
    """What does not fit, a sentence each; None of a tender from before there were draws with a secret."""
    published = tender.rules["rules"].get("draw")
    made = session.get(Draw, tender.id)
    if made is None:
        return None if published is None else ["The bids are opened, and there is no draw."]
    return [
        *_of_secret(session, tender, seal, made, published),
        *_of_log(session, tender, made),
        *_of_public(session, tender, made, published),
        *_of_letters(session, tender, made),
    ]


def _of_secret(
    session: Session, tender: Tender, seal: Seal, made: Draw, published: dict[str, str] | None
) -> Iterator[str]:
    if published is None:  # from before there were commitments: letters alone came from this draw
        return
    if drawing.commitment(made.secret) != published["commitment"]:
        yield "The secret of the draw is not the one that was committed at publication."
    kept = session.get(DrawSecret, tender.id)
    if kept is None:
        yield "The sealed secret of the draw is gone."
        return
    try:
        if draw.sealed_secret(kept, tender, seal) != made.secret:
            yield "The secret of the draw is not the one that was sealed at publication."
    except Refusal as refusal:
        yield f"The sealed secret of the draw: {refusal.message}"


def _of_log(session: Session, tender: Tender, made: Draw) -> Iterator[str]:
    if made.rules_sha256 != tender.rules_sha256:
        yield "The draw was made with other rules than those published."
    if (made.log_size, made.log_root) != draw.log_at_close(session, tender):
        yield "The draw was made with another log than the one up to the last bid."
    parts = DrawParts(made.rules_sha256, made.log_size, made.log_root, made.secret, made.public)
    if drawing.seed(parts) != made.seed:
        yield "The seed of the draw is not the one that its parts give."


def _of_public(
    session: Session, tender: Tender, made: Draw, published: dict[str, str] | None
) -> Iterator[str]:
    if published is None or "source" not in published:
        return
    opening, typed = session.get(Opening, tender.id), draw.entries(session, tender)
    officers = [] if opening is None else [opening.first_id, opening.second_id]
    if any(who not in typed or typed[who].value != made.public for who in officers):
        yield "What the officers typed of the public source is not what the draw was made with."


def _of_letters(session: Session, tender: Tender, made: Draw) -> Iterator[str]:
    opened = session.scalars(
        select(OpenedBid)
        .join(OpenedBid.bid)
        .where(Bid.tender_id == tender.id)
        .options(contains_eager(OpenedBid.bid), joinedload(OpenedBid.version))
    )
    in_order = sorted(opened, key=lambda one: drawing.letter(made.seed, one.version.sha256))
    for place, one in enumerate(in_order):
        if one.bid.alias != bids.alias(place):
            yield f"Provider {one.bid.alias} was not dealt that letter: the draw gives {bids.alias(place)}."
