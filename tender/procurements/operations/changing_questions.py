"""Quality questions of a draft."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypedDict, Unpack

from sqlalchemy.orm import Session

from lots.catalogue import BANK, suggested_weight
from lots.person import Person
from lots.refusal import Conflict, NotFound, Refusal, Refusals
from lots.tender import Lot, Question, Tender
from scoring import exact
from scoring.methods import tie_keys
from tender.procurements import wording
from tender.procurements.operations.holding import begin_draft, note, question_of

MOST_WORDS = 5_000
LONGEST_TEXT = 10_000


class Content(TypedDict, total=False):
    """What a question consists of. Weight in basis points (100 points are 10,000); minimum in marks; no
    lot codes: asked in every lot."""

    title: str
    text: str
    criterion: str
    weight: int
    minimum: int | None
    word_limit: int
    lot_codes: list[str]


def add_question(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    tender: Tender,
    bank_key: str | None = None,
    seen: int | None = None,
    **content: Unpack[Content],
) -> Question:
    """Add a question, from the bank by its key, or the officer's own. What is given overrides the bank."""
    tender = begin_draft(session, actor, now, tender, seen)
    if len(tender.questions) >= exact.MOST_QUESTIONS:
        raise Refusal(f"A tender can have {exact.MOST_QUESTIONS} questions at most")
    question = Question(
        code=_free_code(tender),
        position=max((each.position for each in tender.questions), default=0) + 1,
        bank_key=bank_key or "",
        title="",
        text="",
        criterion="",
    )
    _fill(tender, question, {**_from_bank(tender, bank_key), **content})
    tender.questions.append(question)
    session.flush()
    note(session, actor, now, tender, "question.added", _name(question), _body(question))
    return question


def change_question(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    tender: Tender,
    code: str,
    seen: int | None = None,
    **content: Unpack[Content],
) -> None:
    """Change a question, all but its code; what is left out stays as it is."""
    tender = begin_draft(session, actor, now, tender, seen)
    question = question_of(tender, code)
    were = _body(question)
    _fill(tender, question, content)
    body = _body(question)
    if body != were:
        note(session, actor, now, tender, "question.changed", _name(question), {"now": body, "were": were})


def set_weights(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    tender: Tender,
    weights: dict[str, int],
    minimums: dict[str, int | None],
    seen: int | None,
) -> None:
    """Set weights (basis points) and minimum marks of all questions in one go, by question code."""
    tender = begin_draft(session, actor, now, tender, seen)
    if set(weights) != {question.code for question in tender.questions} or set(minimums) != set(weights):
        raise Conflict("The questions were changed after you opened this page.")
    faults = [
        *(fault for code, weight in weights.items() for fault in _weight_faults(weight, f"weight_{code}")),
        *(
            fault
            for code, minimum in minimums.items()
            for fault in _minimum_faults(tender, minimum, f"minimum_{code}")
        ),
    ]
    if faults:
        raise Refusals(faults)
    were = {question.code: _weight_body(question) for question in tender.questions}
    for question in tender.questions:
        question.weight, question.minimum = weights[question.code], minimums[question.code]
    body = {question.code: _weight_body(question) for question in tender.questions}
    if body != were:
        note(session, actor, now, tender, "question.changed", "Weights", {"now": body, "were": were})


def remove_question(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    tender: Tender,
    code: str,
    seen: int | None = None,
) -> None:
    """Take a question out of a draft. A tie-break by it goes too."""
    tender = begin_draft(session, actor, now, tender, seen)
    question = question_of(tender, code)
    body = _body(question)
    tender.questions.remove(question)
    tender.ties = [key for key in tender.ties if tie_keys.question_of(key) != code]
    session.flush()
    note(session, actor, now, tender, "question.removed", f"{code} {body['title']}", {"were": body})


def _from_bank(tender: Tender, key: str | None) -> Content:
    if not key:
        return {}
    source = BANK.get(key)
    if source is None:
        raise NotFound("There is no such question in the bank.")
    present = next((each for each in tender.questions if each.bank_key == key), None)
    if present is not None:
        raise Conflict(f"“{source.title}” is in this tender already, as question {present.code}.")
    return {
        "title": source.title,
        "text": source.text,
        "criterion": source.criterion,
        "weight": suggested_weight(key, tender.quality_weight),
        "word_limit": source.word_limit,
    }


def _fill(tender: Tender, question: Question, content: Content) -> None:
    """Set what is given. Raises Refusals with every fault, and for whatever a question must have."""
    faults: list[Refusal] = []
    try:
        question.title = wording.line(content.get("title", question.title), "title", "a title", 200)
    except Refusal as refusal:
        faults.append(refusal)
    for field, name in (("text", "the question"), ("criterion", "the criterion that marks are given by")):
        try:
            text = content.get(field, getattr(question, field))
            setattr(question, field, wording.prose(str(text), field, name, LONGEST_TEXT))
        except Refusal as refusal:
            faults.append(refusal)
    weight = content.get("weight", question.weight)
    minimum = content.get("minimum", question.minimum)
    word_limit = content.get("word_limit", question.word_limit or 750)
    faults += _weight_faults(weight, "weight")
    faults += _minimum_faults(tender, minimum, "minimum")
    if not 1 <= word_limit <= MOST_WORDS:
        faults.append(Refusal(f"Word limit must be from 1 to {MOST_WORDS:,}", "word_limit"))
    if faults:
        raise Refusals(faults)
    question.weight, question.minimum, question.word_limit = weight, minimum, word_limit
    if "lot_codes" in content:
        question.lots = _lots(tender, content["lot_codes"])


def _weight_faults(weight: int | None, field: str) -> list[Refusal]:
    if weight is None:
        return [Refusal("Enter a weight", field)]
    return [] if 0 <= weight <= 10_000 else [Refusal("Weight must be from 0 to 100", field)]


def _minimum_faults(tender: Tender, minimum: int | None, field: str) -> list[Refusal]:
    if minimum is None or tender.mark_lowest <= minimum <= tender.mark_highest:
        return []
    message = f"Minimum mark must be from {tender.mark_lowest} to {tender.mark_highest}, or empty"
    return [Refusal(message, field)]


def _lots(tender: Tender, codes: list[str]) -> list[Lot]:
    """The lots of those codes; none where all are named, since a question without lots is for every lot."""
    by_code = {lot.code: lot for lot in tender.lots}
    unknown = [code for code in codes if code not in by_code]
    if unknown:
        raise Refusal(f"There is no lot {unknown[0][:20]} in this tender", "lot_codes")
    if set(codes) == set(by_code):
        return []
    return [by_code[code] for code in dict.fromkeys(codes)]


def _free_code(tender: Tender) -> str:
    """The first of Q1, Q2, … that no question of the tender has."""
    used = {question.code for question in tender.questions}
    number = 1
    while f"Q{number}" in used:
        number += 1
    return f"Q{number}"


def _name(question: Question) -> str:
    return f"{question.code} {question.title}"


def _weight_body(question: Question) -> dict[str, Any]:
    return {"weight": exact.plain(question.weight), "minimum": question.minimum}


def _body(question: Question) -> dict[str, Any]:
    return {
        "code": question.code,
        "bank": question.bank_key,
        "title": question.title,
        "text": question.text,
        "criterion": question.criterion,
        "word_limit": question.word_limit,
        "lots": [lot.code for lot in question.lots],
        **_weight_body(question),
    }
