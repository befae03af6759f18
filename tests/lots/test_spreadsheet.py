"""Reading uploaded tables: what is in them comes out, and no file stops the service or fills its memory."""

from __future__ import annotations

import io
import time
import zipfile
from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from openpyxl import Workbook

from lots.spreadsheet.limits import SMALL, Limits, Unreadable
from lots.spreadsheet.reading import Oddity, Row, Sheet, read_rows, read_tables

SECONDS = 10
"""What any attack may take here, starting a process included; measured: below two."""
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def zipped(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return out.getvalue()


def links(**targets: str) -> bytes:
    listed = "".join(
        f'<Relationship Id="{kind}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for kind, target in targets.items()
    )
    return f'<Relationships xmlns="{PACKAGE}">{listed}</Relationships>'.encode()


def xlsx(
    rows: bytes,
    *,
    strings: bytes = b"",
    styles: bytes = b"",
    top: bytes = b"",
    before: bytes = b"",
    **more: bytes,
) -> bytes:
    """A workbook of one sheet, its XML as given."""
    parts = {
        "[Content_Types].xml": b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": links(officeDocument="xl/workbook.xml"),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
        '<sheet name="Lots" sheetId="1" r:id="worksheet"/></sheets></workbook>'.encode(),
        "xl/_rels/workbook.xml.rels": links(
            worksheet="worksheets/sheet1.xml", styles="styles.xml", sharedStrings="sharedStrings.xml"
        ),
        "xl/worksheets/sheet1.xml": top
        + f'<worksheet xmlns="{MAIN}">'.encode()
        + before
        + b"<sheetData>"
        + rows
        + b"</sheetData></worksheet>",
    }
    if strings:
        parts["xl/sharedStrings.xml"] = f'<sst xmlns="{MAIN}">'.encode() + strings + b"</sst>"
    if styles:
        parts["xl/styles.xml"] = (
            f'<styleSheet xmlns="{MAIN}"><cellXfs>'.encode() + styles + b"</cellXfs></styleSheet>"
        )
    return zipped(**parts, **more)


def ods(rows: str, *, styles: str = "") -> bytes:
    content = (
        '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:automatic-styles>'
        f'<style:style style:name="out" style:family="table"><style:table-properties table:display="false"/>'
        f"</style:style>{styles}</office:automatic-styles><office:body><office:spreadsheet>{rows}"
        "</office:spreadsheet></office:body></office:document-content>"
    )
    kind = b"application/vnd.oasis.opendocument.spreadsheet"
    manifest = b'<manifest xmlns="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    return zipped(
        **{"mimetype": kind, "META-INF/manifest.xml": manifest, "content.xml": content.encode()},
    )


def sheet_of(*rows: str, name: str = "Lots", style: str = "") -> str:
    shown = f' table:style-name="{style}"' if style else ""
    return f'<table:table table:name="{name}"{shown}>{"".join(rows)}</table:table>'


def words(*cells: str, repeated: int = 1) -> str:
    written = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>'
        for cell in cells
    )
    return f'<table:table-row table:number-rows-repeated="{repeated}">{written}</table:table-row>'


def made(*rows: list[Any]) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def cells(content: bytes) -> list[list[str]]:
    (table,) = read_tables("lots.xlsx", content)
    return [row.cells for row in table.rows]


def refused(content: bytes, filename: str = "lots.xlsx", limits: Limits = SMALL) -> str:
    """Why the file is not read, said within seconds."""
    begun = time.monotonic()
    with pytest.raises(Unreadable) as fault:
        read_tables(filename, content, limits)
    assert time.monotonic() - begun < SECONDS
    assert str(fault.value).startswith(f"“{filename}” ")
    return str(fault.value)


# what is in a table comes out


def test_numbers_come_with_the_digits_that_excel_keeps_and_no_more() -> None:
    row = [3120.000000000001, 1127.840112, 12.75, 1128, 0.1 + 0.2, 1e15, -4.5, "0012"]
    assert cells(made(row)) == [
        ["3120", "1127.840112", "12.75", "1128", "0.3", "1000000000000000", "-4.5", "0012"]
    ]


def test_rows_and_cells_stand_where_the_spreadsheet_has_them() -> None:
    (table,) = read_tables("x.xlsx", made([], [], [None, None, "right"], [], ["left"]))
    assert table.rows == [Row(3, ["", "", "right"]), Row(5, ["left"])]


def test_a_date_is_told_to_be_one() -> None:
    (table,) = read_tables("x.xlsx", made(["Code"], [date(2026, 3, 1)]))
    assert table.rows[1] == Row(2, ["2026-03-01"], {0: Oddity.DATE})


def test_an_error_and_a_formula_without_a_value_are_told_apart_from_empty_cells() -> None:
    content = xlsx(
        b'<row r="1"><c r="A1"><f>1+1</f></c><c r="B1" t="e"><f>C9</f><v>#REF!</v></c>'
        b'<c r="C1"><f>6*7</f><v>42</v></c><c r="D1"/></row><row r="2"><c r="A2"><f>1+1</f></c></row>'
    )
    (table,) = read_tables("x.xlsx", content)
    assert table.rows == [
        Row(1, ["", "#REF!", "42"], {0: Oddity.FORMULA, 1: Oddity.ERROR}),
        Row(2, [""], {0: Oddity.FORMULA}),
    ]


def test_hidden_sheets_are_told_of_and_not_read_and_hidden_rows_are_marked() -> None:
    book = Workbook()
    assert book.active is not None
    book.active.title = "Old"
    book.active.append(["withdrawn"])
    book.active.sheet_state = "hidden"
    sheet = book.create_sheet("Lots")
    sheet.append(["Code"])
    sheet.append(["L1"])
    sheet.row_dimensions[2].hidden = True
    out = io.BytesIO()
    book.save(out)
    old, lots = read_tables("x.xlsx", out.getvalue())
    assert (old.name, old.hidden, old.rows) == ("Old", True, [])
    assert lots.rows == [Row(1, ["Code"]), Row(2, ["L1"], hidden=True)]


def test_an_opendocument_table_is_read_its_hidden_sheets_errors_and_formulas_told_likewise() -> None:
    odd = (
        '<table:table-row table:visibility="collapse"><table:table-cell table:formula="of:=1+1"/>'
        '<table:table-cell table:formula="of:=x" office:value-type="string" office:string-value="">'
        '<text:p>#REF!</text:p></table:table-cell><table:table-cell office:value-type="float" '
        'office:value="3120.000000000001"><text:p>3,120.00</text:p></table:table-cell>'
        '<table:table-cell office:value-type="date" office:date-value="2026-03-01"><text:p>1 Mar</text:p>'
        "</table:table-cell></table:table-row>"
    )
    old, lots = read_tables(
        "x.ods", ods(sheet_of(words("no"), name="Old", style="out") + sheet_of(words("Code", "Zone"), odd))
    )
    assert (old.hidden, old.rows) == (True, [])
    assert lots.rows[0] == Row(1, ["Code", "Zone"])
    assert lots.rows[1] == Row(
        2,
        ["", "#REF!", "3120", "2026-03-01"],
        {0: Oddity.FORMULA, 1: Oddity.ERROR, 3: Oddity.DATE},
        hidden=True,
    )


@pytest.mark.parametrize(
    "content",
    [
        b"Code,Zone\nL1,\xc3\x9cbersee\n",
        b"\xef\xbb\xbfCode,Zone\r\nL1,\xc3\x9cbersee\r\n",
        b"Code,Zone\nL1,\xdcbersee\n",
        "Code\tZone\nL1\tÜbersee\n".encode("utf-16"),
        "Code;Zone\nL1;Übersee\n".encode("utf-16-be"),
        "Code;Zone\nL1;Übersee\n".encode("utf-16-le"),
        "sep=;\nCode;Zone\nL1;Übersee\n".encode(),
        "sep=\t\r\nCode\tZone\r\nL1\tÜbersee\r\n".encode("utf-16"),
        '"sep=,"\nCode,Zone\nL1,Übersee\n'.encode(),
    ],
)
def test_text_is_read_in_whatever_letters_and_signs_excel_saves_it(content: bytes) -> None:
    assert cells(content) == [["Code", "Zone"], ["L1", "Übersee"]]


def test_rows_of_a_text_keep_their_numbers_after_a_line_that_names_the_separator() -> None:
    (table,) = read_tables("x.csv", b"sep=,\n\nCode,Zone\n")
    assert [row.number for row in table.rows] == [3]


def test_rows_come_one_by_one_so_that_a_large_table_needs_little_memory() -> None:
    content = io.BytesIO(b"Code,Zone\n" * 1_000)
    rows = read_rows("x.csv", content)
    assert next(rows) == Sheet("", False, 0)
    assert next(rows) == Row(1, ["Code", "Zone"])
    rows.close()  # type: ignore[attr-defined]
    assert len(list(read_rows("x.csv", content))) == 1_001


# attacks


def test_a_sheet_that_unpacks_to_thousand_times_its_size_is_refused_before_it_is_unpacked() -> None:
    assert "unpacks to 100 MB" in refused(xlsx(b"<row/>" + b" " * 100 * 1024 * 1024))
    assert "of repetition" in refused(xlsx(b"<row/>" + b" " * 20 * 1024 * 1024))


def test_a_part_that_lies_about_its_size_is_refused() -> None:
    honest = xlsx(b'<row r="1"><c r="A1"><v>1</v></c></row>' + b" " * 30_000_000)
    with zipfile.ZipFile(io.BytesIO(honest)) as parts:
        size = parts.getinfo("xl/worksheets/sheet1.xml").file_size
    lying = honest.replace(size.to_bytes(4, "little"), (900).to_bytes(4, "little"))
    assert lying != honest
    refused(lying)


def test_one_long_text_that_a_hundred_thousand_cells_share_does_not_fill_the_memory() -> None:
    rows = b"".join(
        b'<row r="%d">' % row + b'<c t="s"><v>0</v></c>' * 50 + b"</row>" for row in range(1, 2_001)
    )
    told = refused(xlsx(rows, strings=b"<si><t>" + b"x" * 30_000 + b"</t></si>"))
    assert "too much memory" in told or "more text than" in told


def test_hundreds_of_thousands_of_shared_texts_are_refused() -> None:
    strings = b"".join(b"<si><t>%d</t></si>" % number for number in range(600_000))
    assert "more than 500,000 texts" in refused(xlsx(b"<row/>", strings=strings))


@pytest.mark.parametrize("part", ["sheet", "strings"])
def test_a_billion_laughs_are_refused_unread(part: str) -> None:
    laughs = b'<!DOCTYPE lolz [<!ENTITY a "ha">' + b"".join(
        b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(10)
    )
    laughs += b"]>"
    row = b'<row r="1"><c r="A1" t="inlineStr"><is><t>&k;</t></is></c></row>'
    told = (
        xlsx(row, top=laughs)
        if part == "sheet"
        else xlsx(row, **{"xl/styles.xml": laughs + b"<styleSheet>&k;</styleSheet>"})
    )
    assert "declares a document type" in refused(told)


def test_a_million_styles_are_refused() -> None:
    styles = b"".join(b'<xf numFmtId="%d"/>' % (number % 977) for number in range(1_000_000))
    assert "more than 65,000 styles" in refused(xlsx(b"<row/>", styles=styles))
    assert "more than 65,000 styles" in refused(
        ods(sheet_of(words("a")), styles='<style:style style:name="ce"/>' * 70_000), "x.ods"
    )


def test_a_sheet_that_claims_every_cell_there_is_but_has_one_is_read() -> None:
    content = xlsx(b'<row r="1"><c r="A1"><v>7</v></c></row>')
    claimed = xlsx(b'<row r="1"><c r="A1"><v>7</v></c></row>', before=b'<dimension ref="A1:XFD1048576"/>')
    assert cells(content) == cells(claimed) == [["7"]]


def test_the_last_cell_that_there_is_does_not_make_all_cells_before_it() -> None:
    first = b'<row r="1"><c r="A1"><v>1</v></c></row>'
    wide = xlsx(b"".join(b'<row r="%d"><c r="XFD%d"><v>1</v></c></row>' % (n, n) for n in range(1, 20_001)))
    assert "far to the right" in refused(wide)
    assert len(wide) < 150_000
    assert "row 1,048,576" in refused(xlsx(first + b'<row r="1048576"><c r="A1048576"><v>1</v></c></row>'))


def test_a_table_of_many_full_cells_is_refused() -> None:
    row = b"<row>" + b"<c><v>1</v></c>" * 90 + b"</row>"
    assert "more than 500,000 cells" in refused(xlsx(row * 6_000))


def test_elements_deep_inside_each_other_are_refused() -> None:
    opened = "".join(f'<text:span text:style-name="{n}">' for n in range(100_000))
    assert "deep inside each other" in refused(xlsx(b"<a>" * 100_000 + b"</a>" * 100_000))
    assert "deep inside each other" in refused(ods(opened + "</text:span>" * 100_000), "x.ods")


def test_repeated_rows_and_columns_of_an_opendocument_table_are_not_unrolled() -> None:
    row = (
        '<table:table-row table:number-rows-repeated="1048576"><table:table-cell '
        'table:number-columns-repeated="16384" office:value-type="float" office:value="1"/></table:table-row>'
    )
    assert "far to the right" in refused(ods(sheet_of(row)), "x.ods")
    assert "row 1,048,576" in refused(ods(sheet_of(words("a", repeated=1_048_576))), "x.ods")
    assert "more than 500,000 cells" in refused(ods(sheet_of(words(*"a" * 60, repeated=19_000))), "x.ods")


def test_empty_rows_and_columns_repeated_to_the_end_of_the_sheet_do_no_harm() -> None:
    empty = (
        '<table:table-row table:number-rows-repeated="1048570"><table:table-cell '
        'table:number-columns-repeated="16384"/></table:table-row>'
    )
    (table,) = read_tables("x.ods", ods(sheet_of(words("Code"), words("L1"), empty)))
    assert [row.cells for row in table.rows] == [["Code"], ["L1"]]


@pytest.mark.parametrize("kept", [10, 200, 700, 1_000, 4_000])
def test_a_truncated_workbook_is_refused_with_a_way_out(kept: int) -> None:
    assert "save it as CSV" in refused(made(["Code"], ["L1"])[:kept])


def test_every_single_damaged_byte_is_read_or_refused() -> None:
    whole = xlsx(b'<row r="1"><c r="A1"><v>1</v></c></row>')
    for at in range(0, len(whole), 97):
        broken = whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :]
        with suppress(Unreadable):
            read_tables("x.xlsx", broken)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b" \n\r\n", "is empty"),
        (b"\xd0\xcf\x11\xe0" + b"x" * 600, "old Excel file, or has a password"),
        (b"%PDF-1.7\nab\0binary", "is no text"),
        (b'Code,Zone\nL1,"Burnley\n' * 3, "quotation mark"),
        (b'"' + b"a\n" * 100_000 + b'"', "does not end"),
        (b"," * 2_000_000, "does not end"),
        (b"a" + b"," * 150 + b"b", "151 cells in row 1"),
        (b"a\n" * 30_000, "more than 20,000 rows"),
        (b"a," + b"x" * 40_000, "characters in one cell of row 1"),
        (zipped(**{"xl/workbook.bin": b"x"}), "binary workbook"),
        (zipped(**{"word/document.xml": b"<a/>"}), "neither an Excel workbook nor"),
        (zipped(**{f"xl/{n}": b"" for n in range(1_200)}), "1,200 parts"),
    ],
)
def test_what_is_no_table_is_refused_and_named(content: bytes, message: str) -> None:
    assert message in refused(content, "lots.csv")


def test_the_size_of_a_file_is_said_as_people_say_it() -> None:
    assert "has 7.2 MB; the limit is 5 MB" in refused(b"x" * 7_500_000)


def test_a_reading_that_takes_too_long_is_ended() -> None:
    slow = Limits(
        file_bytes=10**8, inflated_bytes=10**9, rows=10**7, columns=100, cells=10**8, characters=10**9,
        memory_bytes=10**9, seconds=1, ratio=2_000,
    )  # fmt: skip
    assert "too long or too much memory" in refused(xlsx(b"<row><c/></row>" * 8_000_000), limits=slow)


def test_the_child_that_reads_sees_no_secret_of_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[dict[str, Any]] = []
    from lots.spreadsheet import reading

    popen = reading.subprocess.Popen
    monkeypatch.setattr(
        reading.subprocess, "Popen", lambda *command, **how: started.append(how) or popen(*command, **how)
    )
    assert cells(b"Code\n") == [["Code"]]
    assert started[0]["env"] == {}
