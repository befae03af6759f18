"""Working the result out from the record, and keeping both."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

import scoring
from lots import event, states
from lots.award import Evaluation, current_evaluation
from lots.person import Person, require_role
from lots.record import evaluation_record
from lots.refusal import Refusal, Refusals
from lots.tender import Tender, lock_tender
from scoring.canonical import canonical_json, printed_json
from scoring.result.differences import differences
from scoring.result.types import EvaluationResult


def evaluate(session: Session, *, actor: Person, now: datetime, tender: Tender) -> Evaluation:
    """Work out the result from the current record, and store both.

    Where nothing has changed since the current evaluation, that one is returned and nothing is added.
    Raises Refusals with every fault of a record that the engine does not take.
    """
    tender = lock_tender(session, tender)
    require_role(actor, "officer")
    states.require(tender, now, states.PRICES_OPENED)
    return work_out(session, actor=actor, now=now, tender=tender)


def work_out(session: Session, *, actor: Person, now: datetime, tender: Tender) -> Evaluation:
    """As `evaluate`, for a tender that is held and a person whose right to this step was looked at."""
    current = current_evaluation(session, tender)
    judged = judge(session, tender)
    if current is not None and judged.is_that_of(current):
        return current
    evaluation = Evaluation(
        tender_id=tender.id,
        number=1 if current is None else current.number + 1,
        record_text=judged.record_text,
        record_sha256=judged.record_sha256,
        result_text=judged.result_text,
        made_by_id=actor.id,
        made_at=now,
    )
    session.add(evaluation)
    session.flush()
    event.write(
        session,
        tender=tender,
        actor=actor,
        action="evaluation.made",
        subject=f"Evaluation {evaluation.number}",
        body={
            "number": evaluation.number,
            "record_sha256": evaluation.record_sha256,
            "result_sha256": hashlib.sha256(evaluation.result_text.encode()).hexdigest(),
            "awards": winners_by_lot(evaluation),
        },
        now=now,
    )
    session.flush()
    return evaluation


@dataclass(frozen=True)
class Judgement:
    """A record in canonical form, its hash, and the result that it gives."""

    record_text: str
    record_sha256: str
    result: EvaluationResult

    @property
    def result_text(self) -> str:
        """The result as the command line prints it, byte for byte."""
        return printed_json(self.result)

    def is_that_of(self, evaluation: Evaluation) -> bool:
        """Say whether an evaluation has this record, and this result in every figure and every code.

        Its text may be another: a newer version of the engine gives itself another name in it.
        """
        if self.record_text != evaluation.record_text:
            return False
        return not any(differences(evaluation.result, self.result))


def judge(session: Session, tender: Tender) -> Judgement:
    """Evaluate the current record and store nothing. Raises Refusals with the record's faults."""
    record = evaluation_record(session, tender)
    try:
        result = scoring.evaluate(scoring.from_object(record))
    except scoring.RecordRefused as refused:
        raise Refusals(
            [Refusal(f"The record is not complete: {fault}") for fault in refused.faults]
        ) from None
    text = canonical_json(record).decode()
    return Judgement(text, hashlib.sha256(text.encode()).hexdigest(), result.as_object())


def winners_by_lot(evaluation: Evaluation) -> dict[str, list[str]]:
    """Winners' letters by lot, in the order of their places."""
    return {
        lot["id"]: [award["bidder"] for award in sorted(lot["awards"], key=lambda award: award["place"])]
        for lot in evaluation.result["lots"]
    }
