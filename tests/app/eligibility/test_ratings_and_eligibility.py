"""Loading and pinning ratings, and who stays in the assessment by them."""

import csv
import io
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from lots import record, states
from lots.event import Event
from lots.rating import Rating, RatingsFile
from lots.refusal import Conflict, NotFound, NotPermitted, Refusal, Refusals
from scoring.reading.record import from_object
from tender.eligibility.assessment import assessment
from tender.eligibility.operations import deciding_eligibility, loading_ratings, pinning_ratings
from tender.eligibility.ratings_files.kinds import WIDE
from tender.marking.operations import giving_marks
from tests.app.opened_tender import ALL_GOOD, Bidder, open_tender, pin, rated, ratings_csv

SAMPLE = Path(__file__).parents[2] / "data/cqc/locations_with_ratings.csv"
OFFICER = "officer@example.org"
INADEQUATE_SOMEWHERE = ratings_csv(
    rated("1-101", "1-100", overall="Requires improvement", well_led="Inadequate"),
    rated("1-201", "1-200"),
    rated("1-301", "1-300", overall=""),
)


def load(session, people, clock, content=ALL_GOOD, as_at=date(2026, 11, 1)):
    return loading_ratings.load_ratings(
        session,
        actor=people.of(session, OFFICER),
        now=clock(),
        filename=r"C:\Ratings\november.csv",
        content=content,
        as_at=as_at,
    )


def decide(session, people, clock, opened, alias="B", **wanted):
    return deciding_eligibility.decide(
        session,
        actor=people.of(session, wanted.pop("actor", OFFICER)),
        now=clock(),
        tender=opened.tender(session),
        bid=opened.bid(session, alias),
        **{
            "state": "procedural_breach",
            "lot_codes": (),
            "reason": "The form of tender was not signed by anybody.",
            **wanted,
        },
    )


def test_the_same_bytes_loaded_twice_are_one_file(people, change, clock):
    with change() as session:
        first = load(session, people, clock)
        again = load(session, people, clock, as_at=date(2026, 10, 1))
        assert again.id == first.id
        assert (first.filename, first.row_count) == ("november.csv", 3)
        assert session.scalar(select(func.count()).select_from(Rating)) == 3
        assert session.scalar(select(func.count()).where(Event.action == "ratings.loaded")) == 1


@pytest.mark.parametrize("as_at", [date(2026, 11, 24), date(2009, 3, 31)])
def test_a_file_is_not_dated_tomorrow_nor_before_the_cqc_began(people, change, clock, as_at):
    with change() as session, pytest.raises(Refusal) as refused:
        load(session, people, clock, as_at=as_at)
    assert refused.value.field == "as_at"


def test_a_file_with_a_wrong_row_leaves_nothing_behind(people, change, clock):
    with change() as session, pytest.raises(Refusals):
        load(session, people, clock, ratings_csv(rated("1-1", "1-1"), rated("1-2", "1-1", safe="Bad")))
    with change() as session:
        assert session.scalar(select(func.count()).select_from(RatingsFile)) == 0


def test_an_evaluator_cannot_load_ratings(people, change, clock):
    with change() as session, pytest.raises(NotPermitted):
        loading_ratings.load_ratings(
            session,
            actor=people.of(session, "evaluator@example.org"),
            now=clock(),
            filename="x.csv",
            content=ALL_GOOD,
            as_at=date(2026, 11, 1),
        )


def test_a_national_file_loads_with_its_progress_told(people, change, clock):
    told = []
    content = ratings_csv(*(rated(f"1-{n}", "1-1") for n in range(4500)))
    with change() as session:
        file = loading_ratings.load_ratings(
            session, actor=None, now=clock(), filename="x.csv", content=content,
            as_at=date(2026, 11, 1), progress=lambda done, total: told.append((done, total)),
        )  # fmt: skip
        assert file.row_count == 4500
    assert told == [(2000, 4500), (4000, 4500), (4500, 4500)]


def test_inadequate_on_one_key_question_takes_a_bidder_out_although_its_overall_rating_is_better(
    opened, people, change, clock
):
    with change() as session:
        pin(session, people, opened, clock(), INADEQUATE_SOMEWHERE)
        zeal, acorn, mellor = assessment(session, opened.tender(session))
        assert (zeal.name, zeal.state) == ("Zeal Care Ltd", "condition_not_met")
        assert zeal.reasons == (
            "location 1-101: CQC rating for well-led is Inadequate: refused by the rules",
        )
        assert zeal.source.sha256 == zeal.source.sha256.lower()
        assert acorn.in_assessment
        assert acorn.lots_in == ("L1",)
        assert mellor.in_assessment
        assert mellor.flags == (
            "location 1-301: no overall CQC rating, although key questions are rated: allowed by the rules",
        )


def test_inadequate_at_a_location_that_the_bid_does_not_name_but_lies_in_the_area_counts(
    opened, people, change, clock
):
    with change() as session:
        rows = [
            rated("1-101", "1-100"),
            rated("1-102", "1-100", safe="Inadequate") | {"Location Local Authority": "Lancashire"},
            rated("1-201", "1-200"),
            rated("1-202", "1-200", safe="Inadequate") | {"Location Local Authority": "Kent"},
            rated("1-301", "1-300"),
            rated("1-302", "1-300", safe="Inadequate")
            | {"Location Local Authority": "Lancashire", "Service Types": "Care home service with nursing"},
            rated("1-303", "1-300", safe="Inadequate")
            | {"Location Local Authority": "Lancashire", "Location HSCA end date": "2024-01-31"},
        ]
        pin(session, people, opened, clock(), ratings_csv(*rows))
        zeal, acorn, mellor = assessment(session, opened.tender(session))
        assert zeal.state == "condition_not_met"
        assert "1-102" in zeal.reasons[0]
        assert acorn.in_assessment, "a location outside the area that the bid does not name is not relevant"
        assert mellor.in_assessment, "neither a care home nor a location that has closed is relevant"


def test_a_location_that_the_file_does_not_hold_keeps_its_bid_out_and_one_of_another_provider_is_flagged(
    people, change, clock
):
    bidders = [Bidder("Gone Ltd", "1-100", ("1-777",)), Bidder("Borrowed Ltd", "1-200", ("1-101",))]
    with change() as session:
        opened = open_tender(session, people, clock(), bidders=bidders)
        pin(session, people, opened, clock())
        gone, borrowed = assessment(session, opened.tender(session))
        assert (gone.state, gone.lots_in, gone.refused_by_cqc) == ("not_checked", (), False)
        assert gone.reasons == (
            "location 1-777: not checked: it is not in the file of ratings;"
            " the bid cannot count until it is checked",
        )
        assert borrowed.in_assessment
        assert any("not to the provider that the bid names (1-200)" in flag for flag in borrowed.flags)


def test_marking_does_not_start_while_a_named_location_is_not_in_the_file(opened, people, change, clock):
    with change() as session:
        wrong_file = ratings_csv(rated("1-9001", "1-9000"), rated("1-201", "1-200"))
        pin(session, people, opened, clock(), wrong_file)
        with pytest.raises(Refusals) as refused:
            giving_marks.start(
                session, actor=people.of(session, OFFICER), now=clock(), tender=opened.tender(session)
            )
        told = [fault.message for fault in refused.value.faults]
        assert [sentence.split(":")[0] for sentence in told] == ["Zeal Care Ltd", "Mellor Support Ltd"]
        assert all("Pin a file of ratings that settles it" in sentence for sentence in told)


def test_a_file_that_holds_them_settles_locations_that_were_not_checked(opened, people, change, clock):
    with change() as session:
        pin(session, people, opened, clock(), ratings_csv(rated("1-9001", "1-9000")))
        assert not any(one.in_assessment for one in assessment(session, opened.tender(session)))
        pin(session, people, opened, clock(), ALL_GOOD, date(2026, 11, 20))
        assert all(one.in_assessment for one in assessment(session, opened.tender(session)))


def test_a_decision_that_takes_a_bid_out_needs_no_ratings_of_its_location(opened, people, change, clock):
    with change() as session:
        pin(session, people, opened, clock(), ratings_csv(rated("1-101", "1-100"), rated("1-201", "1-200")))
        decide(session, people, clock, opened, "C")
        giving_marks.start(
            session, actor=people.of(session, OFFICER), now=clock(), tender=opened.tender(session)
        )
        assert opened.tender(session).state == states.MARKING


def test_a_closed_location_refuses_nobody_by_what_it_was_rated_and_a_dormant_one_is_flagged(
    opened, people, change, clock
):
    with change() as session:
        rows = [
            rated("1-101", "1-100", safe="Inadequate") | {"Location HSCA end date": "2024-01-31"},
            rated("1-201", "1-200") | {"Dormant": "Y"},
            rated("1-301", "1-300"),
        ]
        pin(session, people, opened, clock(), ratings_csv(*rows))
        tender = opened.tender(session)
        zeal, acorn, mellor = assessment(session, tender)
        assert zeal.in_assessment
        assert zeal.flags == (
            "no registered location is on record: allowed by the rules",
            "location 1-101: its registration has ended; its last CQC rating for safe was Inadequate:"
            " the rules say nothing about it",
            "location 1-101: its registration ended on 2024-01-31",
        )
        assert acorn.flags == (
            "location 1-201: registered but dormant: it gives no care at present:"
            " the rules say nothing about it",
        )
        assert mellor.flags == ()
        written = record.evaluation_record(session, tender)["bidders"]
        assert [bidder["cqc"][0].get("status") for bidder in written] == ["deregistered", "dormant", None]


def test_what_the_page_says_is_what_the_engine_then_evaluates(opened, people, change, clock):
    with change() as session:
        pin(session, people, opened, clock(), INADEQUATE_SOMEWHERE)
        decide(session, people, clock, opened, "C", lot_codes=["L2"])
        tender = opened.tender(session)
        read = from_object({**record.evaluation_record(session, tender), "bids": []})
        for one, bidder in zip(assessment(session, tender), read.bidders, strict=True):
            assert one.alias == bidder.id
            assert one.findings == bidder.findings
        assert read.bidders[2].decisions[0].lots == ("L2",)


def test_pinning_says_in_the_log_whom_it_moved(opened, people, change, clock):
    with change() as session:
        pin(session, people, opened, clock())
        pin(session, people, opened, clock(), INADEQUATE_SOMEWHERE, date(2026, 11, 20))
        body = session.scalars(
            select(Event.body).where(Event.action == "ratings.pinned").order_by(Event.id.desc())
        ).first()
        assert '"changed":[{"bid":"A","lots":["L1","L2"],"states":{"L1":"condition_not_met"' in body


def test_the_same_file_is_not_pinned_twice_for_one_stage(opened, people, change, clock):
    with change() as session:
        pin(session, people, opened, clock())
        with pytest.raises(Conflict, match="already pinned: Olive Officer"):
            pin(session, people, opened, clock())


def test_ratings_are_not_pinned_for_the_award_while_bids_are_being_marked(opened, people, change, clock):
    with change() as session, pytest.raises(Conflict, match="Opened, checking eligibility"):
        pinning_ratings.pin(
            session,
            actor=people.of(session, OFFICER),
            now=clock(),
            tender=opened.tender(session),
            ratings_file=load(session, people, clock),
            stage="recommendation",
        )


def test_a_file_that_brings_back_a_bidder_that_was_never_marked_is_refused_once_quality_is_locked(
    opened, people, arrange, clock
):
    with arrange() as session:
        pin(session, people, opened, clock(), INADEQUATE_SOMEWHERE)
        tender = opened.tender(session)
        tender.state = states.QUALITY_LOCKED
        with pytest.raises(Refusal, match="bring Zeal Care Ltd back") as refused:
            pin(session, people, opened, clock(), ALL_GOOD)
        assert "Decide on eligibility first" in refused.value.message


def test_a_bidder_cannot_be_decided_back_in_unmarked_once_quality_is_locked(opened, people, arrange, clock):
    with arrange() as session:
        pin(session, people, opened, clock())
        first = decide(session, people, clock, opened, "A")
        opened.tender(session).state = states.QUALITY_LOCKED
        session.flush()
        with pytest.raises(Refusal, match="It can no longer come back"):
            decide(session, people, clock, opened, "A", state="in_assessment", seen=first.id)


def test_a_real_location_inadequate_on_one_question_is_caught_in_the_published_sample(people, change, clock):
    bidders = [
        Bidder("Driffield", "1-101665828", ("1-293772721",)),
        Bidder("Bradford", "1-264952453", ("1-323930881",)),
    ]
    with change() as session:
        opened = open_tender(session, people, clock(), bidders=bidders)
        pin(session, people, opened, clock(), SAMPLE.read_bytes(), date(2025, 8, 1))
        driffield, bradford = assessment(session, opened.tender(session))
        assert driffield.state == "condition_not_met"
        assert driffield.locations[0].rating.overall == "Requires improvement"
        assert "well-led is Inadequate" in driffield.reasons[0]
        assert bradford.in_assessment


def test_a_decision_takes_a_bid_out_of_the_lots_that_it_names_and_of_no_others(opened, people, change, clock):
    with change() as session:
        pin(session, people, opened, clock())
        decide(session, people, clock, opened, "A", lot_codes=["L2"])
        zeal = assessment(session, opened.tender(session))[0]
        assert zeal.states == {"L1": "in_assessment", "L2": "procedural_breach"}
        assert (zeal.state, zeal.lots_in) == ("several", ("L1",))


def test_a_later_decision_on_one_lot_does_not_replace_the_earlier_one_on_another(
    opened, people, change, clock
):
    with change() as session:
        pin(session, people, opened, clock())
        first = decide(session, people, clock, opened, "A", lot_codes=["L2"])
        decide(
            session, people, clock, opened, "A", state="condition_not_met", lot_codes=["L1"], seen=first.id
        )
        zeal = assessment(session, opened.tender(session))[0]
        assert zeal.states == {"L1": "condition_not_met", "L2": "procedural_breach"}


def test_a_bid_can_be_kept_in_after_all(opened, people, change, clock):
    with change() as session:
        pin(session, people, opened, clock())
        first = decide(session, people, clock, opened, "A")
        decide(
            session, people, clock, opened, "A", seen=first.id, state="in_assessment",
            reason="The signed form was found in the second upload.",
        )  # fmt: skip
        assert assessment(session, opened.tender(session))[0].in_assessment


def test_nobody_can_decide_a_bidder_back_in_against_the_published_cqc_rule(opened, people, change, clock):
    with change() as session:
        pin(session, people, opened, clock(), INADEQUATE_SOMEWHERE)
        with pytest.raises(Refusals, match="leaves no choice"):
            decide(session, people, clock, opened, "A", state="in_assessment")


@pytest.mark.parametrize(
    ("wanted", "fields"),
    [
        ({"state": "ranked"}, {"state"}),
        ({"state": "abnormally_low"}, {"state", "response_invited_on", "response"}),
        ({"reason": "  late  "}, {"reason"}),
        ({"state": "excluded"}, {"response_invited_on", "response"}),
        ({"response_invited_on": date(2026, 11, 24)}, {"response_invited_on"}),
        ({"response_invited_on": date(2020, 1, 1)}, {"response_invited_on"}),
        ({"evidence": "x" * 5001}, {"evidence"}),
    ],
)
def test_a_decision_that_would_not_stand_is_refused_by_field(opened, people, change, clock, wanted, fields):
    with change() as session, pytest.raises(Refusals) as refused:
        decide(session, people, clock, opened, **wanted)
    assert {fault.field for fault in refused.value.faults} == fields


def test_a_decision_names_only_lots_of_the_bid(opened, people, change, clock):
    with change() as session, pytest.raises(Refusal, match="L2 is not a lot of this bid"):
        decide(session, people, clock, opened, "B", lot_codes=["L2"])


def test_the_second_of_two_officers_deciding_at_once_is_told_who_was_first(opened, people, change, clock):
    with change() as session:
        decide(session, people, clock, opened)
        with pytest.raises(Conflict, match="Olive Officer decided on this bid on 23 November 2026"):
            decide(session, people, clock, opened, actor="officer2@example.org")


def test_an_exclusion_keeps_the_providers_side(opened, people, change, clock):
    with change() as session:
        entry = decide(
            session, people, clock, opened, state="excluded", response_invited_on=date(2026, 11, 20),
            response="The provider did not answer by 22 November.",
        )  # fmt: skip
        assert (entry.response_invited_on, entry.by.name) == (date(2026, 11, 20), "Olive Officer")


def test_a_bid_of_another_tender_cannot_be_decided_on_here(opened, people, change, clock):
    with change() as session:
        other = open_tender(session, people, clock(), reference="HC-2")
        with pytest.raises(NotFound):
            deciding_eligibility.decide(
                session, actor=people.of(session, OFFICER), now=clock(), tender=opened.tender(session),
                bid=other.bid(session, "A"), state="excluded", lot_codes=(), reason="one two three four five",
            )  # fmt: skip


def test_an_officer_who_also_marks_the_tender_is_kept_from_its_bidders_names(people, change, clock):
    with change() as session:
        opened = open_tender(session, people, clock(), evaluators=[OFFICER])
        with pytest.raises(NotPermitted, match="You mark this tender"):
            decide(session, people, clock, opened)


def test_eligibility_is_no_longer_decided_once_the_award_is_recommended(opened, people, arrange, clock):
    with arrange() as session:
        opened.tender(session).state = states.RECOMMENDED
        session.flush()
        with pytest.raises(Conflict, match="Award recommended"):
            decide(session, people, clock, opened)


def test_a_cancelled_lot_is_left_out_of_the_assessment(opened, people, arrange, clock):
    with arrange() as session:
        pin(session, people, opened, clock())
        opened.tender(session).lots[0].cancelled_at = clock() - timedelta(minutes=1)
        session.flush()
        zeal, acorn, _ = assessment(session, opened.tender(session))
        assert zeal.lots_in == ("L2",)
        assert not acorn.in_assessment, "its only lot is gone"


LANCASHIRE = {"Location Local Authority": "Lancashire"}


def test_an_inadequate_that_hides_behind_a_new_registration_is_shown(people, change, clock):
    """The bid names a location that was never rated; an earlier one of the same provider, in the same area,
    was Inadequate until it closed."""
    bidders = [Bidder("Hidden Care Ltd", "1-169108875", ("1-113",))]
    with change() as session:
        opened = open_tender(session, people, clock(), bidders=bidders)
        unrated = dict.fromkeys(("overall", "safe", "effective", "caring", "responsive", "well_led"), "")
        rows = [
            rated("1-113", "1-169108875", **unrated) | LANCASHIRE,
            rated("1-115", "1-169108875", overall="Inadequate", safe="Inadequate")
            | {**LANCASHIRE, "Location HSCA end date": "2023-06-19"},
            rated("1-116", "1-169108875", **unrated) | {**LANCASHIRE, "Location HSCA end date": "2020-01-01"},
        ]
        pin(session, people, opened, clock(), ratings_csv(*rows))
        (hidden,) = assessment(session, opened.tender(session))
        assert hidden.in_assessment
        assert hidden.flags == (
            "location 1-113: no overall CQC rating: allowed by the rules",
            "location 1-115: its registration has ended; its last CQC rating for overall and safe was"
            " Inadequate: the rules say nothing about it",
            "location 1-115: its registration ended on 2023-06-19",
        )
        assert [one.why for one in hidden.locations] == [
            "named in the bid",
            "registered until 2023-06-19 in Lancashire",
        ]


def test_an_inadequate_of_the_same_company_under_another_cqc_number_is_shown(people, change, clock):
    bidders = [Bidder("Reborn Care Ltd", "1-200", ("1-201",), company_number="1234567")]
    with change() as session:
        opened = open_tender(session, people, clock(), bidders=bidders)
        ours = {**LANCASHIRE, "Provider Companies House Number": "01234567"}
        rows = [
            rated("1-201", "1-200") | ours,
            rated("1-901", "1-900", safe="Inadequate") | {**ours, "Location HSCA end date": "2025-02-28"},
        ]
        columns = [*WIDE.needed, "Provider Companies House Number"]
        pin(session, people, opened, clock(), ratings_csv(*rows, columns=columns))
        (reborn,) = assessment(session, opened.tender(session))
        assert "of the same company until 2025-02-28 in Lancashire" in [one.why for one in reborn.locations]
        assert any("its last CQC rating for safe was Inadequate" in flag for flag in reborn.flags)


def test_an_inherited_and_an_old_rating_are_pointed_out(people, change, clock):
    filters = SAMPLE.parent / "directory_with_filters.csv"
    with filters.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    inherited = next(row for row in rows if row["Inherited Rating (Y/N)"] == "Y")
    old = next(row for row in rows if row["Publication Date"] == "30/05/2019")
    bidders = [
        Bidder(row["Provider Name"], row["Provider ID"], (row["Location ID"],)) for row in (inherited, old)
    ]
    with change() as session:
        opened = open_tender(session, people, clock(), bidders=bidders)
        pin(session, people, opened, clock(), filters.read_bytes())
        first, second = assessment(session, opened.tender(session))
        assert any("its rating is inherited: the CQC gave it to an earlier" in flag for flag in first.flags)
        assert any("its rating is of 30 May 2019, seven years ago" in flag for flag in second.flags)


@pytest.mark.parametrize(
    ("overall", "state"),
    [
        ("Good", "in_assessment"),
        ("Outstanding", "in_assessment"),
        ("", "in_assessment"),
        ("Inadequate", "condition_not_met"),
        ("Requires improvement", "not_checked"),
        ("Not Rated", "not_checked"),
    ],
)
def test_a_file_of_overall_ratings_settles_only_what_no_key_question_can_change(
    people, change, clock, overall, state
):
    filters = SAMPLE.parent / "directory_with_filters.csv"
    with filters.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    row = next(row for row in rows if row["Location Latest Overall Rating"] == overall) if overall not in {
        "Outstanding", "Inadequate"
    } else {**rows[0], "Location Latest Overall Rating": overall}  # fmt: skip
    others = [each for each in rows if each["Location ID"] != row["Location ID"]]
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(row))
    writer.writeheader()
    writer.writerows([row, *others])
    bidders = [Bidder(row["Provider Name"], row["Provider ID"], (row["Location ID"],))]
    with change() as session:
        opened = open_tender(session, people, clock(), bidders=bidders)
        pin(session, people, opened, clock(), out.getvalue().encode())
        (bidder,) = assessment(session, opened.tender(session))
        assert bidder.state == state
