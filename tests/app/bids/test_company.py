"""A provider's own details."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from sqlalchemy import select

from lots.event import Event
from lots.provider import Provider
from lots.refusal import Conflict, NotPermitted, Refusals
from tender.bids import company
from tests.app.bids.conftest import DETAILS, FIRST, SECOND


def provider(bidding, session, email=FIRST):
    return bidding.people.of(session, email).provider


def test_details_are_kept_as_a_person_would_write_them(bidding, read):
    typed = replace(
        DETAILS,
        name="  Pendle   Care Ltd ",
        company_number="sc 123456",
        cqc_provider_id=" 1-101678901 ",
        locations=("1-1234567890", " 1-1234567890", "", "rxn01"),
    )
    bidding.describe(details=typed)
    with read() as session:
        kept = provider(bidding, session).description()
    assert kept["name"] == "Pendle Care Ltd"
    assert kept["company_number"] == "SC123456"
    assert kept["cqc_provider_id"] == "1-101678901"
    assert kept["locations"] == ["1-1234567890", "RXN01"]


@pytest.mark.parametrize(
    "number", ["", "01234567", "SC123456", "IP12345R", "1089464", "210183", "1089464-12"]
)
def test_company_and_charity_numbers_of_every_kind_are_taken(bidding, number):
    assert company.faults_in(replace(DETAILS, company_number=number)) == []


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("name", " ", "Enter the name"),
        ("name", "x" * 201, "200 characters or fewer"),
        ("company_number", "12345", "one like 01234567, SC123456 or 1089464"),
        ("company_number", "ABC", "one like 01234567"),
        ("contact_email", "pendle.example", "in the correct format"),
        ("contact_email", "a b@pendle.example", "in the correct format"),
        ("phone", "12345", "like 01772 123456"),
        ("phone", "ring the bell", "like 01772 123456"),
        ("address", "x" * 501, "500 characters or fewer"),
        ("cqc_provider_id", "101678901", "one like 1-101678901"),
        ("locations", ("1-1234567890", "Nelson office"), "“NELSON OFFICE” is not a CQC location ID"),
        ("locations", ("1-101678901",), "is your provider ID"),
        ("locations", tuple(f"1-{n:09}" for n in range(301)), "300 locations or fewer"),
    ],
)
def test_wrong_details_are_refused_by_field_and_nothing_is_changed(bidding, read, field, value, told):
    with pytest.raises(Refusals, match=told) as refused:
        bidding.describe(details=replace(DETAILS, **{field: value}))
    assert [fault.field for fault in refused.value.faults] == [field]
    with read() as session:
        assert provider(bidding, session).company_number == ""


def test_the_log_says_what_changed_without_ways_to_reach_a_person(bidding, read):
    bidding.describe()
    with read() as session:
        entry = session.scalars(select(Event).where(Event.action == "provider.changed")).one()
        kept = entry.body
    body = json.loads(kept)
    assert body["cqc_provider_id"] == "1-101678901"
    assert body["locations"] == ["1-1234567890"]
    assert {"phone", "contact_email", "address"} <= set(body["changed"])
    assert DETAILS.phone not in kept
    assert DETAILS.contact_email not in kept


def test_saving_the_same_again_writes_nothing(bidding, read):
    bidding.describe()
    bidding.describe()
    with read() as session:
        assert len(session.scalars(select(Event).where(Event.action == "provider.changed")).all()) == 1


def test_a_location_can_be_taken_away_and_brought_back(bidding, read):
    bidding.describe()
    bidding.describe(details=replace(DETAILS, locations=("1-1111111111",)))
    bidding.describe()
    with read() as session:
        assert provider(bidding, session).description()["locations"] == ["1-1234567890"]


def test_details_are_not_saved_over_a_colleagues_change(bidding):
    with bidding.read() as session:
        seen = company.shown_as(provider(bidding, session))
    bidding.describe()
    with bidding.change() as session, pytest.raises(Conflict):
        company.change_provider(
            session,
            actor=bidding.people.of(session, FIRST),
            now=bidding.clock(),
            provider=provider(bidding, session),
            details=replace(DETAILS, phone="07700 900123"),
            seen=seen,
        )


@pytest.mark.parametrize("email", [SECOND, "officer@example.org", "administrator@example.org"])
def test_nobody_else_changes_a_providers_details(bidding, email):
    with bidding.change() as session, pytest.raises(NotPermitted):
        company.change_provider(
            session,
            actor=bidding.people.of(session, email),
            now=bidding.clock(),
            provider=provider(bidding, session),
            details=DETAILS,
        )
    with bidding.read() as session:
        assert session.scalars(select(Provider).where(Provider.phone == DETAILS.phone)).all() == []
