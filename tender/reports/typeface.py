"""The typeface of the PDF, and what is done about characters that it does not have.

Source Sans Pro (SIL Open Font License) comes as a Python package; only the glyphs that are used go into the
file. It has the Latin, Greek and Cyrillic alphabets. The fonts that every PDF reader has would lose Welsh
and Polish names.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from xml.sax.saxutils import escape

from reportlab.lib.fonts import addMapping
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

REGULAR, BOLD, ITALIC = "Report", "Report-Bold", "Report-Italic"
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

    A name must not lose letters without anybody noticing. The page of the same report shows them all.
    """
    known = _known()
    if all(ord(each) in known or each == "\n" for each in text):
        return text
    return "".join(each if ord(each) in known or each == "\n" else f"[U+{ord(each):04X}]" for each in text)


@lru_cache(maxsize=20_000)
def width_of(text: str, size: float) -> float:
    """How wide the text is in bold, and so at most, in points."""
    return float(pdfmetrics.stringWidth(text, BOLD, size))


def markup(text: str) -> str:
    """The text as a ReportLab paragraph takes it: escaped, with its line breaks."""
    return escape(printable(text)).replace("\n", "<br/>")
