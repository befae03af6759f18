"""Pages of ratings and eligibility, as officers and others meet them."""

import csv
import hashlib
import io
import threading
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest

from lots.eligibility import all_decisions
from lots.rating import RatingsFile
from tender.eligibility.operations import loading_ratings
from tests.app.opened_tender import ALL_GOOD, Bidder, open_tender, pin, rated, ratings_csv
from tests.app.staging import MANY
from tests.reaching import reach_into
from tests.sheets import ods

BAD_ROW = ratings_csv(rated("1-101", "1-100"), rated("1-102", "1-100", safe="Superb"))
ONE_OUT = ratings_csv(
    rated("1-101", "1-100", overall="Requires improvement", well_led="Inadequate"),
    rated("1-201", "1-200"),
    rated("1-301", "1-300"),
)
DATE = ["1", "11", "2026"]


def load(browser, content, name="november.csv", as_at=DATE):
    return browser.post_form("/ratings/load", {"file": (BytesIO(content), name), "as_at": as_at})


def test_an_officer_loads_a_file_and_pins_the_tender_to_it(opened, people, sign_in):
    browser = sign_in("officer@example.org")
    assert load(browser, ONE_OUT).done == "november.csv is loaded: 3 locations."
    page = browser.get(f"/tenders/{opened.tender_id}/ratings")
    assert "Zeal Care Ltd" in page.text
    assert "well-led is Inadequate" in page.text
    page = browser.post_form(f"/tenders/{opened.tender_id}/ratings", submit="Pin this file")
    assert page.path == f"/tenders/{opened.tender_id}/eligibility"
    assert "3 bidders, 1 out of the assessment" in page.text
    assert "Condition not met" in page.text


def test_the_preview_counts_first_what_the_file_does_not_hold(opened, people, sign_in):
    browser = sign_in("officer@example.org")
    load(browser, ratings_csv(rated("1-9001", "1-9000")), "elsewhere.csv")
    page = browser.get(f"/tenders/{opened.tender_id}/ratings")
    assert "3 of 3 named locations are not in this file." in page.text
    assert page.text.index("3 of 3") < page.text.index("Who would be out")
    page = browser.post_form(f"/tenders/{opened.tender_id}/ratings", submit="Pin this file")
    assert "Not checked yet" in page.text
    assert "location 1-101: not checked: it is not in the file of ratings" in page.text


def test_loading_the_same_file_again_says_that_nothing_changed(people, sign_in):
    browser = sign_in("officer@example.org")
    load(browser, ALL_GOOD)
    assert load(browser, ALL_GOOD).done == "This very file was loaded before. Nothing was changed."


def test_a_wrong_row_comes_back_with_row_and_column_and_nothing_is_loaded(people, sign_in, read):
    seen = load(sign_in("officer@example.org"), BAD_ROW)
    assert seen.status == 400
    assert seen.errors[0].startswith("Row 3, Location safe rating: “Superb” is not a rating.")
    assert seen.value("as_at") == DATE
    with read() as session:
        assert session.query(RatingsFile).count() == 0


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"a,b\n1,2\n", b"PK\x03\x04"])
def test_a_bad_file_is_an_error_of_the_form_and_not_of_the_server(people, sign_in, content):
    seen = load(sign_in("officer@example.org"), content)
    assert seen.status == 400
    assert seen.errors


def test_a_form_without_file_or_date_says_what_to_do(people, sign_in):
    seen = sign_in("officer@example.org").post_form("/ratings/load", {})
    assert seen.errors == ["Select a file", "Enter the date of the file, such as 1 11 2026"]


@pytest.mark.parametrize("email", ["evaluator@example.org", "moderator@example.org", "provider@example.org"])
def test_ratings_and_eligibility_are_not_for_the_panel_nor_for_providers(opened, people, sign_in, email):
    browser = sign_in(email)
    for path in (
        "/ratings",
        f"/tenders/{opened.tender_id}/eligibility",
        f"/tenders/{opened.tender_id}/ratings",
    ):
        browser.get(path, status=403)


def test_an_auditor_reads_eligibility_and_cannot_decide(opened, people, sign_in):
    browser = sign_in("auditor@example.org")
    page = browser.get(f"/tenders/{opened.tender_id}/eligibility/A")
    assert page.heading.endswith("Zeal Care Ltd")
    assert "Take a decision" not in page.text
    browser.get(f"/tenders/{opened.tender_id}/eligibility/A/decide", status=403)
    browser.get(f"/tenders/{opened.tender_id}/ratings", status=403)


def test_a_location_page_shows_every_rating_and_its_source(opened, people, sign_in, change, clock):
    with change() as session:
        file = pin(session, people, opened, clock(), ONE_OUT)
        sha256 = file.sha256
    page = sign_in("officer@example.org").get(f"/tenders/{opened.tender_id}/eligibility/A")
    assert (
        "Location 1-101 1-101, named in the bid Requires improvement Good Good Good Good Inadequate"
        in page.text
    )
    assert sha256 in page.text


@pytest.mark.parametrize("alias", ["D", "a", "1", "AAAA", "%27"])
def test_a_forged_letter_leads_nowhere(opened, people, sign_in, alias):
    browser = sign_in("officer@example.org")
    browser.get(f"/tenders/{opened.tender_id}/eligibility/{alias}", status=404)
    browser.get(f"/tenders/{opened.tender_id}/eligibility/{alias}/decide", status=404)


def test_a_tender_that_does_not_exist_or_is_not_opened_leads_nowhere(opened, people, sign_in, change):
    browser = sign_in("officer@example.org")
    browser.get("/tenders/999/eligibility", status=404)
    with change() as session:
        reach_into(session, "tender", "UPDATE tender SET opened_at = NULL, state = 'published'")
    assert "have not been opened" in browser.get(f"/tenders/{opened.tender_id}/eligibility", status=404).text


def decide_path(opened, alias="A"):
    return f"/tenders/{opened.tender_id}/eligibility/{alias}/decide"


def test_an_officer_decides_on_one_lot(opened, people, sign_in, change, clock):
    with change() as session:
        pin(session, people, opened, clock())
    browser = sign_in("officer@example.org")
    seen = browser.post_form(
        decide_path(opened),
        {
            "state": "procedural_breach",
            "lot_codes": ["L2"],
            "reason": "No local manager is named for Pendle.",
        },
    )
    assert seen.done == "The decision on Zeal Care Ltd is recorded."
    assert "L1 Burnley In the assessment" in seen.text
    assert "L2 Pendle Procedural breach" in seen.text


def test_a_refused_decision_comes_back_filled_in(opened, people, sign_in):
    seen = sign_in("officer@example.org").post_form(
        decide_path(opened), {"state": "excluded", "reason": "Convicted of an offence in Annex 6."}
    )
    assert seen.status == 400
    assert len(seen.errors) == 2
    assert seen.value("reason") == "Convicted of an offence in Annex 6."
    assert seen.value("state") == "excluded"


def test_of_two_officers_deciding_at_once_the_second_keeps_what_they_typed(opened, people, client, read):
    first, second = client, client.another()
    first.enter("officer@example.org")
    second.enter("officer2@example.org")
    page = second.get(decide_path(opened))
    first.post_form(decide_path(opened), {"state": "withdrawn", "reason": "Withdrawn by letter of today."})
    late = second.raw.post(
        decide_path(opened),
        data={
            "csrf_token": page.value("csrf_token"),
            "seen": page.value("seen"),
            "state": "excluded",
            "reason": "My own different reason for it.",
        },
        headers={"Referer": "http://localhost/"},
    )
    assert late.status_code == 409
    assert b"Olive Officer decided on this bid" in late.data
    assert b"My own different reason for it." in late.data
    with read() as session:
        (decisions,) = all_decisions(session, opened.tender(session)).values()
        assert [decision.state for decision in decisions] == ["withdrawn"]


def test_an_officer_who_marks_the_tender_cannot_see_who_bids(people, change, clock, sign_in):
    with change() as session:
        opened = open_tender(session, people, clock(), evaluators=["officer@example.org"])
    browser = sign_in("officer@example.org")
    for path in ("eligibility", "eligibility/A", "eligibility/A/decide", "ratings"):
        seen = browser.get(f"/tenders/{opened.tender_id}/{path}", status=403)
        assert "Zeal" not in seen.text


def test_a_newer_file_is_pointed_out(opened, people, sign_in, change, clock):
    with change() as session:
        pin(session, people, opened, clock())
    browser = sign_in("officer@example.org")
    load(browser, ONE_OUT, "later.csv", ["20", "11", "2026"])
    page = browser.get(f"/tenders/{opened.tender_id}/eligibility")
    assert "A newer file is loaded: later.csv, of 20 November 2026." in page.text


def test_a_file_that_is_not_loaded_cannot_be_pinned(opened, people, sign_in):
    browser = sign_in("officer@example.org")
    load(browser, ALL_GOOD)
    browser.get(f"/tenders/{opened.tender_id}/ratings?file={'0' * 64}", status=404)
    browser.post_form(
        f"/tenders/{opened.tender_id}/ratings", {"file": "0" * 64}, submit="Pin this file", status=404
    )


@MANY
def test_the_number_of_queries_is_the_same_for_two_bidders_and_for_many(
    people, change, clock, sign_in, count_queries, many
):
    made = {}
    with change() as session:
        for number in (2, many):
            bidders = [Bidder(f"Care {n}", f"1-{n}00", (f"1-{n}01",)) for n in range(number)]
            opened = open_tender(session, people, clock(), bidders=bidders, reference=f"HC-{number}")
            rows = [
                rated(f"1-{n}01", f"1-{n}00", safe="Inadequate" if n % 2 else "Good") for n in range(number)
            ]
            pin(session, people, opened, clock(), ratings_csv(*rows), date(2026, 11, 1))
            made[number] = opened.tender_id
    browser = sign_in("officer@example.org")
    for path in ("eligibility", "eligibility/A", "eligibility/A/decide", "ratings"):
        counts = []
        for tender_id in made.values():
            browser.get(f"/tenders/{tender_id}/{path}")
            with count_queries() as queries:
                browser.get(f"/tenders/{tender_id}/{path}")
            counts.append(len(queries))
        assert counts[0] == counts[1], path


@pytest.mark.parametrize("parts", [["1"], ["31", "2", "2026"], ["x", "", "2026"], ["", "", ""]])
def test_a_date_that_is_none_is_an_error_of_its_field(people, sign_in, parts):
    seen = load(sign_in("officer@example.org"), ALL_GOOD, as_at=parts)
    assert len(seen.errors) == 1
    assert seen.path == "/ratings/load"


CSV_OF_THE_CQC = Path(__file__).parents[2] / "data/cqc"
BIRMINGHAM = Bidder("Alpine Care UK Limited", "1-101693165", ("1-126005236",))


def test_two_files_of_one_month_are_loaded_together(people, sign_in, read):
    browser = sign_in("officer@example.org")
    ratings, filters = (CSV_OF_THE_CQC / f"directory_with_{name}.csv" for name in ("ratings", "filters"))
    page = browser.post_form(
        "/ratings/load",
        {
            "file": (BytesIO(ratings.read_bytes()), ratings.name),
            "beside": (BytesIO(filters.read_bytes()), filters.name),
            "as_at": DATE,
        },
    )
    assert page.done == "directory_with_ratings.csv + directory_with_filters.csv is loaded: 33 locations."
    assert "directory with ratings and directory with filters" in page.text


def test_a_spreadsheet_is_loaded_as_it_is(people, sign_in):
    content = (CSV_OF_THE_CQC / "directory_with_ratings.csv").read_text(encoding="utf-8-sig")
    rows = list(csv.reader(io.StringIO(content)))
    seen = load(sign_in("officer@example.org"), ods({"Locations": rows}), "ratings.ods")
    assert seen.done == "ratings.ods is loaded: 14 locations."


def test_the_weekly_directory_alone_is_an_error_that_says_what_to_load(people, sign_in):
    content = (CSV_OF_THE_CQC / "weekly_directory.csv").read_bytes()
    seen = load(sign_in("officer@example.org"), content)
    assert seen.status == 400
    assert "weekly directory, which has no ratings" in seen.errors[0]


def test_ratings_by_service_go_to_two_officers_with_every_service_beside(people, change, clock, client):
    with change() as session:
        opened = open_tender(session, people, clock(), bidders=[BIRMINGHAM])
        pin(session, people, opened, clock(), (CSV_OF_THE_CQC / "directory_with_ratings.csv").read_bytes())
    first, second = client, client.another()
    first.enter("officer@example.org")
    second.enter("officer2@example.org")
    about = f"/tenders/{opened.tender_id}/eligibility/A"
    page = first.get(about)
    assert "rates each of its services, and not the location as a whole" in page.text
    assert "Supported living service Requires improvement" in page.text
    check = f"{about}/locations/1-126005236"
    seen = first.post_form(check, {"reason": "Short.", "evidence": ""})
    assert seen.status == 400
    assert len(seen.errors) == 2
    seen = first.post_form(
        check,
        {
            "reason": "The homecare service, which this tender buys, is Good.",
            "evidence": "The ratings by service in the pinned file itself.",
        },
    )
    assert "Another officer confirms or refuses this." in seen.text
    assert "Record your decision" not in first.get(f"{check}/answer").text
    seen = second.post_form(f"{check}/answer", {"agreed": "yes"})
    assert seen.done == "Location 1-126005236 counts from now on."
    assert "L1 Burnley In the assessment" in seen.text


def test_a_bidder_comes_back_only_after_a_second_officer_has_read_the_reasons(
    opened, people, change, clock, client
):
    with change() as session:
        pin(session, people, opened, clock(), ONE_OUT)
    first, second = client, client.another()
    first.enter("officer@example.org")
    second.enter("officer2@example.org")
    load(first, ALL_GOOD, "later.csv", ["20", "11", "2026"])
    path = f"/tenders/{opened.tender_id}/ratings"
    assert "Zeal Care Ltd would come back into the assessment." in first.get(path).text
    seen = first.post_form(path, {"reason": ""}, submit="Pin this file")
    assert seen.status == 400
    assert "comes back into the assessment" in seen.errors[0]
    reason = "The CQC published a new rating of 12 November."
    seen = first.post_form(path, {"reason": reason}, submit="Pin this file")
    assert seen.done == "Nothing has changed yet: another officer has to confirm these ratings."
    assert "1 out of the assessment" in seen.text
    page = second.get(f"{path}/answer")
    assert reason in page.text
    assert "Zeal Care Ltd Comes back" in page.text
    seen = second.post_form(f"{path}/answer", {"agreed": "yes"})
    assert "0 out of the assessment" in seen.text
    second.get(f"{path}/answer", status=404)


def test_a_wrongly_loaded_file_is_withdrawn_and_its_date_mended_on_pages(opened, people, sign_in):
    browser = sign_in("officer@example.org")
    load(browser, ALL_GOOD)
    sha256 = hashlib.sha256(ALL_GOOD).hexdigest()
    seen = browser.post_form(
        f"/ratings/{sha256}/date", {"as_at": ["11", "11", "2026"], "reason": "Typed wrongly."}
    )
    assert seen.status == 400
    seen = browser.post_form(
        f"/ratings/{sha256}/date",
        {"as_at": ["11", "11", "2026"], "reason": "The day of it was typed wrongly."},
    )
    assert seen.done == "november.csv is of 11 November 2026 from now on."
    seen = browser.post_form(f"/ratings/{sha256}/withdraw", {"reason": "It is the file of another region."})
    assert seen.done == "november.csv is withdrawn. It is used for nothing from now on."
    assert "Withdrawn" in seen.text
    assert "It is the file of another region." in seen.text
    assert "No file of ratings is loaded yet." in browser.get(f"/tenders/{opened.tender_id}/ratings").text
    sign_in("auditor@example.org").get(f"/ratings/{sha256}/withdraw", status=403)


def test_old_ratings_are_pointed_out_with_their_age(opened, people, sign_in, change, clock):
    with change() as session:
        pin(session, people, opened, clock(), as_at=date(2026, 9, 1))
    page = sign_in("officer@example.org").get(f"/tenders/{opened.tender_id}/eligibility")
    assert "The CQC ratings used are of 1 September 2026, 83 days ago." in page.text


def test_loading_leaves_the_database_to_others_while_the_file_is_read(
    app, people, sign_in, change, monkeypatch
):
    """On SQLite one transaction writes at a time: reading must not hold it."""
    written = []

    def write():
        with change() as session:
            written.append(session.query(RatingsFile).count())

    def slow(*arguments, **more):
        another = threading.Thread(target=write)
        another.start()
        another.join(timeout=10)
        return read_uploads(*arguments, **more)

    read_uploads = loading_ratings.read_uploads
    monkeypatch.setattr(loading_ratings, "read_uploads", slow)
    assert load(sign_in("officer@example.org"), ALL_GOOD).done.endswith("3 locations.")
    assert written == [0]
