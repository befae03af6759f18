"""Publication: everything that is missing, said at once; then the rules freeze."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from lots import draw, states
from lots.panel import EVALUATOR, MODERATOR, members
from lots.person import Person
from lots.publication import evaluation_rules, rules_document
from lots.refusal import Refusal, Refusals
from lots.seal import Seal
from lots.tender import Tender
from scoring.allocate.methods import METHODS as ALLOCATION
from scoring.canonical import canonical_json
from scoring.methods.price import METHODS
from scoring.reading.rules import check_rules
from tender.frame.formats import hundredths_as_text, long_datetime, money, sentence_list
from tender.procurements.operations.changing_panel import unfit
from tender.procurements.operations.holding import begin_draft, note, read_whole

SHORTEST_NOTICE = timedelta(hours=2)
"""A deadline nearer than this leaves no time to answer; how much more is right is for the officer."""

DETAILS, LOTS, RULES, QUESTIONS, PANEL = "details", "lots", "rules", "questions", "panel"


@dataclass(frozen=True)
class Gap:
    """Something that prevents publication, and the part of the tender where it is mended."""

    message: str
    part: str


def missing_for_publication(session: Session, tender: Tender, now: datetime) -> list[str]:
    """What prevents publication, a sentence each; empty where the tender can be published."""
    return [gap.message for gap in gaps(session, tender, now)]


def gaps(session: Session, tender: Tender, now: datetime) -> list[Gap]:
    """As `missing_for_publication`, with the part of the tender that each is about."""
    read_whole(session, tender)
    found = [
        *_contact_gaps(tender),
        *_deadline_gaps(tender, now),
        *_lot_gaps(tender),
        *_question_gaps(tender),
        *_panel_gaps(session, tender),
    ]
    if not found:
        # whatever the checks above do not know of, the engine that will judge the bids does
        codes = [lot.code for lot in tender.lots]
        found = [Gap(f"{fault}.", RULES) for fault in check_rules(evaluation_rules(tender), codes)]
    return found


def publish(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    seal: Seal,
    tender: Tender,
    seen: int | None = None,
    asked_by: Person | None = None,
) -> None:
    """Freeze the rules and open the tender for bids. Raises Refusals with all that is missing.

    The secret of the draw is made and sealed now; its commitment is published with the rules.
    """
    tender = begin_draft(session, actor, now, tender, seen)
    found = gaps(session, tender, now)
    if found:
        raise Refusals([Refusal(gap.message) for gap in found])
    secret = draw.make_secret(session, tender, seal, now)
    text = canonical_json(rules_document(tender, secret.commitment))
    tender.rules_text = text.decode()
    tender.rules_sha256 = hashlib.sha256(text).hexdigest()
    tender.published_at = now
    states.move(tender, now, states.PUBLISHED)
    assert tender.deadline is not None  # noqa: S101  gaps() has seen to it
    note(
        session,
        actor,
        now,
        tender,
        "tender.published",
        f"{tender.reference} {tender.title}",
        {
            "rules_sha256": tender.rules_sha256,
            "asked_by": None if asked_by is None else asked_by.id,
            "deadline": tender.deadline.isoformat(),
            "draw": {
                "commitment": secret.commitment,
                "sealed_sha256": hashlib.sha256(secret.sealed).hexdigest(),
                "source": tender.draw_source or None,
            },
            "lots": [lot.code for lot in tender.lots],
            "panel": [
                {"person": one.person_id, "name": one.person.name, "role": one.role}
                for one in members(session, tender)
            ],
        },
    )


def _contact_gaps(tender: Tender) -> list[Gap]:
    if tender.contact_name and tender.contact_email:
        return []
    return [Gap("No contact is named whom providers can ask.", DETAILS)]


def _deadline_gaps(tender: Tender, now: datetime) -> list[Gap]:
    if tender.deadline is None:
        return [Gap("The deadline for bids is not set.", DETAILS)]
    if tender.deadline < now + SHORTEST_NOTICE:
        least = SHORTEST_NOTICE // timedelta(hours=1)
        when = long_datetime(tender.deadline)
        return [Gap(f"The deadline, {when}, must be at least {least} hours ahead. Set a later one.", DETAILS)]
    return []


def _lot_gaps(tender: Tender) -> list[Gap]:
    if not tender.lots:
        return [Gap("There are no lots.", LOTS)]
    found = []
    if METHODS[tender.price_method].sets_price:
        odd = [lot.code for lot in tender.lots if lot.guide_price != tender.ceiling]
        if odd:
            where = f"{sentence_list(odd[:5])}{' and others' if len(odd) > 5 else ''}"
            found.append(
                Gap(
                    f"The set price is {money(tender.ceiling)}, but lot {where} has another guide price. "
                    "Make them the same.",
                    LOTS,
                )
            )
    if ALLOCATION[tender.allocation].by_turns:
        return found
    return [*found, Gap(f"Awards by “{tender.allocation}” are not available yet.", RULES)]


def _question_gaps(tender: Tender) -> list[Gap]:
    if not tender.questions and tender.quality_weight:
        return [Gap("There are no quality questions.", QUESTIONS)]
    sums = defaultdict(list)
    everywhere = sum(question.weight for question in tender.questions if not question.lots)
    own: dict[str, int] = defaultdict(int)
    for question in tender.questions:
        for lot in question.lots:
            own[lot.code] += question.weight
    for lot in tender.lots:
        sums[everywhere + own[lot.code]].append(lot.code)
    found = []
    for total, codes in sums.items():
        if total != tender.quality_weight:
            listed = sentence_list(codes[:5]) + (f" and {len(codes) - 5} more" if len(codes) > 5 else "")
            where = "" if len(codes) == len(tender.lots) else f" in lot {listed}"
            needed = hundredths_as_text(tender.quality_weight)
            found.append(
                Gap(
                    f"The weights of the questions come to {hundredths_as_text(total)}{where}; "
                    f"they must come to {needed}, the weight of quality.",
                    QUESTIONS,
                )
            )
    without = [question.code for question in tender.questions if not question.criterion]
    if without:
        found.append(Gap(f"Question {sentence_list(without)} has no criterion to mark by.", QUESTIONS))
    return found


def _panel_gaps(session: Session, tender: Tender) -> list[Gap]:
    seated = members(session, tender)
    found = []
    for role, needed in ((EVALUATOR, "No evaluator is named."), (MODERATOR, "No moderator is named.")):
        if not any(one.role == role for one in seated):
            found.append(Gap(needed, PANEL))
    for one in seated:
        fault = unfit(one.person, one.role)
        if fault:
            found.append(Gap(f"{fault}. Take them off the panel.", PANEL))
    return found
