"""Yearly values, stages by the clock, word counts, letters for bidders, the seal."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lots import bid, database, moderation, states
from lots.refusal import Refusal, WrongStage
from lots.seal import Seal
from lots.tender import Tender, count_words, yearly_value
from scoring import exact

DEADLINE = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)
KEY = bytes(range(32))


def test_the_reablement_areas_at_the_set_price_come_to_the_spend_that_was_reported() -> None:
    hours = [1128, 1065, 949, 1197, 676, 663]
    assert sum(yearly_value(each * 100, 52, 1275) for each in hours) == 376_451_400


def test_half_a_penny_goes_up() -> None:
    assert yearly_value(hours_per_week=50, weeks_per_year=1, price=1) == 1
    assert yearly_value(hours_per_week=49, weeks_per_year=1, price=1) == 0


@pytest.mark.parametrize(
    ("moment", "stage"),
    [
        (DEADLINE - timedelta(microseconds=1), states.PUBLISHED),
        (DEADLINE, states.CLOSED),
        (DEADLINE + timedelta(seconds=1), states.CLOSED),
    ],
)
def test_a_published_tender_is_closed_from_the_very_moment_of_its_deadline(
    moment: datetime, stage: str
) -> None:
    assert states.stage(Tender(state=states.PUBLISHED, deadline=DEADLINE), moment) == stage


def test_a_tender_cannot_be_opened_before_its_deadline() -> None:
    tender = Tender(state=states.PUBLISHED, deadline=DEADLINE)
    with pytest.raises(Refusal, match=r"Open for bids.*cannot go to"):
        states.move(tender, DEADLINE - timedelta(seconds=1), states.OPENED)
    states.move(tender, DEADLINE, states.OPENED)
    assert tender.state == states.OPENED


def test_a_step_out_of_turn_says_where_the_tender_is_and_where_it_would_have_to_be() -> None:
    tender = Tender(state=states.MARKING, deadline=DEADLINE)
    with pytest.raises(
        WrongStage, match=r"is at “Being marked”.*comes later: it belongs to “Quality locked”"
    ):
        states.require(tender, DEADLINE, states.QUALITY_LOCKED)


def test_every_stage_has_a_name_and_a_row_in_the_table_of_moves() -> None:
    assert len({row.title for row in states.STAGES.values()}) == len(states.STAGES) == len(states.STORED) + 1
    assert all(row.next for row in states.IN_ORDER if row.name != states.DRAFT)
    assert {to for row in states.STAGES.values() for to in row.moves} <= set(states.STORED)


def test_prices_can_only_open_from_locked_quality_or_a_returned_recommendation() -> None:
    before = {name for name, row in states.STAGES.items() if states.PRICES_OPENED in row.moves}
    assert before == {states.QUALITY_LOCKED, states.RECOMMENDED}


def test_bidders_are_lettered_past_z() -> None:
    assert [bid.alias(index) for index in (0, 25, 26, 27, 51, 52, 701, 702)] == [
        "A", "Z", "AA", "AB", "AZ", "BA", "ZZ", "AAA",
    ]  # fmt: skip


@given(st.lists(st.integers(0, 20_000), min_size=2, max_size=40, unique=True))
def test_no_two_bidders_share_a_letter(indexes: list[int]) -> None:
    assert len({bid.alias(index) for index in indexes}) == len(indexes)


def test_words_are_counted_between_white_space() -> None:
    assert count_words("  We visit\nat  home — daily. ") == 6
    assert count_words(" \n\t") == 0


@pytest.mark.parametrize(
    ("marks", "colour"), [([3], "green"), ([3, 4], "green"), ([2, 4, 3], "amber"), ([1, 4], "red")]
)
def test_the_spread_shows_how_far_evaluators_are_apart(marks: list[int], colour: str) -> None:
    assert moderation.spread(marks) == colour


@pytest.mark.parametrize(("hundredths", "text"), [(6000, "60"), (2050, "20.5"), (1, "0.01"), (0, "0")])
def test_hundredths_are_written_as_the_shortest_decimal(hundredths: int, text: str) -> None:
    assert exact.plain(hundredths) == text


@given(st.binary(max_size=200))
def test_what_is_sealed_comes_back_whole_and_cannot_be_read_in_between(plain: bytes) -> None:
    sealed = Seal(KEY).close(plain, about="tender:1/bid:2")
    assert Seal(KEY).open(sealed, about="tender:1/bid:2") == plain
    assert len(plain) < 4 or plain not in sealed


@pytest.mark.parametrize(
    ("key", "about"), [(bytes(32), "tender:1/bid:2"), (KEY, "tender:1/bid:3")], ids=["key", "place"]
)
def test_an_envelope_opens_only_with_its_key_and_in_its_place(key: bytes, about: str) -> None:
    sealed = Seal(KEY).close(b"1599", about="tender:1/bid:2")
    with pytest.raises(Refusal, match="cannot be opened"):
        Seal(key).open(sealed, about=about)


def test_an_altered_envelope_is_refused() -> None:
    sealed = bytearray(Seal(KEY).close(b"1599", about="x"))
    sealed[-1] ^= 1
    with pytest.raises(Refusal, match="altered"):
        Seal(KEY).open(bytes(sealed), about="x")


def test_the_size_of_an_envelope_does_not_tell_how_much_is_in_it() -> None:
    sizes = {len(Seal(KEY).close(plain, about="x")) for plain in (b"", b"999", b"1599", bytes(4095))}
    assert len(sizes) == 1
    assert len(Seal(KEY).close(bytes(4096), about="x")) > sizes.pop()


def test_a_key_of_the_wrong_length_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes, not 5"):
        Seal(b"short")


@pytest.mark.parametrize("value", [12.75, True, "1275"])
def test_money_is_whole_pence_or_nothing(value: object) -> None:
    with pytest.raises(TypeError, match="whole number"):
        database.Pence().process_bind_param(value, None)  # type: ignore[arg-type]


def test_a_moment_without_zone_is_refused() -> None:
    with pytest.raises(TypeError, match="time zone"):
        database.UTCDateTime().process_bind_param(DEADLINE.replace(tzinfo=None), None)  # type: ignore[arg-type]


def test_only_sqlite_and_postgresql_are_served() -> None:
    assert database.database_url("postgresql://h/d").drivername == "postgresql+psycopg"
    with pytest.raises(ValueError, match="not mysql"):
        database.database_url("mysql://h/d")


@pytest.mark.parametrize(
    ("state", "stages", "message"),
    [
        (states.AWARDED, (states.MARKING, states.MODERATION), "is done, and can no longer change"),
        (states.PUBLISHED, (states.DRAFT,), "is published, so its set-up can no longer change"),
        (states.CANCELLED, (states.MARKING,), "is cancelled, so nothing in it can change any more"),
    ],
)
def test_a_step_that_is_over_is_not_taken_for_one_that_somebody_else_took(
    state: str, stages: tuple[str, ...], message: str
) -> None:
    with pytest.raises(WrongStage, match=message):
        states.require(Tender(state=state, deadline=DEADLINE), DEADLINE - timedelta(days=1), *stages)


def test_a_draft_has_no_published_rules_and_says_so_to_whoever_asks() -> None:
    with pytest.raises(WrongStage, match="is a draft: its rules are not published yet"):
        assert Tender(state=states.DRAFT).rules
