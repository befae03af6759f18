"""The form of an agreed mark."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import cast

from govuk_frontend_wtf.wtforms_widgets import GovCheckboxesInput, GovSubmitInput
from wtforms import RadioField, SelectChoice, SelectMultipleField, SubmitField

from lots.chain import id_of
from lots.person import Person
from tender.frame.forms import Form, LongText
from tender.frame.numbers import HiddenNumber
from tender.marking.forms import mark_field
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
    present = SelectMultipleField(
        "Who was there", description="You are recorded as present.", widget=GovCheckboxesInput()
    )
    change_reason = LongText(
        "Why it changes", "The earlier entry stays on record with this reason.", most=10000
    )
    submit = SubmitField("Save and go to next", widget=GovSubmitInput())

    @classmethod
    def on(
        cls, moderated: Moderated, people: Sequence[Person], usually_present: Iterable[int] | None
    ) -> AgreeForm:
        bound = type("BoundAgreeForm", (cls,), {"mark": mark_field(moderated.scale, "Agreed mark")})
        form = cast(AgreeForm, bound())
        form.present.choices = [SelectChoice(str(person.id), person.name) for person in people]
        if not form.is_submitted():
            form._fill(moderated, people, usually_present)
        return form

    def _fill(
        self, moderated: Moderated, people: Sequence[Person], usually_present: Iterable[int] | None
    ) -> None:
        agreed = moderated.agreed
        self.seen.data = id_of(agreed)
        there = {person.id for person in agreed.present} if agreed else usually_present
        self.present.data = [str(person.id) for person in people if there is None or person.id in there]
        if agreed is not None:
            self.mark.data = str(agreed.mark)
            self.reasons.data, self.discussion.data = agreed.reasons, agreed.discussion
            self.outside_reason.data = agreed.outside_reason

    def chosen(self, people: Iterable[Person]) -> list[Person]:
        ticked = set(self.present.data or ())
        return [person for person in people if str(person.id) in ticked]
