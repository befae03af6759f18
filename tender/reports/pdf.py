"""The report on paper: the blocks of `blocks`, set with ReportLab. The same report gives the same bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from io import BytesIO
from typing import Any

from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import (
    CondPageBreak,
    Flowable,
    NextPageTemplate,
    PageBreak,
    Spacer,
    TableStyle,
)
from reportlab.platypus import Paragraph as Text
from reportlab.platypus import Table as Grid

from tender.reports import blocks, styles
from tender.reports.blocks import Block, Column, Report, Section
from tender.reports.paper import LANDSCAPE, PORTRAIT, ReportDocument
from tender.reports.tables import SIDES, SIZE, ruled
from tender.reports.typeface import BOLD, markup, printable, register, width_of

LINES_AT_ONCE = 30
HEADS = 2
"""Rows at the top of a table, and of each page that it goes on on: its caption and the columns' titles."""


def write_pdf(report: Report) -> bytes:
    """The report as a PDF file."""
    register()
    target = BytesIO()
    document = ReportDocument(target, report)
    story: list[Flowable] = [*_front(report, document.width_of(PORTRAIT))]
    for section in report.sections:
        story += _section(section, document)
    document.build(story)
    return target.getvalue()


def _front(report: Report, width: float) -> Iterable[Flowable]:
    yield Text("Award report", styles.KICKER)
    yield Text(markup(report.title), styles.TITLE)
    yield Text(markup(report.subtitle), styles.SUBTITLE)
    colour = styles.TEAL if report.settled else styles.AMBER
    status = Grid([[printable(report.status)]], hAlign="LEFT")
    status.setStyle(
        TableStyle(
            [
                ("BACKGROUND", (0, 0), (-1, -1), colour),
                ("TEXTCOLOR", (0, 0), (-1, -1), styles.white),
                ("FONT", (0, 0), (-1, -1), BOLD, 9.5, 12),
                ("TOPPADDING", (0, 0), (-1, -1), 2),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 4),
            ]
        )
    )
    yield status
    yield Spacer(1, 9)
    for block in report.front:
        yield from _set(block, width)


def _section(section: Section, document: ReportDocument) -> Iterable[Flowable]:
    sheet = LANDSCAPE if section.wide else PORTRAIT
    yield NextPageTemplate(sheet)
    yield PageBreak()
    heading = Text(markup(section.title), styles.SECTION)
    heading.bookmark = (section.id, section.title, 0)  # Document makes the outline of these
    yield heading
    for block in section.blocks:
        yield from _set(block, document.width_of(sheet))


def in_parts(text: str, style: ParagraphStyle, lead: str = "", bullet: str | None = None) -> list[Text]:
    """A text as paragraphs of few lines each, set one below the other as if they were one.

    ReportLab breaks all lines of a paragraph anew on every page that it goes on on: five thousand short lines
    would take most of a minute. `lead` is markup before the text.
    """
    lines = text.split("\n")
    if len(lines) <= LINES_AT_ONCE:
        return [Text(lead + markup(text), style, bulletText=bullet)]
    starts = range(0, len(lines), LINES_AT_ONCE)
    first, *middle, last = ("\n".join(lines[start : start + LINES_AT_ONCE]) or " " for start in starts)
    above = ParagraphStyle(f"{style.name}-first", style, spaceAfter=0)
    within = ParagraphStyle(f"{style.name}-within", style, spaceBefore=0, spaceAfter=0)
    below = ParagraphStyle(f"{style.name}-last", style, spaceBefore=0)
    return [
        Text(lead + markup(first), above, bulletText=bullet),
        *(Text(markup(part), within) for part in middle),
        Text(markup(last), below),
    ]


def in_rows(cells: list[Any]) -> list[list[Any]]:
    """A row of a table as one or more: the further parts of a cell come in rows below it."""
    most = max(len(cell) if isinstance(cell, list) else 1 for cell in cells)
    if most == 1:
        return [[cell[0] if isinstance(cell, list) else cell for cell in cells]]
    parted = [cell if isinstance(cell, list) else [cell] for cell in cells]
    return [[parts[at] if at < len(parts) else "" for parts in parted] for at in range(most)]


def _set(block: Block, width: float) -> Iterable[Flowable]:
    return _SETTERS[type(block)](block, width)


def _heading(block: blocks.Heading, _width: float) -> Iterable[Flowable]:
    yield CondPageBreak(45 * mm)
    yield Text(markup(block.text), styles.HEADING)


def _paragraph(block: blocks.Paragraph, _width: float) -> Iterable[Flowable]:
    style = {"lead": styles.LEAD, "body": styles.BODY, "small": styles.SMALL}[block.style]
    yield from in_parts(block.text, style)


def _figures(block: blocks.Figures, width: float) -> Iterable[Flowable]:
    cells = [
        [Text(markup(value), styles.NUMBER), Text(markup(label), styles.SMALL)]
        for value, label in block.entries
    ]
    # a range of money is long and a count short, and neither may break in the middle
    shares = [max(len(value), 6) for value, _ in block.entries]
    grid = Grid([cells], colWidths=[width * share / sum(shares) for share in shares])
    grid.setStyle(
        TableStyle(
            [
                ("LINEABOVE", (0, 0), (-1, -1), 1.2, styles.TEAL),
                ("LINEBELOW", (0, 0), (-1, -1), 0.5, styles.LINE),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LEFTPADDING", (0, 0), (-1, -1), 2),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 0),
            ]
        )
    )
    yield grid
    yield Spacer(1, 6)


def _facts(block: blocks.Facts, width: float) -> Iterable[Flowable]:
    rows = [
        row
        for label, value in block.rows
        for row in in_rows([Text(markup(label), styles.STRONG), in_parts(value, styles.CELL)])
    ]
    yield ruled(rows, [width * 0.28, width * 0.72], head=0)
    yield Spacer(1, 6)


def _bullets(block: blocks.Bullets, _width: float) -> Iterable[Flowable]:
    for kind, text in block.items:
        yield from in_parts(text, styles.BULLET, f"<font name='{BOLD}'>{markup(kind)}.</font> ", bullet="•")
    yield Spacer(1, 3)


def _callout(block: blocks.Callout, width: float) -> Iterable[Flowable]:
    colour = styles.RED if block.grave else styles.AMBER
    title = Text(markup(block.title), styles.GRAVE if block.grave else styles.WARNING)
    first, *rest = in_parts(block.text, styles.CELL)
    grid = Grid([[[title, first]], *([part] for part in rest)], colWidths=[width], splitInRow=1)
    grid.setStyle(
        TableStyle(
            [
                ("LINEBEFORE", (0, 0), (0, -1), 3, colour),
                ("LEFTPADDING", (0, 0), (-1, -1), 8),
                ("TOPPADDING", (0, 0), (-1, -1), 2),
            ]
        )
    )
    yield grid
    yield Spacer(1, 6)


def _reasons(block: blocks.Reasons, _width: float) -> Iterable[Flowable]:
    # the title stays with the beginning of its first entry
    yield CondPageBreak(30 * mm)
    yield Text(markup(block.title), styles.HEADING)
    for label, text in block.entries:
        yield from in_parts(text, styles.ENTRY, f"<font name='{BOLD}'>{markup(label)}.</font> ")


def _table(block: blocks.Table, width: float) -> Iterable[Flowable]:
    yield CondPageBreak(35 * mm)
    if not block.rows:
        yield Text(markup(f"{block.caption}: none."), styles.CAPTION)
        return
    total = sum(column.width for column in block.columns)
    widths = [width * column.width / total for column in block.columns]
    heads = [
        Text(markup(column.title), styles.HEAD_RIGHT if column.kind == "number" else styles.HEAD)
        for column in block.columns
    ]
    rows: list[list[Any]] = []
    marked: list[int] = []
    for place, row in enumerate(block.rows):
        cells = [
            _cell(value, column, room, strong=place in block.marked)
            for value, column, room in zip(row, block.columns, widths, strict=True)
        ]
        below = in_rows(cells)
        if place in block.marked:
            marked += range(len(rows), len(rows) + len(below))
        rows += below
    # the caption is repeated with the heads, so that every page says what it shows
    caption = [Text(markup(block.caption), styles.CAPTION), *[""] * (len(widths) - 1)]
    grid = ruled([caption, heads, *rows], widths, head=HEADS)
    commands: list[Any] = [
        ("ALIGN", (place, HEADS), (place, -1), "RIGHT")
        for place, column in enumerate(block.columns)
        if column.kind == "number"
    ]
    # space between a column of text and one of figures
    commands += [
        ("LEFTPADDING", (place, 1), (place, -1), 10)
        for place, column in enumerate(block.columns)
        if place and column.kind != "number" and block.columns[place - 1].kind == "number"
    ]
    for place in marked:
        commands += [
            ("BACKGROUND", (0, place + HEADS), (-1, place + HEADS), styles.TINT),
            ("FONTNAME", (0, place + HEADS), (-1, place + HEADS), BOLD),
        ]
    grid.setStyle(TableStyle(commands))
    yield grid
    yield Spacer(1, 8)


def _cell(value: str, column: Column, room: float, *, strong: bool) -> str | Text | list[Text]:
    """What fits on a line as it is, which is quick; what does not as a paragraph that wraps."""
    if column.kind == "code":
        return Text(markup(value), styles.CODE)
    text = printable(value)
    if column.kind == "number" or ("\n" not in text and width_of(text, SIZE) <= room - SIDES):
        return text
    return in_parts(value, styles.STRONG if strong else styles.CELL)


_SETTERS: dict[type, Callable[[Any, float], Iterable[Flowable]]] = {
    blocks.Heading: _heading,
    blocks.Paragraph: _paragraph,
    blocks.Figures: _figures,
    blocks.Facts: _facts,
    blocks.Bullets: _bullets,
    blocks.Callout: _callout,
    blocks.Reasons: _reasons,
    blocks.Table: _table,
}
