"""Pages for lots, limits, rules and questions: what is right is saved, what is wrong comes back."""

from __future__ import annotations

import pytest

from tests.app.client import Client
from tests.app.procurements.conftest import Tendering


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
        ({"price": "12.755"}, "Guide price an hour “12.755” has more than two decimals. Did you mean 12.76?"),
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
        ("price", {"ceiling": "1.234"}, "Highest price “1.234” has more than two decimals."),
        ("price", {"below_mean": "0"}, "Percentage must be more than 0"),
        ("other", {"tie_1": "quality", "tie_2": "quality"}, "Each way to part a tie"),
        ("other", {"draw_source": "L" * 201}, "Public source of chance has 201 characters; the limit is 200"),
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
