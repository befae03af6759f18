"""Forms of an award's last steps."""

from __future__ import annotations

from govuk_frontend_wtf.wtforms_widgets import GovRadioInput, GovSubmitInput
from wtforms import RadioField, SelectChoice, SubmitField
from wtforms.validators import InputRequired

from tender.frame.forms import Form
from tender.frame.numbers import HiddenNumber
from tender.frame.texts import LongText
from tender.procurements.forms.fields import DayField

MOST_CHARACTERS = 5000
APPROVE, RETURN = "approve", "return"


class RecommendForm(Form):
    reason = LongText(
        "Why you recommend this award",
        "The report prints this, and the log keeps it. Say what you looked at.",
        most=MOST_CHARACTERS,
    )
    seen = HiddenNumber()
    submit = SubmitField("Recommend this award", widget=GovSubmitInput())


class DecisionForm(Form):
    decision = RadioField(
        "Your decision",
        widget=GovRadioInput(),
        choices=[
            SelectChoice(APPROVE, "Approve the award"),
            SelectChoice(RETURN, "Send the recommendation back"),
        ],
        validators=[InputRequired("Select whether you approve the award or send it back")],
    )
    reason = LongText(
        "Your reason",
        "The report prints this, and the log keeps it.",
        most=MOST_CHARACTERS,
    )
    seen = HiddenNumber()
    submit = SubmitField("Record my decision", widget=GovSubmitInput())


class SummariesForm(Form):
    summaries_sent_on = DayField(
        "When did the assessment summaries go out?",
        "All of them go out on the same day. For example, 27 11 2026.",
        called="The day of the summaries",
        missing="Enter the day on which the summaries went out",
    )
    notice_on = DayField(
        "When was the contract award notice published?",
        "The standstill counts from and including this day.",
        called="The day of the notice",
        missing="Enter the day on which the notice was published",
    )
    submit = SubmitField("Start the standstill", widget=GovSubmitInput())
