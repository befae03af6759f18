"""The form of an agreed mark."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import cast

from govuk_frontend_wtf.wtforms_widgets import GovCheckboxesInput, GovSubmitInput, GovTextArea
from wtforms import RadioField, SelectChoice, SelectMultipleField, SubmitField, TextAreaField

from lots.chain import id_of
from lots.person import Person
from tender.frame.forms import Form
from tender.frame.numbers import HiddenNumber
from tender.marking.forms import mark_field, sure_box
from tender.moderation.moderation_table import Moderated


class AgreeForm(Form):
    seen = HiddenNumber()
    mark: RadioField
    reasons = TextAreaField(
        "Reasons for this mark",
        description="By the published criterion and what the answer says. The provider will read them.",
        widget=GovTextArea(),
    )
    discussion = TextAreaField(
        "What was said",
        description="Above all where the evaluators differed, and what settled it.",
        widget=GovTextArea(),
    )
    outside_reason = TextAreaField(
        "Why the panel went beyond the evaluators’ own marks", widget=GovTextArea()
    )
    change_reason = TextAreaField(
        "Why it changes",
        description="The earlier entry stays on record with this reason.",
        widget=GovTextArea(),
    )
    sure = sure_box()
    submit = SubmitField("Save and go to next", widget=GovSubmitInput())

    @classmethod
    def on(cls, moderated: Moderated) -> AgreeForm:
        bound = type("BoundAgreeForm", (cls,), {"mark": mark_field(moderated.scale, "Agreed mark")})
        form = cast(AgreeForm, bound())
        if not form.is_submitted():
            form._fill(moderated)
        return form

    def _fill(self, moderated: Moderated) -> None:
        agreed = moderated.agreed
        self.seen.data = id_of(agreed)
        if agreed is not None:
            self.mark.data = str(agreed.mark)
            self.reasons.data, self.discussion.data = agreed.reasons, agreed.discussion
            self.outside_reason.data = agreed.outside_reason


class MeetingForm(Form):
    """Nobody is ticked: whoever is at the meeting is said to be there."""

    present = SelectMultipleField(
        "Who is at the meeting", description="You are recorded as present.", widget=GovCheckboxesInput()
    )
    submit = SubmitField("Save who is there", widget=GovSubmitInput())

    def offer(self, people: Sequence[Person]) -> None:
        self.present.choices = [SelectChoice(str(person.id), person.name) for person in people]

    def chosen(self, people: Iterable[Person]) -> list[Person]:
        ticked = set(self.present.data or ())
        return [person for person in people if str(person.id) in ticked]
