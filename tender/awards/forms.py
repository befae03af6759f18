"""Forms of an award's last steps."""

from __future__ import annotations

from collections.abc import Sequence

from govuk_frontend_wtf.wtforms_widgets import GovRadioInput, GovSelect, GovSubmitInput
from wtforms import RadioField, SelectChoice, SelectField, SubmitField
from wtforms.validators import InputRequired

from scoring.english import ordinal
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


class TieForm(Form):
    """Base of `tie_form`, which adds a place for each bidder."""

    reason = LongText(
        "Why in this order",
        "It goes into the record, the results and the report. Say what you decided by, such as a draw that "
        "was held, when, and who watched it.",
        most=MOST_CHARACTERS,
    )
    submit = SubmitField("Propose this order", widget=GovSubmitInput())


def tie_form(bidders: Sequence[tuple[str, str]]) -> TieForm:
    """A place for each bidder who is level, given as (letter, name)."""
    places = [SelectChoice("", "Select a place")]
    places += [SelectChoice(str(place), ordinal(place)) for place in range(1, len(bidders) + 1)]
    fields = {
        f"place_{at}": SelectField(f"{name} (Provider {letter})", choices=places, widget=GovSelect())
        for at, (letter, name) in enumerate(bidders)
    }
    form: TieForm = type("TieForm", (TieForm,), fields)()
    return form


class TieAnswerForm(Form):
    decision = RadioField(
        "Your decision",
        widget=GovRadioInput(),
        choices=[
            SelectChoice(APPROVE, "Approve this order"),
            SelectChoice(RETURN, "Send the proposal back"),
        ],
        validators=[InputRequired("Select whether you approve the order or send it back")],
    )
    reason = LongText("Your reason", "The log keeps it.", most=MOST_CHARACTERS)
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
