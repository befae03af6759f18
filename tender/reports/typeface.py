"""The typeface of the PDF, and what is done about characters that it does not have.

Source Sans Pro (SIL Open Font License) comes as a Python package; only the glyphs that are used go into the
file. It has the Latin, Greek and Cyrillic alphabets. The fonts that every PDF reader has would lose Welsh
and Polish names.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from xml.sax.saxutils import escape

from reportlab.lib.fonts import addMapping
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

REGULAR, BOLD, ITALIC = "Report", "Report-Bold", "Report-Italic"
BULLETS = frozenset("●▪■◦○‣⁃∙➢►▶◾◼⚫\uf0b7\uf0a7\uf076\uf0d8\uf0a8\uf0fc\uf02d\uf06f")
"""As Word and its kin write them, some in the private signs of its Symbol and Wingdings typefaces."""
HYPHENS = frozenset("\u2010\u2011\ufe63\uff0d")
_FILES = {
    REGULAR: "SourceSansPro-Regular.ttf",
    BOLD: "SourceSansPro-Semibold.ttf",
    ITALIC: "SourceSansPro-It.ttf",
}


@lru_cache(maxsize=1)
def register() -> None:
    """Make the typeface known to ReportLab, once in a process."""
    spec = find_spec("font_source_sans_pro")
    if spec is None or spec.origin is None:
        raise RuntimeError("the package font-source-sans-pro is not installed")
    folder = Path(spec.origin).parent / "files"
    for name, file in _FILES.items():
        pdfmetrics.registerFont(TTFont(name, str(folder / file)))
    for bold, italic, name in ((0, 0, REGULAR), (1, 0, BOLD), (0, 1, ITALIC), (1, 1, BOLD)):
        addMapping(REGULAR, bold, italic, name)


@lru_cache(maxsize=1)
def _known() -> frozenset[int]:
    """The characters that both weights have."""
    register()
    regular, bold = (pdfmetrics.getFont(name).face.charToGlyph for name in (REGULAR, BOLD))
    return frozenset(regular.keys() & bold.keys())


@lru_cache(maxsize=20_000)
def printable(text: str) -> str:
    """The text with every character that the typeface lacks written as its code, `[U+4E2D]`.

    A name must not lose letters without anybody noticing. The page of the same report shows them all. What
    word processors write for a bullet, a space or a hyphen becomes one that the typeface has.
    """
    if text.isascii() and "\t" not in text:
        return text
    return "".join(_sign(each) for each in unicodedata.normalize("NFC", text))


@lru_cache(maxsize=4_000)
def _sign(each: str) -> str:
    if each in BULLETS:
        return "•"
    if each in HYPHENS:
        return "-"
    kind = unicodedata.category(each)
    if kind == "Zs" or each == "\t":
        return " "
    if kind == "Cf":
        return ""
    return each if ord(each) in _known() or each == "\n" else f"[U+{ord(each):04X}]"


@lru_cache(maxsize=20_000)
def width_of(text: str, size: float) -> float:
    """How wide the text is in bold, and so at most, in points."""
    return float(pdfmetrics.stringWidth(text, BOLD, size))


def markup(text: str) -> str:
    """The text as a ReportLab paragraph takes it: escaped, with its line breaks."""
    return escape(printable(text)).replace("\n", "<br/>")
