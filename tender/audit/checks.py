"""Whether a tender's record still holds together: its log, its rules, its bids, its evaluation, its awards.

Every check works the thing out again from what lies beneath it and compares. None changes anything.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

import scoring
from lots import every_log, log_check, states
from lots.award import Award, Evaluation, current_evaluation
from lots.bid import Bid, BidLot, BidVersion, OpenedBid
from lots.event import Event, log_of
from lots.guards import check as guards_check
from lots.record import evaluation_record
from lots.refusal import Refusal
from lots.seal import Seal
from lots.tender import Tender
from scoring.result import differences
from tender.audit import draw_check
from tender.bids import envelopes
from tender.frame.formats import plural
from tender.whole.comparing import compare

_MOST_NAMED: Final = 10
"""The most differing places of a result that are named."""


@dataclass(frozen=True)
class CheckedPart:
    """One thing that was looked at. `text` says what was compared; `faults` what did not agree."""

    title: str
    text: str
    faults: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        return not self.faults


@dataclass(frozen=True)
class Checked:
    checks: tuple[CheckedPart, ...]
    log: log_check.LogCheck
    remarks: tuple[str, ...] = ()
    """Times in the log that a clock set wrong would explain; no faults."""

    @property
    def passed(self) -> bool:
        return all(check.passed for check in self.checks)


def check_installation(session: Session, now: datetime) -> Checked:
    """Check the log of accounts and ratings files, the tables that it explains, and that every log has its
    tender and every tender its log."""
    log = log_check.check(session, None, now)
    together = CheckedPart(
        "All logs together",
        "Every entry belongs to a tender or to the installation, every tender has its log, and none that was "
        "added is gone.",
        every_log.faults_between_logs(session),
    )
    parts = (
        _log_check(log, numbered=True),
        _rows_check(session, None, numbered=True),
        together,
        _guards_check(session),
    )
    return Checked(parts, log, log.remarks)


def check_tender(session: Session, tender: Tender, seal: Seal, now: datetime) -> Checked:
    """Check everything that the tender has so far. The same number of queries for any number of bids."""
    log = log_check.check(session, tender, now)
    opened = states.is_opened(tender)
    numbered = opened or tender.state == states.DRAFT
    checks = [
        _log_check(log, numbered=numbered),
        _rows_check(session, tender, numbered=numbered),
        _guards_check(session),
    ]
    if tender.rules_text is not None:
        checks.append(_rules_check(session, tender))
    if opened:
        checks.append(_bids_check(session, tender, seal))
        drawn = draw_check.faults(session, tender, seal)
        if drawn is not None:
            checks.append(CheckedPart("The draw", draw_check.TEXT, tuple(drawn)))
    evaluation = current_evaluation(session, tender)
    if evaluation is not None:
        checks.append(_evaluation_check(session, tender, evaluation))
        if tender.state in states.AFTER_PRICES - {states.PRICES_OPENED}:
            checks.append(_tables_check(session, tender, evaluation))
        if tender.state in states.AFTER_APPROVAL:
            checks.append(_awards_check(session, tender, evaluation))
    # which entries those are would tell of bids
    remarks = log.remarks if opened or tender.state == states.DRAFT else ()
    return Checked(tuple(checks), log, remarks)


def _log_check(log: log_check.LogCheck, *, numbered: bool) -> CheckedPart:
    """`numbered`: whether to give the count of entries; before the opening it would show how many bid."""
    size = plural(log.size, "entry", "entries")
    stored = plural(log.heads, "earlier head")
    text = (
        f"{size}, each hashed again and compared with {stored}." if numbered else "Every entry, hashed again."
    )
    return CheckedPart("The log of events", text, log.faults)


def _rows_check(session: Session, tender: Tender | None, *, numbered: bool) -> CheckedPart:
    """Every row of every table, against what the entries of the log say of it."""
    compared = compare(session, tender, sealed=not numbered)
    rows = plural(compared.rows, "row") if numbered else "Every row"
    text = f"{rows} of the tables, column by column, against what the entries of the log say of each."
    if compared.taken_over:
        entries = plural(compared.taken_over, "entry took", "entries took")
        text += f" {entries} rows over as they stood, when the log was not yet kept in this way."
    return CheckedPart("The tables", text, compared.faults)


def _guards_check(session: Session) -> CheckedPart:
    return CheckedPart(
        "What the database refuses",
        "Every trigger by which the database refuses to change, remove or replace what is decided or "
        "published, against those of this version.",
        tuple(guards_check.faults(session.connection())),
    )


def _rules_check(session: Session, tender: Tender) -> CheckedPart:
    text = tender.rules_text or ""
    now = hashlib.sha256(text.encode()).hexdigest()
    published = session.scalar(
        select(Event.body)
        .where(Event.log == log_of(tender), Event.action == "tender.published")
        .order_by(Event.sequence.desc())
        .limit(1)
    )
    faults = []
    if now != tender.rules_sha256:
        faults.append("The rules document is not the one whose hash was published.")
    if published is None:
        faults.append("The log has no entry for the publication of the rules.")
    elif json.loads(published).get("rules_sha256") != now:
        faults.append("The rules document is not the one that the log says was published.")
    return CheckedPart(
        "The published rules",
        "The rules document’s hash, against the hash published with the tender and the log.",
        tuple(faults),
    )


def _bids_check(session: Session, tender: Tender, seal: Seal) -> CheckedPart:
    """Each opened bid against its sealed envelopes, and those against the receipt’s hash."""
    statement = (
        select(OpenedBid)
        .join(Bid)
        .where(Bid.tender_id == tender.id)
        .order_by(OpenedBid.bid_id)
        .options(
            selectinload(OpenedBid.version).selectinload(BidVersion.bid).selectinload(Bid.tender),
            selectinload(OpenedBid.bid),
            selectinload(OpenedBid.answers),
            selectinload(OpenedBid.lots).selectinload(BidLot.lot),
            selectinload(OpenedBid.lots).selectinload(BidLot.price),
        )
    )
    codes = {question.id: question.code for question in tender.questions}
    opened = list(session.scalars(statement))
    faults = [fault for one in opened for fault in _unlike_sealed(one, codes, seal)]
    return CheckedPart(
        "The bids",
        f"{plural(len(opened), 'opened bid')}, compared with the sealed envelopes and the hashes on the "
        "receipts.",
        tuple(faults),
    )


def _unlike_sealed(opened: OpenedBid, codes: dict[int, str], seal: Seal) -> list[str]:
    name = f"Provider {opened.bid.alias}"
    try:
        quality = envelopes.open_quality(seal, opened.version)
        priced = [bid_lot for bid_lot in opened.lots if bid_lot.price is not None]
        prices = envelopes.open_prices(seal, opened.version).prices if priced else {}
    except Refusal as refusal:
        return [f"{name}: {refusal.message}"]
    faults = []
    if {codes.get(each.question_id): each.text for each in opened.answers} != quality.answers:
        faults.append(f"{name}: an answer is not the one that was submitted.")
    if {bid_lot.lot.code for bid_lot in opened.lots} != set(quality.lots):
        faults.append(f"{name}: the lots are not those that were bid for.")
    if opened.company != quality.company:
        faults.append(f"{name}: the company’s details are not those that were submitted.")
    if {one.lot.code: one.price.price for one in priced if one.price} != prices:
        faults.append(f"{name}: a price is not the one that was submitted.")
    return faults


def _evaluation_check(session: Session, tender: Tender, evaluation: Evaluation) -> CheckedPart:
    """Work the result out again, and compare figures and codes: how they are worded is no part of it."""
    faults, text = (
        [],
        f"Evaluation {evaluation.number} worked out again from its record, every figure compared.",
    )
    if hashlib.sha256(evaluation.record_text.encode()).hexdigest() != evaluation.record_sha256:
        faults.append("The evaluation record is not the one whose hash was kept.")
    if hashlib.sha256(evaluation.result_text.encode()).hexdigest() != _logged_result(
        session, tender, evaluation
    ):
        faults.append("The result is not the one that the log says was worked out.")
    try:
        again = scoring.evaluate(scoring.read(evaluation.record_text)).as_object()
        stored = differences.read(evaluation.result_text.encode())
    except scoring.ScoringError:
        faults.append("The evaluation record cannot be evaluated any more, or its result cannot be read.")
    else:
        different = list(islice(differences.differences(stored, again), _MOST_NAMED))
        if different:
            faults.append("The evaluation record, evaluated again, gives other figures than those kept.")
            faults += [f"{one}." for one in different]
        text = " ".join(
            [text, *(f"{note[:1].upper()}{note[1:]}." for note in differences.notes(stored, again))]
        )
    return CheckedPart("The evaluation", text, tuple(faults))


def _logged_result(session: Session, tender: Tender, evaluation: Evaluation) -> str | None:
    """The hash of the evaluation's result that the log keeps."""
    body = session.scalar(
        select(Event.body)
        .where(
            Event.log == log_of(tender),
            Event.action == "evaluation.made",
            Event.subject == f"Evaluation {evaluation.number}",
        )
        .order_by(Event.sequence.desc())
        .limit(1)
    )
    return None if body is None else json.loads(body).get("result_sha256")


def _tables_check(session: Session, tender: Tender, evaluation: Evaluation) -> CheckedPart:
    record, stored = evaluation_record(session, tender), evaluation.record
    parts = {
        "rules": "the rules",
        "lots": "the lots",
        "bidders": "the bidders, their ratings or decisions",
        "bids": "the marks or prices",
        "draw": "the draw",
        "ties_decided": "the ties that people decided",
    }
    faults = tuple(
        f"What the tables now say of {label} differs from the record that was evaluated."
        for part, label in parts.items()
        if record.get(part) != stored.get(part)
    )
    return CheckedPart(
        "Marks, prices and decisions",
        "The record made afresh from marks, prices, ratings and decisions, against the one evaluated.",
        faults,
    )


def _awards_check(session: Session, tender: Tender, evaluation: Evaluation) -> CheckedPart:
    rows = session.scalars(
        select(Award)
        .where(Award.tender_id == tender.id)
        .options(selectinload(Award.lot), selectinload(Award.bid))
    )
    awarded = {(row.lot.code, row.bid.alias, row.place) for row in rows}
    due = {
        (lot["id"], award["bidder"], award["place"])
        for lot in evaluation.result["lots"]
        for award in lot["awards"]
    }
    faults = [
        *(
            f"{lot}: place {place} went to Provider {bidder}, which the evaluation does not say."
            for lot, bidder, place in sorted(awarded - due)
        ),
        *(
            f"{lot}: the evaluation gives place {place} to Provider {bidder}, and no award says so."
            for lot, bidder, place in sorted(due - awarded)
        ),
    ]
    return CheckedPart("The awards", "Every award, against the evaluation that was approved.", tuple(faults))
