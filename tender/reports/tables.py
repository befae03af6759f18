"""The one look that tables have in a report."""

from __future__ import annotations

from typing import Any

from reportlab.platypus import LongTable, Table, TableStyle

from tender.reports import styles
from tender.reports.typeface import REGULAR

SIZE, LEADING = 8.5, 10.8
SIDES = 14
"""The most that the padding at both sides of a cell takes."""
LONG = 40
"""From this number of rows on, rows are set closer, and ReportLab's quicker table is used."""


def ruled(rows: list[list[Any]], widths: list[float], head: int) -> Table:
    """Rows with a fine line below each, and a stronger one below the `head` rows.

    Every page repeats those: a caption over the whole width, and titles.

    A row that is taller than a page goes on on the next.
    """
    kind, above, below = (LongTable, 1.2, 2.4) if len(rows) > LONG else (Table, 2.5, 3.5)
    grid = kind(rows, colWidths=widths, repeatRows=head, splitInRow=1)
    commands: list[Any] = [
        ("FONT", (0, 0), (-1, -1), REGULAR, SIZE, LEADING),
        ("TEXTCOLOR", (0, 0), (-1, -1), styles.INK),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LINEBELOW", (0, max(head - 1, 0)), (-1, -1), 0.4, styles.LINE),
        ("LEFTPADDING", (0, 0), (-1, -1), 2),
        ("RIGHTPADDING", (0, 0), (-1, -1), 4),
        ("TOPPADDING", (0, 0), (-1, -1), above),
        ("BOTTOMPADDING", (0, 0), (-1, -1), below),
    ]
    if head:
        commands += [
            ("VALIGN", (0, 0), (-1, head - 1), "BOTTOM"),
            ("SPAN", (0, 0), (-1, 0)),
            ("LINEBELOW", (0, head - 1), (-1, head - 1), 0.9, styles.GREY),
        ]
    else:
        commands.append(("LINEABOVE", (0, 0), (-1, 0), 0.4, styles.LINE))
    grid.setStyle(TableStyle(commands))
    return grid
