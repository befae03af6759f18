"""Whole numbers that come back from pages: which entry a form showed, at which revision, who was chosen."""

from __future__ import annotations

from typing import Any

from flask import Flask
from werkzeug.routing import IntegerConverter, Map
from wtforms import HiddenField

from lots.tender import LARGEST_ID

NEVER_SHOWN = -1
"""What a number reads as that no page of ours has sent: no row has it, so it is refused as out of date."""


def whole_number(text: str | None, most: int = LARGEST_ID) -> int:
    """The number that a text holds in plain digits; NEVER_SHOWN for anything else or above `most`."""
    if not text or not (text.isascii() and text.isdecimal()) or len(text) > len(str(most)):
        return NEVER_SHOWN
    number = int(text)
    return number if number <= most else NEVER_SHOWN


class RowNumber(IntegerConverter):
    """A number in an address that a row could have: another one is no address here, so that nobody has to
    look for it in the database, which cannot hold it."""

    regex = r"[0-9]{1,10}"

    def __init__(self, map: Map, *arguments: Any, **options: Any) -> None:
        super().__init__(map, *arguments, **{"max": LARGEST_ID, **options})


def init_app(app: Flask) -> None:
    """Have every `<int:…>` of the application's addresses read so."""
    app.url_map.converters["int"] = RowNumber


class HiddenNumber(HiddenField):
    """What a page showed, sent back with its form, so that nobody saves over what they have not seen.

    `data` is None where the page showed none, `number` is NEVER_SHOWN then.
    """

    data: Any

    def process_formdata(self, valuelist: list[Any]) -> None:
        if valuelist:
            self.data = whole_number(str(valuelist[0])) if valuelist[0] else None

    @property
    def number(self) -> int:
        return NEVER_SHOWN if self.data is None else int(self.data)
