"""The form of an agreed mark."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import cast

from govuk_frontend_wtf.wtforms_widgets import GovCheckboxesInput, GovSubmitInput
from wtforms import RadioField, SelectChoice, SelectMultipleField, SubmitField

from lots.chain import id_of
from lots.person import Person
from tender.frame.forms import Form
from tender.frame.numbers import HiddenNumber
from tender.frame.texts import LongText
from tender.marking.forms import mark_field, sure_box
from tender.moderation.moderation_table import Moderated


class AgreeForm(Form):
    seen = HiddenNumber()
    mark: RadioField
    reasons = LongText(
        "Reasons for this mark",
        "By the published criterion and what the answer says. The provider will read them.",
        most=10000,
    )
    discussion = LongText(
        "What was said", "Above all where the evaluators differed, and what settled it.", most=10000
    )
    outside_reason = LongText("Why the panel went beyond the evaluators’ own marks", most=10000)
    change_reason = LongText(
        "Why it changes", "The earlier entry stays on record with this reason.", most=10000
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
