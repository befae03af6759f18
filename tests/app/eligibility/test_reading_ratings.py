"""A ratings file is read whole or refused with every wrong row named."""

from pathlib import Path

import pytest

from lots.refusal import Refusals
from tender.eligibility.ratings_files.joining import read_ratings
from tender.eligibility.ratings_files.kinds import WIDE
from tender.eligibility.ratings_files.refused import FAULTS_TOLD
from tests.app.opened_tender import rated, ratings_csv

SAMPLE = Path(__file__).parents[2] / "data/cqc/locations_with_ratings.csv"
GOOD = ratings_csv(rated("1-101", "1-100"))


def faults_of(content: bytes) -> list[str]:
    with pytest.raises(Refusals) as refused:
        read_ratings(content)
    return [fault.message for fault in refused.value.faults]


def test_spaces_around_names_are_trimmed():
    (row,) = read_ratings(GOOD).rows
    assert row["location_name"] == "Location 1-101"


def test_american_and_iso_dates_are_both_read():
    content = ratings_csv(
        {"Location ID": "1-1", "Publication Date": "6/26/2025 12:00:00 AM"},
        {"Location ID": "1-2", "Publication Date": "2025-06-26"},
    )
    assert [row["published"] for row in read_ratings(content).rows] == ["2025-06-26", "2025-06-26"]


def test_requires_improvement_is_one_rating_however_it_is_written():
    content = ratings_csv(
        rated("1-1", "1-100", overall="Requires improvement"),
        rated("1-2", "1-100", overall="Requires Improvement"),
    )
    assert {row["overall"] for row in read_ratings(content).rows} == {"Requires improvement"}


def test_a_blank_rating_is_no_rating():
    (row,) = read_ratings(ratings_csv(rated("1-1", "1-100", overall=" ", safe=""))).rows
    assert (row["overall"], row["safe"]) == ("", "")


def test_an_unknown_rating_is_refused_with_its_row_and_column():
    content = ratings_csv(rated("1-1", "1-100"), rated("1-2", "1-100", safe="Superb"))
    assert faults_of(content) == [
        "Row 3, Location safe rating: “Superb” is not a rating. Use Outstanding, Good, Requires improvement, "
        "Inadequate, one of the CQC’s phrases for unrated, or nothing."
    ]


def test_every_fault_of_a_file_is_told_at_once():
    content = ratings_csv(
        {"Location ID": "", "Publication Date": "yesterday"},
        {"Location ID": "1-2", "Dormant": "perhaps", "Provider ID": "not one!"},
        {"Location ID": "1-2"},
        {"Location ID": "1-3", "Publication Date": "13/26/2025 12:00:00 AM"},
    )
    told = faults_of(content)
    assert [fault.split(":")[0] for fault in told] == [
        "Row 2, Location ID",
        "Row 2, Publication Date",
        "Row 3, Provider ID",
        "Row 3, Dormant",
        "Row 4, Location ID",
        "Row 5, Publication Date",
    ]
    assert "1-2 is already in row 3" in told[-2]


def test_a_file_wrong_in_every_row_tells_the_first_faults_and_how_many_more():
    told = faults_of(ratings_csv(*(rated(f"1-{n}", "1-1", overall="Bad") for n in range(100))))
    assert len(told) == FAULTS_TOLD + 1
    assert told[-1].startswith("And 80 more. Nothing was loaded")


def test_missing_columns_are_all_named():
    columns = [name for name in WIDE.needed if name not in {"Provider ID", "Location caring rating"}]
    assert faults_of(ratings_csv({"Location ID": "1-1"}, columns=columns)) == [
        "The column “Provider ID” is missing.",
        "The column “Location caring rating” is missing.",
    ]


def test_a_column_that_is_there_twice_is_refused():
    header, row = GOOD.decode().splitlines()
    content = f"{header},Location ID\n{row},1-5\n".encode()
    assert faults_of(content) == ["The column “Location ID” is there 2 times. Keep one."]


def test_a_row_with_too_few_cells_is_refused():
    assert "Row 3: it has 2 cells" in faults_of(GOOD + b"1-5,Half a row\r\n")[0]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "The file is empty."),
        (b" \n\n ", "The file is empty."),
        (b"PK\x03\x04 no workbook", "The file cannot be read as a workbook; it may be damaged."),
        (b"Name,Postcode\nA,B\n", "The file does not hold the CQC’s column names"),
        (GOOD.splitlines()[0], "The file has a header and no rows."),
        (GOOD + "Fläche".encode("latin-1"), "Line 3 holds a character that is not UTF-8."),
        (GOOD + b"\0", "Line 3 holds a null character"),
        (GOOD + b'"never closed', "Line 3 cannot be read as CSV"),
    ],
)
def test_what_is_no_ratings_file_is_refused_in_words(content, told):
    assert faults_of(content)[0].startswith(told)


def test_a_line_break_inside_a_quoted_cell_is_part_of_the_cell():
    content = ratings_csv(rated("1-1", "1-100") | {"Provider Name": "Two\nlines"}, rated("1-2", "1-100"))
    assert [row["row"] for row in read_ratings(content).rows] == [2, 3]


def test_the_published_sample_is_read_whole():
    rows = read_ratings(SAMPLE.read_bytes()).rows
    assert len(rows) == 445
    assert sum(row["dormant"] is True for row in rows) == 45
    inadequate = {row["location_id"] for row in rows if "Inadequate" in row.values()}
    assert len(inadequate) == 5
    better = [row for row in rows if row["location_id"] in inadequate and row["overall"] != "Inadequate"]
    assert sorted(row["location_id"] for row in better) == ["1-1886216042", "1-293772721"]
