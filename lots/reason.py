"""Reasons that stay on the record: one rule for all of them, and what in them a court would ask about."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lots.refusal import Refusal
from lots.text import prose

LEAST_WORDS = 5
MOST_CHARACTERS = 5_000

COMPARES = (
    "A mark is given by the published criterion alone. One that rests on another bid cannot be explained to "
    "the bidder who gets it, and says nothing about what its own answer lacks."
)
AVERAGES = (
    "A mark is agreed, never worked out from other marks: in Bromcom v United Learning Trust [2022] "
    "EWHC 3262 an average without reasoning was no moderation."
)
_OTHERS = (
    r"(?:the|any|all|every)?\s*"
    r"(?:others?|another|providers?|bidders?|bids?|competitors?|rivals?|rest)\b(?:\s+[A-Z]{1,2}\b)?"
)
_COMPARING = re.compile(
    r"\b(?:better|worse|stronger|weaker|less|more|poorer|higher|lower|as good|as strong|as weak)\b"
    rf"[^.;!?\n]{{0,60}}?\b(?:than|as)\s+{_OTHERS}"
    rf"|\bcompared\s+(?:with|to)\s+{_OTHERS}"
    r"|\bthe\s+(?:best|worst|strongest|weakest)\s+of\s+(?:all|the|any)\s+(?:bids|bidders|providers|answers)\b",
    re.IGNORECASE,
)
_AVERAGING = re.compile(
    r"\b(?:the\s+(?:mean|median|midpoint|average)\s+of\b|averag(?:e|ed|es|ing)\b|arithmetic\s+mean\b|mean\s+marks?\b"
    r"|mean\s+scores?\b|split\s+the\s+difference\b|(?:in\s+)?the\s+middle\s+of\s+the\s+(?:\w+\s+)?marks\b)",
    re.IGNORECASE,
)


def word_count(text: str) -> int:
    """Words as people see them: what shows neither a letter nor a digit is none."""
    return sum(1 for word in text.split() if any(sign.isalnum() for sign in word))


def reason_given(text: str, field: str = "reason", name: str = "why", most: int = MOST_CHARACTERS) -> str:
    """The reason without space around it, its line ends as `\\n`. Raises Refusal on `field` where it has too
    few words to tell anybody anything, or more characters than are kept."""
    try:
        text = prose(text)
    except ValueError as error:
        raise Refusal(f"This {error}.", field) from error
    if word_count(text) < LEAST_WORDS:
        raise Refusal(f"Say {name} in at least {LEAST_WORDS} words. It stays on the record.", field)
    if len(text) > most:
        raise Refusal(f"Shorten this to {most:,} characters. It has {len(text):,}.", field)
    return text


def reason_faults(
    text: str, field: str = "reason", name: str = "why", most: int = MOST_CHARACTERS
) -> list[Refusal]:
    """As `reason_given`, for an operation that gathers every fault: what is wrong, or nothing."""
    try:
        reason_given(text, field, name, most)
    except Refusal as fault:
        return [fault]
    return []


def doubts(*texts: str) -> Iterator[str]:
    """For each passage that compares bidders or averages marks: what it says, and why courts mind."""
    for text in texts:
        for pattern, doing, why in (
            (_COMPARING, "compare bidders", COMPARES),
            (_AVERAGING, "average marks", AVERAGES),
        ):
            found = pattern.search(text)
            if found:
                yield f"“{' '.join(found[0].split())}” seems to {doing}. {why}"


def doubt_faults(sure: bool, *texts: str) -> list[Refusal]:
    """A fault on the field `sure` for each doubt, until the person says that the text is meant so."""
    if sure:
        return []
    return [
        Refusal(f"{doubt} Change it, or confirm that you mean it as it is.", "sure")
        for doubt in doubts(*texts)
    ]
