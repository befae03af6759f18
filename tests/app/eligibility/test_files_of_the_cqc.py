"""The files that the CQC publishes are read as they are, told apart by their columns."""

import csv
import datetime
import io
from dataclasses import replace
from pathlib import Path

import pytest

from lots.refusal import Refusals
from tender.eligibility.ratings_files import tables
from tender.eligibility.ratings_files.joining import read_files, read_ratings
from tests.app.opened_tender import rated, ratings_csv
from tests.sheets import ods, xlsx

DATA = Path(__file__).parents[2] / "data/cqc"
LONG, FILTERS = DATA / "directory_with_ratings.csv", DATA / "directory_with_filters.csv"
WEEKLY, WIDE = DATA / "weekly_directory.csv", DATA / "locations_with_ratings.csv"
README = [["About this file"], [""], ["Contact the CQC with questions."]]


def rows_of(path):
    return list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"))))


def as_csv(rows, separator=","):
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=separator).writerows(rows)
    return out.getvalue().encode()


def changed(path, **cells):
    """A file's rows, in every row these columns given another text, underlines standing for spaces."""
    header, *rows = rows_of(path)
    at = {header.index(column.replace("_", " ")): text for column, text in cells.items()}
    return [header, *([at.get(place, cell) for place, cell in enumerate(row)] for row in rows)]


def by_id(table):
    return {row["location_id"]: row for row in table.rows}


def together(*paths):
    return read_files([(path.name, path) for path in paths])


def told(read, *arguments):
    with pytest.raises(Refusals) as refused:
        read(*arguments)
    return [fault.message for fault in refused.value.faults]


def test_the_directory_with_ratings_gives_each_location_its_six_ratings():
    table = read_ratings(LONG.read_bytes())
    assert (table.kinds, len(table.locations), table.rows_read) == (("long",), 14, 108)
    first = by_id(table)["1-323930881"]
    assert (first["overall"], first["caring"], first["well_led"]) == ("Good", "Outstanding", "Good")
    assert first["key_questions"]
    assert first["by_service"] == ""


def test_a_location_rated_by_service_keeps_the_ratings_of_each():
    row = by_id(read_ratings(LONG.read_bytes()))["1-126005236"]
    assert row["overall"] == "Not rated"
    assert '"overall":"Requires improvement"' in row["by_service"]
    assert row["by_service"].count('"service":') == 2


def test_the_directory_with_filters_gives_overall_ratings_days_services_and_what_is_inherited():
    table = read_ratings(FILTERS.read_bytes())
    rows = by_id(table).values()
    assert (table.kinds, len(rows)) == (("filters",), 21)
    assert sum(row["overall"] == "Not rated" for row in rows) == 5
    assert sum(row["inherited"] for row in rows) == 1
    assert not any(row["key_questions"] for row in rows)
    assert all("Domiciliary care service" in row["services"] for row in rows)
    assert {row["published"] for row in rows} >= {"2024-01-04", "2019-05-30"}


@pytest.mark.parametrize("write", [ods, xlsx])
@pytest.mark.parametrize("path", [LONG, FILTERS, WIDE], ids=lambda path: path.stem)
def test_a_spreadsheet_holds_what_the_csv_file_holds(write, path):
    sheet = write({"README": README, "Locations": rows_of(path)})
    assert read_ratings(sheet).rows == read_ratings(path.read_bytes()).rows


@pytest.mark.parametrize("write", [ods, xlsx])
def test_days_kept_as_days_are_days(write):
    table = changed(FILTERS, Publication_Date=datetime.date(2026, 1, 4))
    assert {row["published"] for row in read_ratings(write({"Locations": table})).rows} == {"2026-01-04"}


def test_a_hidden_sheet_is_not_read():
    sheets = {"Old": rows_of(LONG), "New": changed(LONG, Latest_Rating="Good")}
    assert {row["overall"] for row in read_ratings(xlsx(sheets, hidden=["Old"])).rows} == {"Good"}
    found = told(read_ratings, xlsx({"README": README, "Old": rows_of(LONG)}, hidden=["Old"]))
    assert found[1] == "Sheets looked at: README. Hidden sheets are not read."


@pytest.mark.parametrize("separator", [";", "\t"])
def test_a_table_parted_by_other_signs_is_read(separator):
    assert read_ratings(as_csv(rows_of(LONG), separator)).rows == read_ratings(LONG.read_bytes()).rows


def test_lines_before_the_header_are_passed_over_and_rows_count_as_a_spreadsheet_shows_them():
    table = [*README, *changed(LONG, Latest_Rating="Superb")]
    assert told(read_ratings, as_csv(table))[0].startswith("Row 5, Latest Rating: “Superb” is not a rating.")


def test_the_name_of_a_file_decides_nothing(tmp_path):
    misnamed = tmp_path / "weekly-directory.txt"
    misnamed.write_bytes(LONG.read_bytes())
    assert together(misnamed).kinds == ("long",)


def test_the_weekly_directory_alone_is_refused_because_it_has_no_ratings():
    assert told(read_ratings, WEEKLY.read_bytes())[0].startswith(
        "This is the CQC’s weekly directory, which has no ratings"
    )


def test_the_weekly_directory_adds_services_and_locations_never_rated_to_the_directory_with_ratings():
    table = together(WEEKLY, LONG)
    rows = by_id(table)
    assert table.kinds == ("long", "directory")
    assert rows["1-22940471514"]["services"] == "Domiciliary care service"
    assert rows["1-22940471514"]["overall"] == ""
    assert len(rows) > 14
    assert table.left_out == sum(not row[13] for row in rows_of(WEEKLY)[5:])


def test_the_two_monthly_directories_are_joined_on_the_location():
    rows = by_id(together(FILTERS, LONG))
    assert len(rows) == 33
    both = rows["1-126005236"]
    assert both["by_service"]
    assert both["services"].startswith("Domiciliary care service")
    never_rated = [row for row in rows.values() if not row["overall"]]
    assert never_rated
    assert all(row["key_questions"] for row in never_rated), "the directory with ratings would have them"


def test_files_of_different_months_are_not_joined(tmp_path):
    other = tmp_path / "filters.csv"
    other.write_bytes(as_csv(changed(FILTERS, Location_Latest_Overall_Rating="Outstanding")))
    (found,) = told(together, LONG, other)
    assert found.startswith("2 locations have one overall rating in the directory with ratings and another")
    assert "Load files of the same month together." in found


def test_two_files_of_one_kind_are_refused():
    assert told(together, LONG, LONG)[0].startswith("Two of the files are a directory with ratings.")


def test_faults_of_several_files_name_the_file(tmp_path):
    other = tmp_path / "filters.csv"
    other.write_bytes(as_csv(changed(FILTERS, Location_ID="one two")))
    assert told(together, LONG, other)[0].startswith("filters.csv, row 2, Location ID: “one two” is not")


def days(*texts):
    rows = [rated(f"1-{n}", "1-100") | {"Publication Date": text} for n, text in enumerate(texts)]
    return ratings_csv(*rows)


def test_one_day_after_the_twelfth_settles_how_every_day_of_the_file_is_written():
    rows = read_ratings(days("04/01/2024", "26/06/2025")).rows
    assert [row["published"] for row in rows] == ["2024-01-04", "2025-06-26"]
    rows = read_ratings(days("04/01/2024", "6/26/2025")).rows
    assert [row["published"] for row in rows] == ["2024-04-01", "2025-06-26"]


def test_days_that_can_all_be_read_both_ways_are_refused_and_not_guessed():
    (found,) = told(read_ratings, days("04/01/2024", "05/06/2025"))
    assert found.startswith("Nothing in the file says whether its days have the day first or the month")
    assert "2024-01-31" in found


def test_days_written_in_two_ways_are_refused():
    (found,) = told(read_ratings, days("26/06/2025", "6/26/2025"))
    assert found.startswith(
        "The file writes its days in two ways: 26/06/2025 has the day first, and 6/26/2025"
    )


def test_a_location_with_two_different_ratings_on_one_question_is_refused():
    header, first, *rest = rows_of(LONG)
    again = [*first]
    again[header.index("Latest Rating")] = "Inadequate"
    (found,) = told(read_ratings, as_csv([header, first, *rest, again]))
    assert "1-323930881 is rated Good on this in an earlier row, and Inadequate here." in found


def test_a_row_that_is_there_twice_is_counted_and_left_out():
    header, first, *rest = rows_of(LONG)
    assert read_ratings(as_csv([header, first, *rest, first])).left_out == 1


@pytest.mark.parametrize("held", [{"memory_bytes": 1_000_000}, {"cells": 1000}])
def test_a_spreadsheet_that_asks_for_too_much_is_refused_with_another_way(monkeypatch, held):
    monkeypatch.setattr(tables, "LIMITS", replace(tables.LIMITS, **held))
    found = told(read_ratings, ods({"L": rows_of(LONG)}))
    assert found[0].startswith("The file ")
    assert ("flask --app wsgi ratings import" in found[0]) == ("memory_bytes" in held)
