"""The sheets that a report is printed on: upright and on their side, with a foot that says which page of how
many it is and of which record.
"""

from __future__ import annotations

from typing import Any, BinaryIO

from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate

from tender.reports.blocks import Report
from tender.reports.styles import AMBER, GREY, TEAL
from tender.reports.typeface import BOLD, REGULAR, printable

MARGIN = 17 * mm
FOOT = 17 * mm
PORTRAIT, LANDSCAPE = "portrait", "landscape"
SIZES = {PORTRAIT: A4, LANDSCAPE: landscape(A4)}


class ReportDocument(BaseDocTemplate):
    """Lays a story out on the sheets. `invariant`: no clock and no chance goes into the file."""

    def __init__(self, target: BinaryIO, report: Report) -> None:
        super().__init__(
            target,
            pagesize=A4,
            title=f"Award report: {printable(report.title)}",
            author=printable(report.buyer),
            subject=f"{report.reference}, record {report.record_sha256}, log {report.tree_head}",
            creator="Tender evaluation",
            lang="en-GB",
            invariant=1,
            pageCompression=1,
        )
        self.addPageTemplates(
            [
                PageTemplate(
                    id=name,
                    pagesize=size,
                    onPageEnd=leave_room_for_foot,
                    frames=[
                        Frame(
                            MARGIN,
                            FOOT + 4 * mm,
                            size[0] - 2 * MARGIN,
                            size[1] - MARGIN - FOOT - 4 * mm,
                            leftPadding=0,
                            rightPadding=0,
                            topPadding=0,
                            bottomPadding=0,
                        )
                    ],
                )
                for name, size in SIZES.items()
            ]
        )
        self.report = report

    def width_of(self, sheet: str) -> float:
        return float(SIZES[sheet][0] - 2 * MARGIN)

    def build(self, flowables: list[Flowable], **_more: Any) -> None:
        report = self.report

        def numbered(*args: Any, **kwargs: Any) -> NumberedCanvas:
            return NumberedCanvas(*args, report=report, **kwargs)

        super().build(flowables, canvasmaker=numbered)

    def afterFlowable(self, flowable: Flowable) -> None:
        """Give each section a bookmark, so that a long report can be found one's way in."""
        mark = getattr(flowable, "bookmark", None)
        if mark is not None:
            key, title, level = mark
            self.canv.bookmarkPage(key)
            self.canv.addOutlineEntry(printable(title), key, level)


class NumberedCanvas(Canvas):
    """Leaves room on each page for its foot, and draws the feet when it is known how many pages there are."""

    def __init__(self, *args: Any, report: Report, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.report = report
        self.feet: list[tuple[float, float]] = []
        """The size of each page that waits for its foot."""

    def save(self) -> None:
        for number, size in enumerate(self.feet, 1):
            self.beginForm(_foot(number), 0, 0, *size)
            self._draw_foot(number, size)
            self.endForm()
        super().save()

    def _draw_foot(self, number: int, size: tuple[float, float]) -> None:
        report, (width, height) = self.report, size
        self.setStrokeColor(TEAL)
        self.setLineWidth(0.6)
        self.line(MARGIN, FOOT, width - MARGIN, FOOT)
        self.setFillColor(GREY)
        self.setFont(REGULAR, 7.5)
        left = f"{report.reference}  ·  record and log {report.document_hash}"
        self.drawString(MARGIN, FOOT - 10, printable(left))
        self.drawRightString(width - MARGIN, FOOT - 10, f"Page {number} of {len(self.feet)}")
        if not report.settled:
            self.setFillColor(AMBER)
            self.setFont(BOLD, 7.5)
            self.drawRightString(width - MARGIN, height - 10 * mm, printable(report.status))


def leave_room_for_foot(canvas: NumberedCanvas, document: ReportDocument) -> None:
    """At the end of each page: its foot goes here, as soon as it is drawn."""
    canvas.feet.append(document.pageTemplate.pagesize)
    canvas.doForm(_foot(len(canvas.feet)))


def _foot(number: int) -> str:
    return f"foot{number}"
