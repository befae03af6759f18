"""Forms of the ratings and eligibility pages."""

from __future__ import annotations

from typing import Any

from flask_wtf.file import FileField, FileRequired
from govuk_frontend_wtf.wtforms_widgets import (
    GovCheckboxesInput,
    GovFileInput,
    GovRadioInput,
    GovSubmitInput,
)
from wtforms import (
    HiddenField,
    RadioField,
    SelectChoice,
    SelectMultipleField,
    SubmitField,
)
from wtforms.validators import InputRequired, Optional, ValidationError

from lots import states
from lots.chain import id_of
from lots.eligibility import IN_ASSESSMENT, STATES
from lots.tender import Tender
from scoring.methods.bid_states import DECIDABLE
from tender.eligibility.assessment import ABOUT_PRICE, BidderEligibility
from tender.frame.forms import Form
from tender.frame.numbers import HiddenNumber
from tender.frame.texts import LongText
from tender.procurements.forms.fields import DayField

HINTS = {
    **{row.name: row.ground for row in DECIDABLE},
    IN_ASSESSMENT: "The bid is assessed, or an earlier decision no longer counts.",
}


class LoadForm(Form):
    file = FileField(
        "File of ratings",
        description="The CQC’s directory with ratings, as ODS, XLSX or CSV. Or its table of locations with "
        "ratings.",
        widget=GovFileInput(),
        validators=[FileRequired("Select a file")],
    )
    beside = FileField(
        "A second file of the same month (optional)",
        description="The directory with filters has kinds of service, and locations never rated.",
        widget=GovFileInput(),
    )
    as_at = DayField("Date of the file", "The day that the CQC gives for it, for example 1 11 2026.")
    submit = SubmitField("Load ratings", widget=GovSubmitInput())

    def validate_as_at(self, field: DayField) -> None:
        if field.data is None and not field.errors:
            raise ValidationError("Enter the date of the file, such as 1 11 2026")


class PinForm(Form):
    file = HiddenField()
    reason = LongText(
        "Why these ratings are right",
        "A second officer reads this and confirms it before anything changes.",
        most=5_000,
    )
    submit = SubmitField("Pin this file", widget=GovSubmitInput())


class AnswerForm(Form):
    """What a second officer says to something that another asked for, or found."""

    agreed = RadioField(
        "Your decision",
        choices=[SelectChoice("yes", "Confirm"), SelectChoice("no", "Refuse")],
        widget=GovRadioInput(),
        validators=[InputRequired("Select whether you confirm or refuse")],
    )
    reason = LongText("Reason (needed where you refuse)", most=5_000)
    submit = SubmitField("Record your decision", widget=GovSubmitInput())


class CheckForm(Form):
    """What an officer found of a location that the file of ratings does not settle."""

    reason = LongText(
        "What you found, and why the bid may count",
        "For example: rated Good overall and on every key question on 4 November 2026.",
        most=5_000,
    )
    evidence = LongText(
        "Evidence",
        "The address of the CQC’s page and the day on which you read it, or the document.",
        most=5_000,
    )
    submit = SubmitField("Record what you found", widget=GovSubmitInput())


class WithdrawForm(Form):
    reason = LongText(
        "Why it is withdrawn",
        "It stays on the record with this reason. A tender that rests on it stops until another "
        "file is pinned.",
        most=5_000,
    )
    submit = SubmitField(
        "Withdraw this file", widget=GovSubmitInput(), render_kw={"class": "govuk-button--warning"}
    )


class RedateForm(Form):
    as_at = DayField("Date of the file", "The day that the CQC gives for it, for example 1 11 2026.")
    reason = LongText("Why the date was wrong", most=5_000)
    submit = SubmitField("Change the date", widget=GovSubmitInput())


class DecideForm(Form):
    """A decision on one bid; what may be chosen follows from the bid and the tender's stage."""

    seen = HiddenNumber()
    state = RadioField(
        "Decision", widget=GovRadioInput(), validators=[InputRequired("Select what you decide")]
    )
    lot_codes = SelectMultipleField(
        "Lots",
        description="Leave all unticked if the decision is about every lot of this bid.",
        widget=GovCheckboxesInput(),
        validators=[Optional()],
    )
    reason = LongText(
        "Reason", "The provider is told this reason, and it stands in the award report.", most=5000
    )
    evidence = LongText(
        "Evidence (optional)",
        "Where it can be found: the document, page or register that you relied on.",
        most=5000,
    )
    response_invited_on = DayField(
        "When the provider was asked for its side (optional)",
        "Required before you exclude a bid or find it abnormally low.",
    )
    response = LongText(
        "What the provider answered (optional)", "Or that it did not answer in the time given.", most=5000
    )
    submit = SubmitField("Record decision", widget=GovSubmitInput())

    @classmethod
    def about(cls, tender: Tender, bidder: BidderEligibility) -> DecideForm:
        form = cls()
        names = [name for name in STATES if name not in ABOUT_PRICE or tender.state == states.PRICES_OPENED]
        form.state.choices = [SelectChoice(name, STATES[name]) for name in names]
        form.lot_codes.choices = [
            SelectChoice(each.lot.code, f"{each.lot.code} {each.lot.zone}")
            for each in bidder.opened.lots
            if each.lot.code in bidder.states
        ]
        if not form.is_submitted():
            form.seen.data = id_of(bidder.current_decision)
        return form

    def state_items(self) -> list[dict[str, Any]]:
        return [{"hint": {"text": HINTS[choice.value]}} for choice in self.state.choices]
