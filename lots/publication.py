"""The rules document: all that decides a tender, frozen and hashed at publication."""

from __future__ import annotations

from datetime import UTC
from typing import Any, Final

from lots.rating import HOMECARE
from lots.tender import Lot, Question, Tender
from scoring import exact
from scoring.methods.price import METHODS
from scoring.methods.tie_keys import needs_seed

FORMAT = "tender-rules/1"


NOT_COMMITTED: Final = "0" * 64
"""Stands for the commitment in the rules of a draft: its secret is made when it is published."""


def rules_document(tender: Tender, commitment: str | None = None) -> dict[str, Any]:
    """The document that is published. `rules` and `lots` are as an evaluation record carries them."""
    if tender.deadline is None:
        raise ValueError("a tender without deadline has no rules document")
    about = {
        "reference": tender.reference,
        "title": tender.title,
        "description": tender.description,
        "buyer": tender.buyer,
        "service": tender.service,
        "deadline": tender.deadline.astimezone(UTC).isoformat(timespec="seconds"),
    }
    contact = {"name": tender.contact_name, "email": tender.contact_email}
    return {
        "format": FORMAT,
        # tenders published before contacts were asked for have none
        "tender": {**about, "contact": contact} if tender.contact_name else about,
        "rules": evaluation_rules(tender, commitment),
        "lots": [lot_entry(lot) for lot in tender.lots],
        "guide_prices": {lot.code: lot.guide_price for lot in tender.lots},
        "questions": [
            {
                "id": question.code,
                "title": question.title,
                "text": question.text,
                "criterion": question.criterion,
                "word_limit": question.word_limit,
                "character_limit": question.character_limit,
            }
            for question in tender.questions
        ],
        "cqc_areas": list(tender.cqc_areas),
        "cqc_services": [HOMECARE],
        "standstill": "voluntary, eight working days" if tender.standstill_offered else "none",
    }


def lot_entry(lot: Lot) -> dict[str, Any]:
    return {
        "id": lot.code,
        "service": lot.service,
        "zone": lot.zone,
        "hours_per_week": exact.plain(lot.hours_per_week),
        "weeks_per_year": lot.weeks_per_year,
        "places": lot.places,
    }


def evaluation_rules(tender: Tender, commitment: str | None = NOT_COMMITTED) -> dict[str, Any]:
    """The `rules` of an evaluation record, from the officer's settings.

    `commitment`: of the draw's secret; None for rules as they were before there was one.
    """
    rules: dict[str, Any] = {
        "weights": {
            "quality": exact.plain(tender.quality_weight),
            "price": exact.plain(tender.price_weight),
        },
        "marks": {"lowest": tender.mark_lowest, "highest": tender.mark_highest},
        "questions": [_question_entry(question) for question in tender.questions],
        "price": _price_entry(tender),
        "places": tender.decimals,
        "ties": list(tender.ties),
        "cqc": {"inadequate": "refuse", "unrated": tender.cqc_unrated},
        "allocation": {
            "method": tender.allocation,
            "groups": [
                {"id": group.code, "lots": [lot.code for lot in group.lots], "most_lots": group.most_lots}
                for group in tender.groups
            ],
        },
    }
    if tender.quality_minimum is not None:
        rules["quality_minimum"] = exact.plain(tender.quality_minimum)
    if commitment is not None:
        rules["draw"] = {"commitment": commitment}
        if tender.draw_source:
            rules["draw"]["source"] = tender.draw_source
    elif needs_seed(tender.ties):
        rules["draw_seed"] = tender.draw_seed
    if tender.cqc_minimum_overall:
        rules["cqc"]["minimum_overall"] = tender.cqc_minimum_overall
    low = {"below_mean_percent": tender.below_mean, "below_next_percent": tender.below_next}
    if any(value is not None for value in low.values()):
        rules["abnormally_low"] = {k: exact.plain(v) for k, v in low.items() if v is not None}
    return rules


def _question_entry(question: Question) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "id": question.code,
        "title": question.title,
        "weight": exact.plain(question.weight),
    }
    if question.minimum is not None:
        entry["minimum"] = question.minimum
    if question.lots:
        entry["lots"] = [lot.code for lot in question.lots]
    return entry


def _price_entry(tender: Tender) -> dict[str, Any]:
    entry: dict[str, Any] = {"method": tender.price_method}
    if METHODS[tender.price_method].slope and tender.slope:
        entry["slope"] = tender.slope
    if tender.ceiling is not None:
        entry["ceiling_pence"] = tender.ceiling
    if tender.floor is not None:
        entry["floor_pence"] = tender.floor
    return entry
