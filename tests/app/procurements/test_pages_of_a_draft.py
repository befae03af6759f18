"""The officer's pages: from nothing to a published tender, and every wrong input on the way."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest

from lots.catalogue import BANK
from lots.schedule import read_schedule
from tender.procurements import operations
from tests.app.client import Client
from tests.app.conftest import People
from tests.app.procurements.conftest import DEADLINE, OFFICER, OFFICER2, Tendering

SignIn = Callable[[str], Client]


@pytest.fixture
def officer(sign_in: SignIn, people: People) -> Client:
    return sign_in(OFFICER)


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
    assert "£3,764,514.00 a year" in seen.text
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
    seen = officer.post_form(f"{home}/publish", submit="Publish the tender")
    assert seen.done == "LCC-R-1 is published and open for bids."
    assert "Open for bids" in seen.text
    seen = officer.get(f"{home}/published")
    assert "Set price for all" in seen.text
    assert "Cannot start yet" not in seen.text


def test_the_published_file_has_the_published_hash(officer: Client, published: Tendering) -> None:
    import hashlib

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
        ((io.BytesIO(b"PK\x03\x04broken"), "lots.xlsx"), "“lots.xlsx” cannot be read as an Excel workbook"),
        ((io.BytesIO(b"%PDF\0"), "<b>lots.pdf"), "“<b>lots.pdf” is no plain text"),
        ((io.BytesIO("Code,Zone\n".encode("utf-16")), "lots.csv"), "“lots.csv” is no plain text"),
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
    tendering.do(operations.change_details, OFFICER2, title="Changed by Oscar")
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


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"code": ""}, "Enter a code"),
        ({"code": "L 1"}, "Code “L 1” must be 1 to 20 letters"),
        ({"code": "L2"}, "Lot L2 is there already"),
        ({"zone": "=SUM(A1)"}, "Zone begins with “=”"),
        ({"hours": "0"}, "Hours a week must be more than 0"),
        ({"hours": "many"}, "Hours a week “many” must be hours"),
        ({"weeks": "54"}, "Weeks a year “54” must be a whole number from 1 to 53"),
        ({"places": ""}, "Enter the number of places"),
        ({"price": "12.755"}, "Guide price an hour “12.755” must be an amount"),
    ],
)
def test_a_wrong_lot_comes_back_filled_in(
    officer: Client, tendering: Tendering, typed: dict[str, str], told: str
) -> None:
    seen = officer.post_form(f"{tendering.path}/lots/L1", typed, submit="Save lot")
    assert len(seen.errors) == 1
    assert seen.errors[0].startswith(told)
    for name, text in typed.items():
        assert seen.value(name) == text
    assert tendering.revision() == 1


def test_lots_and_limits_are_worked_on_page_by_page(officer: Client, tendering: Tendering) -> None:
    path = tendering.path
    seen = officer.post_form(
        f"{path}/add-lot", {"code": "add", "zone": "Coast", "hours": "1,128.5", "price": "£12.75"}
    )
    assert seen.done == "Lot add is added."
    assert officer.get(f"{path}/lots/add").heading.endswith("Change lot add")
    seen = officer.post_form(f"{path}/lots/L1", {"zone": "Far north"}, submit="Save lot")
    assert "L1 Far north" in seen.text
    seen = officer.post_form(f"{path}/lots/add/remove", submit="Remove")
    assert seen.done == "Lot add is removed."
    seen = officer.post_form(f"{path}/limits/crisis", {"most_lots": "1", "lot_codes": ["L1", "L2"]})
    assert "At most 1 lot of 2: L1 and L2" in seen.text
    seen = officer.post_form(f"{path}/lots", action=f"{path}/limits/crisis/remove")
    assert "one provider may win every lot" in seen.text
    seen = officer.post_form(
        f"{path}/add-limit", {"code": "North & east", "most_lots": "2", "lot_codes": ["L1", "L2"]}
    )
    assert seen.done == "The limit is saved."
    assert officer.get(f"{path}/limits/North%20&%20east").heading.endswith("North & east")


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"code": "", "most_lots": "1", "lot_codes": ["L1"]}, "Name of the group"),
        ({"code": "x", "most_lots": "", "lot_codes": ["L1"]}, "Enter the most lots"),
        ({"code": "x", "most_lots": "1", "lot_codes": []}, "Choose at least one lot"),
        ({"code": "x", "most_lots": "1", "lot_codes": ["L1"]}, "Lot L1 is in another group"),
        ({"code": "crisis", "most_lots": "4", "lot_codes": ["L1"]}, "Most lots must be from 1 to 1"),
    ],
)
def test_a_wrong_limit_comes_back_filled_in(
    officer: Client, tendering: Tendering, typed: dict[str, str], told: str
) -> None:
    seen = officer.post_form(f"{tendering.path}/add-limit", typed)
    assert seen.errors[0].startswith(told)
    assert seen.value("code") == typed["code"]
    assert tendering.revision() == 1


@pytest.mark.parametrize(
    ("section", "typed", "told"),
    [
        ("marks", {"quality_weight": ""}, "Enter the quality weight"),
        ("marks", {"quality_weight": "101"}, "Quality weight “101” must be a number from 0 to 100"),
        ("marks", {"quality_weight": "sixty"}, "Quality weight “sixty” must be a number"),
        ("marks", {"decimals": "5"}, "Decimals of a score “5” must be a whole number from 0 to 4"),
        ("marks", {"mark_lowest": "5", "mark_highest": "5"}, "Highest mark must be above the lowest"),
        ("price", {"price_method": "free"}, "Select how price is scored"),
        ("price", {"price_method": "fixed"}, "Enter the set price"),
        ("price", {"price_method": "linear_from_lowest", "slope": "steep"}, "Slope must be a number"),
        ("price", {"slope": "2"}, "Slope belongs to “Straight line"),
        ("price", {"set_price": "12"}, "Select “Set price for all”, or leave"),
        ("price", {"price_method": "fixed", "set_price": "12", "floor": "11"}, "Leave this empty at a set"),
        ("price", {"ceiling": "10", "floor": "12"}, "Lowest price must not be above the highest"),
        ("price", {"ceiling": "1.234"}, "Highest price “1.234” must be an amount in pounds"),
        ("price", {"below_mean": "0"}, "Percentage must be more than 0"),
        ("other", {"tie_1": "quality", "tie_2": "quality"}, "Each way to part a tie"),
        ("other", {"draw_seed": ""}, "Enter the text that the draw is made with"),
        ("other", {"cqc_areas": "x" * 101}, "Areas must be 50 names at most"),
    ],
)
def test_wrong_rules_come_back_filled_in(
    officer: Client, tendering: Tendering, section: str, typed: dict[str, str | None], told: str
) -> None:
    seen = officer.post_form(f"{tendering.path}/rules/{section}", typed, submit="Save")
    assert len(seen.errors) == 1, seen.errors
    assert seen.errors[0].startswith(told)
    for name, text in typed.items():
        if text not in {None, "free"}:
            assert seen.value(name) == text
    assert tendering.revision() == 1


def test_rules_are_changed_page_by_page(officer: Client, tendering: Tendering) -> None:
    path = f"{tendering.path}/rules"
    seen = officer.post_form(
        f"{path}/marks", {"quality_weight": "70", "quality_minimum": "50%"}, submit="Save"
    )
    assert "70 points" in seen.text
    assert "30 points" in seen.text
    assert "50% of the quality points" in seen.text
    seen = officer.post_form(
        f"{path}/price",
        {"price_method": "between_limits", "ceiling": "18", "floor": "12.00", "below_next": "10"},
        submit="Save",
    )
    assert seen.done == "The price rules are saved."
    assert "Highest price accepted £18.00 an hour" in seen.text
    seen = officer.post_form(f"{path}/price", {"price_method": "fixed", "set_price": "12.75"}, submit="Save")
    assert "Set price £12.75 an hour" in seen.text
    # back from a set price: the limits are what the form shows, none
    seen = officer.post_form(f"{path}/price", {"price_method": "lowest_over_bid"}, submit="Save")
    assert "Highest price accepted No limit" in seen.text
    seen = officer.post_form(
        f"{path}/other",
        {
            "cqc_unrated": "refuse",
            "cqc_minimum_overall": "Good",
            "cqc_areas": "Lancashire\r\n\r\nBlackpool",
            "tie_1": "price",
            "tie_2": "",
            "tie_3": "draw",
        },
        submit="Save",
    )
    assert "every location of the provider in Lancashire and Blackpool" in seen.text
    assert "The lower price, then a draw" in seen.text


def test_questions_are_worked_on_page_by_page(officer: Client, tendering: Tendering) -> None:
    path = f"{tendering.path}/questions"
    seen = officer.post_form(f"{path}/bank", {"keys": []}, status=400)
    assert seen.errors == ["Select at least one question"]
    seen = officer.post_form(f"{path}/bank", {"keys": ["workforce", "safeguarding"]})
    assert seen.done == "2 questions are added."
    seen = officer.post_form(
        f"{path}/add",
        {"title": "Winter", "text": "How?", "criterion": "So.", "weight": "42", "lot_codes": ["L1"]},
    )
    assert seen.done == "Question Q3 is added."
    assert "Weights by lot" in seen.text
    seen = officer.post_form(f"{path}/Q3", {"lot_codes": ["L1", "L2", "L3"], "minimum": "3"})
    assert "They do." in seen.text
    seen = officer.post_form(f"{path}/weights", {"weight_Q1": "10.5", "minimum_Q2": "2"})
    assert seen.done == "The weights and minimum marks are saved."
    assert "61.5" in seen.text
    seen = officer.post_form(f"{path}/weights", {"weight_Q1": "", "minimum_Q2": "9"}, submit="Save weights")
    assert seen.errors == [
        "Enter a weight for Q1",
        "Minimum mark of Q2 “9” must be a whole number from 0 to 5",
    ]
    assert seen.value("minimum_Q2") == "9"
    seen = officer.post_form(f"{path}/Q3/remove", submit="Remove")
    assert seen.done == "Question Q3 is removed."


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"title": ""}, "Enter a title"),
        ({"text": " "}, "Enter the question"),
        ({"criterion": ""}, "Enter the criterion"),
        ({"weight": "x"}, "Weight “x” must be a number"),
        ({"minimum": "6"}, "Minimum mark must be from 0 to 5"),
        ({"word_limit": "0"}, "Word limit “0” must be a whole number"),
        ({"lot_codes": []}, "Select at least one lot"),
        ({"lot_codes": ["L1", "L9"]}, "There is no lot L9"),
        ({"text": "bad \x00 text"}, "Question has a character that cannot be kept"),
    ],
)
def test_a_wrong_question_comes_back_filled_in(
    officer: Client, tendering: Tendering, typed: dict[str, str], told: str
) -> None:
    right = {"title": "Own", "text": "What?", "criterion": "That.", "weight": "5"}
    seen = officer.post_form(f"{tendering.path}/questions/add", {**right, **typed})
    assert len(seen.errors) == 1, seen.errors
    assert seen.errors[0].startswith(told)
    assert tendering.revision() == 1


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


def test_publication_of_what_was_not_seen_goes_to_the_conflict_page(
    officer: Client, tendering: Tendering
) -> None:
    tendering.complete()
    stale = officer.get(f"{tendering.path}/publish").value("seen")
    tendering.do(operations.change_details, OFFICER2, title="Another title")
    seen = officer.post_form(
        f"{tendering.path}/publish", {"seen": stale}, submit="Publish the tender", status=409
    )
    assert "Oscar Officer changed this tender" in seen.text
    assert tendering.state() == "draft"


def test_set_up_pages_of_a_published_tender_say_where_it_is(officer: Client, published: Tendering) -> None:
    for page in ("details", "rules", "rules/price", "questions", "questions/Q1", "add-lot", "publish"):
        seen = officer.get(f"{published.path}/{page}", status=409)
        assert "is at “Open for bids”" in seen.text


def test_a_deadline_that_was_not_touched_keeps_its_seconds(officer: Client, tendering: Tendering) -> None:
    exact = DEADLINE.replace(second=30)
    tendering.do(operations.change_details, deadline=exact)
    officer.post_form(f"{tendering.path}/details", {"title": "Another"}, submit="Save")
    assert tendering.see(lambda tender: (tender.title, tender.deadline)) == ("Another", exact)
