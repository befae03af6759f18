"""Reading lot schedules: what is right is read exactly, what is wrong is told by row, column and reason."""

from __future__ import annotations

import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from lots import schedule as schedules
from lots.lot_fields import CODE, group_code
from lots.schedule import (
    TEMPLATE,
    Schedule,
    ScheduleRow,
    read_schedule,
    schedule_in,
    write_schedule,
)
from lots.schedule_headings import ScheduleRefused
from lots.spreadsheet import delimited
from lots.spreadsheet.limits import SMALL
from lots.spreadsheet.reading import Oddity, Row, Table
from lots.text import line

HEADINGS = "Code,Zone,Hours per week,Weeks per year,Places,Guide price,Group,Most lots in group\n"


def csv(*lines: str, headings: str = HEADINGS) -> bytes:
    return (headings + "\n".join(lines) + "\n").encode()


def xlsx(*rows: list[Any], sheets: int = 1) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    for _ in range(sheets - 1):
        book.create_sheet().append(["Code", "something else"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def faults(content: bytes, filename: str = "lots.csv") -> list[str]:
    with pytest.raises(ScheduleRefused) as refused:
        read_schedule(filename, content)
    return [str(fault) for fault in refused.value.faults]


def test_a_csv_schedule_is_read_to_the_hundredth_and_the_penny() -> None:
    found = read_schedule(
        "lots.csv", csv("L1,Burnley,1128.5,50,3,12.75,East,2", "L2,Pendle,949,52,1,£13,East,")
    )
    assert found == Schedule(
        (
            ScheduleRow("L1", "Burnley", 112_850, 1_275, weeks_per_year=50, places=3, group="East"),
            ScheduleRow("L2", "Pendle", 94_900, 1_300, weeks_per_year=52, places=1, group="East"),
        ),
        {"East": 2},
    )


def test_an_excel_schedule_gives_the_same_as_the_csv() -> None:
    content = xlsx(
        ["Code", "Zone", "Hours per week", "Weeks per year", "Places", "Guide price (£)", "Group"],
        ["L1", "Burnley", 1128.5, 50, 3, 12.75, None],
        ["L2", "Pendle", 949, 52, 1, "13.00", None],
    )
    assert read_schedule("lots.xlsx", content) == read_schedule(
        "lots.csv", csv("L1,Burnley,1128.5,50,3,12.75,,", "L2,Pendle,949,52,1,13,,")
    )


def test_the_first_sheet_of_a_workbook_is_read() -> None:
    content = xlsx(["Code", "Zone", "Hours per week", "Guide price"], ["L1", "Wyre", 10, 12], sheets=3)
    assert read_schedule("lots.xlsx", content).rows == (ScheduleRow("L1", "Wyre", 1_000, 1_200),)


def test_the_reablement_areas_come_to_the_reported_spend() -> None:
    hours = [1128, 1065, 949, 1197, 676, 663]
    lines = [f"L{number},Area {number},{each},,,12.75,," for number, each in enumerate(hours, 1)]
    assert read_schedule("lots.csv", csv(*lines)).yearly_value == 376_451_400


def test_weeks_and_places_may_be_left_out() -> None:
    content = csv("L1,Burnley,100,12.75", headings="code,ZONE,hours per week,guide price\n")
    assert read_schedule("lots.csv", content).rows[0] == ScheduleRow("L1", "Burnley", 10_000, 1_275)


def test_columns_may_come_in_any_order() -> None:
    content = csv("12.75,100,Burnley,L1", headings="Guide price,Hours per week,Zone,Code\n")
    assert read_schedule("lots.csv", content).rows[0].code == "L1"


@pytest.mark.parametrize("separator", [";", "\t"])
def test_semicolons_and_tabs_separate_cells_of_a_schedule(separator: str) -> None:
    content = csv("L1,Burnley,100,,,12.75,,").decode().replace(",", separator).encode()
    assert read_schedule("lots.csv", content).rows[0].zone == "Burnley"


def test_thousands_with_commas_are_read_where_they_are_quoted() -> None:
    assert read_schedule("x.csv", csv('L1,Burnley,"1,128",,,12.75,,')).rows[0].hours_per_week == 112_800


def test_excels_own_csv_with_a_pound_sign_is_read() -> None:
    content = (HEADINGS + "L1,Burnley,100,,,£12.75,,\n").encode("cp1252")
    assert read_schedule("lots.csv", content).rows[0].guide_price == 1_275


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm() -> None:
    content = b"\xef\xbb\xbf" + csv("L1,Burnley,100,,,12.75,,").replace(b"\n", b"\r\n")
    assert read_schedule("lots.csv", content).rows[0].code == "L1"


def test_empty_rows_are_passed_over_and_rows_keep_the_spreadsheets_numbers() -> None:
    content = b"\n\n" + csv("", "L1,Burnley,100,,,12.75,,", "", "L2,Pendle,none,,,12.75,,")
    assert faults(content) == [
        "Row 7, Hours per week: “none” must be hours, as 1128 or 37.5, with at most two decimals."
    ]


def test_faults_in_a_workbook_name_its_own_row_numbers() -> None:
    content = xlsx([], ["Code", "Zone", "Hours per week", "Guide price"], [], ["L1", "Wyre", "x", 12])
    assert faults(content)[0].startswith("Row 4, Hours per week")


def test_a_group_without_a_number_limits_nothing_and_blocks_no_limit() -> None:
    found = read_schedule("x.csv", csv("L1,Burnley,1,,,1,East,", "L2,Pendle,1,,,1,East,"))
    assert found.limits == {}
    assert [row.group for row in found.rows] == ["", ""]
    assert "Group “East” has no limit, so it is not kept: a group is there to limit." in found.notes


def sheets(*tables: tuple[str, bool, list[list[str]]]) -> list[Table]:
    return [
        Table(name, hidden, [Row(number, cells) for number, cells in enumerate(rows, 1) if any(cells)])
        for name, hidden, rows in tables
    ]


PLAIN = ["Code", "Zone", "Hours per week", "Guide price"]


def test_the_table_is_found_under_titles_beside_instructions_and_past_hidden_sheets() -> None:
    found = schedule_in(
        sheets(
            ("Old", True, []),
            ("Instructions", False, [["Complete the yellow cells only"]]),
            ("Lots", False, [["Appendix 4"], [], ["Lot", "", "Volume"], PLAIN, ["L1", "Wyre", "10", "12"]]),
        )
    )
    assert found.rows == (ScheduleRow("L1", "Wyre", 1_000, 1_200),)
    assert found.notes == (
        "Hidden sheet “Old” was not read.",
        "Sheet “Instructions” was not read: only one holds the lots.",
        "Read from rows 5 to 5 of sheet “Lots”.",
    )


def test_a_file_whose_only_table_is_hidden_says_so() -> None:
    with pytest.raises(ScheduleRefused, match="Its only sheets are hidden"):
        schedule_in(sheets(("Old", True, [])))


def test_headings_as_councils_write_them_are_matched_and_other_columns_left_out_by_name() -> None:
    headings = ["Lot\nno.", "District", "Hrs pw", "Hourly rate (£)", "Council's\nnotes"]
    found = schedule_in(sheets(("", False, [headings, ["1", "Wyre", "10", "12", "ring first"]])))
    assert found.rows == (ScheduleRow("1", "Wyre", 1_000, 1_200),)
    told = " ".join(found.notes)
    assert "Column “District” was read as Zone." in told
    assert "Left out, because lots have no such column: “Council's notes”." in told


def test_a_line_break_in_a_cell_is_a_space() -> None:
    found = read_schedule("x.csv", csv('L1,"Burnley\nand Pendle",100,52,1,12.75,,'))
    assert found.rows[0].zone == "Burnley and Pendle"


def test_a_total_is_pointed_out_and_no_lot() -> None:
    for total in (["TOTAL", "", "3000", ""], ["", "Grand total:", "3000", "12"]):
        with pytest.raises(ScheduleRefused) as refused:
            schedule_in(sheets(("", False, [PLAIN, ["L1", "Wyre", "10", "12"], total])))
        assert [str(each) for each in refused.value.faults] == [
            "Row 3: is a total of other rows, and no lot. Delete this row."
        ]


def test_a_cell_that_the_spreadsheet_spoiled_is_told_with_its_cause() -> None:
    odd = {0: Oddity.DATE, 2: Oddity.ERROR, 3: Oddity.FORMULA}
    rows = [Row(1, PLAIN), Row(2, ["2026-03-01", "Wyre", "#REF!", ""], odd)]
    with pytest.raises(ScheduleRefused) as refused:
        schedule_in([Table("", False, rows)])
    code, hours, price = map(str, refused.value.faults)
    assert "“2026-03-01” is a date: the spreadsheet made one" in code
    assert "holds the error #REF!" in hours
    assert "holds a formula whose result is not in the file" in price


def test_more_decimals_than_are_kept_are_offered_rounded() -> None:
    told = faults(csv("L1,Burnley,1127.840112,,,12.755,,"))
    assert "Did you mean 1127.84?" in told[0]
    assert "Did you mean 12.76?" in told[1]


def test_what_word_and_the_web_leave_in_codes_and_amounts_is_cleaned_before_it_is_judged() -> None:
    typed = "\ufeffNORTH\u20112\u200b,Bolton\u200b Care,\u200b1128,52,1,£12.75\u00a0,Kett’s Oak (Norfolk),1"
    found = read_schedule("x.csv", csv(typed))
    assert found.rows == (
        ScheduleRow("NORTH-2", "Bolton Care", 112_800, 1_275, group="Kett’s Oak (Norfolk)"),
    )


def test_names_of_groups_take_the_punctuation_of_names_and_name_what_they_do_not() -> None:
    for name in ("Kett’s Oak", "Kett's Oak (Norfolk)", "St. Ives", "North & East", "Ash-by–Sea"):
        assert group_code(name) == name
    with pytest.raises(ValueError, match="holds “/”"):
        group_code("East/West")


@pytest.mark.parametrize(
    ("line", "column", "reason"),
    [
        (",Burnley,100,52,1,12.75,,", "Code", "is empty"),
        ("L 1,Burnley,100,52,1,12.75,,", "Code", "letters, digits and hyphens"),
        ("L1/2,Burnley,100,52,1,12.75,,", "Code", "letters, digits and hyphens"),
        (f"{'L' * 21},Burnley,100,52,1,12.75,,", "Code", "1 to 20"),
        ("L1,,100,52,1,12.75,,", "Zone", "is empty"),
        (f"L1,{'x' * 101},100,52,1,12.75,,", "Zone", "the limit is 100"),
        ("L1,=1+1,100,52,1,12.75,,", "Zone", "formula"),
        ("L1,Burnley,,52,1,12.75,,", "Hours per week", "is empty"),
        ("L1,Burnley,0,52,1,12.75,,", "Hours per week", "more than 0"),
        ("L1,Burnley,-5,52,1,12.75,,", "Hours per week", "“-5” must be hours"),
        ("L1,Burnley,10.005,52,1,12.75,,", "Hours per week", "Did you mean 10.01?"),
        ("L1,Burnley,1e3,52,1,12.75,,", "Hours per week", "must be hours"),
        ("L1,Burnley,NaN,52,1,12.75,,", "Hours per week", "must be hours"),
        ("L1,Burnley,１２,52,1,12.75,,", "Hours per week", "must be hours"),
        ('L1,Burnley,"11,28",52,1,12.75,,', "Hours per week", "must be hours"),
        ("L1,Burnley,99999999999,52,1,12.75,,", "Hours per week", "no more than"),
        ("L1,Burnley,100,0,1,12.75,,", "Weeks per year", "from 1 to 53"),
        ("L1,Burnley,100,54,1,12.75,,", "Weeks per year", "from 1 to 53"),
        ("L1,Burnley,100,52.5,1,12.75,,", "Weeks per year", "whole number"),
        ("L1,Burnley,100,²,1,12.75,,", "Weeks per year", "whole number"),
        ("L1,Burnley,100,52,0,12.75,,", "Places", "from 1 to 100"),
        ("L1,Burnley,100,52,many,12.75,,", "Places", "“many” must be a whole number"),
        ("L1,Burnley,100,52,1,,,", "Guide price", "is empty"),
        ("L1,Burnley,100,52,1,0,,", "Guide price", "more than 0"),
        ("L1,Burnley,100,52,1,12.755,,", "Guide price", "more than two decimals"),
        ("L1,Burnley,100,52,1,$12,,", "Guide price", "pounds"),
        ("L1,Burnley,100,52,1,1000.01,,", "Guide price", "no more than 1000"),
        (f"L1,Burnley,100,52,1,12.75,{'g' * 41},", "Group", "the limit is 40"),
        ("L1,Burnley,100,52,1,12.75,East/West,", "Group", "holds “/”"),
        ("L1,Burnley,100,52,1,12.75,,2", "Most lots in group", "in no group"),
        ("L1,Burnley,100,52,1,12.75,East,0", "Most lots in group", "from 1 to"),
        ("L1,Burnley,100,52,1,12.75,East,2,extra", "", "“extra” stands under no heading"),
    ],
)
def test_a_wrong_cell_is_told_by_row_column_and_reason(line: str, column: str, reason: str) -> None:
    told = faults(csv("L0,Wyre,100,,,12.75,,", line))
    assert len(told) == 1
    assert told[0].startswith(f"Row 3, {column}: " if column else "Row 3: ")
    assert reason in told[0]


def test_every_wrong_row_is_told_in_one_go_in_the_order_of_the_file() -> None:
    told = faults(csv("L1,,0,52,1,12.75,,", "L2,Pendle,10,52,1,12.75,,", "L3,Wyre,10,99,x,,,"))
    assert [line.split(":")[0] for line in told] == [
        "Row 2, Zone",
        "Row 2, Hours per week",
        "Row 4, Weeks per year",
        "Row 4, Places",
        "Row 4, Guide price",
    ]


def test_a_code_that_comes_twice_is_told_whatever_its_capitals() -> None:
    told = faults(csv("L1,Burnley,1,,,1,,", "l1,Pendle,1,,,1,,"))
    assert told == ["Row 3, Code: “l1” is the code of row 2 too. Give each lot its own."]


def test_two_limits_for_one_group_are_told() -> None:
    told = faults(csv("L1,Burnley,1,,,1,East,1", "L2,Pendle,1,,,1,East,2"))
    assert told == ["Row 3, Most lots in group: is 2, but row 2 says 1 for this group."]


def test_two_groups_that_differ_in_capitals_only_are_told() -> None:
    told = faults(csv("L1,Burnley,1,,,1,East,", "L2,Pendle,1,,,1,EAST,"))
    assert told == ["Row 3, Group: “EAST” and “East” differ in capitals only. Write them the same."]


def test_a_missing_and_an_unknown_heading_are_told_together() -> None:
    told = faults(b"Code,Zone,Hours of a fortnight,Guide price\nL1,Burnley,10,12\n")
    assert told == [
        "Row 1: these headings are missing: Hours per week. Other headings there: “Hours of a fortnight”."
    ]


def test_a_heading_that_is_there_twice_is_told() -> None:
    assert "there twice" in faults(b"Code,Zone,Zone,Hours per week,Guide price\n")[0]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty"),
        (b"  \n \n", "is empty"),
        (HEADINGS.encode(), "no lot under the headings"),
        (b"\xd0\xcf\x11\xe0" + b"x" * 100, "old Excel file, or has a password"),
        (b"PK\x03\x04" + b"x" * 100, "cannot be read as a workbook"),
        (HEADINGS.encode("utf-16"), "no lot under the headings"),
        (b"%PDF-1.7\n\0binary", "is no text"),
        (b"x" * (SMALL.file_bytes + 1), "the limit is 5 MB"),
        (HEADINGS.encode() + b'L1,"Burnley,10,,,1,,\n', "quotation mark"),
        (HEADINGS.encode() + b"L1" + b",x" * 120 + b"\n", "has 121 cells in row 2"),
    ],
)
def test_a_file_that_is_no_schedule_is_refused_with_a_way_out(content: bytes, reason: str) -> None:
    told = faults(content)
    assert len(told) == 1
    assert reason in told[0]


def test_more_lots_than_the_limit_are_refused() -> None:
    lines = [f"L{number},Zone,1,,,1,," for number in range(schedules.MOST_LOTS + 1)]
    assert faults(csv(*lines)) == ["There are 1,001 lots; the limit is 1,000."]


def test_the_template_can_be_read_as_it_is() -> None:
    assert read_schedule("template.csv", write_schedule(TEMPLATE)) == TEMPLATE


ZONES = st.text(st.characters(codec="utf-8", categories=["L", "N", "Zs"]), min_size=1, max_size=100).filter(
    lambda text: text == line(text) and text.isprintable()
)


@given(
    st.lists(
        st.builds(
            ScheduleRow,
            st.from_regex(CODE, fullmatch=True),
            ZONES,
            st.integers(1, 10**9),
            st.integers(1, 100_000),
            st.integers(1, 53),
            st.integers(1, 100),
        ),
        min_size=1,
        max_size=10,
        unique_by=lambda row: row.code.casefold(),
    )
)
def test_whatever_is_written_is_read_back_the_same(rows: list[ScheduleRow]) -> None:
    schedule = Schedule(tuple(rows))
    _sheet, *told = delimited.told(io.BytesIO(write_schedule(schedule)), SMALL)
    table = Table("", False, [Row(number, cells) for number, cells, _odd, _hidden in told])
    assert schedule_in([table]) == schedule
