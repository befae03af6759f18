"""How dates, money and hours are written on pages and in reports. Also Jinja filters of the same names."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask import Flask

from lots.text import words

LONDON = ZoneInfo("Europe/London")


def long_date(moment: date | datetime | None) -> str:
    """`22 November 2026`; a moment is taken in London's time. Nothing gives an empty text."""
    if moment is None:
        return ""
    if isinstance(moment, datetime):
        moment = moment.astimezone(LONDON)
    return f"{moment.day} {moment:%B %Y}"


def clock_time(moment: datetime) -> str:
    """`5pm GMT`, `9:05am BST`, `midday GMT`, `midnight GMT`, to the minute."""
    local = moment.astimezone(LONDON)
    if local.minute == 0 and local.hour in {0, 12}:
        return f"{'midnight' if local.hour == 0 else 'midday'} {local:%Z}"
    minutes = f":{local:%M}" if local.minute else ""
    return f"{local.hour % 12 or 12}{minutes}{'am' if local.hour < 12 else 'pm'} {local:%Z}"


def london_day(moment: datetime) -> date:
    """The day that it is in London: the one that the law and people count by."""
    return moment.astimezone(LONDON).date()


def long_datetime(moment: datetime | None) -> str:
    """`22 November 2026 at 5pm GMT`. Nothing gives an empty text."""
    if moment is None:
        return ""
    return f"{long_date(moment)} at {clock_time(moment)}"


def exact_datetime(moment: datetime | None) -> str:
    """`22 November 2026 at 17:00:00 GMT`, for receipts and logs, where the second counts."""
    if moment is None:
        return ""
    local = moment.astimezone(LONDON)
    return f"{long_date(moment)} at {local:%H:%M:%S %Z}"


def money(pence: int | None) -> str:
    """Whole pence as `£12.75`; from a thousand pounds with commas, `£3,764,514.00`."""
    if pence is None:
        return ""
    pounds, rest = divmod(abs(_whole(pence)), 100)
    return f"{'−' if pence < 0 else ''}£{pounds:,}.{rest:02d}"


def estimate(pence: int | None) -> str:
    """Whole pence as whole pounds, half a pound up: `£3,764,514`. For estimates, never for a price."""
    if pence is None:
        return ""
    return f"{'−' if pence < 0 else ''}£{(abs(_whole(pence)) + 50) // 100:,}"


def grouped(text: str) -> str:
    """A number as a record writes it, with commas: `3120.5` is `3,120.5`."""
    whole, point, rest = text.partition(".")
    return f"{int(whole):,}{point}{rest}"


def hundredths_as_text(value: int | None) -> str:
    """A number stored in hundredths, without needless zeros: 6000 is `60`, 1250 is `12.5`."""
    if value is None:
        return ""
    whole, rest = divmod(abs(_whole(value)), 100)
    decimals = f".{rest:02d}".rstrip("0") if rest else ""
    return f"{'−' if value < 0 else ''}{whole:,}{decimals}"


def plural(count: int, one: str, many: str | None = None) -> str:
    """`1 lot`, `12 lots`, `0 bids`; `many` for words that do not take an s."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def sentence_list(items: list[str]) -> str:
    """`North, East and West`."""
    items = [str(word) for word in items]
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}" if items else ""


def _whole(value: int) -> int:
    if type(value) is not int:
        raise TypeError(f"a whole number is needed here, not {value!r}")
    return value


def init_app(app: Flask) -> None:
    filters: dict[str, Callable[..., object]] = {
        "date": long_date,
        "time": clock_time,
        "datetime": long_datetime,
        "exact_datetime": exact_datetime,
        "money": money,
        "estimate": estimate,
        "grouped": grouped,
        "hundredths": hundredths_as_text,
        "plural": plural,
        "sentence_list": sentence_list,
        "words": words,
    }
    for name, filter_ in filters.items():
        app.add_template_filter(filter_, name)
