"""Recording the one mark that the panel agreed for a bid on a question."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from lots import chain, event, panel, states
from lots.bid import Bid
from lots.moderation import AgreedMark, spread
from lots.person import Person
from lots.reason import doubt_faults, reason_faults, word_count
from lots.refusal import Refusal, Refusals
from lots.tender import Question, Tender, lock_tender
from tender.frame.formats import long_datetime
from tender.moderation.moderation_table import Moderated, moderation_table
from tender.moderation.operations.attending import attendance_today

DISCUSSION_WORDS = 2
RED_DISCUSSION_WORDS = 15
"""Marks three or more apart were not just a slip: what was said must be on record."""
MOST_CHARACTERS = 10_000


def agree_mark(  # noqa: PLR0913 - an agreed mark is as many things, and callers name each
    session: Session,
    *,
    actor: Person,
    now: datetime,
    tender: Tender,
    bid: Bid,
    question: Question,
    mark: int,
    reasons: str,
    discussion: str,
    present: Sequence[Person] | None = None,
    change_reason: str = "",
    outside_reason: str = "",
    sure: bool = False,
    seen: int | None = None,
) -> AgreedMark:
    """Record or change the agreed mark, with its reasons, what was said and who was there: those who are at
    today's meeting and may take part, unless `present` names them.

    `seen` is the id of the agreed mark that the page showed, None for none. The moderator is always
    present. `outside_reason` is needed for a mark beyond every evaluator's own. `sure`: the panel means
    reasons that seem to compare bidders or to average marks.
    """
    tender = lock_tender(session, tender)
    panel.require_moderator(session, tender, actor)
    states.require(tender, now, states.MODERATION)
    moderated = moderation_table(session, tender, only=bid).find_item(bid, question)
    before = moderated.agreed
    chain.require_seen(before, seen, _agreed_meanwhile)
    if present is None:
        present = _at_the_meeting(session, tender, moderated, now)
    people = sorted({person.id: person for person in (*present, actor)}.values(), key=lambda one: one.id)
    texts = {
        "reasons": reasons.strip(),
        "discussion": discussion.strip(),
        "change_reason": change_reason.strip() if before is not None else "",
        "outside_reason": outside_reason.strip() if moderated.is_outside(mark) else "",
    }
    faults = [
        *_wrong_mark(moderated, mark, texts),
        *_wrong_words(moderated, texts),
        *doubt_faults(sure, texts["reasons"], texts["discussion"], texts["outside_reason"]),
        *_wrong_people(session, tender, moderated, people),
    ]
    if faults:
        raise Refusals(faults)
    entry = AgreedMark(
        tender_id=tender.id,
        bid_id=bid.id,
        question_id=question.id,
        mark=mark,
        recorded_by_id=actor.id,
        at=now,
        present=people,
        **texts,
    )
    chain.append(session, entry, after=before)
    event.write(
        session,
        tender=tender,
        actor=actor,
        action="mark.agreed" if before is None else "agreed_mark.changed",
        subject=f"Provider {moderated.item.alias}, {question.code}",
        body={
            "bid": moderated.item.alias,
            "question": question.code,
            "mark": mark,
            "own_marks": {str(own.person_id): own.mark for own in moderated.marks},
            "spread": moderated.spread,
            "present": [person.id for person in people],
            "sure": sure,
            "replaces": entry.replaces_id,
            **texts,
        },
        now=now,
    )
    return entry


def _at_the_meeting(
    session: Session, tender: Tender, moderated: Moderated, now: datetime
) -> Sequence[Person]:
    said = attendance_today(session, tender, now)
    if said is None:
        raise Refusal("Say first who is at the meeting today. Nobody is recorded as present until you do.")
    return [person for person in said.people if person.id not in moderated.kept_off_ids]


def _agreed_meanwhile(before: AgreedMark | None) -> str:
    if before is None:
        return "The agreed mark that your page showed is not of this bid and question. Open the page again."
    return (
        f"{before.recorded_by.name} recorded an agreed mark here on {long_datetime(before.at)}: "
        f"{before.mark}. What you have typed here is not saved."
    )


def _wrong_mark(moderated: Moderated, mark: int, texts: dict[str, str]) -> list[Refusal]:
    if mark not in moderated.scale:
        message = f"Give a whole mark from {moderated.scale.lowest} to {moderated.scale.highest}."
        return [Refusal(message, "mark")]
    if moderated.missing:
        names = " and ".join(person.name for person in moderated.missing)
        return [Refusal(f"{names} must mark this first.")]
    faults = []
    if moderated.is_outside(mark):
        given = f"the evaluators’ own marks run from {moderated.lowest} to {moderated.highest}"
        name = f"why the panel agreed on {mark}, when {given},"
        faults += reason_faults(texts["outside_reason"], "outside_reason", name, MOST_CHARACTERS)
    if moderated.agreed is not None:
        faults += reason_faults(
            texts["change_reason"], "change_reason", "why the agreed mark changes", MOST_CHARACTERS
        )
    return faults


def _wrong_words(moderated: Moderated, texts: dict[str, str]) -> list[Refusal]:
    faults = reason_faults(texts["reasons"], "reasons", "why the panel agreed this mark", MOST_CHARACTERS)
    red = spread([own.mark for own in moderated.marks]) == "red"
    least = RED_DISCUSSION_WORDS if red else DISCUSSION_WORDS
    if word_count(texts["discussion"]) < least:
        message = (
            f"The evaluators are far apart. Record in at least {least} words what was said and settled it."
            if red
            else "Record what was said; where all agreed at once, say so."
        )
        faults.append(Refusal(message, "discussion"))
    if len(texts["discussion"]) > MOST_CHARACTERS:
        faults.append(Refusal(f"Shorten this to {MOST_CHARACTERS:,} characters.", "discussion"))
    return faults


def _wrong_people(
    session: Session, tender: Tender, moderated: Moderated, people: Sequence[Person]
) -> list[Refusal]:
    on_panel = {member.person_id for member in panel.members(session, tender)}
    strangers = [person.name for person in people if person.id not in on_panel]
    if strangers:
        return [Refusal(f"{' and '.join(strangers)} is not on this tender’s panel.", "present")]
    off = [person.name for person in people if person.id in moderated.kept_off_ids]
    if off:
        message = f"{' and '.join(off)} has a conflict with this bidder and must not take part."
        return [Refusal(message, "present")]
    marked = {own.person_id for own in moderated.marks} & on_panel
    if not marked:
        message = "Nobody who marked this sits on the panel any more. Ask an officer to add an evaluator."
        return [Refusal(message)]
    if not marked & {person.id for person in people}:
        return [
            Refusal(
                "None of the evaluators who marked this, and may take part, is at the meeting. "
                "Say who is there.",
                "present",
            )
        ]
    return []
