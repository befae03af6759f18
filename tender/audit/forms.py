"""The filter of a log."""

from __future__ import annotations

from datetime import date

from govuk_frontend_wtf.wtforms_widgets import GovSelect, GovSubmitInput, GovTextInput
from wtforms import SelectChoice, SelectField, StringField, SubmitField, ValidationError
from wtforms.validators import Length

from lots.event import ACTIONS
from tender.audit.entries import EntryFilter
from tender.frame.forms import Form


class LogFilterForm(Form):
    """Sent with GET: it changes nothing, and a filtered list has an address that can be passed on."""

    class Meta:
        csrf = False

    text = StringField("Words", widget=GovTextInput(), validators=[Length(max=200)])
    action = SelectField("What was done", widget=GovSelect(), default="")
    person = SelectField("Who", widget=GovSelect(), default="")
    since = StringField("From", widget=GovTextInput())
    until = StringField("To", widget=GovTextInput())
    apply = SubmitField("Filter", widget=GovSubmitInput())

    def offer(self, actions: list[str], people: list[str]) -> None:
        """Fill the lists with what occurs in the log."""
        self.action.choices = [
            SelectChoice("", "Anything"),
            *(SelectChoice(action, ACTIONS[action]) for action in actions),
        ]
        self.person.choices = [
            SelectChoice("", "Anybody"),
            *(SelectChoice(person, person) for person in people),
        ]

    def validate_since(self, field: StringField) -> None:
        _day(field)

    def validate_until(self, field: StringField) -> None:
        last, first = _day(field), _day_or_none(self.since)
        if last is not None and first is not None and last < first:
            raise ValidationError("The last day must be the same as or after the first")

    def entry_filter(self) -> EntryFilter:
        """What the form asks for; nothing where it is at fault."""
        if not self.validate():
            return EntryFilter()
        return EntryFilter(
            action=self.action.data or "",
            person=self.person.data or "",
            since=_day(self.since),
            until=_day(self.until),
            text=(self.text.data or "").replace("\0", "").strip(),
        )


def _day(field: StringField) -> date | None:
    given = (field.data or "").strip()
    if not given:
        return None
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise ValidationError("Enter a date like 2026-11-22") from None


def _day_or_none(field: StringField) -> date | None:
    try:
        return _day(field)
    except ValidationError:
        return None
