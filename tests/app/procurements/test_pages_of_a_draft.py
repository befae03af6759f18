"""The officer's pages: from nothing to a published tender, and every wrong input on the way."""

from __future__ import annotations

import hashlib
import io

import pytest

from lots.catalogue import BANK
from lots.schedule import read_schedule
from tender.procurements.operations import setting_up
from tests.app.client import Client
from tests.app.conftest import People
from tests.app.procurements.conftest import DEADLINE, OFFICER2, Tendering


def csv(*lines: str) -> tuple[io.BytesIO, str]:
    heads = "Code,Zone,Hours per week,Weeks per year,Places,Guide price,Group,Most lots in group"
    return io.BytesIO("\n".join((heads, *lines)).encode()), "lots.csv"


def test_an_officer_sets_up_and_publishes_a_tender_page_by_page(officer: Client, people: People) -> None:
    seen = officer.get("/tenders/")
    assert "There are no tenders yet" in seen.text
    seen = officer.post_form(
        "/tenders/new", {"service": "reablement", "reference": "LCC-R-1", "title": "Reablement at home"}
    )
    assert seen.done == "LCC-R-1 is created as a draft."
    home = seen.path
    assert "£3,764,514 a year" in seen.text
    assert "The deadline for bids is not set." in seen.text

    seen = officer.post_form(f"{home}/details", {"day": ["7", "12", "2026"], "at": "midday"}, submit="Save")
    assert seen.done == "The details are saved."
    seen = officer.post_form(f"{home}/questions/bank", {"keys": list(BANK)}, submit="Add questions")
    assert seen.done == "8 questions are added."
    assert "They do." in seen.text
    for email, role, button in (
        ("evaluator@example.org", "evaluator", "Add to the panel"),
        ("evaluator2@example.org", "evaluator", "Add to the panel"),
        ("moderator@example.org", "moderator", "Add to the panel"),
    ):
        seen = officer.post_form(f"{home}/panel/{role}", {"person": str(people.ids[email])}, submit=button)
    assert seen.done == "Mona Moderator is the moderator."
    seen = officer.get(home)
    assert "Ready" in seen.text
    assert "Publish the tender" in officer.get(f"{home}/publish").links()
    seen = officer.get(f"{home}/publish/confirm")
    assert "Eve Evaluator and Evan Evaluator mark, and Mona Moderator moderates" in seen.text
    assert "nobody can change lots, questions, weights, rules or deadline" in seen.text
    seen = officer.post_form(f"{home}/publish/confirm", submit="Publish the tender")
    assert seen.done == "LCC-R-1 is published and open for bids."
    assert "Open for bids" in seen.text
    seen = officer.get(f"{home}/published")
    assert "Set price for all" in seen.text
    assert "Cannot start yet" not in seen.text


def test_the_published_file_has_the_published_hash(officer: Client, published: Tendering) -> None:
    seen = officer.get(f"{published.path}/published")
    file = officer.get(f"{published.path}/published.json")
    assert hashlib.sha256(file.data).hexdigest() in seen.text


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"service": None, "reference": "A-1", "title": "T"}, "Select a service"),
        ({"service": "crisis", "reference": "", "title": "T"}, "Enter a reference"),
        ({"service": "crisis", "reference": "A 1", "title": "T"}, "Reference must be letters"),
        ({"service": "crisis", "reference": "A-1", "title": " "}, "Enter a title"),
        ({"service": "crisis", "reference": "A-1", "title": "x" * 201}, "Title has 201 characters"),
        (
            {"service": "crisis", "reference": "A-1", "title": "T", "buyer": ""},
            "Enter the name of the buying",
        ),
        ({"service": "crisis", "reference": "LCC-1", "title": "T"}, "Reference is already used"),
    ],
)
def test_a_new_tender_with_a_fault_comes_back_filled_in(
    officer: Client, tendering: Tendering, typed: dict[str, str | None], told: str
) -> None:
    seen = officer.post_form("/tenders/new", typed, status=200 if told == "Select a service" else 400)
    assert len(seen.errors) == 1
    assert seen.errors[0].startswith(told)
    assert seen.value("title") == (typed["title"] or "").strip() or seen.value("title") == typed["title"]


def test_a_tender_is_made_from_an_uploaded_schedule(officer: Client) -> None:
    seen = officer.post_form(
        "/tenders/new/upload",
        {
            "service": "crisis",
            "reference": "UP-1",
            "title": "Crisis in two areas",
            "schedule": csv("N,North,360,52,1,12.75,all,1", "E,East,575,52,1,12.75,all,"),
        },
    )
    assert seen.done == "UP-1 is created as a draft, with 2 lots."
    assert "At most 1 lot of 2: N and E" in seen.text


def test_every_wrong_row_of_an_upload_is_shown_and_nothing_is_saved(officer: Client) -> None:
    seen = officer.post_form(
        "/tenders/new/upload",
        {
            "service": "crisis",
            "reference": "UP-1",
            "title": "Crisis",
            "schedule": csv("N,North,none,52,1,12.75,,", ",East,575,60,1,12.75,,"),
        },
        status=400,
    )
    assert seen.errors == ["The schedule has 3 faults, listed below. Nothing was saved"]
    assert "Row 2, Hours per week: “none” must be hours" in seen.text
    assert "Row 3, Code: is empty" in seen.text
    assert "Row 3, Weeks per year: “60” must be a whole number from 1 to 53" in seen.text
    assert seen.value("reference") == "UP-1"
    assert "There are no tenders yet" in officer.get("/tenders/").text


@pytest.mark.parametrize(
    ("file", "told"),
    [
        ((io.BytesIO(b""), ""), "Choose a file"),
        ((io.BytesIO(b""), "lots.csv"), "“lots.csv” is empty"),
        ((io.BytesIO(b"PK\x03\x04broken"), "lots.xlsx"), "“lots.xlsx” cannot be read as a workbook"),
        ((io.BytesIO(b"%PDF\0"), "<b>lots.pdf"), "“<b>lots.pdf” is no text"),
        ((io.BytesIO("Code,Zone\n".encode("utf-16")), "lots.csv"), "Row 1: these headings are missing"),
    ],
)
def test_a_file_that_is_no_schedule_is_refused(
    officer: Client, tendering: Tendering, file: tuple[io.BytesIO, str], told: str
) -> None:
    fresh = (io.BytesIO(file[0].getvalue()), file[1])
    seen = officer.post_form(f"{tendering.path}/upload-lots", {"schedule": fresh}, status=400)
    assert len(seen.errors) == 1
    assert seen.errors[0].startswith(told)
    assert len(tendering.see(lambda tender: tender.lots)) == 3


def test_the_lots_are_downloaded_changed_and_uploaded_again(officer: Client, tendering: Tendering) -> None:
    content = officer.get(f"{tendering.path}/lots.csv").data
    assert [row.code for row in read_schedule("x.csv", content).rows] == ["L1", "L2", "L3"]
    changed = content.replace(b"2369", b"2,400").replace(b"2,400", b'"2,400"')
    seen = officer.post_form(f"{tendering.path}/upload-lots", {"schedule": (io.BytesIO(changed), "lots.csv")})
    assert seen.done == "The tender now has the 3 lots of your schedule."
    assert tendering.see(lambda tender: tender.lots[2].hours_per_week) == 240_000


def test_the_example_schedule_can_be_downloaded(officer: Client) -> None:
    assert read_schedule("x.csv", officer.get("/tenders/lot-schedule-template.csv").data)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"day": ["31", "11", "2026"]}, "Deadline for bids must be a real date"),
        ({"day": ["", "11", "2026"]}, "Deadline for bids must include a day"),
        ({"day": ["x", "11", "2026"]}, "Deadline for bids must be a real date"),
        ({"day": ["1", "1", "99999"]}, "Deadline for bids must be a real date"),
        ({"day": ["1", "12", "2026"], "at": "25:00"}, "Time of the deadline must be a time"),
        ({"day": ["1", "12", "2026"], "at": "5"}, "Time of the deadline must be a time"),
        ({"day": ["1", "12", "2026"], "at": "13pm"}, "Time of the deadline must be a time"),
        ({"day": ["1", "12", "2026"], "at": ""}, "Enter the time of the deadline"),
        (
            {"day": ["28", "3", "2027"], "at": "1:30am"},
            "Time of the deadline is in the hour in which the clocks",
        ),
        (
            {"day": ["31", "10", "2027"], "at": "1:30am"},
            "Time of the deadline is in the hour in which the clock",
        ),
        ({"day": ["23", "11", "2026"], "at": "9am"}, "Deadline must be in the future"),
        ({"title": ""}, "Enter a title"),
        ({"description": "x" * 20_001}, "Description has 20,001 characters"),
        ({"standstill": "perhaps"}, "Select whether a standstill"),
    ],
)
def test_wrong_details_come_back_filled_in_and_unsaved(
    officer: Client, tendering: Tendering, typed: dict[str, str], told: str
) -> None:
    seen = officer.post_form(f"{tendering.path}/details", typed, submit="Save")
    assert seen.status in {200, 400}
    assert len(seen.errors) == 1
    assert seen.errors[0].startswith(told)
    if "at" in typed:
        assert seen.value("at") == typed["at"]
    assert tendering.revision() == 1


@pytest.mark.parametrize(
    ("time", "hour", "minute"),
    [
        ("midday", 12, 0),
        ("noon", 12, 0),
        ("5pm", 17, 0),
        ("5.30 pm", 17, 30),
        ("12am", 0, 0),
        ("09:05", 9, 5),
    ],
)
def test_a_deadline_may_be_written_as_people_write_times(
    officer: Client, tendering: Tendering, time: str, hour: int, minute: int
) -> None:
    officer.post_form(f"{tendering.path}/details", {"day": ["7", "12", "2026"], "at": time}, submit="Save")
    kept = tendering.see(lambda tender: tender.deadline)
    assert (kept.hour, kept.minute) == (hour, minute)


def test_a_deadline_in_summer_is_kept_by_londons_clocks(officer: Client, tendering: Tendering) -> None:
    seen = officer.post_form(
        f"{tendering.path}/details", {"day": ["7", "6", "2027"], "at": "midday"}, submit="Save"
    )
    assert "7 June 2027 at midday BST" in seen.text
    assert tendering.see(lambda tender: tender.deadline.hour) == 11


def test_a_date_with_too_many_or_too_few_parts_is_no_crash(officer: Client, tendering: Tendering) -> None:
    for parts in (["1"], ["1", "2", "2027", "5"]):
        seen = officer.post_form(f"{tendering.path}/details", {"day": parts}, submit="Save")
        assert seen.status < 500


def test_what_was_typed_survives_somebody_elses_change_and_can_be_sent_again(
    officer: Client, tendering: Tendering
) -> None:
    page = officer.get(f"{tendering.path}/details")
    stale = page.value("seen")
    tendering.do(setting_up.change_details, OFFICER2, title="Changed by Oscar")
    seen = officer.post_form(
        f"{tendering.path}/details", {"title": "Mine", "seen": stale}, submit="Save", status=400
    )
    assert len(seen.errors) == 1
    assert "Oscar Officer changed this tender" in seen.errors[0]
    assert seen.value("title") == "Mine"
    assert tendering.see(lambda tender: tender.title) == "Changed by Oscar"
    again = seen.value("seen")
    seen = officer.post_form(f"{tendering.path}/details", {"title": "Mine", "seen": again}, submit="Save")
    assert seen.done
    assert tendering.see(lambda tender: tender.title) == "Mine"


@pytest.mark.parametrize("seen", ["", "x", "-1", "99999999999", "1.5"])
def test_a_forged_revision_saves_nothing(officer: Client, tendering: Tendering, seen: str) -> None:
    told = officer.post_form(
        f"{tendering.path}/details", {"title": "Mine", "seen": seen}, submit="Save", status=400
    )
    assert told.errors
    assert tendering.see(lambda tender: tender.title) == "Crisis care"


def test_only_fit_people_can_be_named_and_a_forged_person_is_not(
    officer: Client, tendering: Tendering, people: People
) -> None:
    path = f"{tendering.path}/panel/evaluator"
    seen = officer.get(path)
    assert "Eve Evaluator" in seen.text
    assert "Olive Officer" not in seen.text
    seen = officer.post_form(path, {}, submit="Add to the panel", status=400)
    assert seen.errors == ["Select a person"]
    provider = str(people.ids["provider@example.org"])
    seen = officer.post_form(path, {"person": provider}, submit="Add to the panel", status=400)
    assert seen.errors == ["Paula Provider acts for a provider and cannot judge bids"]
    for forged in ("0", "99999", "x", "-1"):
        officer.post_form(path, {"person": forged}, submit="Add to the panel", status=404)
    assert officer.get(f"{tendering.path}/panel/chair", status=404)


def test_the_panel_is_named_and_changed(officer: Client, tendering: Tendering, people: People) -> None:
    path = f"{tendering.path}/panel"
    person = str(people.ids["evaluator@example.org"])
    officer.post_form(f"{path}/evaluator", {"person": person}, submit="Add to the panel")
    seen = officer.post_form(path, action=f"{path}/remove")
    assert seen.done == "Eve Evaluator is no longer on the panel."


def test_publication_says_what_is_missing_with_the_way_there(officer: Client, tendering: Tendering) -> None:
    seen = officer.get(f"{tendering.path}/publish")
    links = seen.links()
    assert links["There are no quality questions."] == f"{tendering.path}/questions"
    assert links["The deadline for bids is not set."] == f"{tendering.path}/details"
    assert links["No moderator is named."] == f"{tendering.path}/panel"
    assert "Publish the tender" not in seen.text


def test_what_was_not_seen_is_not_published(officer: Client, tendering: Tendering) -> None:
    tendering.complete()
    page = f"{tendering.path}/publish/confirm"
    stale = officer.get(page).value("shown")
    tendering.do(setting_up.change_details, OFFICER2, title="Another title")
    seen = officer.post_form(page, {"shown": stale}, submit="Publish the tender", status=409)
    assert "Something changed after you opened this page, so nothing was done." in seen.errors[0]
    assert tendering.state() == "draft"


def test_set_up_pages_of_a_published_tender_say_where_it_is(officer: Client, published: Tendering) -> None:
    for page in ("details", "rules", "rules/price", "questions", "questions/Q1", "add-lot", "publish"):
        seen = officer.get(f"{published.path}/{page}", status=409)
        assert "This tender is published, so its set-up can no longer change." in seen.text
        assert "Somebody else" not in seen.text
        assert seen.links()["See where this tender is, and what comes next"] == published.path


def test_a_deadline_that_was_not_touched_keeps_its_seconds(officer: Client, tendering: Tendering) -> None:
    exact = DEADLINE.replace(second=30)
    tendering.do(setting_up.change_details, deadline=exact)
    officer.post_form(f"{tendering.path}/details", {"title": "Another"}, submit="Save")
    assert tendering.see(lambda tender: (tender.title, tender.deadline)) == ("Another", exact)
