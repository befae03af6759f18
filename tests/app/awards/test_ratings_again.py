"""The CQC ratings are asked again when the award is recommended, approved and confirmed."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from lots import states
from lots.award import current_evaluation
from lots.rating import Rating, RatingsFile, RatingsPin
from lots.rating_decisions import PinRequest, waiting_request
from lots.refusal import Refusals
from lots.tender import Tender
from tender.awards.operations import deciding, ending
from tender.eligibility.operations import loading_ratings, pinning_ratings
from tests.app.award_steps import Take
from tests.app.conftest import Clock, People
from tests.app.locked_tender import Locked
from tests.app.opened_tender import rated, ratings_csv
from tests.app.staging import Change

OFFICER, SECOND, APPROVER = "officer@example.org", "officer2@example.org", "approver@example.org"
LATER = date(2026, 11, 20)


def newer(session, people: People, clock: Clock, locked: Locked, without: str = "", **inadequate: str):
    """A file of a later day, with the same locations but one, and Inadequate at those of a bidder."""
    tender = session.get_one(Tender, locked.tender_id)
    pin = session.scalars(select(RatingsPin).where(RatingsPin.tender_id == tender.id)).first()
    rows = []
    for row in session.scalars(select(Rating).where(Rating.file_id == pin.file_id)):
        if without and row.location_name.startswith(without):
            continue
        bad = inadequate.get("at", "nobody") in row.location_name
        rows.append(
            rated(row.location_id, row.provider_cqc_id, safe="Inadequate" if bad else "Good")
            | {"Location Name": row.location_name}
        )
    return loading_ratings.load_ratings(
        session, actor=people.of(session, OFFICER), now=clock(), filename="later.csv",
        content=ratings_csv(*rows), as_at=LATER,
    )  # fmt: skip


def winner_of(session, locked: Locked) -> str:
    tender = session.get_one(Tender, locked.tender_id)
    evaluation = current_evaluation(session, tender)
    names = {one["id"]: one["name"] for one in evaluation.record["bidders"]}
    return names[evaluation.result["lots"][0]["awards"][0]["bidder"]]


def approve(session, people: People, clock: Clock, locked: Locked) -> None:
    deciding.approve(
        session, actor=people.of(session, APPROVER), now=clock(),
        tender=session.get_one(Tender, locked.tender_id), reason="The record bears it out.",
    )  # fmt: skip


def test_a_newer_file_that_says_the_same_does_not_stop_the_approval(
    recommended: Locked, change: Change, people: People, clock: Clock
) -> None:
    with change() as session:
        newer(session, people, clock, recommended)
        approve(session, people, clock, recommended)
        assert session.get_one(Tender, recommended.tender_id).state == states.APPROVED


def test_a_bidder_that_became_inadequate_stops_the_approval_by_name_with_the_way_out(
    recommended: Locked, change: Change, people: People, clock: Clock
) -> None:
    with change() as session:
        winner = winner_of(session, recommended)
        newer(session, people, clock, recommended, at=winner)
        with pytest.raises(Refusals) as refused:
            approve(session, people, clock, recommended)
        (told,) = [fault.message for fault in refused.value.faults]
        assert told.startswith(f"{winner}: the ratings of 20 November 2026 say something else")
        assert "CQC rating for safe is Inadequate" in told
        assert "Send the recommendation back" in told
        assert "If that file was loaded by mistake, withdraw it." in told


def test_a_withdrawn_newer_file_stops_nothing(
    recommended: Locked, change: Change, people: People, clock: Clock
) -> None:
    with change() as session:
        file = newer(session, people, clock, recommended, at=winner_of(session, recommended))
        loading_ratings.withdraw(
            session, actor=people.of(session, OFFICER), now=clock(), ratings_file=file,
            reason="It is the file of another region.",
        )  # fmt: skip
        approve(session, people, clock, recommended)


def test_a_newer_file_without_a_bidder_stops_the_approval_because_it_is_not_checked(
    recommended: Locked, change: Change, people: People, clock: Clock
) -> None:
    with change() as session:
        winner = winner_of(session, recommended)
        newer(session, people, clock, recommended, without=winner)
        with pytest.raises(Refusals, match=f"{winner}: .*not checked: it is not in the file of ratings"):
            approve(session, people, clock, recommended)


def confirm(session, people: People, clock: Clock, locked: Locked) -> None:
    ending.confirm_award(
        session, actor=people.of(session, OFFICER), now=clock(),
        tender=session.get_one(Tender, locked.tender_id),
    )  # fmt: skip


def pin_for_signing(session, people: People, clock: Clock, locked: Locked, file: RatingsFile):
    tender = session.get_one(Tender, locked.tender_id)
    return pinning_ratings.pin(
        session, actor=people.of(session, OFFICER), now=clock(), tender=tender, ratings_file=file,
        stage="signing", reason="The newest ratings of the CQC count for the signing.",
    )  # fmt: skip


def test_a_winner_that_became_inadequate_is_not_confirmed_even_once_two_officers_have_pinned_the_file(
    approved: Locked, take: Take, change: Change, people: People, clock: Clock
) -> None:
    take(approved, "notify", "notify")
    with change() as session:
        tender = session.get_one(Tender, approved.tender_id)
        winner = winner_of(session, approved)
        file = newer(session, people, clock, approved, at=winner)
        with pytest.raises(Refusals, match=f"{winner}: the ratings of 20 November 2026 say something else"):
            confirm(session, people, clock, approved)
        assert isinstance(pin_for_signing(session, people, clock, approved, file), PinRequest)
        pinning_ratings.answer(
            session, actor=people.of(session, SECOND), now=clock(), tender=tender,
            request=waiting_request(session, tender), agreed=True,
        )  # fmt: skip
        with pytest.raises(Refusals, match=f"{winner} was to be awarded L1.* cancel the tender"):
            confirm(session, people, clock, approved)


def test_an_approved_award_is_confirmed_on_newer_ratings_that_say_the_same(
    approved: Locked, take: Take, change: Change, people: People, clock: Clock
) -> None:
    take(approved, "notify", "notify")
    with change() as session:
        newer(session, people, clock, approved)
        confirm(session, people, clock, approved)
        assert session.get_one(Tender, approved.tender_id).state == states.AWARDED
