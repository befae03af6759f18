"""Form fields for what tenders are made of. What was typed stays in the field when it cannot be read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from govuk_frontend_wtf.wtforms_widgets import (
    GovDateInput,
    GovRadioInput,
    GovSelect,
    GovSubmitInput,
    GovTextInput,
)
from wtforms import (
    DateField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    SubmitField,
    ValidationError,
)

from lots import lot_fields
from lots.tender import Tender
from lots.text import code
from scoring import exact
from tender.frame.formats import LONDON, hundredths_as_text
from tender.frame.forms import Form
from tender.frame.numbers import HiddenNumber
from tender.frame.texts import LongText

Written = Callable[[Any], str]


class ReadField(StringField):
    """A line that is read into a value by `reading`, which raises ValueError with what follows the label."""

    data: Any

    def __init__(
        self, label: str, reading: Callable[[str], Any], written: Written = str, hint: str = "", **more: Any
    ) -> None:
        self.missing: str = more.pop("missing", "")
        self.name_in_messages: str = more.pop("called", label)
        super().__init__(label, description=hint, widget=GovTextInput(), **more)
        self.reading, self.written = reading, written

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else self.written(self.data)

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = None
        try:
            text = code(str(valuelist[0])) if valuelist else ""
        except ValueError as error:
            raise ValueError(f"{self.name_in_messages} {error}") from error
        if not text:
            if self.missing:
                raise ValueError(self.missing)
            return
        try:
            self.data = self.reading(text)
        except ValueError as error:
            raise ValueError(f"{self.name_in_messages} {str(error).removesuffix('.')}") from error


def price_field(label: str, hint: str = "", **more: Any) -> ReadField:
    """Pence an hour from pounds."""
    return ReadField(label, lot_fields.hourly_price, lambda pence: exact.decimal(pence, 2), hint, **more)


def hours_field(label: str, hint: str = "", **more: Any) -> ReadField:
    return ReadField(label, lot_fields.weekly_hours, hundredths_as_text, hint, **more)


def points_field(label: str, hint: str = "", **more: Any) -> ReadField:
    """Points or percent, in hundredths."""
    return ReadField(label, _points, exact.plain, hint, **more)


def whole_field(label: str, lowest: int, highest: int, hint: str = "", **more: Any) -> ReadField:
    return ReadField(label, lambda text: lot_fields.whole_number(text, lowest, highest), str, hint, **more)


def text_field(label: str, hint: str = "", **more: Any) -> StringField:
    return StringField(label, description=hint, widget=GovTextInput(), **more)


def prose_field(label: str, hint: str = "", most: int = 10_000) -> LongText:
    return LongText(label, hint, most=most)


Choices: TypeAlias = Mapping[str, str] | Callable[[], Mapping[str, str]]
"""Values with their labels, or a function that gives them when a page is made."""


def radio_field(label: str, choices: Choices, missing: str, hint: str = "") -> RadioField:
    return RadioField(
        label,
        description=hint,
        choices=lambda: [SelectChoice(value, text) for value, text in _now(choices).items()],
        widget=GovRadioInput(),
        validate_choice=False,
        validators=[_chosen(choices, missing)],
    )


def select_field(label: str, choices: dict[str, str], hint: str = "") -> SelectField:
    return SelectField(
        label,
        description=hint,
        choices=[SelectChoice(value, text) for value, text in choices.items()],
        widget=GovSelect(),
    )


def save_button(text: str = "Save") -> SubmitField:
    return SubmitField(text, widget=GovSubmitInput())


def _now(choices: Choices) -> Mapping[str, str]:
    return choices() if callable(choices) else choices


def _chosen(allowed: Choices, missing: str) -> Callable[[Form, Any], None]:
    def check(_form: Form, field: Any) -> None:
        if field.data not in _now(allowed):
            raise ValidationError(missing)

    return check


def _points(text: str) -> int:
    number = exact.hundredths(text.removesuffix("%").strip())
    if number is None or number > 10_000:
        raise ValueError(f"“{text[:40]}” must be a number from 0 to 100, like 20 or 7.5")
    return number


def _plain(typed: str) -> str:
    try:
        return code(typed)
    except ValueError:
        return typed


MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)


class DayField(DateField):
    """Day, month and year as three inputs of one name. `missing` is the fault where none is filled in, if
    that is one; `called`, the name in messages where the label is a question."""

    data: Any

    def __init__(self, label: str, hint: str = "", **more: Any) -> None:
        self.missing: str = more.pop("missing", "")
        self.name_in_messages: str = more.pop("called", label)
        super().__init__(label, description=hint, format="%d %m %Y", widget=GovDateInput(), **more)

    def process_formdata(self, valuelist: list[Any]) -> None:
        # a forger may send any number of parts; the widget counts on three
        parts = [_plain(str(part)) for part in (*valuelist, "", "", "")][:3]
        self.raw_data = parts
        self.data = None
        if not any(parts):
            if self.missing:
                raise ValueError(self.missing)
            return
        missing = [name for name, part in zip(("day", "month", "year"), parts, strict=True) if not part]
        if missing:
            raise ValueError(f"{self.name_in_messages} must include a {' and a '.join(missing)}")
        try:
            day = lot_fields.whole_number(parts[0].rstrip("stndrh"), 1, 31)
            self.data = date(_year(parts[2]), _month(parts[1]), day)
        except ValueError:
            raise ValueError(f"{self.name_in_messages} must be a real date, like 30 11 2026") from None


def _year(text: str) -> int:
    """`2027`, and `27` for it: nobody means the first century."""
    year = lot_fields.whole_number(text, 1, 9999)
    if year < 100 and len(text) <= 2:
        return 2000 + year
    if year < 1000:
        raise ValueError("a year has four digits")
    return year


def _month(text: str) -> int:
    """`4`, `04`, `April`, `apr` and `Sept.`."""
    name = text.casefold().rstrip(".")
    if len(name) >= 3 and name.isalpha():
        found = [number for number, month in enumerate(MONTHS, 1) if month.startswith(name[:3])]
        if found and (MONTHS[found[0] - 1].startswith(name) or name == "sept"):
            return found[0]
    return lot_fields.whole_number(text, 1, 12)


def clock_time(text: str) -> time:
    """`12:00`, `17.30`, `5pm`, `5:30 p.m.`, `midday`, `12 noon`; `midnight` is refused with the way out."""
    message = "must be a time, like 5pm, 17:00 or midday"
    plain = text.lower().replace("a.m", "am").replace("p.m", "pm").rstrip(".").replace(".", ":")
    plain = plain.replace("o'clock", "").replace("o’clock", "").replace(" ", "").replace("hrs", "")
    if plain in {"midday", "noon", "12noon", "12midday", "12:00noon", "12:00midday"}:
        return time(12)
    if plain in {"midnight", "12midnight", "12:00midnight"}:
        raise ValueError(
            "cannot be midnight, which some read as the beginning of the day and some as its end. "
            "Enter 23:59 or 00:01"
        )
    afternoon = plain[-2:] if plain[-2:] in {"am", "pm"} else ""
    hour, _, minute = plain.removesuffix(afternoon).partition(":")
    if not (hour.isascii() and hour.isdigit() and len(hour) < 3):
        raise ValueError(message)
    if minute and not (minute.isascii() and minute.isdigit() and len(minute) == 2 and int(minute) < 60):
        raise ValueError(message)
    if not afternoon and not minute:
        raise ValueError(message)
    number = int(hour)
    if afternoon:
        if not 1 <= number <= 12:
            raise ValueError(message)
        number = number % 12 + (12 if afternoon == "pm" else 0)
    if number > 23:
        raise ValueError(message)
    return time(number, int(minute or 0))


def written_time(moment: time) -> str:
    return "midday" if moment == time(12) else f"{moment:%H:%M}"


def in_london(day: date, at: time, zone: ZoneInfo = LONDON) -> datetime:
    """The one moment at that time of that day. Raises ValueError where clocks go back or forward over it."""
    moment = datetime.combine(day, at, zone)
    if moment.utcoffset() != moment.replace(fold=1).utcoffset():
        raise ValueError("is in the hour in which the clocks change. Choose another time")
    return moment


class DraftForm(Form):
    """A form about a draft: remembers at which revision its page was opened."""

    seen = HiddenNumber()

    def now_at(self, tender: Tender) -> None:
        """From now on the form belongs to the current revision of the draft."""
        self.seen.data = tender.revision
