"""Text as people see it: the one rule for everything that is typed, pasted or uploaded.

What shows alike is kept alike: composed letters (Unicode NFC), one kind of line break, plain spaces. What
does not show is left out. So a text is empty when nothing of it shows, words count as a reader counts them,
and two names that look the same compare the same.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

BLANKS = frozenset("\u2800\u3164\uffa0\u115f\u1160\u17b4\u17b5")
"""Letters and signs by their class, and yet a gap to the eye."""
UNSEEN = frozenset("\u034f\ufffc") | {
    chr(code) for code in (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))
}
"""Marks without any shape of their own; besides them, everything of the class Cf."""
JOINERS = "\u200c\u200d"
"""Needed within some scripts and in emoji, and kept there."""
BREAKS = str.maketrans({"\r": "\n", "\v": "\n", "\f": "\n", "\x85": "\n", "\u2028": "\n", "\u2029": "\n"})
HYPHENS = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d", "-"))
QUOTES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'", "“": '"', "”": '"', "„": '"'})
LONGEST_WORD = 40
"""Letters. A longer one is a row of words with something unseen in place of the spaces."""


def seen(text: str) -> str:
    """The text as it shows. Raises ValueError where it holds what no text can: the message follows a label.

    Unseen characters inside a word go (a soft hyphen from a word processor); where they stand in place of
    spaces, which over-long words give away, they become spaces. Leading and trailing space is left alone.
    """
    if text.isascii() and text.isprintable():
        return text
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").translate(BREAKS)
    _refuse(text)
    lines = (_line(line) for line in text.split("\n"))
    return unicodedata.normalize("NFC", "\n".join(lines))


def shows(text: str) -> bool:
    """Whether a reader sees anything at all."""
    return any(unicodedata.category(each)[0] not in "ZCM" and each not in BLANKS for each in text)


def prose(text: str) -> str:
    """As `seen`, without space around it; "" where nothing shows."""
    text = seen(text).strip()
    return text if shows(text) else ""


def line(text: str) -> str:
    """As `prose`, on one line, with single spaces: names and titles."""
    return " ".join(prose(text).split())


def code(text: str) -> str:
    """As `line`, with every kind of hyphen and dash as `-`: codes, numbers, amounts, e-mail addresses.

    Word and web pages put other signs in their place that look the same.
    """
    return line(text).translate(HYPHENS)


def alike(text: str) -> str:
    """What names are compared by: the same for all that look alike, whatever the capitals."""
    folded = unicodedata.normalize("NFKC", code(text).translate(QUOTES)).casefold()
    return " ".join(folded.split())


def words(text: str) -> int:
    """How many words a reader counts: texts between gaps."""
    return len(seen(text).split())


def _refuse(text: str) -> None:
    for each in text:
        kind = unicodedata.category(each)
        if (kind == "Cc" and each not in "\n\t") or kind == "Cs" or _is_noncharacter(ord(each)):
            raise ValueError(
                f"holds a character that cannot be kept (U+{ord(each):04X}). Delete it or type it again"
            )


def _is_noncharacter(number: int) -> bool:
    """Code points that Unicode promises never to give a meaning."""
    return 0xFDD0 <= number <= 0xFDEF or number & 0xFFFE == 0xFFFE


def _line(text: str) -> str:
    if text.isascii():
        return text
    return " ".join(_word(each) for each in "".join(map(_space, text)).split(" "))


def _space(each: str) -> str:
    return " " if each in BLANKS or unicodedata.category(each) == "Zs" else each


def _word(text: str) -> str:
    if text.isascii():
        return text
    without = "".join(each for place, each in enumerate(text) if not _is_unseen(text, place))
    if len(without) <= LONGEST_WORD or len(without) == len(text):
        return without
    return "".join(" " if _is_unseen(text, place) else each for place, each in enumerate(text))


def _is_unseen(text: str, place: int) -> bool:
    each = text[place]
    if each in JOINERS:
        around = text[max(0, place - 1) : place] + text[place + 1 : place + 2]
        return len(around) < 2 or any(ord(one) < 0x600 or _unseen(one) for one in around)
    return _unseen(each)


@lru_cache(maxsize=4_096)
def _unseen(each: str) -> bool:
    return each in UNSEEN or unicodedata.category(each) == "Cf"
