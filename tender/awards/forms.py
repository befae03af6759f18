"""Forms of an award's last steps."""

from __future__ import annotations

from govuk_frontend_wtf.wtforms_widgets import GovDateInput, GovRadioInput, GovSubmitInput
from wtforms import DateField, RadioField, SelectChoice, SubmitField
from wtforms.validators import InputRequired

from tender.frame.forms import Form, LongText
from tender.frame.numbers import HiddenNumber

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
    summaries_sent_on = DateField(
        "When did the assessment summaries go out?",
        format="%d %m %Y",
        widget=GovDateInput(),
        description="All of them go out on the same day. For example, 27 11 2026.",
        validators=[InputRequired("Enter the day on which the summaries went out")],
    )
    notice_on = DateField(
        "When was the contract award notice published?",
        format="%d %m %Y",
        widget=GovDateInput(),
        description="The standstill counts from and including this day.",
        validators=[InputRequired("Enter the day on which the notice was published")],
    )
    submit = SubmitField("Start the standstill", widget=GovSubmitInput())
