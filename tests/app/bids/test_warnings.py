"""What a provider is warned of before it submits, without being kept from it."""

from __future__ import annotations

from datetime import date

import pytest

from lots.rating import RatingsFile
from tender.bids import checks
from tender.bids.draft import DraftContent
from tender.eligibility.operations.loading_ratings import load_ratings
from tests.app.bids.conftest import DETAILS, FIRST
from tests.app.opened_tender import rated, ratings_csv

OWN, LOCATION = DETAILS.cqc_provider_id, DETAILS.locations[0]


def load(bidding, *rows, as_at: date = date(2026, 11, 2)) -> None:
    with bidding.change() as session:
        file = load_ratings(
            session,
            actor=bidding.people.of(session, "officer@example.org"),
            now=bidding.clock(),
            filename="ratings.csv",
            content=ratings_csv(*rows),
            as_at=as_at,
        )
        assert isinstance(file, RatingsFile)


def told(bidding) -> list[str]:
    with bidding.read() as session:
        provider = bidding.people.of(session, FIRST).provider
        return checks.rating_warnings(session, bidding.tender(session), provider)


def test_inadequate_on_one_key_question_under_a_better_overall_rating_is_told(bidding):
    bidding.describe()
    load(bidding, rated(LOCATION, OWN, overall="Requires improvement", well_led="Inadequate"))
    (warning,) = told(bidding)
    assert f"({LOCATION}) is rated Inadequate (well-led) in the CQC ratings of 2 November 2026" in warning


@pytest.mark.parametrize("where", ["Lancashire", "Kent"])
def test_another_location_of_the_provider_counts_where_the_rules_say_so(bidding, where):
    bidding.describe()
    elsewhere = {**rated("1-7777777777", OWN, overall="Inadequate"), "Location Local Authority": where}
    load(bidding, rated(LOCATION, OWN), elsewhere)
    assert len(told(bidding)) == (1 if where == "Lancashire" else 0)


def test_a_location_of_somebody_else_or_of_nobody_is_pointed_out(bidding):
    bidding.describe()
    load(bidding, rated(LOCATION, "1-555555555"))
    assert "belongs to another provider, A provider" in told(bidding)[0]
    load(bidding, rated("1-8888888888", "1-555555555"), as_at=date(2026, 11, 9))
    assert told(bidding) == [
        f"Location {LOCATION} is not in the CQC ratings of 9 November 2026. Check the ID."
    ]


def test_the_newest_file_counts_and_good_ratings_are_no_warning(bidding):
    bidding.describe()
    load(bidding, rated(LOCATION, OWN, safe="Inadequate"))
    load(bidding, rated(LOCATION, OWN), as_at=date(2026, 11, 16))
    assert told(bidding) == []


def test_without_any_ratings_loaded_there_is_nothing_to_tell(bidding):
    bidding.describe()
    assert told(bidding) == []


def test_warnings_do_not_stop_a_submission(bidding, sign_in):
    bidding.prepare()
    load(bidding, rated(LOCATION, OWN, overall="Inadequate", safe="Inadequate"))
    browser = sign_in(FIRST)
    assert "is rated Inadequate (overall and safe)" in browser.get("/bids/1/check").text
    assert browser.post_form("/bids/1/check", submit="Submit").heading == "Bid submitted"


@pytest.mark.parametrize(
    ("hours", "warned"),
    [
        (None, []),
        (112800, []),
        (112799, ["1,127.99 hours a week. L1 Burnley needs more than that, so you cannot win it."]),
        (100, ["L1 Burnley and L2 Pendle each need more than that, so you cannot win them."]),
    ],
)
def test_lots_beyond_ones_own_hours_are_pointed_out(bidding, hours, warned):
    content = DraftContent(prices={"L1": 2400, "L2": 2400}, hours_per_week=hours)
    with bidding.read() as session:
        found = checks.capacity_warnings(bidding.tender(session), content)
    assert len(found) == len(warned)
    assert all(one.endswith(end) for one, end in zip(found, warned, strict=True))


@pytest.mark.parametrize(("price", "warned"), [(1200, 0), (1199, 1), (2400, 0), (4800, 0), (4801, 1)])
def test_a_price_far_from_the_guide_price_is_pointed_out(bidding, price, warned):
    with bidding.read() as session:
        found = checks.price_warnings(bidding.tender(session), DraftContent(prices={"L1": price}))
    assert len(found) == warned
