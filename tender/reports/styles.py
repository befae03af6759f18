"""Colours and styles of the PDF. Sizes in points."""

from __future__ import annotations

from reportlab.lib.colors import HexColor, white
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.styles import ParagraphStyle

from tender.reports.typeface import BOLD, REGULAR

__all__ = ["white"]

INK = HexColor("#0b0c0c")
TEAL = HexColor("#12404a")
GREY = HexColor("#505a5f")
LINE = HexColor("#b1b4b6")
TINT = HexColor("#eaf3f4")
RED = HexColor("#a2231d")
AMBER = HexColor("#8a5300")

BODY = ParagraphStyle("body", fontName=REGULAR, fontSize=9.5, leading=13, textColor=INK, spaceAfter=6)
LEAD = ParagraphStyle("lead", BODY, fontSize=13, leading=18, spaceAfter=8)
SMALL = ParagraphStyle("small", BODY, fontSize=8, leading=10.5, textColor=GREY)
KICKER = ParagraphStyle("kicker", BODY, fontName=BOLD, fontSize=9, leading=12, textColor=TEAL, spaceAfter=2)
TITLE = ParagraphStyle("title", BODY, fontName=BOLD, fontSize=23, leading=27, spaceAfter=2)
SUBTITLE = ParagraphStyle("subtitle", BODY, textColor=GREY, spaceAfter=7)
SECTION = ParagraphStyle(
    "section", BODY, fontName=BOLD, fontSize=17, leading=21, textColor=TEAL, spaceAfter=8
)
HEADING = ParagraphStyle(
    "heading", BODY, fontName=BOLD, fontSize=11.5, leading=15, spaceBefore=8, spaceAfter=3
)
CAPTION = ParagraphStyle("caption", BODY, fontName=BOLD, spaceAfter=0)
CELL = ParagraphStyle("cell", BODY, fontSize=8.5, leading=10.8, spaceAfter=0)
ENTRY = ParagraphStyle("entry", CELL, spaceAfter=3)
STRONG = ParagraphStyle("strong", CELL, fontName=BOLD)
CODE = ParagraphStyle("code", CELL, fontSize=6.5, leading=10.8, textColor=GREY)
HEAD = ParagraphStyle("head", CELL, fontName=BOLD, fontSize=8, leading=10, textColor=GREY)
HEAD_RIGHT = ParagraphStyle("head-right", HEAD, alignment=TA_RIGHT)
NUMBER = ParagraphStyle("number", BODY, fontName=BOLD, fontSize=19, leading=22, textColor=TEAL, spaceAfter=0)
BULLET = ParagraphStyle("bullet", BODY, leftIndent=9, bulletIndent=0, spaceAfter=3)
WARNING = ParagraphStyle("warning", STRONG, textColor=AMBER)
GRAVE = ParagraphStyle("grave", STRONG, textColor=RED)
